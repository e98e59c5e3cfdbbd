/** The slices of the first input along an axis, at the indices of the second. */
import { integer } from "../graph";
import { axisOf, known, NotCovered, sizeOf, tensor, type Operation } from "../tensor";

export const operation: Operation = (inputs, node) => {
  const [x, places, given] = inputs;
  if (integer(node, "batch_dims") !== 0) throw new NotCovered(`${node.op} with batch dimensions.`);
  const axis = axisOf(inputs.length > 2 ? known(given, node)[0]! : 0, x.shape.length);
  const out = tensor(x.dtype, [...x.shape.slice(0, axis), ...places.shape, ...x.shape.slice(axis + 1)]);
  const [outer, inner, length] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1)), x.shape[axis]!];
  return {
    outputs: [out],
    run() {
      let to = 0;
      for (let o = 0; o < outer; o++) {
        for (const place of places.data) {
          const from = (o * length + Math.min(Math.max(place, 0), length - 1)) * inner;
          for (let i = 0; i < inner; i++) out.data[to++] = x.data[from + i]!;
        }
      }
    },
  };
};
