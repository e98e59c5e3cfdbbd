/**
 * Builds the browser bundle of a site. Reads a JSON configuration from standard input, writes files with hashed
 * names to `out`, and writes a JSON description to standard output. Errors go to standard error, with exit code 1.
 *
 *   {"models": [{"slug", "graph": folder, "layers": folder or null, "input_shape", "input_kinds", "output_kinds"}],
 *    "explainers": [name], "out": folder, "url": prefix of the URLs, "look": bool, "version": text,
 *    "extensions": {"scripts": {"inputs"|"outputs"|"explainers"|"figures": {name: module}}, "styles": [module],
 *                   "folders": {package: folder}, "packages": [{"name", "version", "license", "text"}]}}
 */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { errorText } from "./errors.mjs";
import { discover } from "./discover.mjs";
import { dividedOperations } from "./exact.mjs";
import { withFirst } from "./first.mjs";
import { gather, withoutEmpty } from "./gather.mjs";
import { BACKENDS, kernelModule, TRAINING_BACKENDS } from "./kernels.mjs";
import { entryPointOf, isForeign, requireExports } from "./packages.mjs";
import { describe, nameEntry, writeOutputs } from "./outputs.mjs";
import { embedPlugins, explorePlugins, layersPlugins, pagePlugins, trainingPlugins } from "./plugin.mjs";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const { dependencies: DEPENDENCIES } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));

/** Placeholders for the hashed names of the workers; see nameEntry. */
const WORKERS = {
  __modelpress_worker__: "src/runtime/worker.ts",
  __modelpress_training__: "src/training/session/worker.ts",
};

const unique = (values) => [...new Set(values)].sort();

/** An output that this part of a site's models has is in the scripts of every page. */
const COMMON = 1 / 3;

/** Returns the outputs of many models; those of other packages have scripts of their own. */
function commonOutputs(models, outputs) {
  return Object.keys(outputs).filter((kind) => !isForeign(outputs[kind]) && models.filter(({ output_kinds }) => output_kinds.includes(kind)).length >= COMMON * models.length);
}

const OPTIONS = {
  absWorkingDir: ROOT,
  write: false,
  metafile: true,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "browser",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  minify: true,
  legalComments: "none", // licenses.txt has the licences
  charset: "utf8",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".wasm": "file", ".woff2": "file", ".woff": "empty", ".svg": "file", ".png": "file" },
  define: { process: "undefined", Buffer: "undefined", global: "globalThis" },
  logLevel: "silent",
  logOverride: { "import-is-undefined": "silent" }, // members of tf.io that are never called
};

/** The offline script of every page, and the service worker. The build's hash is inserted later. */
async function offlineBuild({ out }) {
  const options = { ...OPTIONS, outdir: out, splitting: false };
  return [
    await build({ ...options, entryPoints: { offline: "src/offline/page.ts" } }),
    await build({ ...options, format: "iife", entryNames: "[name]", entryPoints: { sw: "src/offline/sw.ts" } }),
  ];
}

/** The script of course pages. */
async function courseBuild({ out }) {
  return build({ ...OPTIONS, outdir: out, splitting: false, entryPoints: { course: "src/course/page.ts" } });
}

/** The scripts of the explainers on the site's pages; an empty list without explainers. */
async function exploreBuild({ explainers, out, extensions }) {
  if (explainers.length === 0) return [];
  const entryPoints = { explore: "src/explore/main.ts" };
  return [withoutEmpty(await build({ ...OPTIONS, outdir: out, entryPoints, plugins: explorePlugins(ROOT, extensions) }))];
}

/** The script for pages of other sites, whose name has no hash, and the styles of figures there. */
async function embedBuild({ out, extensions }) {
  const options = { ...OPTIONS, outdir: out, splitting: false };
  return [
    await build({ ...options, format: "iife", entryNames: "[name]", entryPoints: { embed: "src/embed/embed.ts" } }),
    await build({ ...options, entryPoints: { embed: "styles/embed.css" }, plugins: embedPlugins(ROOT, extensions) }),
  ];
}

async function main() {
  const config = JSON.parse(await text(process.stdin));
  const { inputs = {}, outputs = {}, explainers = {} } = config.extensions.scripts;
  const common = commonOutputs(config.models, outputs);
  const found = await discover(ROOT, config.models);
  const kernels = {};
  for (const backend of BACKENDS) {
    kernels[backend] = await kernelModule(ROOT, backend, found.kernels);
  }
  const trainingKernels = {};
  for (const backend of TRAINING_BACKENDS) {
    trainingKernels[backend] = await kernelModule(ROOT, backend, found.training);
  }
  const layers = await build({
    ...OPTIONS,
    outdir: config.out,
    entryPoints: { layers: "src/runtime/layers.ts" },
    plugins: layersPlugins(ROOT),
  });
  // A separate build with its own TensorFlow.js: shared chunks would make the scripts of every page larger.
  const training = await build({
    ...OPTIONS,
    outdir: config.out,
    entryPoints: { training: "src/training/session/worker.ts" },
    plugins: trainingPlugins(ROOT, trainingKernels),
  });
  const layersFile = path.basename(layers.outputFiles[0].path);
  const [workerFile, trainingFile] = Object.keys(WORKERS);
  const page = await gather({
    ...OPTIONS,
    outdir: config.out,
    entryPoints: {
      main: "src/main.ts",
      worker: "src/runtime/worker.ts",
      styles: "virtual:modelpress/styles.css",
    },
    plugins: pagePlugins({
      root: ROOT,
      inputs,
      outputs,
      common,
      kernels,
      found,
      info: { version: config.version, workerFile, trainingFile },
      look: config.look,
      layersFile,
      extensions: config.extensions,
    }),
  }, "src/main.ts", Object.values(inputs).map(entryPointOf));
  // A separate build, so that a change of an explainer does not change the scripts for predictions.
  const explore = await exploreBuild(config);
  requireExports(config.extensions, [page, ...explore]);
  const named = nameEntry([page, layers, training, ...explore, ...(await offlineBuild(config)), await courseBuild(config), ...(await embedBuild(config))], WORKERS);
  const ownOutputs = Object.fromEntries(Object.entries(outputs).filter(([kind]) => !common.includes(kind)));
  const kinds = [...Object.values(inputs), ...Object.values(ownOutputs)].map(entryPointOf);
  const whole = await withFirst(named, [...kinds, "modelpress:exact-more"]);
  const packages = await writeOutputs(ROOT, config.out, whole, config.extensions.packages);
  const description = describe(whole, config.url, { inputs, outputs: ownOutputs, explainers, slugs: dividedOperations(found.exact).slugs });
  const registered = (modules) =>
    Object.fromEntries(
      Object.entries(modules).map(([backend, { kernels, missing }]) => [backend, { registered: kernels, missing }]),
    );
  process.stdout.write(
    JSON.stringify({
      ...description,
      kernels: registered(kernels),
      training_kernels: registered(trainingKernels),
      ops: found.ops,
      exact: unique(Object.values(found.exact).flat()),
      faults: found.faults,
      packages,
      tfjs: DEPENDENCIES["@tensorflow/tfjs-core"],
    }),
  );
}

main().catch((error) => {
  process.stderr.write(`${errorText(error)}\n`);
  process.exitCode = 1;
});
