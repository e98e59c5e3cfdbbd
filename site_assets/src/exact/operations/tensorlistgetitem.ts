/** The tensor at an index of a list. */
import { tensor, type Operation } from "../tensor";

export const operation: Operation = ([list, place]) => {
  const out = tensor(list.dtype, list.shape.slice(1));
  const size = out.data.length;
  return {
    outputs: [out],
    run() {
      const first = place.data[0]! * size;
      out.data.set(list.data.subarray(first, first + size));
    },
  };
};
