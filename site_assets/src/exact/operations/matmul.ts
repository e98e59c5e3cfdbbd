/** The product of two matrices. */
import { flag } from "../graph";
import { product } from "../matrices";
import type { Operation } from "../tensor";

export const operation: Operation = ([a, b], node) => product(a, b, flag(node, "transpose_a"), flag(node, "transpose_b"));
