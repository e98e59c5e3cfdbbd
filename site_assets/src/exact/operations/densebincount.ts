/** How often each whole number below `size` occurs in each row, or whether it does. */
import { flag } from "../graph";
import { known, NotCovered, tensor, type Operation } from "../tensor";

export const operation: Operation = ([x, size, weights], node) => {
  if (weights!.data.length > 0) throw new NotCovered(`${node.op} with weights.`);
  const below = known(size, node)[0]!;
  const [rows, numbers] = x.shape.length === 2 ? (x.shape as [number, number]) : [1, x.shape[0]!];
  const out = tensor(weights!.dtype, x.shape.length === 2 ? [rows, below] : [below]);
  const binary = flag(node, "binary_output");
  return {
    outputs: [out],
    run() {
      out.data.fill(0);
      for (let i = 0; i < rows * numbers; i++) {
        const number = x.data[i]!;
        if (number < 0 || number >= below) continue;
        const at = Math.floor(i / numbers) * below + number;
        out.data[at] = binary ? 1 : out.data[at]! + 1;
      }
    },
  };
};
