/**
 * TensorFlow.js for training. The modules are the runtime's, the build is the training's own: there
 * `virtual:modelpress/kernels/…` are the kernels that a training runs.
 */
import { backend as current, env, memory, type KernelBackend } from "@tensorflow/tfjs-core";
import type { Started } from "../../runtime/backends/install";
import { BackendUnavailable, messageOf } from "../../core/errors";
import type { TrainingBackend } from "../spec";

export { TensorNetwork } from "./tfjs-net"; // one chunk with it

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
  // Packed textures have room for even widths, and operations write into the room beside an odd one (1 − 0 is 1).
  // Gradients carry that into the weights: a layer of 15 units, or one rescaled input, goes wrong by 3e-3.
  env().set("WEBGL_PACK", false);
  env().set("WEBGL_PACK_UNARY_OPERATIONS", false);
  env().set("WEBGL_PACK_BINARY_OPERATIONS", false);
  const started = await start();
  // TensorFlow.js mistakes WebGL's precision (its epsilon would be 1e-4); nothing here asks for it but its own checks.
  (current() as KernelBackend & { floatPrecisionValue?: number }).floatPrecisionValue = 32;
  return started;
}

/** Tensors alive in this realm. */
export function tensorCount(): number {
  return memory().numTensors;
}
