/**
 * Extracts a drawing from a picture of it, in MNIST's format.
 *
 * Reference: tests/oracles/handwriting.py, which explains the method. Both run the same operations in the same
 * order.
 */
import { grey, scaled, whole, type Grey } from "./pixels";

const SIDE = 28;
const BOX = 20;
const LONGEST = 112;
const AROUND = 28;
const FAINTEST = 32;
const LEAST = 0.3;
const FULL = 0.7;
const IGNORED = 200;

interface Levels {
  width: number;
  height: number;
  values: Uint8Array;
}

/** Returns the drawing as 28 × 28 levels, light on black; null if no line is found. */
export function extractDrawing(picture: ImageData): Uint8Array | null {
  const ink = inkOf(shrunk(grey(picture)));
  if (!ink) return null;
  let [left, right, top, bottom] = [Infinity, -1, Infinity, -1];
  ink.values.forEach((level, i) => {
    if (level <= 127) return;
    const [x, y] = [i % ink.width, Math.floor(i / ink.width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  });
  const [width, height] = [right + 1 - left, bottom + 1 - top];
  const longer = Math.max(width, height);
  const wide = Math.max(1, Math.floor((width * BOX) / longer + 0.5));
  const tall = Math.max(1, Math.floor((height * BOX) / longer + 0.5));
  const image: Grey = { ...ink, values: Float64Array.from(ink.values) };
  const exact = scaled(image, { left, top, width, height }, tall, wide);
  const strongest = exact.reduce((most, value) => Math.max(most, value), 0);
  const small = whole(exact.map((value) => (value * 255) / strongest));
  const x = corner(small, wide, (i) => i % wide);
  const y = corner(small, tall, (i) => Math.floor(i / wide));
  const out = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < tall; row++) {
    out.set(small.subarray(row * wide, (row + 1) * wide), (y + row) * SIDE + x);
  }
  return out;
}

/** Returns the whole picture in levels, its longer side at most 112 pixels. */
function shrunk(image: Grey): Levels {
  const { width, height } = image;
  const longer = Math.max(width, height);
  if (longer <= LONGEST) return { width, height, values: whole(image.values) };
  const tall = Math.max(1, Math.floor((height * LONGEST) / longer + 0.5));
  const wide = Math.max(1, Math.floor((width * LONGEST) / longer + 0.5));
  const values = scaled(image, { left: 0, top: 0, width, height }, tall, wide);
  return { width: wide, height: tall, values: whole(values) };
}

/** Returns each pixel's contrast to its surroundings, on the side of the rarer brightness. */
function inkOf(levels: Levels): Levels | null {
  const { values } = levels;
  const count = values.length;
  const sum = values.reduce((total, level) => total + level, 0);
  const dark = values.slice().sort()[Math.floor(count / 2)]! * count >= sum;
  const around = meansAround(levels);
  const out = around.map((mean, i) => (dark ? mean - values[i]! : values[i]! - mean));
  const strongest = out.slice().sort()[count - 1 - Math.floor(count / IGNORED)]!;
  if (strongest < FAINTEST) return null;
  const least = LEAST * strongest;
  const strengths = out.map((value) => ((value - least) * 255) / (FULL * strongest - least));
  return { ...levels, values: whole(strengths) };
}

/** Returns the mean of the 57 × 57 pixels around each pixel, clipped at the picture's edges. */
function meansAround({ width, height, values }: Levels): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += values[y * width + x]!;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  return Float64Array.from(values, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const [left, right] = [Math.max(x - AROUND, 0), Math.min(x + AROUND + 1, width)];
    const [top, bottom] = [Math.max(y - AROUND, 0), Math.min(y + AROUND + 1, height)];
    const at = (column: number, row: number): number => sums[row * stride + column]!;
    const inside = at(right, bottom) - at(right, top) - at(left, bottom) + at(left, top);
    return inside / ((bottom - top) * (right - left));
  });
}

/** Returns where the small picture starts along one axis. */
function corner(small: Uint8Array, length: number, place: (i: number) => number): number {
  let [total, sum] = [0, 0];
  small.forEach((level, i) => {
    total += level;
    sum += level * place(i);
  });
  const begins = Math.floor(SIDE / 2 - sum / total + 0.5);
  return Math.max(0, Math.min(SIDE - length, begins));
}
