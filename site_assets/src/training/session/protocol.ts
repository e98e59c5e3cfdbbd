/** Requests of a trainer to the realm that trains, usually a worker. */
import type { Evaluation } from "./run";
import type { Stepped } from "./stepping";
import type { TrainingProof } from "./prove";
import type { CheckpointWeights, RunOptions } from "./setup";
import type { LayerSpec, LiveSpec, TrainingBackend, WeightSpec } from "../spec";

/** Page → worker. Requests are served in order. `values`: float32, flattened examples. */
export type TrainingRequest =
  | {
      call: "open"; spec: LiveSpec; bin: ArrayBuffer; options: RunOptions; checkpoint: CheckpointWeights | null;
      backend: TrainingBackend;
    }
  | { call: "step"; count: number; each: boolean; validateAt: readonly number[] }
  | { call: "evaluate" }
  | { call: "weights" }
  | { call: "predict"; values: Float32Array; rows: number }
  | { call: "reset" }
  | { call: "prove"; steps: number | null }
  | { call: "tensors" };

/** Result type of each call. All arrays are float32. */
export interface TrainingResults {
  /** Backend as its realm names it; layers; names and shapes of the weights; values in one prediction. */
  open: { backend: string; layers: LayerSpec[]; weights: WeightSpec[]; outputs: number };
  step: Stepped;
  evaluate: Evaluation;
  /** All weights, flattened. */
  weights: Float32Array<ArrayBuffer>;
  predict: Float32Array<ArrayBuffer>;
  reset: null;
  prove: TrainingProof;
  /** Tensors alive in TensorFlow.js; 0 where it does not run. */
  tensors: number;
}

export type TrainingResult = TrainingResults[keyof TrainingResults];

/** Returns the buffers of a result to transfer instead of copy. */
export function transferOf(result: TrainingResult): Transferable[] {
  if (result instanceof Float32Array) return [result.buffer];
  return result !== null && typeof result === "object" && "losses" in result ? [result.losses.buffer] : [];
}
