/** e**(x - m) / Σ e**(x - m) along the last axis, m the largest x; rounded once. */
import { exp } from "../elementary/exponential";
import { byRow } from "../rows";

export const operation = byRow((x) => {
  let total = 0;
  for (let i = 0; i < x.length; i++) total += x[i] = exp(x[i]!);
  for (let i = 0; i < x.length; i++) x[i] = x[i]! / total;
});
