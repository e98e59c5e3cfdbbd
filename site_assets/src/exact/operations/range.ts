/**
 * The numbers from a start to an end, exclusive, by a step: whole ones, or multiples of the step in float64, rounded once.
 */
import { known, type Operation } from "../tensor";

export const operation: Operation = ([start, end, step], node) => {
  const [first, last, by] = [known(start, node)[0]!, known(end, node)[0]!, known(step, node)[0]!];
  const count = Math.max(0, Math.ceil((last - first) / by));
  const number = (_: unknown, i: number) => first + i * by;
  const [dtype, data] =
    start.dtype === "int32"
      ? (["int32", Int32Array.from({ length: count }, number)] as const)
      : (["float32", Float32Array.from({ length: count }, number)] as const);
  return { outputs: [{ dtype, shape: [count], data, constant: true }] };
};
