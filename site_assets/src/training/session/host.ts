/** The realm that trains, as the page sees it: the trainer's own worker, or the page's thread. */
import { Caller } from "../../core/rpc";
import { BackendUnavailable, ModelpressError } from "../../core/errors";
import { errorOf, type Failure } from "../../runtime/failures";
import { moduleWorker } from "../../core/module-worker";
import { nextTask } from "../../core/task";
import type { TrainingRequest, TrainingResults } from "./protocol";
import type { TrainingBackend } from "../spec";

export interface Realm {
  /** Where it runs: "worker" or "page". */
  readonly place: "worker" | "page";
  ask<C extends TrainingRequest["call"]>(request: TrainingRequest & { call: C }): Promise<TrainingResults[C]>;
  end(): void;
}

const DISPOSED = "This trainer has been disposed of.";

/** The worker's script could not be loaded or started. */
class WorkerFailed extends Error {}

class WorkerRealm implements Realm {
  readonly place = "worker";
  private readonly caller: Caller<TrainingRequest, TrainingResults, Failure>;
  private replied = false;

  constructor(
    backend: TrainingBackend,
    private readonly worker: Worker,
  ) {
    this.caller = new Caller(worker, (failure) => errorOf(backend, failure));
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // reported by the rejected promises
      const why = event.message ? ` (${event.message})` : "";
      if (this.replied) this.close(new ModelpressError(`The training's worker failed${why}. Start it again.`));
      else this.close(new WorkerFailed(`its worker could not be started${why}.`));
    });
  }

  async ask<C extends TrainingRequest["call"]>(request: TrainingRequest & { call: C }): Promise<TrainingResults[C]> {
    try {
      return await this.caller.ask<C>(request);
    } finally {
      this.replied = true;
    }
  }

  end(): void {
    this.close(new ModelpressError(DISPOSED));
  }

  private close(error: Error): void {
    this.worker.terminate();
    this.caller.end(error);
  }
}

/** Milliseconds of training before the page's other tasks run. */
const SLICE_MS = 8;

/** Creates a realm on the page's thread; several trainers alternate, a slice each. */
async function pageRealm(): Promise<Realm> {
  const { TrainingSession, TYPED_ARRAYS } = await import("./session");
  let ended = false;
  const throwIfEnded = (): void => {
    if (ended) throw new ModelpressError(DISPOSED);
  };
  const session = new TrainingSession(() => Promise.resolve(TYPED_ARRAYS), {
    sliceMs: SLICE_MS,
    pause: async () => {
      await nextTask();
      throwIfEnded();
    },
  });
  return {
    place: "page",
    ask: async (request) => {
      throwIfEnded();
      return (await session.handle(request)) as never;
    },
    end: () => {
      ended = true;
    },
  };
}

/**
 * Opens a training in a worker. If workers fail, "cpu" runs on the page's thread. Other backends reject with
 * BackendUnavailable, since the page's models use TensorFlow.js there.
 */
export async function openRealm(
  request: TrainingRequest & { call: "open" },
  workerUrl: URL,
): Promise<{ realm: Realm; opened: TrainingResults["open"] }> {
  const { backend } = request;
  try {
    const worker = moduleWorker(workerUrl, `training ${backend}`);
    const realm = new WorkerRealm(backend, worker);
    try {
      return { realm, opened: await realm.ask(request) };
    } catch (error) {
      realm.end();
      throw error;
    }
  } catch (error) {
    if (error instanceof ModelpressError) throw error; // the worker started and refused the request
    if (backend !== "cpu") throw new BackendUnavailable(backend, "a training needs a worker for it.");
    const realm = await pageRealm();
    return { realm, opened: await realm.ask(request) };
  }
}
