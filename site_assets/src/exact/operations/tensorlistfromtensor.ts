/** A list of the tensors along the first axis. */
import type { Operation } from "../tensor";

export const operation: Operation = ([x]) => ({ outputs: [{ ...x, list: true }] });
