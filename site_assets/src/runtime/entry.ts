/** An entry of the manifest as a caller gives it: copied, and looked at before it is used. */
import { completed, type FetchFile } from "./details";
import { ModelpressError } from "../core/errors";
import { reading, shown } from "../core/shown";
import type { EpochsSpec, Entry, ExactSpec, FileEntry } from "./spec";

const whole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const text = (value: unknown): boolean => typeof value === "string" && value !== "";
const shape = (value: unknown): boolean => Array.isArray(value) && value.every((length) => whole(length) && length > 0);

function isFile(file: unknown): file is FileEntry {
  const { url, size_bytes, sha256 } = (file ?? {}) as FileEntry;
  return text(url) && whole(size_bytes) && text(sha256);
}

function areEpochs(epochs: unknown): boolean {
  const { bin, epochs: kept, last, encoding, weights, probes } = (epochs ?? {}) as Partial<EpochsSpec>;
  const steps = (list: unknown): boolean => Array.isArray(list) && list.every(whole);
  const named = (weight: unknown): boolean => Array.isArray(weight) && text(weight[0]) && shape(weight[1]);
  return (
    text(bin) && steps(kept) && whole(last) && steps(probes) && Array.isArray(weights) && weights.every(named) &&
    ["float32", "uint16", "uint8"].includes(encoding as string)
  );
}

function isExact(exact: unknown): boolean {
  const { covered, digest, reason } = (exact ?? {}) as Partial<ExactSpec>;
  return covered === true ? text(digest) : covered === false && (reason === undefined || typeof reason === "string");
}

/** Field → whether it is as it should be, as far as every caller reads it. */
const FIELDS: Record<string, (entry: Entry) => boolean> = {
  title: ({ title }) => text(title),
  base: ({ base }) => text(base),
  files: ({ files }) => files !== null && typeof files === "object" && Object.values(files).every(isFile),
  formats: ({ formats }) =>
    formats !== null && typeof formats === "object" &&
    Object.values(formats).every((names) => text((names as { model?: unknown } | null)?.model) && text((names as { weights?: unknown }).weights)),
  golden: ({ golden }) => text(golden),
  cases: ({ cases }) => whole(cases),
  tolerance: ({ tolerance }) => Number.isFinite(tolerance) && tolerance >= 0,
  input: ({ input }) => shape((input as { shape?: unknown } | null)?.shape),
  output: ({ output }) => shape((output as { shape?: unknown } | null)?.shape),
  live: ({ live }) => live === undefined || (text((live as { url?: unknown } | null)?.url) && text(live.bin)),
  epochs: ({ epochs }) => epochs === undefined || areEpochs(epochs),
  exact: ({ exact }) => exact === undefined || isExact(exact),
};

/** A failure's training has no more than these. */
const OF_TRAINING = ["title", "files", "live", "epochs"];

/** A copy of the entry that a caller of `caller` gave. Throws a ModelpressError that names the field at fault. */
export async function entryFrom(given: unknown, caller: string, fetchFile: FetchFile): Promise<Entry> {
  const expected = `expected a model's slug, or its entry in models/manifest.json`;
  if (given === null || typeof given !== "object") {
    throw new ModelpressError(`${caller}() was given ${shown(given)}; ${expected}.`);
  }
  const entry = await figureOf(copyOf(given, caller), fetchFile);
  const needed = caller === "trainer" ? OF_TRAINING : Object.keys(FIELDS);
  const wrong = entry === null ? "title" : needed.find((field) => !FIELDS[field]!(entry));
  if (entry === null || wrong !== undefined) {
    throw new ModelpressError(`${caller}() was given an object whose "${wrong}" is not that of a model; ${expected}.`);
  }
  return entry;
}

/** The entry with the long fields that a figure reads, where the manifest has them in a file. */
async function figureOf(entry: Entry | null, fetchFile: FetchFile): Promise<Entry | null> {
  const details: unknown = entry?.details;
  if (!entry || details === null || typeof details !== "object" || !FIELDS["files"]!(entry)) return entry;
  const { figure } = details as { figure?: unknown };
  const listed = text(figure) && Object.hasOwn(entry.files, figure as string);
  return listed ? completed(entry, fetchFile, ["figure"]) : entry;
}

/** As JSON has it; null where it has no title. */
function copyOf(given: object, caller: string): Entry | null {
  const titled = reading("the entry", () => text((given as Partial<Entry>).title));
  if (!titled) return null; // anything at all, and perhaps huge
  try {
    return JSON.parse(JSON.stringify(given)) as Entry;
  } catch (error) {
    throw new ModelpressError(`${caller}() was given an entry that JSON cannot hold; expected one of models/manifest.json.`, {
      cause: error,
    });
  }
}
