/** The second input where the first is true, else the third. */
import { broadcast, broadcastPositions } from "../shapes";
import { tensor, type Operation } from "../tensor";

export const operation: Operation = ([condition, yes, no], node) => {
  const rows = node.op === "Select" && condition.shape.length === 1 && yes.shape.length > 1;
  const asked = rows ? [condition.shape[0]!, ...yes.shape.slice(1).map(() => 1)] : condition.shape;
  const shape = broadcast(asked, broadcast(yes.shape, no.shape));
  const out = tensor(yes.dtype, shape);
  const [c, y, n] = [asked, yes.shape, no.shape].map((each) => broadcastPositions(each, shape)) as [Int32Array, Int32Array, Int32Array];
  return {
    outputs: [out],
    run() {
      for (let i = 0; i < out.data.length; i++) out.data[i] = condition.data[c[i]!] ? yes.data[y[i]!]! : no.data[n[i]!]!;
    },
  };
};
