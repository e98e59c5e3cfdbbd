/**
 * Gathers the modules that an entry shares with its chunks in one chunk. esbuild makes one for each set of entry points
 * that reach a module: a page would request twenty files of a few hundred bytes before its first prediction.
 */
import path from "node:path";
import { build } from "esbuild";

const GATHERED = "modelpress-gathered";

/** Returns the result of `build(options)` in which the modules that `entry` shares are one file. */
export async function gather(options, entry) {
  const apart = await build(options);
  const modules = sharedModules(apart.metafile, entry);
  if (modules.length < 2) return apart;
  const names = await exportedNames(options, modules);
  const aliases = new Map(modules.map((file, i) => [file, names.get(file).map((name) => [`m${i}_${name}`, name])]));
  const lines = [...aliases].flatMap(([file, pairs]) => pairs.map(([alias, name]) => `export { ${name} as ${alias} } from "./${file}";`));
  const stdin = { contents: lines.join("\n"), resolveDir: options.absWorkingDir, loader: "ts" };
  const together = await build({ ...options, entryPoints: [], splitting: false, metafile: false, stdin });
  const script = together.outputFiles.find((file) => file.path.endsWith(".js")).text;
  return withoutEmpty(await build({ ...options, plugins: [gatheredPlugin(options.absWorkingDir, aliases, script), ...options.plugins] }));
}

/** Returns esbuild's result without empty chunks and their imports. */
export function withoutEmpty({ outputFiles, metafile, ...rest }) {
  const empty = outputFiles.filter((file) => file.path.endsWith(".js") && file.text.trim() === "").map((file) => path.basename(file.path));
  const imports = new RegExp(`import"\\./(?:${empty.map((name) => name.replaceAll(".", "\\.")).join("|")})";`, "g");
  const isEmpty = (file) => empty.includes(path.basename(file));
  const kept = outputFiles.filter((file) => !isEmpty(file.path)).map((file) => {
    const text = file.path.endsWith(".js") && empty.length > 0 ? file.text.replaceAll(imports, "") : null;
    return text === null ? file : { path: file.path, hash: file.hash, contents: Buffer.from(text), text };
  });
  const outputs = Object.fromEntries(
    Object.entries(metafile.outputs)
      .filter(([file]) => !isEmpty(file))
      .map(([file, output]) => [file, { ...output, imports: output.imports.filter((imported) => !isEmpty(imported.path)) }]),
  );
  return { ...rest, outputFiles: kept, metafile: { ...metafile, outputs } };
}

/**
 * Returns the source files in the chunks that the chunk of `entry` imports. Left out are files that import others
 * dynamically or from outside of these.
 */
function sharedModules({ inputs, outputs }, entry) {
  const first = Object.values(outputs).find((output) => output.entryPoint === entry);
  const chunks = statics(first);
  for (const chunk of chunks) chunks.push(...statics(outputs[chunk]).filter((file) => !chunks.includes(file)));
  const shared = new Set(chunks.flatMap((file) => Object.keys(outputs[file].inputs)).filter((file) => file.startsWith("src/")));
  const fits = (file) =>
    inputs[file].imports.every((imported) => imported.kind === "import-statement" && !imported.external && shared.has(imported.path));
  for (let before = -1; before !== shared.size;) {
    before = shared.size;
    for (const file of shared) if (!fits(file)) shared.delete(file);
  }
  return [...shared].sort();
}

/** Returns the files that an output imports statically. */
function statics({ imports }) {
  return imports.filter(({ kind, external }) => kind === "import-statement" && !external).map((imported) => imported.path);
}

/** Returns the names that modules export, by module. */
async function exportedNames({ absWorkingDir, outdir, target }, modules) {
  const { metafile } = await build({ absWorkingDir, outdir, target, entryPoints: modules, format: "esm", write: false, metafile: true });
  return new Map(Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
}

/** Returns the plugin that replaces modules by the file `script`, which exports their names as `aliases`. */
function gatheredPlugin(root, aliases, script) {
  return {
    name: GATHERED,
    setup({ onResolve, onLoad }) {
      const pairsOf = (file) => aliases.get(path.relative(root, file).split(path.sep).join("/"));
      onResolve({ filter: new RegExp(`^${GATHERED}$`) }, () => ({ path: GATHERED, namespace: GATHERED }));
      onLoad({ filter: /.*/, namespace: GATHERED }, () => ({ contents: script, loader: "js" }));
      onLoad({ filter: /\.ts$/, namespace: "file" }, (args) => {
        const pairs = pairsOf(args.path);
        if (!pairs) return null;
        const names = pairs.map(([alias, name]) => `${alias} as ${name}`).join(", ");
        return { contents: `export { ${names} } from "${GATHERED}";`, loader: "js", resolveDir: root };
      });
    },
  };
}
