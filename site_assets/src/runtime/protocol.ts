/** What an engine does, in this realm or behind a worker's messages. */
import type { ModelBytes } from "./files";
import type { BackendName } from "../core/backends";

/** An answer and the backend that really computed it, as its realm reports. */
export interface RunResult {
  values: Float32Array;
  shape: number[];
  backend: string;
}

/** What one layer gives for one input: its name, the shape without the batch, and the values. */
export interface LayerValues {
  name: string;
  shape: number[];
  values: Float32Array;
}

/** Tensors alive in the engine's realm, and GPU programs run in it so far (0 where there is no GPU). */
export interface EngineState {
  tensors: number;
  programs: number;
}

/** One backend that runs models. Requests are answered in the order they come. */
export interface Engine {
  readonly backend: BackendName;
  /** Name of the graphics device where the browser tells it, else "". */
  readonly renderer: string;
  /** Why the engine can no longer be used, or null. */
  readonly lost: string | null;
  /** Loads a model whose input has this shape (without the batch); resolves to its id. */
  load(bytes: ModelBytes, inputShape: readonly number[]): Promise<number>;
  /** Runs model `id` on `batch` inputs laid flat. */
  run(id: number, values: Float32Array, batch: number): Promise<RunResult>;
  /** What each layer of model `id`, in layers format, gives for one input; on the page's own thread. */
  inside?(id: number, values: Float32Array): Promise<LayerValues[]>;
  /** Frees model `id`. */
  unload(id: number): Promise<void>;
  state(): Promise<EngineState>;
  /** Stops it: what it is asked for, and what it has not answered yet, rejects with BackendLost. */
  end(reason: string): void;
}

/** Page → worker. The worker's name is the backend it starts. */
export type Request =
  | { call: "start" }
  | { call: "load"; bytes: ModelBytes; inputShape: readonly number[] }
  | { call: "run"; id: number; values: Float32Array; batch: number }
  | { call: "unload"; id: number }
  | { call: "state" };

/** What each call resolves to. */
export interface Results {
  start: { renderer: string };
  load: number;
  run: RunResult;
  unload: null;
  state: EngineState;
}
