/** x - m - log Σ e**(x - m) along the last axis, m the largest x; rounded once. */
import { exp } from "../elementary/exponential";
import { log } from "../elementary/logarithm";
import { byRow } from "../rows";

export const operation = byRow((x) => {
  let total = 0;
  for (const each of x) total += exp(each);
  const all = log(total);
  for (let i = 0; i < x.length; i++) x[i] = x[i]! - all;
});
