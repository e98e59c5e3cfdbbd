/** esbuild plugins: modules generated for the site's models, and TensorFlow.js without its unused parts. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { dividedOperations, exactModule } from "./exact.mjs";
import { elementsSource, FIGURE_STYLES, PAGE_STYLES, stylesSource } from "./located.mjs";

import { fileOf, packagesPlugin } from "./packages.mjs";

const PREFIX = "virtual:modelpress/";

/** The part of core's `io` that converter and layers call: decoding weights already in memory. */
const IO_SOURCE = `
export * from "@tensorflow/tfjs-core/dist/io/io_utils";
export { CompositeArrayBuffer } from "@tensorflow/tfjs-core/dist/io/composite_array_buffer";
`;

const EMPTY_SOURCE = "export default undefined; export const wasmWorkerContents = undefined;";

/** Core without its optimizers, gradients and chained ops. */
const CORE_SOURCE = `
import "@tensorflow/tfjs-core/dist/base_side_effects";
export * from "@tensorflow/tfjs-core/dist/base";
`;

/**
 * A second core in the same realm, for the layers chunk. It shares engine, flags, platform and kernels with the
 * first (TensorFlow.js keeps them on the global object); only the tensors' methods are its own.
 */
const SECOND_CORE_SOURCE = `
import { buffer } from "@tensorflow/tfjs-core/dist/ops/buffer";
import { cast } from "@tensorflow/tfjs-core/dist/ops/cast";
import { clone } from "@tensorflow/tfjs-core/dist/ops/clone";
import { print } from "@tensorflow/tfjs-core/dist/ops/print";
import { setOpHandler } from "@tensorflow/tfjs-core/dist/tensor";
setOpHandler({ buffer, cast, clone, print });
export * from "@tensorflow/tfjs-core/dist/base";
`;

/**
 * Returns the converter's op table, reduced to the members in use ("add", "fused.matMul").
 * @param {string} root
 * @param {string[]} members
 */
function opsSource(root, members) {
  const folder = path.join(root, "node_modules/@tensorflow/tfjs-core/dist/ops");
  const table = readFileSync(path.join(folder, "ops.js"), "utf8");
  const files = new Map();
  for (const [, names, file] of table.matchAll(/^(?:export|import) \{ ([^}]*) \} from '\.\/(.*)';$/gm)) {
    for (const name of names.split(", ")) files.set(name, file);
  }
  for (const [, file] of table.matchAll(/^export \* from '\.\/(.*)';$/gm)) {
    const source = readFileSync(path.join(folder, `${file}.js`), "utf8");
    for (const [, name] of source.matchAll(/^export (?:const|function) (\w+)/gm)) files.set(name, file);
  }
  const lines = [];
  const groups = new Map();
  for (const member of members) {
    const [group, name] = member.includes(".") ? member.split(".") : [null, member];
    const file = group === "fused" ? "fused_ops" : files.get(name);
    if (file === undefined) throw new Error(`TensorFlow.js has no op "${member}" in ops.js.`);
    const source = JSON.stringify(`@tensorflow/tfjs-core/dist/ops/${file}`);
    if (group === null) {
      lines.push(`export { ${name} } from ${source};`);
    } else {
      lines.push(`import { ${name} as ${group}_${name} } from ${source};`);
      groups.set(group, [...(groups.get(group) ?? []), `${name}: ${group}_${name}`]);
    }
  }
  for (const [group, entries] of groups) lines.push(`export const ${group} = { ${entries.join(", ")} };`);
  return lines.join("\n");
}

/**
 * Returns the loaders of the kinds in use, each a chunk of its own. inputs, outputs: kind → module. `common` outputs are a few hundred bytes, less than a
 * request costs: they are part of the chunk that imports this module.
 */
