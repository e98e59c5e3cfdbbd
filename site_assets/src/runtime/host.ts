/** An engine in a worker, as the page sees it. */
import { workerFile } from "virtual:modelpress/build";
import { BackendLost, BackendUnavailable, messageOf, ModelpressError, WorkerRefused } from "../core/errors";
import type { ModelBytes } from "./files";
import { moduleWorker } from "../core/module-worker";
import type { Engine, EngineState, Envelope, Reply, Request, Results, RunResult } from "./protocol";
import type { BackendName } from "../core/backends";
import { tellStopped } from "./withdrawn";

/** A worker that says nothing for so long is taken for hung. The first GPU run compiles for seconds. */
const ANSWER_TIMEOUT_S = 60;

/** Its start loads scripts, over a line that may be slow: asking for them again would take longer still. */
const START_TIMEOUT_S = 600;

interface Waiting {
  resolve: (result: never) => void;
  reject: (error: Error) => void;
  timer: number;
}

class WorkerEngine implements Engine {
  renderer = "";
  lost: string | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private nextNumber = 1;

  constructor(
    readonly backend: BackendName,
    private readonly worker: Worker,
  ) {
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.receive(data));
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
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(new BackendLost(this.backend, reason));
    }
    this.waiting.clear();
    tellStopped();
  }

  private ask<C extends Request["call"]>(request: Request & { call: C }): Promise<Results[C]> {
    if (this.lost !== null) return Promise.reject(new BackendLost(this.backend, this.lost));
    const number = this.nextNumber++;
    const limit = request.call === "start" ? START_TIMEOUT_S : ANSWER_TIMEOUT_S;
    return new Promise<Results[C]>((resolve, reject) => {
      const timer = setTimeout(() => this.end(`its worker did not answer within ${limit} seconds.`), limit * 1000);
      this.waiting.set(number, { resolve, reject, timer });
      this.worker.postMessage({ number, request } satisfies Envelope);
    });
  }

  private receive(reply: Reply): void {
    if ("lost" in reply) {
      this.end(reply.lost);
      return;
    }
    const waiting = this.waiting.get(reply.number);
    if (waiting === undefined) return;
    this.waiting.delete(reply.number);
    clearTimeout(waiting.timer);
    if ("result" in reply) {
      waiting.resolve(reply.result as never);
    } else if (reply.unavailable) {
      waiting.reject(new BackendUnavailable(this.backend, reply.error));
    } else {
      waiting.reject(new ModelpressError(reply.error));
    }
  }
}

/** Starts a backend in a worker of its own. Rejects with BackendUnavailable; WorkerRefused where no worker runs at all. */
export async function startWorker(backend: BackendName): Promise<Engine> {
  let worker: Worker;
  try {
    worker = moduleWorker(new URL(workerFile, import.meta.url), backend);
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
