/**
 * A drawing: pen strokes as text, and as the network's 28 × 28 pixels.
 *
 * Port of pipeline/modelpress/kinds/drawing_raster.py, which defines text and pixels: the same float64 operations in
 * the same order.
 */

export const PAD = 280; // units along each side of the pad: ten to a pixel
export const SIDE = 28; // pixels along each side of the network's input
const BOX = 20; // pixels along the longer side of the drawing, pen included
const LARGEST_SCALE = (4 * SIDE) / PAD;
export const WIDEST = 200; // percent of the pen's width
export const NARROWEST = 20;
export const MOST_POINTS = 4000;

/** x and y on the pad, and percent of the pen's width: integers. */
export type Point = readonly [x: number, y: number, width: number];
export type Stroke = readonly Point[];

const TEXT = /^\d{1,3}\.\d{1,3}(\.\d{1,3})?([-_]\d{1,3}\.\d{1,3}(\.\d{1,3})?)*$/;

/** Parses strokes; null if the text is invalid. */
export function strokesOf(text: string): Stroke[] | null {
  const trimmed = text.trim();
  if (!TEXT.test(trimmed)) return null;
  const strokes = trimmed.split("_").map((stroke) =>
    stroke.split("-").map((point): Point => {
      const [x = 0, y = 0, width = 100] = point.split(".").map(Number);
      return [x, y, width];
    }),
  );
  const points = strokes.flat();
  const onPad = points.every(
    ([x, y, width]) => x <= PAD && y <= PAD && width >= NARROWEST && width <= WIDEST,
  );
  return onPad && points.length <= MOST_POINTS ? strokes : null;
}

/** Returns the text that `strokesOf` parses; a width of 100 percent is omitted. */
export function strokesText(strokes: readonly Stroke[]): string {
  return strokes
    .map((stroke) =>
      stroke.map(([x, y, width]) => (width === 100 ? `${x}.${y}` : `${x}.${y}.${width}`)).join("-"),
    )
    .join("_");
}

/** Renders the drawing as 28 × 28 levels, light on black. `pen`: pen width in these pixels. */
export function raster(strokes: readonly Stroke[], pen: number): Uint8Array {
  const points = strokes.flat();
  if (points.length === 0) return new Uint8Array(SIDE * SIDE);
  let [left, right, top, bottom] = [PAD, 0, PAD, 0];
  for (const [x, y] of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  const extent = Math.max(right - left, bottom - top);
  const scale = extent > 0 ? Math.min((BOX - pen) / extent, LARGEST_SCALE) : LARGEST_SCALE;
  const across = SIDE / 2 - ((left + right) / 2) * scale;
  const down = SIDE / 2 - ((top + bottom) / 2) * scale;
  const [shiftX, shiftY] = toCentre(renderInk(strokes, scale, across, down, pen));
  return renderInk(strokes, scale, across + shiftX, down + shiftY, pen);
}

/** Returns how far to shift the ink, right and down, to move its centre of mass to pixel (14, 14). */
function toCentre(levels: Uint8Array): [number, number] {
  let [total, sumX, sumY] = [0, 0, 0];
  levels.forEach((level, i) => {
    total += level;
    sumX += level * (i % SIDE);
    sumY += level * Math.floor(i / SIDE);
  });
  if (total === 0) return [0, 0];
  const room = (SIDE - BOX) / 2;
  const move = (sum: number): number =>
    Math.max(-room, Math.min(room, SIDE / 2 - sum / total));
  return [move(sumX), move(sumY)];
}

/** Renders levels of a pen with a round tip and a soft rim one pixel wide. */
function renderInk(
  strokes: readonly Stroke[],
  scale: number,
  across: number,
  down: number,
  pen: number,
): Uint8Array {
  const cover = new Float64Array(SIDE * SIDE);
  for (const stroke of strokes) {
    const scaledPoints = stroke.map(
      ([x, y, width]): Point => [x * scale + across, y * scale + down, (pen * width) / 200],
    );
    if (scaledPoints.length === 1) drawSegment(cover, scaledPoints[0]!, scaledPoints[0]!);
    for (let i = 1; i < scaledPoints.length; i++) drawSegment(cover, scaledPoints[i - 1]!, scaledPoints[i]!);
  }
  return Uint8Array.from(cover, (fraction) => Math.floor(fraction * 255 + 0.5));
}

/** Draws one segment, given by x, y and radius at either end, into `cover`. */
function drawSegment(cover: Float64Array, [x0, y0, r0]: Point, [x1, y1, r1]: Point): void {
  const reach = Math.max(r0, r1) + 1;
  const [rowFrom, rowTo] = pixelRange(Math.min(y0, y1) - reach, Math.max(y0, y1) + reach);
  const [columnFrom, columnTo] = pixelRange(Math.min(x0, x1) - reach, Math.max(x0, x1) + reach);
  const [dx, dy] = [x1 - x0, y1 - y0];
  const square = dx * dx + dy * dy;
  for (let row = rowFrom; row < rowTo; row++) {
    const y = row + 0.5;
    for (let column = columnFrom; column < columnTo; column++) {
      const x = column + 0.5;
      const free = square > 0 ? ((x - x0) * dx + (y - y0) * dy) / square : 0;
      const along = Math.max(0, Math.min(1, free));
      const awayX = x - (x0 + along * dx);
      const awayY = y - (y0 + along * dy);
      const inside = r0 + along * (r1 - r0) - Math.sqrt(awayX * awayX + awayY * awayY) + 0.5;
      const at = row * SIDE + column;
      cover[at] = Math.max(cover[at]!, Math.max(0, Math.min(1, inside)));
    }
  }
}

/** Returns the first pixel, and the one after the last, that a line between two coordinates can touch. */
function pixelRange(low: number, high: number): [number, number] {
  return [Math.max(0, Math.floor(low)), Math.max(0, Math.min(SIDE, Math.ceil(high)))];
}
