/** The sum over axes, in row order. */
import { reduced, total } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => reduced(inputs, node, total);
