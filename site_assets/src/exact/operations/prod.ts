/** The product over axes, in row order. */
import { folded, reduced } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => reduced(inputs, node, folded(1, inputs[0].dtype === "float32" ? (so, value) => so * value : Math.imul));
