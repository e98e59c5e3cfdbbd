/** One run on any engine: selects the next examples and learning rate, and collects losses and metrics. */
import { gather, type Dataset } from "../data/data";
import type { Predictions, Engine, EngineOptions, Snapshot } from "../engine/engine";
import { lossOf } from "../engine/losses";
import { MetricHistory, measure } from "../engine/metrics";
import { inOrder, order } from "../data/order";
import type { Setup } from "./setup";
import { lastActivation, type MetricName } from "../spec";

export type MakeEngine = (options: EngineOptions) => Engine;

/** State after some steps. `step`: steps so far; `epoch`: completed epochs so far. */
export interface Progress {
  step: number;
  epoch: number;
  /** The latest batch's loss before its update; NaN before the first step. */
  loss: number;
  /** Each batch's loss before its update, in the order of these steps. */
  losses: Float32Array<ArrayBuffer>;
  /** Metrics of the latest batch, before its update. */
  metrics: Record<string, number>;
  /** Each batch's metrics before its update, in the order of these steps; empty unless requested. */
  history: Record<string, Float32Array<ArrayBuffer>>;
  /** Why the run cannot continue, or null. */
  stopped: string | null;
}

export interface Evaluation {
  loss: number;
  metrics: Record<string, number>;
  val_loss?: number;
  val_metrics?: Record<string, number>;
}

/** Time slicing: after `sliceMs` milliseconds a call yields the thread by awaiting `pause`. */
export interface Slices {
  sliceMs: number;
  pause: () => Promise<void>;
}

/** Steps queued on a graphics device before their losses are awaited. */
const MAX_QUEUED = 32;

/** Examples evaluated at a time. */
const EVALUATION_BATCH = 1024;

export class Run {
  step = 0;
  stopped: string | null = null;
  private readonly engine: Engine;
  private readonly batchX: Float32Array;
  private readonly batchY: Float32Array<ArrayBuffer>;
  private readonly perEpoch: number;
  private places: Uint32Array;
  private placesEpoch = -1;
  private loss = NaN;
  private rows = 0;

  constructor(
    readonly setup: Setup,
    private readonly table: Dataset,
    private readonly metrics: readonly MetricName[],
    make: MakeEngine,
  ) {
    const { layers, inputs, outputs, loss, optimizer, batchSize } = setup;
    this.engine = make({ layers, inputs, loss, optimizer, batchSize });
    this.batchX = new Float32Array(batchSize * inputs);
    this.batchY = new Float32Array(batchSize * outputs);
    this.perEpoch = Math.ceil(table.rows / batchSize);
    this.places = inOrder(setup.shuffle ? 0 : table.rows);
    this.engine.restore({ weights: setup.initial });
  }

  get backend(): string {
    return this.engine.backend;
  }

  get epoch(): number {
    return Math.floor(this.step / this.perEpoch);
  }

  /** Takes `count` steps, fewer if it must stop. each: records the metrics of every step. */
  async advance(count: number, { sliceMs, pause }: Slices, each = false): Promise<Progress> {
    const losses = new Float32Array(count);
    const history = new MetricHistory(each ? this.metrics : [], this.setup.outputs);
    const keep = history.wanted;
    let received = 0;
    const record = (loss: number): void => {
      this.loss = loss;
      losses[received++] = loss;
      if (!Number.isFinite(loss)) this.stop("the loss", String(loss));
    };
    const before = this.step;
    const until = before + count;
    while (this.step < until && this.stopped === null) {
      const end = performance.now() + sliceMs;
      for (let queued = 0; this.step < until && this.stopped === null && queued < MAX_QUEUED; ) {
        const loss = this.takeStep(keep);
        if (keep) history.queue(this.batchY, this.rows);
        if (loss === null || keep) queued += 1;
        if (loss !== null) record(loss);
        if (performance.now() >= end) break;
      }
      for (const loss of await this.engine.flush()) if (this.stopped === null) record(loss);
      if (keep) history.measureQueued(await this.engine.storedPredictions());
      if (this.stopped !== null) this.step = before + received;
      else if (this.step < until) await pause();
    }
    if (this.stopped === null && count > 0) await this.checkWeights();
    const predictions = this.rows === 0 ? null : await this.engine.latestPredictions();
    const metrics = predictions && measure(this.metrics, predictions, this.batchY, this.rows, this.setup.outputs);
    return {
      step: this.step,
      epoch: this.epoch,
      loss: this.loss,
      losses: received === count ? losses : losses.slice(0, received),
      metrics: metrics ?? {},
      history: history.values(received),
      stopped: this.stopped,
    };
  }

