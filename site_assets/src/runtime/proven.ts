/** A model on a backend that has answered every golden case as Python did. */
import type { Checked, Reference, Watch, Watched } from "./canary";
import { engineFor } from "./engines";
import { digestOf } from "./exact";
import { BackendLost, BackendRefused, BackendUnavailable, ModelpressError } from "../core/errors";
import { fetchGolden, fetchModel } from "./files";
import { passes, replay, type Comparison } from "./parity";
import type { Engine } from "./protocol";
import { script } from "../core/scripts";
import type { BackendName } from "../core/backends";
import { shapeText, type Entry, type Format, type Golden } from "./spec";

/** The CPU runs the same loops for one case and for several: fewer calls, a sooner first answer. */
const CPU_STEP = 8;

/** From which shape to which: what golden cases and their model have in common. */
function shapesOf(of: Golden | Entry): string {
  const [from, to] = "input" in of ? [of.input.shape, of.output.shape] : [of.input_shape, of.output_shape];
  return `from ${shapeText(from)} to ${shapeText(to)}`;
}

/** Inputs of readers differ from golden cases, and so do rounding errors: they may be so many times as large. */
const OWN_INPUTS = 4;

/** Golden cases that a backend's time is measured with. */
const TIMED = 5;

/** Predictions that may be given before the canary's script is there: fewer than it lets pass without a golden case. */
const UNWATCHED = 12;

let canary: typeof import("./canary") | null = null;

/** Proven and in use. */
const alive = new Set<Runnable>();

/** Loads the canary, which no first answer waits for, and lets it watch what is proven. */
export async function watchAll(): Promise<void> {
  canary = await script(import("./canary"));
  for (const runnable of alive) runnable.watch();
}

/** Lets the canary watch another model, whose predictions its owner reports. */
export async function watchOther(model: Watched): Promise<Watch> {
  await watchAll();
  return new canary!.Watch(model);
}

/** A loaded model, proven or about to be. */
export class Runnable {
  /** The backend that computed the latest answer, as TensorFlow.js names it; "" before the first. */
  ranOn = "";
  /** Whether batches are proven, too. */
  asBatch = false;
  /** The exact engine's predictions for the golden cases, once their digest equals Python's. */
  private bits: number[][] | null = null;
  private released = false;
  private watched: Watch | null = null;
  private unwatched = { at: 0, since: 0 };

  private constructor(
    readonly entry: Entry,
    readonly engine: Engine,
    readonly golden: Golden,
    private readonly id: number,
  ) {}

  /** Fetches (all files at once), checks and loads. Rejects with BackendUnavailable or BackendLost. */
  static async load(entry: Entry, backend: BackendName, format: Format): Promise<Runnable> {
    if (backend === "exact" && !entry.exact?.covered) {
      const reason = entry.exact?.reason ?? "the site was built by an earlier version";
      throw new BackendUnavailable(backend, `it can't compute "${entry.title}": ${reason}.`);
    }
    const parts = [engineFor(backend), fetchModel(entry, format), fetchGolden(entry)] as const;
    const [engine, bytes, golden] = await Promise.all(parts);
    const [found, wanted] = [golden, entry].map(shapesOf);
    if (found !== wanted) {
      throw new ModelpressError(`The golden cases of "${entry.title}" go ${found}; expected ${wanted}. Build the site again.`);
    }
    const id = await engine.load(bytes, entry.input.shape);
    return new Runnable(entry, engine, golden, id);
  }

  get backend(): BackendName {
    return this.engine.backend;
  }

  /** Answers for `batch` inputs laid flat, and that it was this backend that computed them. */
  async run(values: Float32Array, batch: number): Promise<{ values: Float32Array; shape: number[] }> {
    if (this.released) throw new ModelpressError(`"${this.entry.title}" has been disposed of.`);
    const answer = await this.engine.run(this.id, values, batch);
    this.ranOn = answer.backend;
    if (answer.backend !== this.backend) {
      throw new ModelpressError(
        `The answer was computed by "${answer.backend}", not by "${this.backend}" as asked.`,
      );
    }
    return answer;
  }

