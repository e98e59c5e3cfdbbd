/**
 * Finds which parts of TensorFlow.js the models need, by running them in Node on the full CPU backend: kernels, ops that
 * the converter calls, and op names of the graphs.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { exactOperations } from "./exact.mjs";

/** Replaces the converter's ops by a proxy that records the names of the used ones. */
const recordingOps = {
  name: "recording-ops",
  setup(build) {
    build.onResolve({ filter: /ops_for_converter$/ }, (args) =>
      args.pluginData === "real" ? null : { path: "ops", namespace: "recording" },
    );
    build.onLoad({ filter: /.*/, namespace: "recording" }, () => ({
      contents: `
        const ops = require("@tensorflow/tfjs-core");
        const used = (globalThis.modelpressOps ??= new Set());
        const recorded = (target, prefix) => new Proxy(target, {
          get(object, name) {
            const value = Reflect.get(object, name);
            if (typeof name !== "string" || value === undefined) return value;
            if (typeof value === "object") return recorded(value, name + ".");
            used.add(prefix + name);
            return value;
          },
        });
        module.exports = recorded({ ...ops }, "");`,
      resolveDir: build.initialOptions.absWorkingDir,
    }));
  },
};

/**
 * @param {string} root folder of package.json
 * @param {{slug: string, graph: string, layers: string | null, input_shape: number[]}[]} models
 * @returns {Promise<{kernels: string[], training: string[], exact: Record<string, string[]>, ops: string[],
 *   faults: object, mappers: object[]}>} sorted names; `faults`: slug → format → why TensorFlow.js can't run it;
 *   `kernels`: of predictions; `training`: of all possible trainings; `exact`: modules of the exact engine by slug; `mappers`: the converter's descriptions of the graph ops
 */
export async function discover(root, models) {
  const folder = await mkdtemp(path.join(tmpdir(), "modelpress-discover-"));
  try {
    const outfile = path.join(folder, "recorder.cjs");
    await build({
      absWorkingDir: root,
      entryPoints: ["build/recorder.mjs"],
      bundle: true,
      platform: "node",
      mainFields: ["module", "main"],
      format: "cjs",
      outfile,
      logLevel: "error",
      logOverride: { "import-is-undefined": "silent" },
      plugins: [recordingOps],
    });
    const { record, recordTraining } = (await import(pathToFileURL(outfile).href)).default;
    const kernels = new Set();
    const mappers = new Map();
    const exact = {};
    const engine = exactOperations(root);
    const faults = {};
    for (const model of models) {
      for (const format of ["graph", "layers"]) {
        const files = model[format];
        if (files === null) continue;
        const json = JSON.parse(await readFile(path.join(files, "model.json"), "utf8"));
        const weights = await readFile(path.join(files, "weights.bin"));
        const found = await record({ format, json, weights, inputShape: model.input_shape });
        if (found.fault) (faults[model.slug] ??= {})[format] = found.fault;
        found.kernels.forEach((kernel) => kernels.add(kernel));
        // A model that the exact engine does not cover needs none of its modules.
        if (format === "graph" && found.exact.every((name) => engine.includes(name))) exact[model.slug] = found.exact;
        found.mappers.forEach((mapper) => mappers.set(mapper.tfOpName, mapper));
      }
    }
    const sorted = (names) => [...names].sort();
    return {
      kernels: sorted(kernels),
      training: sorted(await recordTraining()),
      exact,
      ops: sorted(globalThis.modelpressOps ?? []),
      faults,
      mappers: sorted(mappers.keys()).map((name) => mappers.get(name)),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
