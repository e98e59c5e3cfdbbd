/** Texts of a failure case. */
import { group, percent, short, withinText } from "../../core/number-format";
import type { Course } from "./runs";
import type { CourseName, CurveName } from "./spec";
import { lossText } from "../charts/axes";

/** Most values of a prediction that are shown as numbers. */
export const NUMBERS = 3;
/** Largest difference without an explanation. */
const TOLERANCE = 1e-4;

export const NAMES: Readonly<Record<CourseName, string>> = { wrong: "Gone wrong", repaired: "Repaired" };

/** Formats a prediction: its values, or, of many, the label of the largest and its probability. */
export function predictionText(prediction: readonly number[], outputs: readonly string[]): string {
  if (prediction.length <= NUMBERS) return prediction.map((value) => lossText(value)).join(", ");
  const largest = prediction.indexOf(Math.max(...prediction));
  const sum = prediction.reduce((total, value) => total + value, 0);
  return `${outputs[largest] ?? String(largest + 1)}, ${percent(prediction[largest]! / (sum || 1))}`;
}

/** Formats a value of the curve. */
export function valueText(value: number, curve: CurveName): string {
  return curve === "val_accuracy" ? percent(value) : lossText(value);
}

/** `Gone wrong: step 400 of 1000, loss 0.0889.` */
export function courseWords(name: CourseName, course: Course, curve: CurveName): string {
  const at = `${NAMES[name]}: step ${group(String(course.step))} of ${group(String(course.total))}`;
  const point = course.points.at(-1);
  if (!point || course.step === 0) return `${at}.`;
  return `${at}, ${curve === "val_accuracy" ? "accuracy" : "loss"} ${valueText(point[1], curve)}.`;
}

/** Returns the chip: difference from Python of the steps that ran here. */
export function chipWords(
  courses: readonly Course[],
  tolerance: number,
): { tone: "amber" | "green" | "red"; words: string; sentence: string } {
  const trained = courses.filter(({ step }) => step > 0);
  if (trained.length === 0) {
    return { tone: "amber", words: "Python's runs · not trained here yet", sentence: "" };
  }
  const { largest, at } = trained.map(({ difference }) => difference).reduce((a, b) => (b.largest > a.largest ? b : a));
  if (largest > tolerance) {
    return {
      tone: "red",
      words: `Loss differs from Python's by ${lossText(largest)}`,
      sentence:
        `At step ${group(String(at))} the loss here differs from Python's by ${lossText(largest)}, more than the ` +
        `${short(tolerance)} allowed. Something on this device computes otherwise; what it trains is its own.`,
    };
  }
  const steps = trained.reduce((sum, { step }) => sum + step, 0);
  // Where losses diverge, so do their last digits.
  const largestLoss = Math.max(...trained.map(({ losses }) => Math.max(...losses)));
  const beside = largest > TOLERANCE ? `, of losses up to ${lossText(largestLoss)}` : "";
  const equal = largest === 0 ? "exactly" : `within ${withinText(largest)}${beside}`;
  return {
    tone: "green",
    words: `${group(String(steps))} step${steps === 1 ? "" : "s"}: loss equals Python's ${equal}`,
    sentence: "",
  };
}

/** Returns the CSS colour of a prediction of red, green and blue, 0 to 255. */
export function swatchOf(prediction: readonly number[]): string {
  return `rgb(${prediction.map((value) => Math.round(Math.max(0, Math.min(255, value)))).join(" ")})`;
}
