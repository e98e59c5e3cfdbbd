/** Tensors with a margin. */
import { picked, stridesOf } from "./shapes";
import type { Made, Tensor } from "./tensor";

/**
 * widths: before and behind, axis after axis. margin: the place along an axis that stands for one outside of it, −1 for
 * `value`.
 */
export function padded(x: Tensor, widths: readonly number[], margin: (at: number, length: number) => number, value = 0): Made {
  const strides = stridesOf(x.shape);
  let found = [0];
  const shape = x.shape.map((length, axis) => {
    const before = widths[2 * axis]!;
    const all = before + length + widths[2 * axis + 1]!;
    const places = Array.from({ length: all }, (_, i) => {
      const at = i - before;
      return at < 0 || at >= length ? margin(at, length) : at;
    });
    found = found.flatMap((start) => places.map((place) => (start < 0 || place < 0 ? -1 : start + place * strides[axis]!)));
    return all;
  });
  return picked(x, shape, Int32Array.from(found), value);
}
