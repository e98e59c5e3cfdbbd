/** Serves a training's requests, in a worker or on the page's own thread. */
import type { Started } from "../../runtime/backends/install";
import { BackendLost, ModelpressError } from "../../core/errors";
import { tablesOf, type Table } from "../data/data";
import { Network } from "../engine/net";
import type { TrainingRequest, TrainingResult } from "./protocol";
import { prove } from "./prove";
import { Run, type Evaluation, type MakeEngine, type Slices } from "./run";
import { setupOf } from "./setup";
import { stepping } from "./stepping";
import type { TrainingBackend } from "../spec";

/** A ready backend. `started`: reports its loss; null for a backend that cannot be lost. */
export interface Maker {
  make: MakeEngine;
  started: Started | null;
  /** Returns the number of tensors alive. */
  tensors: () => number;
}

/** This project's own engine, available everywhere. */
export const TYPED_ARRAYS: Maker = {
  make: (options) => new Network(options),
  started: null,
  tensors: () => 0,
};

type Opening = TrainingRequest & { call: "open" };

interface Opened {
  asked: Opening;
  maker: Maker;
  run: Run;
  train: Table;
  validation: Table | null;
}

/** One trainer's run. Requests are served one after another. */
export class TrainingSession {
  private opened: Opened | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly makerOf: (backend: TrainingBackend) => Promise<Maker>,
    private readonly slices: Slices,
  ) {}

  handle(request: TrainingRequest): Promise<TrainingResult> {
    const result = this.turn.then(() =>
      request.call === "open" ? this.open(request) : this.guarded(request, this.state()),
    );
    this.turn = result.catch(() => undefined); // the caller handles the rejection
    return result;
  }

  private async open(asked: Opening): Promise<TrainingResult> {
    const { spec, bin, options, kept, backend } = asked;
    const setup = setupOf(spec, bin, options, kept);
    const maker = await this.makerOf(backend);
    const { train, validation } = tablesOf(spec, bin);
    const run = new Run(setup, train, spec.metrics, maker.make);
    this.opened = { asked, maker, run, train, validation };
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
    if (started === null) return this.answer(request, opened);
    const gone = (reason: string): never => {
      throw new BackendLost(opened.asked.backend, reason);
    };
    try {
      return await Promise.race([this.answer(request, opened), started.lost.then(gone)]);
    } finally {
      const failure = started.failure();
      if (failure) gone(failure); // takes precedence over the result, or an error caused by the loss
    }
  }

  private async answer(request: TrainingRequest, opened: Opened): Promise<TrainingResult> {
    const { run, maker, train, asked } = opened;
    switch (request.call) {
      case "step":
        return stepping(run, opened.validation, request, this.slices);
      case "evaluate":
        return this.evaluate(opened);
      case "weights":
        return run.weights();
      case "predict":
        return (await run.forward(request.values, request.rows)).answers;
      case "reset":
        run.reset();
        return null;
      case "prove":
        return prove(asked.spec, asked.bin, train, asked.backend, maker.make, this.slices, request.steps ?? Infinity);
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
