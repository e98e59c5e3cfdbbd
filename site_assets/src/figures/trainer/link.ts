/**
 * A run in the page's address: `#xor.train=sgd,rate:0.5,batch:2,seed:7,hidden:8x4,backend:wasm@40`. Contains the
 * settings that differ from Python's, then the run's step.
 */
import { decimal, group, shortest } from "../../core/number-format";
import { cut, listed, quoted } from "../../core/quoting";
import {
  BACKENDS, pythonSettings, rateOf, sameUnits, stepsPerEpoch, type Recorded, type Settings,
} from "./settings";

/** Limit of the step in a link. */
const MOST_STEPS = 1_000_000;
const MOST_UNITS = 256;
const MOST_LAYERS = 4;
const MOST_SEED = 2 ** 32 - 1;

export interface Linked {
  readonly settings: Settings;
  readonly step: number;
  /** Lists the invalid parts of the text and their replacements; "" if it is valid. */
  readonly wrong: string;
}

/** Returns the text of a run; "" for Python's settings at step 0. */
export function runText(recorded: Recorded, settings: Settings, step: number): string {
  const own = pythonSettings(recorded);
  const parts: string[] = [];
  if (settings.optimizer !== own.optimizer) parts.push(settings.optimizer);
  if (settings.rate !== rateOf(recorded, settings.optimizer)) {
    parts.push(`rate:${String(settings.rate)}`);
  }
  if (settings.batch !== own.batch) parts.push(`batch:${String(settings.batch)}`);
  if (settings.loss !== own.loss) parts.push(`loss:${settings.loss}`);
  if (settings.seed !== null) parts.push(`seed:${String(settings.seed)}`);
  if (settings.epoch !== null) parts.push(`epoch:${String(settings.epoch)}`);
  if (!sameUnits(settings.hidden, own.hidden)) parts.push(`hidden:${settings.hidden.join("x")}`);
  if (settings.backend !== own.backend) parts.push(`backend:${settings.backend}`);
  return parts.join(",") + (step > 0 ? `@${String(step)}` : "");
}

/** Parses a run. Missing or invalid parts take Python's values. */
export function readRun(recorded: Recorded, text: string): Linked {
  const own = pythonSettings(recorded);
  const wrong: string[] = [];
  const [list, at] = cut(text, "@");
  const given = new Map<string, string>();
  for (const part of list.split(",").filter(Boolean)) {
    const [name, value] = cut(part, ":");
    if (value !== undefined) given.set(name, value);
    else given.set("optimizer", name);
  }
  const parseSetting = <T>(name: string, read: (value: string) => T | null, fallback: T, words: string): T => {
    const value = given.get(name);
    given.delete(name);
    if (value === undefined) return fallback;
    const parsed = read(value);
    if (parsed === null) wrong.push(`${name} ${quoted(value)} (${words} instead)`);
    return parsed ?? fallback;
  };
  const optimizer = parseSetting(
    "optimizer",
    (value) => (recorded.recordings.some((each) => each.optimizer === value) ? value : null),
    own.optimizer,
    own.optimizer,
  );
  const defaultRate = rateOf(recorded, optimizer);
  const { kept, unit } = recorded;
  const read: Settings = {
    backend: parseSetting("backend", (value) => (Object.hasOwn(BACKENDS, value) ? value : null), own.backend, BACKENDS[own.backend]!),
    optimizer,
    rate: parseSetting("rate", parseRate, defaultRate, shortest(defaultRate)),
    batch: parseSetting("batch", (v) => whole(v, 1, recorded.rows), own.batch, String(own.batch)),
    loss: parseSetting("loss", (value) => (Object.hasOwn(recorded.losses, value) ? value : null), own.loss, own.loss),
    seed: parseSetting<number | null>("seed", parseSeed, null, "Python's initial weights"),
    epoch: parseSetting<number | null>(
      "epoch",
      (value) => kept.find((epoch) => String(epoch) === value) ?? null,
      null,
      kept.length > 0 ? `Python kept ${unit} ${kept.join(", ")}; its initial weights` : "Python's initial weights",
    ),
    hidden: parseSetting(
      "hidden",
      (value) => (own.hidden.length > 0 ? parseUnits(value.replaceAll("x", ",")) : null),
      own.hidden,
      own.hidden.length > 0 ? own.hidden.join(", ") : "Python's own",
    ),
  };
  const settings = withoutConflicts(read, own.hidden);
  if (settings.epoch !== read.epoch) wrong.push("“epoch” beside other initial weights or other hidden neurons (left out)");
  for (const name of given.keys()) wrong.push(`${quoted(name)} (left out)`);
  const most = Math.min(MOST_STEPS, 10 * recorded.epochs * stepsPerEpoch(recorded, settings));
  const step = at === undefined ? 0 : whole(at, 0, most);
  if (step === null) {
    wrong.push(`step ${quoted(at ?? "")} (from 0 to ${group(String(most))}; the first one instead)`);
  }
  return {
    settings,
    step: step ?? 0,
    wrong: wrong.length > 0 ? `The link asks for what there is not: ${listed(wrong)}.` : "",
  };
}

/** Removes conflicting initial weights: a seed, or another network, takes precedence over an epoch. */
function withoutConflicts(settings: Settings, hidden: readonly number[]): Settings {
  const fits = settings.seed === null && sameUnits(settings.hidden, hidden);
  return fits ? settings : { ...settings, epoch: null };
}

/** Parses a learning rate; null if it is invalid or out of range. */
export function parseRate(text: string): number | null {
  const rate = decimal(text);
  return rate >= 1e-7 && rate <= 1000 ? rate : null;
}

export function parseSeed(text: string): number | null {
  return whole(text, 0, MOST_SEED);
}

/** Parses `16, 8`: units of each hidden layer. */
export function parseUnits(text: string): number[] | null {
  const units = text.split(",").map((part) => whole(part, 1, MOST_UNITS));
  if (units.length > MOST_LAYERS || units.includes(null)) return null;
  return units as number[];
}

function whole(text: string, low: number, high: number): number | null {
  const number = /^\s*\d+\s*$/.test(text) ? Number(text) : NaN;
  return number >= low && number <= high ? number : null;
}
