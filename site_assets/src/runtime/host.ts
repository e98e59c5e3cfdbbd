/** An engine in a worker, as the page sees it. */
import { Caller } from "../core/rpc";
import { BackendLost, messageOf, WorkerRefused } from "../core/errors";
import { errorOf, type Failure } from "./failures";
import type { ModelBytes } from "./files";
import { moduleWorker } from "../core/module-worker";
import { workerUrls } from "../core/worker-urls";
import type { Engine, EngineState, Request, Results, RunResult } from "./protocol";
import type { BackendName } from "../core/backends";
import { tellStopped } from "./withdrawn";

/** A worker that says nothing for so long is taken for hung. The first GPU run compiles for seconds. */
const ANSWER_TIMEOUT_S = 60;

/** Its start loads scripts, over a line that may be slow: asking for them again would take longer still. */
const START_TIMEOUT_S = 600;

class WorkerEngine implements Engine {
  renderer = "";
  lost: string | null = null;
  private readonly caller: Caller<Request, Results, Failure>;

  constructor(
    readonly backend: BackendName,
    private readonly worker: Worker,
  ) {
    this.caller = new Caller(worker, (failure) => errorOf(backend, failure), (lost) => this.end(lost as string));
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // told through the promises below, not twice
      this.end(event.message ? `its worker failed (${event.message}).` : "its worker could not be loaded.");
    });
    worker.addEventListener("messageerror", () => this.end("its worker sent something unreadable."));
  }

  async start(): Promise<this> {
    const { renderer } = await this.ask({ call: "start" });
    this.renderer = renderer;
    return this;
  }

  load(bytes: ModelBytes, inputShape: readonly number[]): Promise<number> {
    return this.ask({ call: "load", bytes, inputShape });
  }

  run(id: number, values: Float32Array, batch: number): Promise<RunResult> {
    return this.ask({ call: "run", id, values, batch });
  }

  async unload(id: number): Promise<void> {
    await this.ask({ call: "unload", id });
  }

  state(): Promise<EngineState> {
    return this.ask({ call: "state" });
  }

  /** Ends the worker and everything that waits for it. */
  end(reason: string): void {
    if (this.lost !== null) return;
    this.lost = reason;
    this.worker.terminate();
    this.caller.end(new BackendLost(this.backend, reason));
    tellStopped();
  }

  private async ask<C extends Request["call"]>(request: Request & { call: C }): Promise<Results[C]> {
    const limit = request.call === "start" ? START_TIMEOUT_S : ANSWER_TIMEOUT_S;
    const timer = setTimeout(() => this.end(`its worker did not answer within ${limit} seconds.`), limit * 1000);
    try {
      return await this.caller.ask<C>(request);
    } catch (error) {
      if (error instanceof BackendLost) this.end(error.reason); // found out before the device's own event
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Starts a backend in a worker of its own. Rejects with BackendUnavailable; WorkerRefused where no worker runs at all. */
export async function startWorker(backend: BackendName): Promise<Engine> {
  let worker: Worker;
  try {
    worker = moduleWorker(new URL(workerUrls.predicting), backend);
  } catch (error) {
    throw new WorkerRefused(backend, messageOf(error));
  }
  const engine = new WorkerEngine(backend, worker);
  try {
    return await engine.start();
  } catch (error) {
    engine.end("it could not be started.");
    throw error instanceof BackendLost ? new WorkerRefused(backend, error.reason) : error;
  }
}
