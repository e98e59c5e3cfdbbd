/** What computes a training's steps: typed arrays here, TensorFlow.js' backends in tensors.ts. */
import type { LayerSpec, LossName, OptimizerSpec } from "../spec";

/** What a run can go back to. `weights` and each of `slots`: float32, all weights in Keras' order, laid flat. */
export interface Snapshot {
  weights: Float32Array<ArrayBuffer>;
  slots: Float32Array<ArrayBuffer>[];
  /** Updates so far, which Adam counts. */
  steps: number;
}

/** What a network answers: (rows, width) laid flat. `scores`: what the loss is computed from. */
export interface Answers {
  answers: Float32Array<ArrayBuffer>;
  scores: Float32Array<ArrayBuffer>;
}

export interface EngineOptions {
  layers: readonly LayerSpec[];
  /** Values of one input row. */
  inputs: number;
  loss: LossName;
  optimizer: OptimizerSpec;
  /** The most rows of a step. */
  batchSize: number;
}

export interface Engine {
  /** As the realm that computes names it. */
  readonly backend: string;
  /**
   * One update with `rows` rows. x: float32 (rows, inputs), y: float32 (rows, outputs), laid flat.
   * Gives the batch's loss before the update where it is known at once; see `flush`. keep: its answers are kept for
   * `answered`.
   */
  step(x: Float32Array, y: Float32Array, rows: number, rate: number, keep?: boolean): number | null;
  /** The losses that `step` could not give at once, in order. */
  flush(): Promise<Float32Array>;
  /** The answers of the steps that kept theirs, since the latest call: before each step, laid one after another. */
  answered(): Promise<Float32Array>;
  /** The answers to the latest step's rows, before its update. */
  latest(): Promise<Float32Array<ArrayBuffer>>;
  /** Answers with the weights as they are. */
  forward(x: Float32Array, rows: number): Promise<Answers>;
  /** No weight is NaN or infinite. */
  finite(): Promise<boolean>;
  snapshot(): Promise<Snapshot>;
  /** Copies: the snapshot stays as it is. Without slots they begin at zero. */
  restore(snapshot: { weights: Float32Array; slots?: Float32Array[]; steps?: number }): void;
  dispose(): void;
}
