/**
 * Starts TensorFlow.js for training. Its modules are the runtime's; in the training's own build,
 * `virtual:modelpress/kernels/…` registers the kernels that a training uses.
 */
import { backend as current, env, memory, type KernelBackend } from "@tensorflow/tfjs-core";
import type { Started } from "../../runtime/backends/install";
import { BackendUnavailable, messageOf } from "../../core/errors";
import type { TrainingBackend } from "../spec";

export { TensorNetwork } from "./tfjs-net"; // exported here to share a chunk

/** Starts a backend in this realm and makes it the current one. Rejects with BackendUnavailable. */
export async function startTensors(name: Exclude<TrainingBackend, "cpu">): Promise<Started> {
  try {
    return await (name === "wasm" ? startWasm() : startWebgl());
  } catch (error) {
    if (error instanceof BackendUnavailable) throw error;
    throw new BackendUnavailable(name, messageOf(error));
  }
}

async function startWasm(): Promise<Started> {
  return (await import("../../runtime/backends/wasm")).start();
}

async function startWebgl(): Promise<Started> {
  const { start } = await import("../../runtime/backends/webgl");
  // Packed textures pad odd widths, and operations write into the padding (1 − 0 is 1). Gradients carry that into
  // the weights: a layer of 15 units, or one rescaled input, is off by 3e-3.
  env().set("WEBGL_PACK", false);
  env().set("WEBGL_PACK_UNARY_OPERATIONS", false);
  env().set("WEBGL_PACK_BINARY_OPERATIONS", false);
  const started = await start();
  // TensorFlow.js misjudges WebGL's precision and would use an epsilon of 1e-4; only its own checks read it here.
  (current() as KernelBackend & { floatPrecisionValue?: number }).floatPrecisionValue = 32;
  return started;
}

/** Returns the number of tensors alive in this realm. */
export function tensorCount(): number {
  return memory().numTensors;
}
