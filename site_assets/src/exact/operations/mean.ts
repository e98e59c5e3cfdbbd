/** The sum over axes, in row order, divided by their length. */
import { reduced, total } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => reduced(inputs, node, (data, at, first, count) => total(data, at, first, count) / count);
