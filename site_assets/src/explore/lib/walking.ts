/** What can be said of a walk by the steps it has taken. */

const SEEN = 3; // steps in a row that make a habit
const ARRIVED = 1e-4; // of the first step

/**
 * A sentence about the last steps, with a space before it: growing, jumping to and fro, arrived; "" where
 * there is nothing to say. places: x before and after each step; ahead: where the next one leads.
 */
export function outlook(places: readonly number[], ahead: readonly number[]): string {
  const all = [...places, ...ahead].filter(Number.isFinite);
  const steps = all.slice(1).map((x, i) => x - all[i]!);
  const last = steps.slice(-SEEN);
  if (steps.length <= SEEN) return "";
  const turns = last.slice(1).every((step, i) => step * last[i]! < 0);
  const growth = last.slice(1).map((step, i) => Math.abs(step / last[i]!));
  if (Math.abs(last.at(-1)!) < ARRIVED * Math.abs(steps[0]!)) return " It has as good as arrived.";
  if (!turns) return "";
  if (growth.every((factor) => factor > 1.0001)) return " Each step crosses the valley and lands farther out on the other side: the learning rate is too large.";
  if (growth.every((factor) => Math.abs(factor - 1) <= 1e-4)) return " It jumps to and fro between the same two places.";
  if (growth.every((factor) => factor < 1)) return " Each step crosses to the other side of the valley, a little nearer to its bottom.";
  return " It jumps from side to side and does not settle: the learning rate is too large for valleys as narrow as these.";
}
