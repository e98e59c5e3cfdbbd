/** exp and the functions derived from it; each step as in pipeline/modelpress/exact/elementary/exponential.py. */
import { log1p } from "./logarithm";
import { inverseFactorials, polynomial, powerOfTwo } from "./series";

const [LN2_HI, LN2_LO] = [0.6931471803691238, 1.9082149292705877e-10]; // ln 2; the first has 32 bits
const INV_LN2 = 1.4426950408889634;
const EXP = inverseFactorials(13, 0);
const EXPM1 = inverseFactorials(14, 1);
const SMALL = 0.35; // up to here, e**x - 1 is summed without the 1
const LARGE = 700; // its exponential is beyond float32 and within float64

/** x · 2**power, in two factors, so that each is a normal number. */
function scaled(x: number, power: number): number {
  const half = Math.floor(power * 0.5);
  return x * powerOfTwo(half) * powerOfTwo(power - half);
}

export function exp(x: number): number {
  if (x !== x) return x;
  const within = x > 710 ? 710 : x < -746 ? -746 : x;
  const k = Math.floor(within * INV_LN2 + 0.5);
  const r = within - k * LN2_HI - k * LN2_LO;
  return scaled(polynomial(r, EXP), k);
}

/** e**x - 1, without cancellation where x is small. */
export function expm1(x: number): number {
  return Math.abs(x) <= SMALL ? x * polynomial(x, EXPM1) : exp(x) - 1;
}

export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

export function softplus(x: number): number {
  return (x > 0 ? x : 0) + log1p(exp(-Math.abs(x)));
}

export function tanh(x: number): number {
  const e = expm1(-2 * Math.abs(x));
  const t = -e / (2 + e);
  return x < 0 ? -t : x === 0 ? x : t;
}

export function sinh(x: number): number {
  const e = expm1(atMost(Math.abs(x)));
  const s = (e + e / (1 + e)) * 0.5;
  return x < 0 ? -s : x === 0 ? x : s;
}

export function cosh(x: number): number {
  const e = exp(atMost(Math.abs(x)));
  return (e + 1 / e) * 0.5;
}

function atMost(x: number): number {
  return x > LARGE ? LARGE : x;
}