  /** As `run`, for a reader: golden cases are replayed in between, see canary.ts. Rejects with BackendRefused. */
  async answer(values: Float32Array, batch: number): Promise<{ values: Float32Array; shape: number[] }> {
    const answer = await this.run(values, batch);
    const began = this.watched !== null;
    if (!began) {
      this.unwatched.since += batch; // the watch that begins takes it over
      if (this.unwatched.since < UNWATCHED && !this.repeatable) return answer;
      await watchAll();
    }
    const { watched } = this;
    await watched?.repeat(values, answer.values, batch);
    await watched?.answered(answer.values, began ? batch : 0);
    return answer;
  }

  /** The latest golden case that was good, and the predictions since. */
  get checked(): Checked {
    return this.watched?.checked ?? this.unwatched;
  }

  /** Every golden case was good: from now on some of them are replayed again and again. */
  proven(asBatch: boolean): void {
    this.asBatch = asBatch;
    this.unwatched.at = performance.now();
    alive.add(this);
    this.watch();
  }

  /** Whether the exact engine can repeat predictions of this backend. The CPU is the page's reference. */
  private get repeatable(): boolean {
    return this.entry.exact?.covered === true && !["exact", "cpu"].includes(this.backend);
  }

  /** The exact engine with this model, null if it cannot repeat its predictions. */
  async exact(): Promise<Reference | null> {
    if (!this.repeatable) return null;
    const [engine, bytes] = await Promise.all([engineFor("exact"), fetchModel(this.entry, "graph")]);
    const id = await engine.load(bytes, this.entry.input.shape);
    const largest = this.golden.outputs.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return {
      bound: OWN_INPUTS * Math.max(this.entry.tolerance, this.entry.exact?.bound ?? 0),
      largest,
      run: (values, batch) => engine.run(id, values, batch),
      close: () => void engine.unload(id),
    };
  }

  watch(): void {
    if (canary) this.watched ??= new canary.Watch(this.asWatched(), this.unwatched);
  }

  /** For the exact engine, the canary compares every bit with the proven predictions. */
  private asWatched(): Watched {
    if (this.bits === null) return this;
    const golden = { ...this.golden, outputs: this.bits };
    const { entry, engine } = this;
    return { entry: { title: entry.title, tolerance: 0 }, engine, golden, asBatch: false, run: (values, batch) => this.run(values, batch) };
  }

  /** All golden cases, now. Rejects with BackendRefused past the tolerance, and the backend is withdrawn. */
  async verify(): Promise<Comparison> {
    const comparison = await this.compare(true);
    if (!passes(comparison, this.entry.tolerance)) {
      await watchAll();
      this.watched?.judge(comparison);
    }
    return comparison;
  }

  compare(asBatch: boolean): Promise<Comparison> {
    if (this.backend === "exact") return this.compareBits();
    const step = this.backend === "cpu" && !asBatch ? CPU_STEP : 1;
    return replay(this.golden, (values, batch) => this.run(values, batch), asBatch, step);
  }

  /** Like `compare`, and whether the digest of all predictions is the manifest's. A batch is a series of predictions. */
  private async compareBits(): Promise<Comparison> {
    const predictions: Float32Array[] = [];
    const comparison = await replay(this.golden, async (values, batch) => {
      const answer = await this.run(values, batch);
      predictions.push(answer.values);
      return answer;
    }, false, 1, this.golden.inputs.length, true);
    const bitwise = (await digestOf(predictions)) === this.entry.exact?.digest;
    if (bitwise) this.bits = predictions.map((each) => Array.from(each));
    return { ...comparison, bitwise };
  }