function kindsSource(inputs, outputs, common) {
  const imports = common.map((kind, i) => `import * as o${i} from ${JSON.stringify(outputs[kind])};\n`);
  const loaders = (entries) => `{\n  ${entries.join("\n  ")}\n}`;
  const later = (module) => `import(${JSON.stringify(module)})`;
  const inputLoaders = Object.entries(inputs).map(([kind, module]) => `${JSON.stringify(kind)}: () => ${later(module)},`);
  const outputLoaders = Object.entries(outputs).map(([kind, module]) => {
    const loaded = common.includes(kind) ? `Promise.resolve(o${common.indexOf(kind)})` : later(module);
    return `${JSON.stringify(kind)}: () => ${loaded},`;
  });
  return `${imports.join("")}export const inputs = ${loaders(inputLoaders)};
export const outputs = ${loaders(outputLoaders)};
`;
}

/**
 * Where TensorFlow.js keeps its singletons: engine and kernels. By default that is the global object, shared with
 * other sites' scripts and the page's own TensorFlow.js. Here it is keyed by the scripts' folder, which is one per
 * site.
 */
const GLOBAL_SOURCE = `
const spaces = (globalThis[Symbol.for("modelpress.tensorflow")] ??= {});
const space = (spaces[String(import.meta.url).replace(/[^/]*$/, "")] ??= {
  atob: (text) => atob(text),
  screen: globalThis.screen,
  singletons: new Map(),
});
export function getGlobalNamespace() {
  return space;
}
export function getGlobal(key, init) {
  if (!space.singletons.has(key)) space.singletons.set(key, init());
  return space.singletons.get(key);
}
`;

/**
 * String hashes, which no model here uses: their long-integer library compiles WebAssembly on load, which a page's
 * content security policy would report as a violation.
 */
const HASH_SOURCE = `
const none = () => { throw new TypeError("Hashes of strings are not in this site's bundle."); };
export { none as hexToLong, none as fingerPrint64 };
`;

