/** Generates the modules that register the kernels of a backend. */
import { readFile } from "node:fs/promises";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const BACKENDS = ["cpu", "webgl", "wasm", "webgpu"];

/** Backends whose kernels train. Training on the CPU uses typed arrays, without TensorFlow.js. */
export const TRAINING_BACKENDS = ["wasm", "webgl"];

/** The file of a kernel. Most have its name; others, such as BatchNorm.js, contain it. */
function kernelFile(root, backend, kernel) {
  const folder = path.join(root, `node_modules/@tensorflow/tfjs-backend-${backend}/dist/kernels`);
  const named = path.join(folder, `${kernel}.js`);
  if (existsSync(named)) return named;
  const declares = new RegExp(`^ *kernelName: ${kernel},`, "m");
  const found = readdirSync(folder).find(
    (file) => file.endsWith(".js") && declares.test(readFileSync(path.join(folder, file), "utf8")),
  );
  return found === undefined ? named : path.join(folder, found);
}

/**
 * Adds the kernels that needed WASM kernels call directly, as by `import { transpose } from "./Transpose"`, also through
 * kernel_utils. A WASM kernel looks up its C function in `setupFunc`, which runs only for registered kernels.
 */
async function withCallees(root, kernels) {
  const all = new Set();
  const visited = new Set();
  const visit = async (file) => {
    if (visited.has(file) || !existsSync(file)) return;
    visited.add(file);
    const source = await readFile(file, "utf8");
    if (/\bsetupFunc\b/.test(source) && exportedConfig(source)) all.add(path.basename(file, ".js"));
    for (const [, relative] of source.matchAll(/^import .* from '(\.[^']*)';$/gm)) {
      const target = path.resolve(path.dirname(file), `${relative}.js`);
      if (target.includes(`${path.sep}kernel`)) await visit(target);
    }
  };
  for (const kernel of kernels) {
    await visit(kernelFile(root, "wasm", kernel));
    all.add(kernel);
  }
  return [...all].sort();
}

const exportedConfig = (source) => source.match(/^export const (\w+Config) = /m)?.[1];

/**
 * @returns {Promise<{kernels: string[], missing: string[], source: string}>} the registered kernels, the needed
 *   kernels that the backend lacks, and the module's source
 */
export async function kernelModule(root, backend, needed) {
  const wanted = backend === "wasm" ? await withCallees(root, needed) : needed;
  const kernels = [];
  const missing = [];
  const imports = [];
  const names = [];
  for (const kernel of wanted) {
    const file = kernelFile(root, backend, kernel);
    const config = existsSync(file) ? exportedConfig(await readFile(file, "utf8")) : undefined;
    if (config === undefined) {
      missing.push(kernel);
      continue;
    }
    kernels.push(kernel);
    names.push(config);
    imports.push(
      `import { ${config} } from "@tensorflow/tfjs-backend-${backend}/dist/kernels/${path.basename(file, ".js")}";`,
    );
  }
  const source = `import { getKernel, registerKernel } from "@tensorflow/tfjs-core";
${imports.join("\n")}
let done = false;
export function registerKernels() {
  if (done) return;
  done = true;
  for (const config of [${names.join(", ")}]) {
    if (!getKernel(config.kernelName, config.backendName)) registerKernel(config); // an explainer may have been first
  }
}
`;
  return { kernels, missing, source };
}
