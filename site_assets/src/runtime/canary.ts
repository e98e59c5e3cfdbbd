/**
 * The canary: golden cases are replayed between a reader's own inputs, in the same queue and on the same backend.
 * A backend that misses one is withdrawn from the whole page. Loaded behind the first answer.
 */
import { BackendLost, BackendRefused } from "../core/errors";
import { passes, replay, spread, type Comparison } from "./parity";
import type { Engine } from "./protocol";
import { BACKENDS } from "../core/backends";
import type { Entry, Golden } from "./spec";
import { whenStopped, withdrawn, WITHDRAWN } from "./withdrawn";

/** The last of so many predictions waits for a golden case: one fewer are shown on the strength of the one before. */
export const EVERY = 32;
/** A prediction on the page is followed by a golden case after so long, at the latest. */
export const WITHIN_MS = 1000;
/** While inputs keep coming, what the clock asks for takes at most this share of the time. */
const SHARE = 0.05;
/** A reader who rests is followed by the other golden cases, for so much computing … */
const REST_MS = 500;
/** … and with pauses so many times as long as a case, and at least a frame. */
const PAUSE = 4;
const FRAME_MS = 16;
/** The exact engine repeats predictions for readers' own inputs if one takes at most this time … */
const REPEAT_MS = 4;
/** … in the fastest of so many. Of a batch it repeats as many as fit into the time, evenly spread. */
const MEASURED = 3;

/** A model that is watched. */
export interface Watched {
  readonly entry: Pick<Entry, "title" | "tolerance">;
  readonly engine: Engine;
  readonly golden: Golden;
  /** Whether it was proven with batches, too. */
  readonly asBatch: boolean;
  /** Runs it for a golden case. */
  run(values: Float32Array, batch: number): Promise<{ values: Float32Array; shape: number[] }>;
  /** The exact engine with the same model, for the readers' own inputs; null if it does not cover the model. */
  exact?(): Promise<Reference | null>;
}

/** The exact engine with the model of a `Watched`. */
export interface Reference {
  /** Largest difference of a prediction that is allowed, and the largest prediction of the golden cases. */
  readonly bound: number;
  readonly largest: number;
  run(values: Float32Array, batch: number): Promise<{ values: Float32Array; shape: number[] }>;
  close(): void;
}

/** The last good case, as `performance.now()` has it, and the predictions given since. */
export interface Checked {
  readonly at: number;
  readonly since: number;
}

const watches = new Set<Watch>();

export class Watch {
  private since = 0;
  private batched = 0;
  private at: number;
  private next = 0;
  /** Cases in a row since the latest prediction, and the computing they took. */
  private row = 0;
  private spent = 0;
  private caseMs = 0;
  private asked = 0;
  /** How often the page was hidden or a device lost since the last case: the next prediction waits for one. */
  private doubts = 0;
  private checking: Promise<void> | null = null;
  private timer = 0;
  private closed = false;
  private reference: Promise<Reference | null> | null = null;
  /** How often the exact engine has repeated predictions, and its least milliseconds for one. */
  private repeated = 0;
  private repeatMs = Infinity;

  constructor(
    private readonly model: Watched,
    { at, since }: Checked = { at: performance.now(), since: 0 },
  ) {
    this.at = at;
    watches.add(this);
    this.count(since);
  }

  get checked(): Checked {
    return { at: this.at, since: this.since };
  }

  /** Called with each prediction before it is given. Rejects with BackendRefused where a golden case is missed. */
  async answered(values: Float32Array, batch: number): Promise<void> {
    this.count(batch);
    if (batch > 1) this.batched += batch;
    if (values.some(Number.isNaN)) this.doubts += 1;
    const { asBatch, golden, engine } = this.model;
    // Proven afresh after it was withdrawn, it is never again believed beyond one case.
    const every = withdrawn.has(engine.backend) ? 1 : EVERY;
    while (this.doubts > 0 || this.since >= every) await this.check();
    if (asBatch && this.batched >= EVERY * golden.cases) await this.replayBatch();
  }

  /** Withdraws the backend and throws, unless `comparison` is within the tolerance. */
  judge(comparison: Comparison): void {
    const { entry } = this.model;
    if (passes(comparison, entry.tolerance)) return;
    throw withdraw(this.model, comparison, entry.tolerance, "a golden case", this.since);
  }

  /**
   * Called with each prediction for a reader's own inputs before it is given: the exact engine repeats it. Rejects with
   * BackendRefused where it differs.
   */
  async repeat(inputs: Float32Array, values: Float32Array, batch: number): Promise<void> {
    this.reference ??= this.model.exact?.().catch(() => null) ?? Promise.resolve(null);
    const reference = await this.reference;
    if (!reference || (this.repeated >= MEASURED && this.repeatMs > REPEAT_MS)) return;
    const [size, length] = [inputs.length / batch, values.length / batch];
    const places = spread(batch, Math.max(1, Math.floor(REPEAT_MS / this.repeatMs)));
    let [maxDiff, largest] = [0, 0];
    const began = performance.now();
    for (const place of places) {
      const exact = await reference.run(inputs.subarray(place * size, (place + 1) * size), 1);
      for (let i = 0; i < length; i++) {
        const [wanted, found] = [exact.values[i]!, values[place * length + i]!];
        if (Object.is(wanted, found)) continue; // NaN, too
        const difference = Math.abs(wanted - found);
        largest = Math.max(largest, Math.abs(wanted));
        if (difference > maxDiff || Number.isNaN(difference)) maxDiff = difference;
      }
    }
    this.repeated += 1;
    this.repeatMs = Math.min(this.repeatMs, (performance.now() - began) / places.length);
    // Predictions larger than those of the golden cases may be off by as much more.
    const bound = reference.bound * Math.max(1, largest / (reference.largest || 1));
    if (maxDiff <= bound) return;
    throw withdraw(this.model, { maxDiff, shapeOk: true }, Number(bound.toPrecision(3)), "your input", this.since);
  }

