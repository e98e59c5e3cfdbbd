/** Broadcasts to a shape. */
import { broadcastPositions, picked } from "../shapes";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([x, lengths], node) => {
  const shape = known(lengths, node);
  return picked(x, shape, broadcastPositions(x.shape, shape));
};
