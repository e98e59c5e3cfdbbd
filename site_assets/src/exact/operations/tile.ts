/** Repeats a tensor along each axis. */
import { placed, upTo } from "../shapes";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([x, times], node) => {
  const repeats = known(times, node);
  return placed(x, x.shape.map((length, axis) => upTo(length * repeats[axis]!).map((at) => at % length)));
};
