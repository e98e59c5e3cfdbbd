/** 1 for each element. */
import { tensor, type Operation } from "../tensor";

export const operation: Operation = ([x]) => {
  const ones = tensor(x.dtype, x.shape);
  ones.data.fill(1);
  return { outputs: [{ ...ones, constant: true }] };
};
