/** The sum of the inputs, in their order, rounded once. */
import { tensor, type Operation } from "../tensor";

export const operation: Operation = (inputs) => {
  const out = tensor(inputs[0].dtype, inputs[0].shape);
  return {
    outputs: [out],
    run() {
      for (let i = 0; i < out.data.length; i++) {
        let total = 0;
        for (const each of inputs) total += each.data[i]!;
        out.data[i] = total;
      }
    },
  };
};
