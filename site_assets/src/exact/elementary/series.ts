/** Polynomials, their coefficients, and powers of two. */

/** Horner's rule; the coefficient of the highest power first. */
export function polynomial(x: number, coefficients: Float64Array): number {
  let result = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) result = result * x + coefficients[i]!;
  return result;
}

/** 1 / n! for n from `most` down to `least`. step: by how much. alternating: with the sign of (−1)**(n / step). */
export function inverseFactorials(most: number, least: number, step = 1, alternating = false): Float64Array {
  return coefficients(most, least, step, alternating, factorial);
}

/** 1 / n in the same order. */
export function inverses(most: number, alternating = false): Float64Array {
  return coefficients(most, 1, 2, alternating, (n) => n);
}

function coefficients(most: number, least: number, step: number, alternating: boolean, of: (n: number) => number): Float64Array {
  const found: number[] = [];
  for (let n = most; n >= least; n -= step) {
    const negative = alternating && ((n - least) / step) % 2 === 1;
    found.push((negative ? -1 : 1) / of(n));
  }
  return Float64Array.from(found);
}

/** n!; exact up to 18. */
export function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

const REACH = 600;
const POWERS = [1];
for (let i = 1; i <= REACH; i++) {
  POWERS.push(POWERS[POWERS.length - 1]! * 2);
  POWERS.unshift(POWERS[0]! / 2);
}

/** 2**power for whole numbers from −600 to 600. */
export function powerOfTwo(power: number): number {
  return POWERS[REACH + power]!;
}

const VIEW = new DataView(new ArrayBuffer(8));

/** A positive x as m · 2**e with m from ½ to 1: [m, e]. */
export function split(x: number): [number, number] {
  const tiny = x < 2 ** -1000; // makes a subnormal number normal
  VIEW.setFloat64(0, tiny ? x * 18014398509481984 : x);
  const high = VIEW.getUint32(0);
  VIEW.setUint32(0, (high & 0xfffff) | 0x3fe00000);
  return [VIEW.getFloat64(0), (high >>> 20) - 1022 - (tiny ? 54 : 0)];
}
