/** Settings of a tape, and their form in the address: `#number_negator.tape=rate:0.2,float32@9`. */
import { decimal, group } from "../../core/number-format";
import { cut, listed, quoted } from "../../core/quoting";
import { parseRate } from "../trainer/link";

/** The build's description of the figure; all values are Python's. */
export interface Recorded {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Initial weights: [w] or [w, b]. */
  readonly weights: readonly number[];
  readonly names: readonly string[];
  readonly rate: number;
  /** Steps of the whole training. */
  readonly total: number;
  /** Keras' losses with these settings, by step. */
  readonly losses: readonly number[];
  readonly tolerance: number;
}

export interface Settings {
  readonly rate: number;
  readonly weights: readonly number[];
  /** The only example; null if there are several, which cannot be changed. */
  readonly x: number | null;
  readonly y: number | null;
  /** Whether to compute in float32. */
  readonly single: boolean;
}

export const PHASES = ["forward", "loss", "gradient", "update"] as const;
/** Limit of steps; the values of each are kept. */
export const MOST_STEPS = 20_000;
const MOST = 1e6;

export function pythonSettings({ rate, weights, x, y }: Recorded): Settings {
  const one = x.length === 1;
  return { rate, weights, x: one ? x[0]! : null, y: one ? y[0]! : null, single: false };
}

/** Returns whether Python's losses apply to these settings; float32 only adds rounding. */
export function comparable(recorded: Recorded, settings: Settings): boolean {
  const own = pythonSettings(recorded);
  return (
    settings.rate === own.rate && settings.x === own.x && settings.y === own.y &&
    settings.weights.every((weight, i) => weight === own.weights[i])
  );
}

/** Returns the text of settings and progress. `presses`: phases so far. */
export function tapeText(recorded: Recorded, settings: Settings, presses: number): string {
  const own = pythonSettings(recorded);
  const parts: string[] = [];
  if (settings.rate !== own.rate) parts.push(`rate:${String(settings.rate)}`);
  settings.weights.forEach((weight, i) => {
    if (weight !== own.weights[i]) parts.push(`${recorded.names[i]!}:${String(weight)}`);
  });
  if (settings.x !== own.x) parts.push(`x:${String(settings.x)}`);
  if (settings.y !== own.y) parts.push(`y:${String(settings.y)}`);
  if (settings.single) parts.push("float32");
  const [steps, phases] = [Math.floor(presses / PHASES.length), presses % PHASES.length];
  const at = presses > 0 ? `@${String(steps)}${phases > 0 ? `.${String(phases)}` : ""}` : "";
  return parts.join(",") + at;
}

/** Parses settings and presses; `wrong` lists the invalid parts, "" if all are valid. */
export function readTape(recorded: Recorded, text: string): { settings: Settings; presses: number; wrong: string } {
  const own = pythonSettings(recorded);
  const wrong: string[] = [];
  const [list, at] = cut(text, "@");
  let { rate, x, y, single } = own;
  const weights = [...own.weights];
  const parseSetting = (name: string, text: string, fallback: number, read: (text: string) => number | null): number => {
    const value = read(text);
    if (value === null) wrong.push(`${name} ${quoted(text)} (${String(fallback)} instead)`);
    return value ?? fallback;
  };
  for (const each of list.split(",").filter(Boolean)) {
    const [name, value = ""] = cut(each, ":");
    const weight = recorded.names.indexOf(name);
    if (name === "float32" && value === "") single = true;
    else if (name === "rate") rate = parseSetting(name, value, own.rate, parseRate);
    else if (weight >= 0) weights[weight] = parseSetting(name, value, own.weights[weight]!, parseValue);
    else if (name === "x" && x !== null) x = parseSetting(name, value, x, parseValue);
    else if (name === "y" && y !== null) y = parseSetting(name, value, y, parseValue);
    else wrong.push(`${quoted(each)} (left out)`);
  }
  const found = /^(\d{1,6})(?:\.([0-3]))?$/.exec(at ?? "0");
  let presses = found ? Number(found[1]) * PHASES.length + Number(found[2] ?? 0) : 0;
  if (!found || presses > MOST_STEPS * PHASES.length) {
    wrong.push(`step ${quoted(at ?? "")} (from 0 to ${group(String(MOST_STEPS))}; the first one instead)`);
    presses = 0;
  }
  return {
    settings: { rate, weights, x, y, single },
    presses,
    wrong: wrong.length > 0 ? `The link asks for what there is not: ${listed(wrong)}.` : "",
  };
}

/** Parses a number whose square is safe to compute, or returns null. */
export function parseValue(text: string): number | null {
  const value = decimal(text);
  return Math.abs(value) <= MOST ? value : null;
}
