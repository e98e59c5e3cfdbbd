/** √ of the sum of squares over axes. */
import { folded, reduced } from "../reductions";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node) => reduced(inputs, node, (...part) => Math.sqrt(squares(...part)));

const squares = folded(0, (so, value) => so + value * value);
