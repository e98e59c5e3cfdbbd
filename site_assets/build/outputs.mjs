/** Turns esbuild's result into hashed files and the bundle's description. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { TRAINING_BACKENDS } from "./kernels.mjs";
import { overOwnNames } from "./own_names.mjs";
import { entryPointOf } from "./packages.mjs";

const STABLE_ENTRY = "modelpress.js";

const unique = (values) => [...new Set(values)];
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/**
 * Inserts the workers' file names into the entry and renames the entry by its new content. Only the entry names
 * workers, and nothing imports the entry, so no other file changes.
 *
 * workers: placeholder → entry point.
 * @returns {{files: Map<string, Uint8Array>, outputs: Record<string, object>, main: string, worker: string, styles: string}}
 *   files by name, and esbuild's metadata by the same names
 */
export function nameEntry(results, workers) {
  const files = new Map();
  const outputs = {};
  for (const { metafile, outputFiles } of results) {
    const folder = path.dirname(Object.keys(metafile.outputs)[0]);
    const local = (file) => path.relative(folder, file);
    for (const [file, meta] of Object.entries(metafile.outputs)) {
      const imports = meta.imports.map((i) => (i.external ? i : { ...i, path: local(i.path) }));
      outputs[local(file)] = { ...meta, imports };
    }
    for (const { path: file, contents, text } of outputFiles) {
      files.set(path.basename(file), file.endsWith(".js") ? Buffer.from(overOwnNames(text)) : contents);
    }
  }
  const entryOf = (point) =>
    Object.keys(outputs).find((name) => outputs[name].entryPoint === point && !name.endsWith(".css"));
  const unnamed = entryOf("src/main.ts");
  let script = Buffer.from(files.get(unnamed)).toString("utf8");
  for (const [placeholder, point] of Object.entries(workers)) {
    const holders = [...files].filter(([, bytes]) => Buffer.from(bytes).includes(placeholder));
    if (holders.length !== 1 || holders[0][0] !== unnamed) {
      const found = holders.map(([name]) => name).join(", ");
      throw new Error(`The name of ${point} must stand in the entry alone; found in: ${found}.`);
    }
    script = script.replaceAll(placeholder, entryOf(point));
  }
  const worker = entryOf("src/runtime/worker.ts");
  const content = Buffer.from(script);
  const main = `main-${sha256(content).slice(0, 8).toUpperCase()}.js`;
  files.delete(unnamed);
  files.set(main, content);
  outputs[main] = outputs[unnamed];
  if (main !== unnamed) delete outputs[unnamed];
  const names = JSON.stringify(`./${main}`);
  files.set(STABLE_ENTRY, Buffer.from(`export * from ${names};\n`));
  const styles = [...files.keys()].find((name) => /^styles-.*\.css$/.test(name));
  return { files, outputs, main, worker, styles };
}

/** Writes the files and the licences of the bundled packages; returns those packages. extensions: Python packages with files in the bundle. */
export async function writeOutputs(root, out, { files, outputs }, extensions) {
  await mkdir(out, { recursive: true });
  const packages = [
    ...(await packagesOf(root, outputs)),
    ...extensions.map(({ text, ...rest }) => ({ ...rest, integrity: "", ecosystem: "pypi", licenceText: text })),
  ];
  files.set("licenses.txt", Buffer.from(licenses(packages)));
  for (const [name, bytes] of files) await writeFile(path.join(out, name), bytes);
  return packages.map(({ name, version, license, integrity, ecosystem }) => ({ name, version, license, integrity, ecosystem }));
}

/**
 * Returns the packages in the bundle, sorted by folder.
 * @returns {Promise<{name: string, version: string, license: string, integrity: string, licenceText: string}[]>}
 *   integrity: of the package's archive, from package-lock.json
 */
async function packagesOf(root, outputs) {
  const folders = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const input of Object.keys(inputs)) {
      const found = input.match(/^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/);
      if (found) folders.add(found[0]);
    }
  }
  const lock = JSON.parse(await readFile(path.join(root, "package-lock.json"), "utf8")).packages;
  const found = [];
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(
      await readFile(path.join(root, folder, "package.json"), "utf8"),
    );
    const file = path.join(root, folder, "LICENSE");
    const licenceText = existsSync(file) ? await readFile(file, "utf8") : "";
    found.push({ name, version, license, integrity: lock[folder]?.integrity ?? "", licenceText: licenceText.trim() });
  }
  return found;
}

function licenses(packages) {
  const parts = packages.map(({ name, version, license, licenceText }) => `${name} ${version}, ${license}\n\n${licenceText}`.trim());
  return `This site's scripts and fonts contain the following packages.\n\n${parts.join(`\n\n${"-".repeat(72)}\n\n`)}\n`;
}

/** Returns a file and its static imports, recursively; the file comes first. */
export function closure(outputs, name) {
  const seen = [name];
  for (const file of seen) {
    for (const { path: imported, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === "import-statement" && !external && !seen.includes(imported)) seen.push(imported);
    }
  }
  return seen;
}

