/**
 * Gathers the modules that an entry shares with its chunks in one chunk. esbuild makes one for each set of entry points
 * that reach a module: a page would request twenty files of a few hundred bytes before its first prediction.
 */
import path from "node:path";
import { build } from "esbuild";

const GATHERED = "modelpress-gathered";

/** Modules of this project: files below src/, and modules that plugin.mjs writes. */
const OWN = /^(src\/|modelpress:)/;

/** Returns the text by which a module is imported from the root. */
function specifier(module) {
  return module.startsWith("modelpress:") ? module.replace("modelpress:", "virtual:modelpress/") : `./${module}`;
}

/** A chunk of fewer bytes costs more as a request than as a part of another one. */
const CRUMB_BYTES = 1000;

/**
 * Returns the result of `build(options)` in which the modules that `entry` shares are one file, with those in crumbs that
 * the files `later` share.
 */
export async function gather(options, entry, later) {
  const apart = await build(options);
  const modules = sharedModules(apart.metafile, entry, later);
  if (modules.length < 2) return apart;
  const names = await exportedNames(options, modules);
  const aliases = new Map(modules.map((file, i) => [file, names.get(file).map((name) => [`m${i}_${name}`, name])]));
  const lines = [...aliases].flatMap(([file, pairs]) => pairs.map(([alias, name]) => `export { ${name} as ${alias} } from "${specifier(file)}";`));
  const stdin = { contents: lines.join("\n"), resolveDir: options.absWorkingDir, loader: "ts" };
  const plugins = [dynamicImportsPlugin(options.absWorkingDir), ...options.plugins];
  const together = await build({ ...options, entryPoints: [], splitting: false, metafile: false, stdin, plugins });
  const script = together.outputFiles.find((file) => file.path.endsWith(".js")).text;
  return withoutEmpty(await build({ ...options, plugins: [gatheredPlugin(options.absWorkingDir, aliases, script), ...options.plugins] }));
}

/**
 * Returns esbuild's result without empty chunks, and without imports of chunks for nothing but to run them where these
 * hold no module, only the bundler's own functions.
 */
export function withoutEmpty({ outputFiles, metafile, ...rest }) {
  const nameOf = (file) => path.basename(file.path);
  const scripts = outputFiles.filter((file) => file.path.endsWith(".js"));
  const empty = new Set(scripts.filter((file) => file.text.trim() === "").map(nameOf));
  const idle = Object.entries(metafile.outputs).filter(([file, { inputs }]) => file.endsWith(".js") && Object.keys(inputs).length === 0);
  const names = new Set([...empty, ...idle.map(([file]) => path.basename(file))]);
  const runs = new RegExp(`import"\\./(${[...names].map((name) => name.replaceAll(".", "\\.")).join("|")})";`, "g");
  const dropped = new Map();
  const kept = outputFiles.filter((file) => !empty.has(nameOf(file))).map((file) => {
    if (names.size === 0 || !file.path.endsWith(".js")) return file;
    dropped.set(nameOf(file), new Set([...file.text.matchAll(runs)].map(([, name]) => name)));
    const text = file.text.replaceAll(runs, "");
    return { path: file.path, hash: file.hash, contents: Buffer.from(text), text };
  });
  const outputs = Object.fromEntries(
    Object.entries(metafile.outputs)
      .filter(([file]) => !empty.has(path.basename(file)))
      .map(([file, output]) => {
        const without = dropped.get(path.basename(file));
        return [file, { ...output, imports: output.imports.filter((imported) => !without?.has(path.basename(imported.path))) }];
      }),
  );
  return { ...rest, outputFiles: kept, metafile: { ...metafile, outputs } };
}

/**
 * Returns the modules in the chunks that the chunk of `entry` imports, and in crumbs of those of `later`. Left out are those that import from outside of
 * these, or a file that is not bundled.
 */
function sharedModules({ inputs, outputs }, entry, later) {
  const chunkOf = (source) => Object.values(outputs).find((output) => output.entryPoint === source);
  const crumbs = later.flatMap((source) => statics(chunkOf(source))).filter((file) => outputs[file].bytes < CRUMB_BYTES);
  const chunks = [...new Set([...statics(chunkOf(entry)), ...crumbs])];
  for (const chunk of chunks) chunks.push(...statics(outputs[chunk]).filter((file) => !chunks.includes(file)));
  const shared = new Set(chunks.flatMap((file) => Object.keys(outputs[file].inputs)).filter((file) => OWN.test(file)));
  const fits = (file) =>
    inputs[file].imports.every(({ kind, external, path: imported }) => !external && (kind === "dynamic-import" || shared.has(imported)));
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
async function exportedNames({ absWorkingDir, outdir, target, loader, plugins }, modules) {
  const entryPoints = modules.map((file) => ({ in: specifier(file), out: file.replace(":", "/") }));
  const { metafile } = await build({
    absWorkingDir, outdir, target, loader, plugins, entryPoints, format: "esm", bundle: true, splitting: true, write: false, metafile: true,
  });
  return new Map(Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
}

/** Returns the plugin that leaves dynamic imports as they are, relative to the root. */
function dynamicImportsPlugin(root) {
  return {
    name: `${GATHERED}-dynamic-imports`,
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ kind, path: imported, resolveDir }) => {
        if (kind !== "dynamic-import") return null;
        const file = imported.startsWith(".") ? `./${local(root, path.resolve(resolveDir, imported))}` : imported;
        return { path: file, external: true };
      });
    },
  };
}

/** Returns a file's path relative to the root, with slashes. */
function local(root, file) {
  return path.relative(root, file).split(path.sep).join("/");
}

/** Returns the plugin that replaces modules by the file `script`, which exports their names as `aliases`. */
function gatheredPlugin(root, aliases, script) {
  const replaced = (module) => {
    const pairs = aliases.get(module);
    if (!pairs) return null;
    const names = pairs.map(([alias, name]) => `${alias} as ${name}`).join(", ");
    return { contents: `export { ${names} } from "${GATHERED}";`, loader: "js", resolveDir: root };
  };
  return {
    name: GATHERED,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${GATHERED}$`) }, () => ({ path: GATHERED, namespace: GATHERED }));
      onLoad({ filter: /.*/, namespace: GATHERED }, () => ({ contents: script, loader: "js", resolveDir: root }));
      onLoad({ filter: /\.ts$/, namespace: "file" }, (args) => replaced(local(root, args.path)));
      onLoad({ filter: /.*/, namespace: "modelpress" }, (args) => replaced(`modelpress:${args.path}`));
    },
  };
}
