/** Splits a tensor into equal parts along an axis. */
import { integer } from "../graph";
import { partsOf } from "../parts";
import { axisOf, known, type Operation } from "../tensor";

export const operation: Operation = ([axis, x], node) => partsOf(x, axisOf(known(axis, node)[0]!, x.shape.length), integer(node, "num_split"));
