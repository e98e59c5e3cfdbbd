/** A slice along each axis. */
import { placed, upTo } from "../shapes";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([x, begin, size], node) => {
  const [first, sizes] = [known(begin, node), known(size, node)];
  return placed(x, x.shape.map((all, i) => upTo(sizes[i] === -1 ? all - first[i]! : sizes[i]!).map((at) => first[i]! + at)));
};
