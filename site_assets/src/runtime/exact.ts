/** The exact engine as a backend, on the page's own thread: its predictions are Python's to the last bit. */
import { operations } from "virtual:modelpress/exact";
import { digestBytes } from "../exact/digest";
import type { ModelJson } from "../exact/graph";
import { moduleName, neededOperations, Network, type Operations } from "../exact/network";
import { NotCovered, sizeOf } from "../exact/tensor";
import { BackendLost, BackendUnavailable, ModelpressError } from "../core/errors";
import type { ModelBytes } from "./files";
import type { Engine, EngineState, RunResult } from "./protocol";
import { sha256 } from "../core/sha256";
import { script } from "../core/scripts";
import { nextTask } from "../core/task";
import { tellStopped } from "./withdrawn";

const BACKEND = "exact";

/** A batch yields the page's thread after this time. */
const SLICE_MS = 8;

interface Loaded {
  network: Network;
  size: number;
}

/** The operations of a graph: at hand, or with those that few of the site's models need. */
async function operationsFor(json: ModelJson): Promise<Operations> {
  const here = neededOperations(json).map(moduleName).every((name) => Object.hasOwn(operations, name));
  if (here) return operations;
  return { ...operations, ...(await script(import("virtual:modelpress/exact-more"))).operations };
}

class ExactEngine implements Engine {
  readonly backend = BACKEND;
  readonly renderer = "";
  lost: string | null = null;
  private readonly models = new Map<number, Loaded>();
  private nextId = 1;

  load({ format, json, weights }: ModelBytes, inputShape: readonly number[]): Promise<number> {
    return this.call(async () => {
      if (format !== "graph") throw new BackendUnavailable(BACKEND, `it runs the format "graph" alone, not "${format}".`);
      try {
        const network = new Network(json as ModelJson, weights, inputShape, await operationsFor(json as ModelJson));
        const size = sizeOf(inputShape);
        network.predict(new Float32Array(size)); // prepares every operation
        this.models.set(this.nextId, { network, size });
      } catch (error) {
        throw error instanceof NotCovered ? new BackendUnavailable(BACKEND, error.message) : error;
      }
      return this.nextId++;
    });
  }

  /** A batch is a series of predictions. */
  run(id: number, values: Float32Array, batch: number): Promise<RunResult> {
    return this.call(async () => {
      const { network, size } = this.loaded(id);
      const first = network.predict(values.subarray(0, size));
      if (batch === 1) return { ...first, backend: BACKEND };
      const all = new Float32Array(batch * first.values.length);
      all.set(first.values);
      let started = performance.now();
      for (let i = 1; i < batch; i++) {
        if (performance.now() - started > SLICE_MS) {
          await nextTask();
          started = performance.now();
        }
        const answer = network.predict(values.subarray(i * size, (i + 1) * size));
        all.set(answer.values, i * answer.values.length);
      }
      return { values: all, shape: [batch, ...first.shape.slice(1)], backend: BACKEND };
    });
  }

  unload(id: number): Promise<void> {
    this.models.delete(id);
    return Promise.resolve();
  }

  /** The engine has no tensors of TensorFlow.js and no GPU programs. */
  state(): Promise<EngineState> {
    return Promise.resolve({ tensors: 0, programs: 0 });
  }

  end(reason: string): void {
    if (this.lost !== null) return;
    this.lost = reason;
    tellStopped();
  }

  private loaded(id: number): Loaded {
    const loaded = this.models.get(id);
    if (loaded === undefined) throw new ModelpressError("The model has been disposed of.");
    return loaded;
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    if (this.lost !== null) throw new BackendLost(BACKEND, this.lost);
    return work();
  }
}

export function startExact(): Engine {
  return new ExactEngine();
}

/** SHA-256 of consecutive predictions, as in the manifest. */
export function digestOf(predictions: readonly Float32Array[]): Promise<string> {
  const all = new Float32Array(predictions.reduce((length, each) => length + each.length, 0));
  let at = 0;
  for (const each of predictions) {
    all.set(each, at);
    at += each.length;
  }
  return sha256(digestBytes(all));
}
