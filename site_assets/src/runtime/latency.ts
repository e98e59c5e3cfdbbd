/** Median of the most recent durations, in milliseconds. */
const RECENT = 21;

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export class Latency {
  private recent: number[] = [];

  add(ms: number): void {
    this.recent = [...this.recent.slice(1 - RECENT), ms];
  }

  clear(): void {
    this.recent = [];
  }

  get median(): number | null {
    return medianOf(this.recent);
  }
}
