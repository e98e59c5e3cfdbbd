/** A model on a backend that has answered every golden case as Python did. */
import { engineFor } from "./engines";
import { BackendLost, BackendRefused, ModelpressError } from "./errors";
import { fetchGolden, fetchModel } from "./files";
import { passes, replay, type Comparison } from "./parity";
import type { Engine } from "./protocol";
import { shapeText, type BackendName, type Entry, type Format, type Golden } from "./spec";

/** The CPU runs the same loops for one case and for several: fewer calls, a sooner first answer. */
const CPU_STEP = 8;

/** From which shape to which: what golden cases and their model have in common. */
function shapesOf(of: Golden | Entry): string {
  const [from, to] = "input" in of ? [of.input.shape, of.output.shape] : [of.input_shape, of.output_shape];
  return `from ${shapeText(from)} to ${shapeText(to)}`;
}

/** A loaded model, proven or about to be. */
export class Runnable {
  /** The backend that computed the latest answer, as TensorFlow.js names it; "" before the first. */
  ranOn = "";
  private released = false;

  private constructor(
    readonly entry: Entry,
    readonly engine: Engine,
    readonly golden: Golden,
    private readonly id: number,
  ) {}

  /** Fetches (all files at once), checks and loads. Rejects with BackendUnavailable or BackendLost. */
  static async load(entry: Entry, backend: BackendName, format: Format): Promise<Runnable> {
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

  compare(asBatch: boolean): Promise<Comparison> {
    const step = this.backend === "cpu" && !asBatch ? CPU_STEP : 1;
    return replay(this.golden, (values, batch) => this.run(values, batch), asBatch, step);
  }

  /** Frees the model's tensors. */
  async release(): Promise<void> {
    if (this.released) return;
    this.released = true;
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
  /** Of one answer while proving, in milliseconds, messages included. */
  ms: number;
  /** Frees the model's tensors, once nobody else uses them. */
  release(): Promise<void>;
}

/** The sentence for a backend that answers wrongly. */
function refusal(backend: BackendName, entry: Entry, { maxDiff, shapeOk, worst }: Comparison): string {
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
    return { runnable, maxDiff: comparison.maxDiff, ms, release: () => runnable.release() };
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
