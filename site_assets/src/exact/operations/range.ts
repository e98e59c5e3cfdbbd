/** The numbers from a start to an end, exclusive, by a step. */
import { known, type Operation } from "../tensor";

export const operation: Operation = ([start, end, step], node) => {
  const [first, last, by] = [known(start, node)[0]!, known(end, node)[0]!, known(step, node)[0]!];
  const count = Math.max(0, Math.ceil((last - first) / by));
  const data = Int32Array.from({ length: count }, (_, i) => first + i * by);
  return { outputs: [{ dtype: "int32", shape: [count], data, constant: true }] };
};
