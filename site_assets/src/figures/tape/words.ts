/** Texts of a tape: the calculation of each phase, the state, the difference from Python. */
import { group, MINUS, short, withinText } from "../../core/number-format";
import { shrinkFactor, type Examples, type TapeStep } from "../../training/session/tape";
import { lossText } from "../charts/axes";
import type { Recorded } from "./settings";

const DIGITS = 6;
const count = (value: number): string => group(String(value));
/** Formats with up to six digits: further ones are rounding error. */
export const number = (value: number): string =>
  Math.abs(value) >= 1e9 && Math.abs(value) < Infinity
    ? lossText(value)
    : short(Number(value.toPrecision(DIGITS)), DIGITS);
/** Puts a negative number in brackets after an operator. */
const bracketed = (value: number): string => {
  const text = number(value);
  return text.startsWith(MINUS) ? `(${text})` : text;
};

/** Returns the calculations of a step's phases, in order. */
export function sums({ x, y }: Examples, turn: TapeStep, rate: number, names: readonly string[]): string[] {
  const [w = 0, b] = turn.weights;
  const forward = x.map((value, row) => {
    const plus = b === undefined ? "" : ` + ${bracketed(b)}`;
    return `${number(value)} · ${bracketed(w)}${plus} = ${number(turn.predictions[row]!)}`;
  });
  const squares = y.map((value, row) => `(${number(value)} − ${bracketed(turn.predictions[row]!)})²`);
  const loss = squares.length === 1 ? squares[0]! : `(${squares.join(" + ")}) / ${String(squares.length)}`;
  const gradients = turn.terms.map((slopes, i) => {
    if (slopes.length > 1) {
      return `${names[i]!}: mean of ${slopes.map(number).join(" and ")} = ${number(turn.gradients[i]!)}`;
    }
    const by = i === 0 ? ` · ${bracketed(x[0]!)}` : "";
    return `${MINUS}2${by} · (${number(y[0]!)} − ${bracketed(turn.predictions[0]!)}) = ${number(turn.gradients[i]!)}`;
  });
  const updates = turn.next.map((next, i) =>
    `${names[i]!} = ${number(turn.weights[i]!)} − ${number(rate)} · ${bracketed(turn.gradients[i]!)} = ${number(next)}`,
  );
  const lines = [forward, [`${loss} = ${number(turn.loss)}`], gradients, updates];
  return lines.map((each) => each.join("\n"));
}

/** `Step 3 of 40 · loss 9.15517`. `last`: the present step. */
export function standing(step: number, total: number, last: TapeStep | undefined, phase: number): string {
  if (!last) return `Step 0 of ${count(total)}`;
  const steps = step > total ? `Step ${count(step)} (Python stopped at ${count(total)})` : `Step ${count(step)} of ${count(total)}`;
  return phase > 1 ? `${steps} · loss ${number(last.loss)}` : steps;
}

/**
 * Describes where the settings lead. `stalled`: the step (from 1) from which the weights no longer change, or 0;
 * `over`: the weights have overflowed.
 */
export function outlook(
  examples: Examples,
  weights: readonly number[],
  rate: number,
  { stalled, over, single }: { stalled: number; over: boolean; single: boolean },
): string {
  if (over) return "The weight has outgrown what a number can hold. Take a smaller learning rate.";
  if (stalled > 0) {
    const digits = single ? " float32" : "";
    return `Since step ${count(stalled)} nothing changes any more: the update is smaller than the distance to the next${digits} number there is.`;
  }
  const factor = shrinkFactor(examples, weights, rate);
  if (factor === null) return "";
  const by = `Each step multiplies what is missing by ${number(factor)}`;
  if (Math.abs(factor) > 1) return `${by}: it grows, and the descent leads away.`;
  if (factor === 0) return `${by}: one step is enough.`;
  return factor < 0 ? `${by}: it lands beyond the goal each time, a little nearer.` : `${by}.`;
}

/** Returns the chip: difference of the losses from Python's. */
export function chipWords(
  recorded: Recorded,
  step: number,
  most: number | null,
): { tone: "amber" | "green" | "red"; words: string } {
  if (most === null) return { tone: "amber", words: "Your own settings: nothing to compare with" };
  if (step === 0) return { tone: "amber", words: "Python's numbers · not run here yet" };
  const past = step > recorded.losses.length ? ` over the ${count(recorded.losses.length)} recorded steps` : "";
  if (most <= recorded.tolerance) {
    const equal = most === 0 ? "exactly" : `within ${withinText(most)}`;
    return { tone: "green", words: `Step ${count(step)}: loss equals Python's ${equal}${past}` };
  }
  return { tone: "red", words: `Step ${count(step)}: loss differs from Python's by ${lossText(most)}` };
}
