/** The k largest values of each row and their indices; of equal values the first one first. */
import { upTo } from "../shapes";
import { known, tensor, type Operation } from "../tensor";

export const operation: Operation = ([x, most], node) => {
  const count = known(most, node)[0]!;
  const n = x.shape.at(-1)!;
  const shape = [...x.shape.slice(0, -1), count];
  const [values, places] = [tensor(x.dtype, shape), tensor("int32", shape)];
  return {
    outputs: [values, places],
    run() {
      for (let row = 0; row * n < x.data.length; row++) {
        const order = upTo(n).sort((a, b) => x.data[row * n + b]! - x.data[row * n + a]! || a - b);
        for (let i = 0; i < count; i++) {
          places.data[row * count + i] = order[i]!;
          values.data[row * count + i] = x.data[row * n + order[i]!]!;
        }
      }
    },
  };
};
