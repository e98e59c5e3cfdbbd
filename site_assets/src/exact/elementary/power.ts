/** x**y, as in pipeline/modelpress/exact/elementary/power.py. */
import { exp } from "./exponential";
import { log } from "./logarithm";

export function power(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  const a = Math.abs(x);
  const size = a === 1 ? 1 : exp(y * log(a));
  if (!(x < 0)) return y !== y ? y : size;
  if (y - 2 * Math.floor(y * 0.5) === 1) return -size;
  return Math.floor(y) === y ? size : NaN;
}
