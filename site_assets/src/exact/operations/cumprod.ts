/** Running products along an axis, each rounded once. */
import { running } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => running(inputs, node, 1, (so, value) => so * value);
