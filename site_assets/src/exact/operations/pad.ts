/** Pads each axis with a constant. */
import { padded } from "../padding";
import { known, type Operation } from "../tensor";

export const operation: Operation = (inputs, node) => {
  const [x, widths, value] = inputs;
  return padded(x, known(widths, node), () => -1, inputs.length > 2 ? known(value, node)[0]! : 0);
};
