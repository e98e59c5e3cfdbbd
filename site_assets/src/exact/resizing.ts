/** The positions of a resized picture's pixels in the original. */
import { flag, type Node } from "./graph";

/** The position of each of `count` pixels along an axis. */
export function positionsOf(node: Node, length: number, count: number): number[] {
  const scale = flag(node, "align_corners") && count > 1 ? (length - 1) / (count - 1) : length / count;
  const halves = flag(node, "half_pixel_centers");
  return Array.from({ length: count }, (_, i) => (halves ? (i + 0.5) * scale - 0.5 : i * scale));
}
