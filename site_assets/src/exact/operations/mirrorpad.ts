/** Pads each axis with mirrored elements. */
import { text } from "../graph";
import { padded } from "../padding";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([x, widths], node) => {
  const edge = text(node, "mode") === "REFLECT" ? 0 : 1;
  return padded(x, known(widths, node), (at, length) => (at < 0 ? -at - edge : 2 * length - 2 - at + edge));
};