  /** Something happened that devices do not always survive: a case now, and before the next prediction. */
  doubt(): void {
    this.doubts += 1;
    this.row = this.spent = 0;
    this.arm(0);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    void this.reference?.then((reference) => reference?.close());
    watches.delete(this);
  }

  private count(batch: number): void {
    if (batch === 0) return;
    this.since += batch;
    this.row = this.spent = 0;
    this.asked = performance.now();
    if (!this.timer) this.arm(WITHIN_MS);
  }

  private arm(ms: number): void {
    clearTimeout(this.timer);
    this.timer = this.closed ? 0 : window.setTimeout(() => void this.tick(), ms);
  }

  /** The clock's part: a case for predictions that none has followed, all cases once the reader rests. */
  private async tick(): Promise<void> {
    this.timer = 0;
    try {
      const quiet = performance.now() - this.asked;
      const early = performance.now() - this.at < this.caseMs / SHARE;
      if (this.doubts > 0 || quiet >= WITHIN_MS || (this.since > 0 && !early)) await this.check();
    } catch {
      return; // the sessions are told of a backend that stops
    }
    if (this.timer || this.closed) return;
    if (this.since > 0) this.arm(WITHIN_MS);
    else if (performance.now() - this.asked < WITHIN_MS) this.arm(WITHIN_MS);
    else if (this.row < this.model.golden.cases && this.spent < REST_MS) this.arm(Math.max(FRAME_MS, PAUSE * this.caseMs));
    else if (this.batched > 0) await this.replayBatch().catch(() => undefined);
  }

  /** Replays the next golden case; who asks while one is under way waits for that one. */
  private check(): Promise<void> {
    this.checking ??= this.replayNext().finally(() => (this.checking = null));
    return this.checking;
  }

  private async replayNext(): Promise<void> {
    const { golden } = this.model;
    const place = this.next;
    this.next = (place + 1) % golden.inputs.length;
    const one = { ...golden, inputs: [golden.inputs[place]!], outputs: [golden.outputs[place]!] };
    // What is counted later may be computed after this case.
    const [covered, doubts] = [this.since, this.doubts];
    await this.replay(one, 1);
    this.since -= covered;
    if (this.doubts === doubts) this.doubts = 0;
    this.row += 1;
  }

  private async replayBatch(): Promise<void> {
    this.batched = 0;
    if (this.model.asBatch) await this.replay(this.model.golden, this.model.golden.inputs.length);
  }

  private async replay(golden: Golden, step: number): Promise<void> {
    const began = performance.now();
    this.judge(await replay(golden, (values, batch) => this.model.run(values, batch), false, step));
    this.at = performance.now();
    this.caseMs = (this.at - began) / step;
    this.spent += this.at - began;
  }
}

/** Ends the backend's engine and lets every figure and model of the page leave it. */
function withdraw(
  { entry: { title }, engine }: Watched, { maxDiff, shapeOk }: Pick<Comparison, "maxDiff" | "shapeOk">,
  tolerance: number, what: string, since: number,
): Error {
  const { backend, lost } = engine;
  if (lost !== null) return new BackendLost(backend, lost); // by another model's case, or it was lost meanwhile
  const found = !shapeOk ? "has another shape" : Number.isNaN(maxDiff) ? "is NaN" : `differs by ${maxDiff.toPrecision(3)}`;
  const some = since === 0 ? "" : ` Up to ${since} prediction${since === 1 ? "" : "s"} since the last check may have been wrong.`;
  const error = new BackendRefused(
    backend, maxDiff, tolerance,
    `The backend "${backend}" was withdrawn: it no longer computes as Python does. Its prediction of "${title}" for ${what} ` +
      `${found}; the tolerance is ${tolerance}.${some}`,
  );
  for (const name of backend === "cpu" ? BACKENDS : [backend]) withdrawn.set(name, error);
  engine.end(WITHDRAWN);
  const detail = { backend, title, maxDiff, tolerance, predictions: since, message: error.message };
  document.dispatchEvent(new CustomEvent("modelpress:withdrawn", { detail }));
  return error;
}

function doubtAll(): void {
  for (const watch of watches) watch.doubt();
}

whenStopped.add(doubtAll);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") doubtAll();
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) doubtAll();
});
// A canvas's event does not bubble; the page's own canvases are in the document.
document.addEventListener("webglcontextlost", doubtAll, true);
