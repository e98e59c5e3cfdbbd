/** Keras' metrics over predictions and targets, (rows, width) flattened. */
import type { MetricName } from "../spec";

type Numbers = ArrayLike<number>;

/** Returns the fraction of correct examples: a single value is compared with 0.5, several by their argmax. */
function accuracy(predictions: Numbers, targets: Numbers, rows: number, width: number): number {
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    if (width === 1) {
      right += Number(Number(predictions[start]! > 0.5) === targets[start]!);
    } else {
      right += Number(largest(predictions, start, width) === largest(targets, start, width));
    }
  }
  return right / rows;
}

/** Returns the index of the first largest value. */
function largest(values: Numbers, start: number, width: number): number {
  let place = 0;
  for (let j = 1; j < width; j++) if (values[start + j]! > values[start + place]!) place = j;
  return place;
}

function mean(predictions: Numbers, targets: Numbers, count: number, of: (difference: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += of(predictions[i]! - targets[i]!);
  return sum / count;
}

/** Returns each metric by its name. */
export function measure(
  metrics: readonly MetricName[],
  predictions: Numbers,
  targets: Numbers,
  rows: number,
  width: number,
): Record<string, number> {
  const compute: Record<MetricName, () => number> = {
    accuracy: () => accuracy(predictions, targets, rows, width),
    rmse: () => Math.sqrt(mean(predictions, targets, rows * width, (d) => d * d)),
    mae: () => mean(predictions, targets, rows * width, Math.abs),
  };
  return Object.fromEntries(metrics.map((name) => [name, compute[name]()]));
}

/** Metrics of successive batches, whose predictions arrive later than their targets. */
export class MetricHistory {
  private readonly found: Map<MetricName, number[]>;
  private queued: { targets: Float32Array; rows: number }[] = [];

  constructor(
    private readonly metrics: readonly MetricName[],
    private readonly width: number,
  ) {
    this.found = new Map(metrics.map((name) => [name, []]));
  }

  get wanted(): boolean {
    return this.metrics.length > 0;
  }

  /** Queues the next batch; copies its targets. */
  queue(targets: Float32Array, rows: number): void {
    this.queued.push({ targets: targets.slice(0, rows * this.width), rows });
  }

  /** Measures all queued batches. predictions: their predictions, concatenated. */
  measureQueued(predictions: Float32Array): void {
    let at = 0;
    for (const { targets, rows } of this.queued) {
      const batch = predictions.subarray(at, (at += rows * this.width));
      const measured = measure(this.metrics, batch, targets, rows, this.width);
      for (const [name, values] of this.found) values.push(measured[name]!);
    }
    this.queued = [];
  }

  /** Returns the metrics of the first `count` batches. */
  values(count: number): Record<string, Float32Array<ArrayBuffer>> {
    return Object.fromEntries([...this.found].map(([name, values]) => [name, Float32Array.from(values.slice(0, count))]));
  }
}
