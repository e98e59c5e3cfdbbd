/** The index of the smallest value along an axis; of equal values the first. */
import { place } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => place(inputs, node, (value, best) => value < best);
