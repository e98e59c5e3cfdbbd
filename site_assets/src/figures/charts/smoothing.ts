/** The mean course of a noisy curve. */

const FEWEST = 40; // values from which a curve is smoothed
const WINDOWS = 40; // windows side by side in a curve

/**
 * Returns the centred moving mean of a noisy curve; [] for a smooth, short or endless one. Towards the ends the window
 * shrinks, so that the first and last value stay.
 */
export function smoothed(values: readonly number[]): number[] {
  const count = values.length;
  if (count < FEWEST || !values.every(Number.isFinite) || !noisy(values)) return [];
  const reach = Math.max(2, Math.floor(count / (2 * WINDOWS)));
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1)! + value);
  return values.map((_, i) => {
    const half = Math.min(reach, i, count - 1 - i);
    return (sums[i + half + 1]! - sums[i - half]!) / (2 * half + 1);
  });
}

/** Whether a curve changes its direction at more than a quarter of its steps. */
function noisy(values: readonly number[]): boolean {
  let turns = 0;
  for (let i = 2; i < values.length; i += 1) {
    if ((values[i]! - values[i - 1]!) * (values[i - 1]! - values[i - 2]!) < 0) turns += 1;
  }
  return turns > values.length / 4;
}
