/** sin, cos, tan and their inverses; each step as in pipeline/modelpress/exact/elementary/circular.py. */
import { inverseFactorials, inverses, polynomial, powerOfTwo, split } from "./series";

// π/2 in three parts, of which the first two have 30 bits.
const [HALF_PI_1, HALF_PI_2, HALF_PI_3] = [1.570796325802803, 9.920935791635221e-10, 5.170182981794105e-19];
const [HALF_PI, PI] = [1.5707963267948966, 3.141592653589793];
const TWO_OVER_PI = 0.6366197723675814;
// 2/π in digits of 24 bits.
const DIGITS = [10680707, 7228996, 1387004, 2578385, 16069853, 12639074, 9804092, 4427841, 16666979, 11263675];
const LARGE = 4194304; // 2**22: up to here, the quarter turn times 30 bits is exact
const SIN = inverseFactorials(17, 1, 2, true);
const COS = inverseFactorials(18, 0, 2, true);
const ATAN = inverses(25, true);

/** x = quarter · π/2 + rest: the quarter turn, 0 to 3, and the rest, at most about π/4. */
function reduced(x: number): [number, number] {
  if (!(Math.abs(x) < Infinity)) return [0, NaN];
  let k = Math.floor(x * TWO_OVER_PI + 0.5);
  let rest = x - k * HALF_PI_1 - k * HALF_PI_2 - k * HALF_PI_3;
  if (Math.abs(x) > LARGE) {
    [k, rest] = reducedFar(Math.abs(x));
    if (x < 0) [k, rest] = [-k, -rest];
  }
  return [k - 4 * Math.floor(k * 0.25), rest];
}

/** The same for 2**22 and more (Payne and Hanek 1983). */
function reducedFar(x: number): [number, number] {
  const e = split(x)[1] - 24;
  const m = x * powerOfTwo(-e);
  const first = Math.max(Math.floor((e - 2) / 24), 0);
  const term = (i: number) => m * DIGITS[first + i]! * powerOfTwo(e - 24 * (first + i + 1));
  const total = quarters(term(0)) + quarters(term(1));
  const k = Math.floor(total + term(2) + 0.5);
  return [k, (total - k + term(2) + (term(3) + term(4))) * HALF_PI];
}

/** Without the whole turns of four quarters. */
function quarters(turns: number): number {
  return turns - 4 * Math.floor(turns * 0.25);
}

const sinOf = (r: number): number => r * polynomial(r * r, SIN);
const cosOf = (r: number): number => polynomial(r * r, COS);

export function sin(x: number): number {
  const [quarter, r] = reduced(x);
  const value = quarter % 2 === 1 ? cosOf(r) : sinOf(r);
  return quarter >= 2 ? -value : value;
}

export function cos(x: number): number {
  const [quarter, r] = reduced(x);
  const value = quarter % 2 === 1 ? sinOf(r) : cosOf(r);
  return quarter === 1 || quarter === 2 ? -value : value;
}

export function tan(x: number): number {
  const [quarter, r] = reduced(x);
  return quarter % 2 === 1 ? -cosOf(r) / sinOf(r) : sinOf(r) / cosOf(r);
}

export function atan(x: number): number {
  const a = Math.abs(x);
  let u = a > 1 ? 1 / a : a;
  u = u / (1 + Math.sqrt(1 + u * u));
  u = u / (1 + Math.sqrt(1 + u * u));
  let t = 4 * u * polynomial(u * u, ATAN);
  if (a > 1) t = HALF_PI - t;
  return x < 0 ? -t : x === 0 ? x : t;
}

export function asin(x: number): number {
  return atan(x / Math.sqrt((1 - x) * (1 + x)));
}

export function acos(x: number): number {
  return 2 * atan(Math.sqrt((1 - x) / (1 + x)));
}

/** The angle of (x, y), from −π to π; 0 for (0, 0). */
export function atan2(y: number, x: number): number {
  if (x === 0) return y < 0 ? -HALF_PI : y > 0 ? HALF_PI : y;
  const right = atan(y / x);
  return x < 0 ? right + (y < 0 ? -PI : PI) : right;
}
