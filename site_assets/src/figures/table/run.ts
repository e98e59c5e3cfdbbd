/** Reads a file and predicts its rows in slices, so that the page answers meanwhile. */
import { nextTask } from "../../core/task";
import type { Entry } from "../../runtime/spec";
import { Session } from "../../runtime/session";
import { CsvFault, partsOf, readTable, type Table } from "./csv";

/** Rows are read and predicted for so long before pending input and frames have their turn. */
const SLICE_MS = 8;
const MOST_BYTES = 200_000_000;
/** Rows of one request; the engine itself pauses between single predictions. */
const AT_ONCE = 32;

export interface Predicted extends Table {
  /** The predictions, one after the other. */
  predictions: Float32Array;
}

/** Gives the thread back when a slice is over. Rejects once `signal` is aborted. */
async function turn(started: number, signal: AbortSignal): Promise<number> {
  if (performance.now() - started < SLICE_MS) return started;
  await nextTask();
  signal.throwIfAborted();
  return performance.now();
}

async function textOf(file: File): Promise<string> {
  if (file.size > MOST_BYTES) throw new CsvFault("The file is larger than 200 MB. Split it, or use modelpress predict in Python.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch (error) {
    if (error instanceof TypeError) throw new CsvFault("The file is not text in UTF-8. Save it as CSV (UTF-8).");
    throw error;
  }
}

/** Resolves to the table of a file with its predictions. progress: told the rows that are done, and all. */
export async function predictFile(
  entry: Entry,
  file: File,
  signal: AbortSignal,
  progress: (done: number, all: number) => void,
): Promise<Predicted> {
  const text = await textOf(file);
  signal.throwIfAborted();
  const reading = readTable(text, partsOf(entry.input));
  let started = performance.now();
  let step = reading.next();
  while (!step.done) {
    started = await turn(started, signal);
    step = reading.next();
  }
  const table = step.value;
  const [size, all] = [table.values.length / table.rows.length, table.rows.length];
  const length = entry.output.shape.reduce((product, each) => product * each, 1);
  const predictions = new Float32Array(all * length);
  // Only the exact engine's predictions are the same in Python to the last bit.
  const session = new Session(entry, { order: ["exact"], shared: true });
  try {
    await session.start();
    for (let row = 0; row < all; row += AT_ONCE) {
      const count = Math.min(AT_ONCE, all - row);
      const values = Float32Array.from(table.values.slice(row * size, (row + count) * size));
      predictions.set((await session.predict(values, count)).values, row * length);
      signal.throwIfAborted();
      progress(row + count, all);
      started = await turn(started, signal);
    }
  } finally {
    await session.dispose();
  }
  return { ...table, predictions };
}
