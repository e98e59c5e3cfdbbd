/** Resizes pictures by nearest-neighbour interpolation. */
import { flag } from "../graph";
import { positionsOf } from "../resizing";
import { placed, upTo } from "../shapes";
import { known, type Operation } from "../tensor";

export const operation: Operation = ([x, lengths], node) => {
  const places = known(lengths, node).map((count, i) => {
    const length = x.shape[i + 1]!;
    return positionsOf(node, length, count).map((position) => {
      const at = flag(node, "half_pixel_centers") ? position + 0.5 : position;
      const near = Math.floor(flag(node, "align_corners") ? at + 0.5 : at);
      return Math.min(Math.max(near, 0), length - 1);
    });
  });
  return placed(x, [upTo(x.shape[0]!), ...places, upTo(x.shape[3]!)]);
};