/** Returns the plugin with the redirections that all builds share. */
function redirectionsPlugin(root, name, sources) {
  return {
    name,
    setup(build) {
      const virtual = (name) => ({ path: name, namespace: "modelpress" });
      const redirect = (filter, name) => build.onResolve({ filter }, () => virtual(name));
      build.onResolve({ filter: /^virtual:modelpress\// }, (args) => virtual(args.path.slice(PREFIX.length)));
      redirect(/^@tensorflow\/tfjs-core$/, "core");
      redirect(/^@tensorflow\/tfjs-core\/dist\/ops\/ops_for_converter$/, "ops");
      redirect(/\/tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/, "empty");
      redirect(/\/platform_node$/, "empty");
      build.onResolve({ filter: /^\.\/io\/io$/ }, (args) =>
        args.importer.includes("tfjs-core") ? virtual("io") : null,
      );
      build.onLoad({ filter: /tfjs-core\/dist\/hash_util\.js$/ }, () => ({ contents: HASH_SOURCE }));
      build.onLoad({ filter: /tfjs-core\/dist\/global_util\.js$/ }, () => ({ contents: GLOBAL_SOURCE }));
      build.onLoad({ filter: /.*/, namespace: "modelpress" }, (args) => ({
        contents: sources[args.path],
        loader: args.path.endsWith(".css") ? "css" : "js",
        resolveDir: root,
      }));
    },
  };
}

/** Reduces the converter, which describes and executes every TensorFlow op, to the ops in use. */
function trimmedConverter(mappers) {
  const categories = new Set(mappers.map((mapper) => mapper.category));
  return {
    name: "modelpress-converter",
    setup(build) {
      build.onLoad({ filter: /tfjs-converter\/dist\/operations\/op_list\/\w+\.js$/ }, (args) => {
        const category = path.basename(args.path, ".js");
        const json = mappers.filter((mapper) => mapper.category === category);
        return { contents: `export const json = ${JSON.stringify(json)};` };
      });
      build.onLoad({ filter: /tfjs-converter\/dist\/operations\/executors\/\w+_executor\.js$/ }, (args) => {
        if (categories.has(path.basename(args.path, "_executor.js"))) return null;
        return {
          contents: `export const executeOp = (node) => {
            throw new TypeError("Op " + node.op + " is not in this site's bundle.");
          };`,
        };
      });
    },
  };
}

/**
 * Returns the plugins for the scripts of every page. `common`: outputs in the scripts of every page. `layersFile`: file name of the layers chunk, built
 * before.
 */
export function pagePlugins({ root, inputs, outputs, common, kernels, found, info, look, layersFile, extensions }) {
  const { first, rest } = dividedOperations(found.exact);
  const sources = {
    kinds: kindsSource(inputs, outputs, common),
    exact: exactModule(first),
    "exact-more": exactModule(rest),
    build: Object.entries(info)
      .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
      .join("\n"),
    core: CORE_SOURCE,
    io: IO_SOURCE,
    ops: opsSource(root, found.ops),
    empty: EMPTY_SOURCE,
    elements: elementsSource(root, extensions),
    "styles.css": stylesSource(root, PAGE_STYLES, extensions) + (look ? `@import "./styles/look.css";\n` : ""),
  };
  for (const [backend, { source }] of Object.entries(kernels)) sources[`kernels/${backend}`] = source;
  const layers = {
    name: "modelpress-layers",
    setup(build) {
      const runtime = path.join(root, "src", "runtime");
      build.onResolve({ filter: /^\.\/layers$/ }, ({ resolveDir }) => (resolveDir === runtime ? { path: `./${layersFile}`, external: true } : null));
    },
  };
  return [layers, redirectionsPlugin(root, "modelpress", sources), packagesPlugin(root, extensions), trimmedConverter(found.mappers)];
}

/** Returns the plugins for the layers chunk. */
export function layersPlugins(root) {
  return [redirectionsPlugin(root, "modelpress", { core: SECOND_CORE_SOURCE, io: IO_SOURCE, empty: EMPTY_SOURCE })];
}

/** Returns the plugins for the training worker and its chunks. `kernels`: source that registers them, by backend. */
export function trainingPlugins(root, kernels) {
  const sources = { core: CORE_SOURCE, io: IO_SOURCE, empty: EMPTY_SOURCE };
  for (const [backend, { source }] of Object.entries(kernels)) sources[`kernels/${backend}`] = source;
  return [redirectionsPlugin(root, "modelpress-training", sources)];
}

/** A second core on the page's engine, which may have been loaded first. */
const EXPLORE_CORE_SOURCE = `import "@tensorflow/tfjs-core/dist/flags";${SECOND_CORE_SOURCE}`;

/** Returns the plugins for the explainers on the site's pages. */
export function explorePlugins(root, extensions) {
  const used = Object.entries(extensions.scripts.explainers ?? {});
  const loaders = used.map(([name, module]) => `${JSON.stringify(name)}: () => import(${JSON.stringify(module)}),`);
  const explainers = `export const explainers = {\n  ${loaders.join("\n  ")}\n};`;
  const sources = { core: EXPLORE_CORE_SOURCE, io: IO_SOURCE, empty: EMPTY_SOURCE, explainers };
  return [redirectionsPlugin(root, "modelpress-explore", sources), packagesPlugin(root, extensions)];
}

/** Returns the plugins for a figure's styles in a shadow root, where the element has a class and there is no body. */
export function embedPlugins(root, extensions) {
  const shadowed = (css) => css.replace(/\bmodelpress-model\b/g, ".mp-embedded").replace(/^(\s*)body\b/gm, "$1.mp-root");
  return [
    {
      name: "modelpress-embed",
      setup(build) {
        const name = "figure-styles.css";
        build.onResolve({ filter: /^virtual:modelpress\/figure-styles\.css$/ }, () => ({ path: name, namespace: "modelpress" }));
        build.onLoad({ filter: /.*/, namespace: "modelpress" }, () => ({
          contents: stylesSource(root, FIGURE_STYLES, extensions),
          loader: "css",
          resolveDir: root,
        }));
        build.onLoad({ filter: /\.css$/, namespace: "file" }, async ({ path: file }) => ({
          contents: file.startsWith(path.join(root, "styles")) ? shadowed(await readFile(file, "utf8")) : null,
          loader: "css",
        }));
        build.onLoad({ filter: /\.css$/, namespace: "package" }, ({ path: file }) => ({
          contents: shadowed(readFileSync(fileOf(extensions, `package:${file}`), "utf8")),
          loader: "css",
        }));
      },
    },
    packagesPlugin(root, extensions),
  ];
}
