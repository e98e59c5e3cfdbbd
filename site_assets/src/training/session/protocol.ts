/** What a trainer asks of the realm that trains, mostly a worker. */
import type { Evaluation } from "./run";
import type { Stepped } from "./stepping";
import type { TrainingProof } from "./prove";
import type { KeptWeights, RunOptions } from "./setup";
import type { LayerSpec, LiveSpec, TrainingBackend, WeightSpec } from "../spec";

/** Page → worker. Requests are answered in the order they come. `values`: float32, rows laid flat. */
export type TrainingRequest =
  | {
      call: "open"; spec: LiveSpec; bin: ArrayBuffer; options: RunOptions; kept: KeptWeights | null;
      backend: TrainingBackend;
    }
  | { call: "step"; count: number; each: boolean; validateAt: readonly number[] }
  | { call: "evaluate" }
  | { call: "weights" }
  | { call: "predict"; values: Float32Array; rows: number }
  | { call: "reset" }
  | { call: "prove"; steps: number | null }
  | { call: "tensors" };

/** What each call resolves to. All arrays are float32. */
export interface TrainingResults {
  /** The backend as its realm names it; layers; names and shapes of the weights; values of one answer. */
  open: { backend: string; layers: LayerSpec[]; weights: WeightSpec[]; outputs: number };
  step: Stepped;
  evaluate: Evaluation;
  /** All weights laid flat. */
  weights: Float32Array<ArrayBuffer>;
  predict: Float32Array<ArrayBuffer>;
  reset: null;
  prove: TrainingProof;
  /** Tensors alive in TensorFlow.js, 0 where it does not run. */
  tensors: number;
}

export type TrainingResult = TrainingResults[keyof TrainingResults];

/** The buffers of a result that nobody here needs any more. */
export function transferOf(result: TrainingResult): Transferable[] {
  if (result instanceof Float32Array) return [result.buffer];
  return result !== null && typeof result === "object" && "losses" in result ? [result.losses.buffer] : [];
}
