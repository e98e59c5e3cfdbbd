/** The product of two matrices, its bias and its activation, rounded once. */
import { flag } from "../graph";
import { product } from "../matrices";
import { finishOf, fusedBias } from "../products";
import type { Operation } from "../tensor";

export const operation: Operation = (inputs, node, valueOf) =>
  product(
    inputs[0], inputs[1], flag(node, "transpose_a"), flag(node, "transpose_b"),
    fusedBias(node, inputs), finishOf(node, inputs, valueOf),
  );
