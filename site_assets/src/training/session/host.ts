/** The realm that trains, as the page sees it: a worker of the trainer's own, else the page's own thread. */
import { Caller } from "../../core/rpc";
import { BackendUnavailable, ModelpressError } from "../../core/errors";
import { errorOf, type Failure } from "../../runtime/failures";
import { moduleWorker } from "../../core/module-worker";
import { nextTask } from "../../core/task";
import type { TrainingRequest, TrainingResults } from "./protocol";
import type { TrainingBackend } from "../spec";

export interface Realm {
  /** Where it is: "worker" or "page". */
  readonly place: "worker" | "page";
  ask<C extends TrainingRequest["call"]>(request: TrainingRequest & { call: C }): Promise<TrainingResults[C]>;
  end(): void;
}

const DISPOSED = "This trainer has been disposed of.";

/** The worker's script could not be loaded or started at all. */
class WorkerFailed extends Error {}

class WorkerRealm implements Realm {
  readonly place = "worker";
  private readonly caller: Caller<TrainingRequest, TrainingResults, Failure>;
  private answered = false;

  constructor(
    backend: TrainingBackend,
    private readonly worker: Worker,
  ) {
    this.caller = new Caller(worker, (failure) => errorOf(backend, failure));
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // told through the promises, not twice
      const why = event.message ? ` (${event.message})` : "";
      if (this.answered) this.close(new ModelpressError(`The training's worker failed${why}. Start it again.`));
      else this.close(new WorkerFailed(`its worker could not be started${why}.`));
    });
  }

  async ask<C extends TrainingRequest["call"]>(request: TrainingRequest & { call: C }): Promise<TrainingResults[C]> {
    try {
      return await this.caller.ask<C>(request);
    } finally {
      this.answered = true;
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

/** The page stays usable: so many milliseconds of training, then everything else that waits. */
const SLICE_MS = 8;

/** Trainers on the page's thread take turns, a slice each. */
async function pageRealm(): Promise<Realm> {
  const { TrainingSession, TYPED_ARRAYS } = await import("./session");
  let ended = false;
  const refuseEnded = (): void => {
    if (ended) throw new ModelpressError(DISPOSED);
  };
  const session = new TrainingSession(() => Promise.resolve(TYPED_ARRAYS), {
    sliceMs: SLICE_MS,
    pause: async () => {
      await nextTask();
      refuseEnded();
    },
  });
  return {
    place: "page",
    ask: async (request) => {
      refuseEnded();
      return (await session.handle(request)) as never;
    },
    end: () => {
      ended = true;
    },
  };
}

/**
 * Opens a training in a worker. Where workers fail, the typed arrays of "cpu" run on the page's thread; the other
 * backends, whose TensorFlow.js the page's models use there, reject with BackendUnavailable.
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
    if (error instanceof ModelpressError) throw error; // it started, and refused
    if (backend !== "cpu") throw new BackendUnavailable(backend, "a training needs a worker for it.");
    const realm = await pageRealm();
    return { realm, opened: await realm.ask(request) };
  }
}
