/** Interface of the engines that compute training steps: typed arrays (net.ts) or TensorFlow.js (tfjs-net.ts). */
import type { LayerSpec, LossName, OptimizerSpec } from "../spec";

/** State of a run. `weights` and each of `slots`: float32, all weights in Keras' order, flattened. */
export interface Snapshot {
  weights: Float32Array<ArrayBuffer>;
  slots: Float32Array<ArrayBuffer>[];
  /** Updates so far; Adam's bias correction needs them. */
  steps: number;
}

/** Predictions, (rows, width) flattened, and `scores`, the loss' input. */
export interface Predictions {
  predictions: Float32Array<ArrayBuffer>;
  scores: Float32Array<ArrayBuffer>;
}

export interface EngineOptions {
  layers: readonly LayerSpec[];
  /** Values of one input example. */
  inputs: number;
  loss: LossName;
  optimizer: OptimizerSpec;
  /** Maximum number of examples in a step. */
  batchSize: number;
}

export interface Engine {
  /** Name of the backend in the realm that computes. */
  readonly backend: string;
  /**
   * Runs one update with `rows` examples. x: float32 (rows, inputs), y: float32 (rows, outputs), flattened. Returns
   * the batch's loss before the update, or null if it is read later by `flush`. keep: stores the predictions for
   * `storedPredictions`.
   */
  step(x: Float32Array, y: Float32Array, rows: number, rate: number, keep?: boolean): number | null;
  /** Returns the losses that `step` deferred, in order. */
  flush(): Promise<Float32Array>;
  /** Returns the predictions stored since the latest call, each before its step's update, concatenated. */
  storedPredictions(): Promise<Float32Array>;
  /** Returns the predictions for the latest step's examples, before its update. */
  latestPredictions(): Promise<Float32Array<ArrayBuffer>>;
  /** Returns predictions with the current weights. */
  forward(x: Float32Array, rows: number): Promise<Predictions>;
  /** Resolves to whether all weights are finite. */
  finite(): Promise<boolean>;
  snapshot(): Promise<Snapshot>;
  /** Copies the snapshot into the engine. Absent slots start at zero. */
  restore(snapshot: { weights: Float32Array; slots?: Float32Array[]; steps?: number }): void;
  dispose(): void;
}
