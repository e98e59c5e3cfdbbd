/**
 * The canary: golden cases are replayed between a reader's own inputs, in the same queue and on the same backend.
 * A backend that misses one is withdrawn from the whole page. Loaded behind the first answer.
 */
import { BackendLost, BackendRefused } from "../core/errors";
import { passes, replay, type Comparison } from "./parity";
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

/** A model that is watched. */
export interface Watched {
  readonly entry: Pick<Entry, "title" | "tolerance">;
  readonly engine: Engine;
  readonly golden: Golden;
  /** Whether it was proven with batches, too. */
  readonly asBatch: boolean;
  /** Runs it for a golden case. */
  run(values: Float32Array, batch: number): Promise<{ values: Float32Array; shape: number[] }>;
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
    const { entry, engine } = this.model;
    if (passes(comparison, entry.tolerance)) return;
    throw withdraw(this.model, comparison, this.since, engine);
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
function withdraw(model: Watched, { maxDiff, shapeOk }: Comparison, since: number, engine: Engine): Error {
  const { backend, lost } = engine;
  if (lost !== null) return new BackendLost(backend, lost); // by another model's case, or it was lost meanwhile
  const { title, tolerance } = model.entry;
  const found = !shapeOk ? "has another shape" : Number.isNaN(maxDiff) ? "is NaN" : `differs by ${maxDiff.toPrecision(3)}`;
  const some = since === 0 ? "" : ` Up to ${since} prediction${since === 1 ? "" : "s"} since the last check may have been wrong.`;
  const error = new BackendRefused(
    backend, maxDiff, tolerance,
    `The backend "${backend}" was withdrawn: it no longer computes as Python does. Its prediction for a golden case of ` +
      `"${title}" ${found}; the tolerance is ${tolerance}.${some}`,
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
