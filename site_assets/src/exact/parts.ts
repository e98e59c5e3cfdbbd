/** Parts of a tensor along an axis. */
import { placed, upTo } from "./shapes";
import type { Made, Tensor } from "./tensor";

/** `count` parts of equal length. */
export function partsOf(x: Tensor, axis: number, count: number): Made {
  const length = x.shape[axis]! / count;
  const parts = upTo(count).map((part) => {
    const lists = x.shape.map((all, i) => (i === axis ? upTo(length).map((at) => part * length + at) : upTo(all)));
    return placed(x, lists);
  });
  return {
    outputs: parts.flatMap((part) => part.outputs),
    run() {
      for (const part of parts) part.run!();
    },
  };
}
