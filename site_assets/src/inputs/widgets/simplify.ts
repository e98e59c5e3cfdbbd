/** Simplifies strokes by removing points that make no visible difference. */
import type { Point, Stroke } from "./strokes";

const TOLERANCE = 0.8; // pad units: a twelfth of a pixel of the network's input
const WIDTH_SHARE = 0.1; // pad units for one percent of the pen's width

/** Simplifies by the Ramer–Douglas–Peucker algorithm: a section near its chord is replaced by the chord. */
export function simplified(stroke: Stroke): Stroke {
  if (stroke.length < 3) return stroke;
  const kept = new Set([0, stroke.length - 1]);
  const pieces: [number, number][] = [[0, stroke.length - 1]];
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    const [from, to] = piece;
    let [farthest, most] = [0, TOLERANCE * TOLERANCE];
    for (let i = from + 1; i < to; i++) {
      const square = squareFrom(stroke[i]!, stroke[from]!, stroke[to]!);
      if (square > most) [farthest, most] = [i, square];
    }
    if (farthest === 0) continue;
    kept.add(farthest);
    pieces.push([from, farthest], [farthest, to]);
  }
  return stroke.filter((_, i) => kept.has(i));
}

/** Returns the squared distance of a point from a segment; the width is a third axis. */
function squareFrom(point: Point, from: Point, to: Point): number {
  const across = [0, 1, 2].map((axis) => {
    const scale = axis === 2 ? WIDTH_SHARE : 1;
    return [(to[axis]! - from[axis]!) * scale, (point[axis]! - from[axis]!) * scale] as const;
  });
  const length = across.reduce((sum, [along]) => sum + along * along, 0);
  const dot = across.reduce((sum, [along, off]) => sum + along * off, 0);
  const fraction = length > 0 ? Math.max(0, Math.min(1, dot / length)) : 0;
  return across.reduce((sum, [along, off]) => sum + (off - fraction * along) ** 2, 0);
}
