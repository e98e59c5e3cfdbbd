/** A transposed convolution of pictures: each element spreads its kernel over the result. */
import { convolvedBack } from "../convolution";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([lengths, kernel, y], node) => convolvedBack(node, known(lengths, node), y, kernel);
