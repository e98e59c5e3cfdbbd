/** The remainder of a / b, with the sign of b. */
import { paired } from "../elementwise";
import type { Operation } from "../tensor";

export const operation: Operation = ([a, b]) => paired(a, b, a.dtype === "float32" ? signed : (x, y) => signed(x, y || 1));

function signed(x: number, y: number): number {
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest;
}