/** Returns the chunk of `source` that `name` or its static imports load dynamically. */
function importedLater(outputs, name, source) {
  const imports = closure(outputs, name).flatMap((file) => outputs[file].imports);
  const found = imports.find(({ path: file, kind }) => kind === "dynamic-import" && outputs[file]?.entryPoint === source);
  if (found === undefined) throw new Error(`${source} is not imported by ${name}.`);
  return found.path;
}

/** Returns the script of every page of an offline-capable site, and its service worker. */
function offlineOf(outputs, address) {
  const page = Object.keys(outputs).find((name) => outputs[name].entryPoint === "src/offline/page.ts");
  return page ? { offline: address(page), service_worker: address("sw.js") } : {};
}

/** Returns a file and all its imports, static and dynamic, recursively. */
function scriptsOf(outputs, name) {
  const seen = [name];
  for (const file of seen) {
    for (const { path: imported, external } of outputs[file]?.imports ?? []) {
      if (!external && !seen.includes(imported)) seen.push(imported);
    }
  }
  return seen;
}

/** Returns the description of a bundle; URLs are relative to the site root. */
export function describe({ files, outputs, main, worker, styles, first }, url, { inputs, outputs: ownOutputs, explainers, slugs }) {
  const address = (name) => url + name;
  const chunkOf = (source) => {
    const name = Object.keys(outputs).find((file) => outputs[file].entryPoint === source);
    if (name === undefined) throw new Error(`${source} has no chunk of its own in the bundle.`);
    return name;
  };
  const addresses = (name) => closure(outputs, name).map(address);
  const entry = closure(outputs, main);
  const ahead = (file) => closure(outputs, file).filter((name) => !entry.includes(name));
  const preload = {};
  for (const [kind, module] of Object.entries(inputs)) preload[`input:${kind}`] = ahead(chunkOf(entryPointOf(module))).map(address);
  for (const [kind, module] of Object.entries(ownOutputs)) preload[`output:${kind}`] = ahead(chunkOf(entryPointOf(module))).map(address);
  // Operations of the exact engine that few models need.
  const more = chunkOf("modelpress:exact-more");
  for (const slug of slugs) preload[`exact:${slug}`] = ahead(more).map(address);
  // The scripts of the first prediction by TensorFlow.js, of models that the exact engine doesn't cover.
  const cpu = ["src/runtime/realm.ts", "src/runtime/backends/cpu.ts"].flatMap((file) => closure(outputs, chunkOf(file)));
  preload.cpu = unique(cpu).filter((name) => !entry.includes(name)).map(address);
  preload.files = ahead(chunkOf("src/runtime/download.ts")).map(address);
  const chunks = { exact: addresses(more), cpu: unique(cpu).map(address), worker: addresses(worker), layers: addresses(chunkOf("src/runtime/layers.ts")) };
  for (const backend of ["webgl", "wasm", "webgpu"]) {
    chunks[backend] = addresses(chunkOf(`src/runtime/backends/${backend}.ts`));
  }
  const api = closure(outputs, chunkOf("src/training/session/api.ts")).filter((name) => !entry.includes(name));
  const trainer = chunkOf("src/training/session/worker.ts");
  chunks.training = [...api.map(address), ...addresses(trainer)];
  for (const backend of TRAINING_BACKENDS) {
    const tensors = importedLater(outputs, trainer, "src/training/engine/tfjs-engine.ts");
    const parts = [tensors, importedLater(outputs, tensors, `src/runtime/backends/${backend}.ts`)].flatMap(addresses);
    chunks[`training_${backend}`] = unique(parts).filter((url) => !chunks.training.includes(url));
  }
  const explore = Object.keys(outputs).find((file) => outputs[file].entryPoint === "src/explore/main.ts");
  const moved = {};
  for (const [explainer, module] of Object.entries(explainers)) {
    const [file, name] = [chunkOf(entryPointOf(module)), `explore:${explainer}`];
    chunks[name] = unique([...closure(outputs, explore), ...scriptsOf(outputs, file)]).map(address);
    moved[name] = unique([...closure(outputs, explore), ...closure(outputs, file)]).map(address);
  }
  // The .wasm file is fetched, not imported, but belongs to its chunk.
  const binary = [...files.keys()].filter((name) => name.endsWith(".wasm")).map(address);
  chunks.wasm.push(...binary);
  chunks.training_wasm.push(...binary);
  const described = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    entry: address(main),
    ...(explore ? { explore: address(explore), scripts_of_explainers: scriptsOf(outputs, explore).map(address), moved } : {}),
    ...offlineOf(outputs, address),
    course: address(chunkOf("src/course/page.ts")),
    embed: address(chunkOf("src/embed/embed.ts")),
    embed_styles: address(chunkOf("styles/embed.css")),
    entry_imports: entry.slice(1).map(address),
    first: {
      script: address(first.script),
      scripts: Object.fromEntries(Object.entries(first.scripts).map(([module, script]) => [address(module), address(script)])),
      modules: first.modules,
    },
    stable: address(STABLE_ENTRY),
    styles: address(styles),
    preload,
    chunks,
    files: Object.fromEntries(
      described.map(([name, bytes]) => [address(name), { size_bytes: bytes.length, sha256: sha256(bytes) }]),
    ),
  };
}
