/** Whether any is true, over axes. */
import { folded, reduced } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => reduced(inputs, node, folded(0, (so, value) => so | value));
