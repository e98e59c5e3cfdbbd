/** Describes whether gradient descent converges, oscillates or diverges. */

const WINDOW = 3; // number of last steps that are compared
const CONVERGED = 1e-4; // step size relative to the first step

/**
 * Returns a sentence about the last steps, with a leading space: converged, oscillating or diverging; "" if
 * none applies. places: x at the start and after each step; ahead: x after the next step.
 */
export function trendSentence(places: readonly number[], ahead: readonly number[]): string {
  const all = [...places, ...ahead].filter(Number.isFinite);
  const steps = all.slice(1).map((x, i) => x - all[i]!);
  const last = steps.slice(-WINDOW);
  if (steps.length <= WINDOW) return "";
  const turns = last.slice(1).every((step, i) => step * last[i]! < 0);
  const growth = last.slice(1).map((step, i) => Math.abs(step / last[i]!));
  if (Math.abs(last.at(-1)!) < CONVERGED * Math.abs(steps[0]!)) return " It has practically converged.";
  if (!turns) return "";
  if (growth.every((factor) => factor > 1.0001)) return " Each step crosses the valley and lands farther out on the other side: the learning rate is too large.";
  if (growth.every((factor) => Math.abs(factor - 1) <= 1e-4)) return " It oscillates between the same two places.";
  if (growth.every((factor) => factor < 1)) return " Each step crosses to the other side of the valley, a little nearer to its bottom.";
  return " It jumps from side to side and does not converge: the learning rate is too large for these narrow valleys.";
}
