/** Whether all are true, over axes. */
import { folded, reduced } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => reduced(inputs, node, folded(1, (so, value) => so & value));
