/** Keras' metrics over rows of answers and targets, (rows, width) laid flat. */
import type { MetricName } from "./spec";

type Numbers = ArrayLike<number>;

/** The share of right rows: of one value, on the same side of 0.5; of several, the largest in the same place. */
function accuracy(answers: Numbers, targets: Numbers, rows: number, width: number): number {
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    if (width === 1) {
      right += Number(Number(answers[start]! > 0.5) === targets[start]!);
    } else {
      right += Number(largest(answers, start, width) === largest(targets, start, width));
    }
  }
  return right / rows;
}

/** The place of the first largest value. */
function largest(values: Numbers, start: number, width: number): number {
  let place = 0;
  for (let j = 1; j < width; j++) if (values[start + j]! > values[start + place]!) place = j;
  return place;
}

function mean(answers: Numbers, targets: Numbers, count: number, of: (difference: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += of(answers[i]! - targets[i]!);
  return sum / count;
}

/** Each metric by its name. */
export function measure(
  metrics: readonly MetricName[],
  answers: Numbers,
  targets: Numbers,
  rows: number,
  width: number,
): Record<string, number> {
  const compute: Record<MetricName, () => number> = {
    accuracy: () => accuracy(answers, targets, rows, width),
    rmse: () => Math.sqrt(mean(answers, targets, rows * width, (d) => d * d)),
    mae: () => mean(answers, targets, rows * width, Math.abs),
  };
  return Object.fromEntries(metrics.map((name) => [name, compute[name]()]));
}
