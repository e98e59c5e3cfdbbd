/** log and the inverse hyperbolic functions; each step as in pipeline/modelpress/exact/elementary/logarithm.py. */
import { inverses, polynomial, split } from "./series";

const [LN2_HI, LN2_LO] = [0.6931471803691238, 1.9082149292705877e-10];
const LN2 = 0.6931471805599453;
const SQRT_HALF = 0.7071067811865476;
const SERIES = inverses(25);
const LARGE = 268435456; // 2**28: from here, asinh(x) is log(2x)

/** log((1 + s) / (1 - s)) for |s| up to 0.172. */
function twiceAtanh(s: number): number {
  return 2 * s * polynomial(s * s, SERIES);
}

export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  let [m, e] = split(x);
  if (m < SQRT_HALF) {
    m *= 2;
    e -= 1;
  }
  return e * LN2_HI + (e * LN2_LO + twiceAtanh((m - 1) / (m + 1)));
}

/** log(1 + x), without cancellation where x is small. */
export function log1p(x: number): number {
  return x > -0.25 && x < 0.4 ? twiceAtanh(x / (2 + x)) : log(1 + x);
}

export function asinh(x: number): number {
  const a = Math.abs(x);
  const r = a < LARGE ? log1p(a + a * a / (1 + Math.sqrt(1 + a * a))) : log(a) + LN2;
  return x < 0 ? -r : x === 0 ? x : r;
}

export function acosh(x: number): number {
  const t = x - 1;
  return t < 0 ? NaN : log1p(t + Math.sqrt(t * (x + 1)));
}

export function atanh(x: number): number {
  const a = Math.abs(x);
  const r = 0.5 * log1p(2 * a / (1 - a));
  return x < 0 ? -r : x === 0 ? x : r;
}
