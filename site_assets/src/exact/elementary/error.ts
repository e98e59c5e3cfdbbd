/** The error function and its complement; each step as in pipeline/modelpress/exact/elementary/error.py. */
import { exp } from "./exponential";
import { factorial, polynomial } from "./series";

const TWO_OVER_SQRT_PI = 1.1283791670955126;
const SERIES = Float64Array.from({ length: 13 }, (_, i) => (i % 2 ? -1 : 1) / (factorial(12 - i) * (2 * (12 - i) + 1)));
const CENTRE = 3.75;
const CHEBYSHEV = [
  1.1775789345674017, -0.004590054580646478, -0.08424913336651792, 0.05920993999819189, -0.026658668435305753,
  0.009074997670705265, -0.002413163540417608, 0.0004907758365258086, -6.916973302501207e-5, 4.13902798607301e-6,
  7.74038306619849e-7, -2.1886401049234397e-7, 1.076499946567091e-8, 4.521959811218287e-9, -7.754400208831351e-10,
  -6.318088340886684e-11, 2.86879501093067e-11, 1.9455868545777347e-13, -9.65469674843344e-13, 3.25254814814874e-14,
  3.3478119482868056e-14, -1.864562880419313e-15, -1.2507950530688648e-15,
];

/** erfc of x from 0 up. */
function tail(x: number): number {
  if (x > 30) x = 30;
  const t = (x - CENTRE) / (x + CENTRE);
  const twice = 2 * t;
  let [last, before] = [0, 0];
  for (let i = CHEBYSHEV.length - 1; i > 0; i--) [last, before] = [twice * last - before + CHEBYSHEV[i]!, last];
  const series = t * last - before + CHEBYSHEV[0]!;
  return exp(-(x * x)) / (1 + 2 * x) * series;
}

const near = (x: number): number => TWO_OVER_SQRT_PI * x * polynomial(x * x, SERIES);

export function erf(x: number): number {
  const a = Math.abs(x);
  if (a <= 0.5) return near(x);
  const far = 1 - tail(a);
  return x < 0 ? -far : far;
}

export function erfc(x: number): number {
  const a = Math.abs(x);
  if (a <= 0.5) return 1 - near(x);
  return x < 0 ? 2 - tail(a) : tail(a);
}
