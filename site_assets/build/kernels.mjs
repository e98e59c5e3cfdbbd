/** Source text of the modules that register one backend's kernels. */
import { readFile } from "node:fs/promises";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const BACKENDS = ["cpu", "webgl", "wasm", "webgpu"];

/** Those whose kernels train; on the CPU it is typed arrays without TensorFlow.js. */
export const TRAINING_BACKENDS = ["wasm", "webgl"];

/** A kernel's file; most are named after it, and the others (BatchNorm.js) say its name inside. */
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
 * A WASM kernel finds its C function in `setupFunc`, which runs for registered kernels only; so the
 * kernels that a needed one calls directly (`import { transpose } from "./Transpose"`, also through
 * kernel_utils) have to be registered with it.
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
 * @returns {Promise<{kernels: string[], missing: string[], source: string}>} the kernels this backend
 *   registers, those it does not have, and the module's text
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
  const source = `import { registerKernel } from "@tensorflow/tfjs-core";
${imports.join("\n")}
let done = false;
export function registerKernels() {
  if (done) return;
  done = true;
  for (const config of [${names.join(", ")}]) registerKernel(config);
}
`;
  return { kernels, missing, source };
}