  /**
   * Milliseconds of one prediction, and of all golden cases as a batch if `asBatch`, reading back included. The shortest
   * of several, since a page that loads delays some of them.
   */
  async time(asBatch: boolean): Promise<{ one: number; all: number | null }> {
    const { inputs } = this.golden;
    const each = inputs.slice(0, TIMED).map((input) => Float32Array.from(input));
    const one = await this.shortest(each, 1);
    const batch = asBatch ? Float32Array.from(inputs.flat()) : null;
    return { one, all: batch && (await this.shortest([batch, batch, batch], inputs.length)) };
  }

  private async shortest(given: readonly Float32Array[], batch: number): Promise<number> {
    const times: number[] = [];
    for (const values of given) {
      const before = performance.now();
      await this.run(values, batch);
      times.push(performance.now() - before);
    }
    return Math.min(...times);
  }

  /** Frees the model's tensors. */
  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
    alive.delete(this);
    this.watched?.close();
    try {
      await this.engine.unload(this.id);
    } catch (error) {
      if (!(error instanceof BackendLost)) throw error; // lost: its tensors are gone with it
    }
  }
}

export interface Proven {
  runnable: Runnable;
  maxDiff: number;
  bitwise: boolean;
  /** Of one answer while proving, in milliseconds, messages included. */
  ms: number;
  /** Frees the model's tensors, once nobody else uses them. */
  release(): Promise<void>;
}

/** The sentence for a backend that answers wrongly. */
function refusal(backend: BackendName, entry: Entry, { maxDiff, shapeOk, worst, bitwise }: Comparison): string {
  if (shapeOk && bitwise === false) {
    return `The backend "${backend}" is refused: its predictions are not Python's to the last bit (${entry.cases} cases compared).`;
  }
  const what = !shapeOk
    ? "its answers have another shape than Python's"
    : Number.isNaN(maxDiff)
      ? `case ${worst.case} gives no number where Python gives ${worst.expected}`
      : `its answers differ from Python's by up to ${maxDiff.toPrecision(3)} on this device`;
  return (
    `The backend "${backend}" is refused: ${what}; the tolerance of "${entry.title}" is ` +
    `${entry.tolerance} (${entry.cases} cases compared).`
  );
}

/** Loads and proves. Rejects with BackendRefused past the tolerance. */
export async function prove(
  entry: Entry,
  backend: BackendName,
  format: Format,
  asBatch: boolean,
): Promise<Proven> {
  const runnable = await Runnable.load(entry, backend, format);
  try {
    const before = performance.now();
    const comparison = await runnable.compare(asBatch);
    const ms = (performance.now() - before) / runnable.golden.cases;
    if (!passes(comparison, entry.tolerance)) {
      const sentence = refusal(backend, entry, comparison);
      throw new BackendRefused(backend, comparison.maxDiff, entry.tolerance, sentence);
    }
    runnable.proven(asBatch);
    const { maxDiff, bitwise = false } = comparison;
    return { runnable, maxDiff, bitwise, ms, release: () => runnable.release() };
  } catch (error) {
    await runnable.release();
    throw error;
  }
}

interface Share {
  readonly proven: Promise<Proven>;
  users: number;
}

const shares = new Map<string, Share>();

/** As `prove`, but what is at hand already is used again: two figures of a model have it in common. */
export async function proveOnce(
  entry: Entry,
  backend: BackendName,
  format: Format,
  asBatch: boolean,
): Promise<Proven> {
  const key = [backend, format, asBatch, entry.base, entry.tolerance].join(" ");
  const known = shares.get(key);
  const share = known ?? { proven: prove(entry, backend, format, asBatch), users: 0 };
  const forget = (): void => {
    if (shares.get(key) === share) shares.delete(key);
  };
  if (!known) {
    shares.set(key, share);
    share.proven.catch(forget);
  }
  share.users += 1;
  const proven = await share.proven;
  if (known && proven.runnable.engine.lost !== null) {
    forget();
    return proveOnce(entry, backend, format, asBatch);
  }
  let released = false;
  return {
    ...proven,
    release: async () => {
      if (released) return;
      released = true;
      share.users -= 1;
      if (share.users > 0) return;
      forget();
      await proven.release();
    },
  };
}
