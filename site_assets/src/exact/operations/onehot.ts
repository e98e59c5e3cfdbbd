/** One-hot vectors: one value at the index, another elsewhere. */
import { integer } from "../graph";
import { axisOf, known, sizeOf, tensor, type Operation } from "../tensor";

export const operation: Operation = ([places, count, on, off], node) => {
  const depth = known(count, node)[0]!;
  const axis = axisOf(integer(node, "axis", -1), places.shape.length + 1);
  const out = tensor(on.dtype, [...places.shape.slice(0, axis), depth, ...places.shape.slice(axis)]);
  const inner = sizeOf(places.shape.slice(axis));
  return {
    outputs: [out],
    run() {
      out.data.fill(off.data[0]!);
      places.data.forEach((place, i) => {
        if (place < 0 || place >= depth) return;
        out.data[(Math.floor(i / inner) * depth + place) * inner + (i % inner)] = on.data[0]!;
      });
    },
  };
};
