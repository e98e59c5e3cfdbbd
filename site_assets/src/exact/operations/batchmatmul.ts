/** The products of matrices on the last two axes; the axes before are broadcast. */
import { flag } from "../graph";
import { product } from "../matrices";
import type { Operation } from "../tensor";

export const operation: Operation = ([a, b], node) => product(a, b, flag(node, "adj_x"), flag(node, "adj_y"));
