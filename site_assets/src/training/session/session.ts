/** Serves a training's requests, in a worker or on the page's own thread. */
import type { Started } from "../../runtime/backends/install";
import { BackendLost, ModelpressError } from "../../core/errors";
import { datasetsOf, type Dataset } from "../data/data";
import { Network } from "../engine/net";
import type { TrainingRequest, TrainingResult } from "./protocol";
import { prove } from "./prove";
import { Run, type Evaluation, type MakeEngine, type Slices } from "./run";
import { setupOf } from "./setup";
import { stepping } from "./stepping";
import type { TrainingBackend } from "../spec";

/** A ready backend. `started`: reports its loss; null for a backend that cannot be lost. */
export interface EngineFactory {
  make: MakeEngine;
  started: Started | null;
  /** Returns the number of tensors alive. */
  tensors: () => number;
}

/** This project's own engine, available everywhere. */
export const TYPED_ARRAYS: EngineFactory = {
  make: (options) => new Network(options),
  started: null,
  tensors: () => 0,
};

type Opening = TrainingRequest & { call: "open" };

interface Opened {
  openRequest: Opening;
  maker: EngineFactory;
  run: Run;
  train: Dataset;
  validation: Dataset | null;
}

/** One trainer's run. Requests are served one after another. */
export class TrainingSession {
  private opened: Opened | null = null;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly makerOf: (backend: TrainingBackend) => Promise<EngineFactory>,
    private readonly slices: Slices,
  ) {}

  handle(request: TrainingRequest): Promise<TrainingResult> {
    const result = this.queue.then(() =>
      request.call === "open" ? this.open(request) : this.guarded(request, this.state()),
    );
    this.queue = result.catch(() => undefined); // the caller handles the rejection
    return result;
  }

  private async open(openRequest: Opening): Promise<TrainingResult> {
    const { spec, bin, options, checkpoint, backend } = openRequest;
    const setup = setupOf(spec, bin, options, checkpoint);
    const maker = await this.makerOf(backend);
    const { train, validation } = datasetsOf(spec, bin);
    const run = new Run(setup, train, spec.metrics, maker.make);
    this.opened = { openRequest, maker, run, train, validation };
    return { backend: run.backend, layers: setup.layers, weights: setup.weights, outputs: setup.outputs };
  }

  private state(): Opened {
    if (this.opened === null) throw new ModelpressError("This training has not been opened.");
    return this.opened;
  }

  /**
   * A graphics context that is lost or out of memory returns zeros, or never returns, without an error: so requests
   * race against its loss, and its state is checked afterwards.
   */
  private async guarded(request: TrainingRequest, opened: Opened): Promise<TrainingResult> {
    const { started } = opened.maker;
    if (started === null) return this.respond(request, opened);
    const gone = (reason: string): never => {
      throw new BackendLost(opened.openRequest.backend, reason);
    };
    try {
      return await Promise.race([this.respond(request, opened), started.lost.then(gone)]);
    } finally {
      const failure = started.failure();
      if (failure) gone(failure); // takes precedence over the result, or an error caused by the loss
    }
  }

  private async respond(request: TrainingRequest, opened: Opened): Promise<TrainingResult> {
    const { run, maker, train, openRequest } = opened;
    switch (request.call) {
      case "step":
        return stepping(run, opened.validation, request, this.slices);
      case "evaluate":
        return this.evaluate(opened);
      case "weights":
        return run.weights();
      case "predict":
        return (await run.forward(request.values, request.rows)).predictions;
      case "reset":
        run.reset();
        return null;
      case "prove":
        return prove(openRequest.spec, openRequest.bin, train, openRequest.backend, maker.make, this.slices, request.steps ?? Infinity);
      case "tensors":
        return maker.tensors();
      case "open":
        throw new ModelpressError("This training has been opened already.");
    }
  }

  private async evaluate({ run, train, validation }: Opened): Promise<Evaluation> {
    const found = await run.evaluate(train);
    if (validation === null) return found;
    const { loss, metrics } = await run.evaluate(validation);
    return { ...found, val_loss: loss, val_metrics: metrics };
  }
}