  /** Returns loss and metrics over all examples of a table, with the current weights. */
  async evaluate(table: Dataset): Promise<{ loss: number; metrics: Record<string, number> }> {
    const { layers, outputs, loss: name } = this.setup;
    const { fromLogits, compute } = lossOf(name, lastActivation(layers));
    const places = inOrder(table.rows);
    const x = new Float32Array(EVALUATION_BATCH * table.inputs);
    const y = new Float32Array(table.rows * outputs);
    gather(table.y, places, 0, table.rows, outputs, y);
    const all = new Float32Array(table.rows * outputs);
    let loss = 0;
    for (let from = 0; from < table.rows; from += EVALUATION_BATCH) {
      const rows = Math.min(EVALUATION_BATCH, table.rows - from);
      gather(table.x, places, from, rows, table.inputs, x);
      const { predictions, scores } = await this.forward(x, rows);
      const lossInputs = Float64Array.from(fromLogits ? scores : predictions);
      const targets = Float64Array.from(y.subarray(from * outputs, (from + rows) * outputs));
      loss += (compute(lossInputs, targets, rows, outputs, null) * rows) / table.rows;
      all.set(predictions, from * outputs);
    }
    return { loss, metrics: measure(this.metrics, all, y, table.rows, outputs) };
  }

  /** Returns predictions for `rows` flattened inputs. Discards the latest batch's metrics. */
  forward(x: Float32Array, rows: number): Promise<Predictions> {
    this.rows = 0;
    return this.engine.forward(x.subarray(0, rows * this.setup.inputs), rows);
  }

  /** Returns all weights, float32, flattened. */
  async weights(): Promise<Float32Array<ArrayBuffer>> {
    return (await this.engine.snapshot()).weights;
  }

  async snapshot(): Promise<Snapshot> {
    return this.engine.snapshot();
  }

  /** Restores a snapshot of this run. */
  restore(snapshot: Snapshot): void {
    this.engine.restore(snapshot);
    this.step = snapshot.steps;
    this.clear();
  }

  /** Restores the initial weights, before the first step. */
  reset(): void {
    this.engine.restore({ weights: this.setup.initial });
    this.step = 0;
    this.clear();
  }

  dispose(): void {
    this.engine.dispose();
  }

  private clear(): void {
    this.stopped = null;
    this.loss = NaN;
    this.rows = 0;
  }

  /** Takes the next step. */
  private takeStep(keep: boolean): number | null {
    const { table, setup, batchX, batchY } = this;
    const at = this.step + setup.stepsBefore;
    const epoch = Math.floor(at / this.perEpoch);
    if (setup.shuffle && this.placesEpoch !== epoch) {
      this.places = order(setup.seed, epoch, table.rows);
      this.placesEpoch = epoch;
    }
    const from = (at - epoch * this.perEpoch) * setup.batchSize;
    this.rows = Math.min(setup.batchSize, table.rows - from);
    gather(table.x, this.places, from, this.rows, table.inputs, batchX);
    gather(table.y, this.places, from, this.rows, table.outputs, batchY);
    const { rates } = setup;
    const rate = rates ? rates[Math.min(at, rates.length - 1)]! : setup.optimizer.learning_rate;
    this.step += 1;
    return this.engine.step(batchX, batchY, this.rows, rate, keep);
  }

  private async checkWeights(): Promise<void> {
    if (!(await this.engine.finite())) this.stop("a weight", "no finite number");
  }

  private stop(what: string, found: string): void {
    const { optimizer, rates } = this.setup;
    const rate = rates ? "the schedule's learning rate" : `a learning rate of ${optimizer.learning_rate}`;
    this.stopped =
      `The training stopped by step ${this.step}: ${what} is ${found}. With ${rate} its steps grew beyond all ` +
      `numbers; begin again with a smaller one.`;
  }
}
