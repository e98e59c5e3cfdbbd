/**
 * A picture as a network sees it: grey, cropped, scaled to a few pixels, its contrast stretched.
 *
 * The twin of pipeline/modelpress/pixels.py: the same operations on doubles in the same order, so that both give
 * the same levels. A level is a whole number from 0 (black) to 255 (white).
 */

/** Contrast below this many levels is noise: it is not blown up any further. */
const FAINTEST = 16;
/** Pixels ignored at either end of the contrast, as one in so many. */
const IGNORED = 100;

/** Part of a picture, in its pixels from the top left corner; fractions are allowed. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Brightnesses row by row, 0 to 255. */
export interface Grey {
  width: number;
  height: number;
  values: Float64Array;
}

export interface Seeing {
  height: number;
  width: number;
  contrast: boolean;
  invert: boolean;
}

/** Brightness of each pixel: luma of ITU-R BT.601, on white where transparent. */
export function grey({ data, width, height }: ImageData): Grey {
  const values = new Float64Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    const alpha = data[at + 3]!;
    const opaque = (299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!) * alpha;
    values[i] = (opaque + 255_000 * (255 - alpha)) / 255_000;
  }
  return { width, height, values };
}

/** The largest part around the centre with the sides' ratio of a toWidth × toHeight picture. */
export function centreBox(width: number, height: number, toWidth: number, toHeight: number): Box {
  if (width * toHeight > height * toWidth) {
    const wide = (height * toWidth) / toHeight;
    return { left: (width - wide) / 2, top: 0, width: wide, height };
  }
  const tall = (width * toHeight) / toWidth;
  return { left: 0, top: (height - tall) / 2, width, height: tall };
}

/** Each pixel of the result is the mean of the area of the box it covers. */
export function scaled(image: Grey, box: Box, height: number, width: number): Float64Array {
  const columns = means(transposed(image), box.left, box.width, width);
  return means(transposed(columns), box.top, box.height, height).values;
}

/** Means of the rows over `count` equal stretches of [start, start + length), a row each. */
function means(rows: Grey, start: number, length: number, count: number): Grey {
  const step = length / count;
  const values = new Float64Array(count * rows.width);
  for (let i = 0; i < count; i++) {
    const low = start + i * step;
    const high = start + (i + 1) * step;
    const to = i * rows.width;
    for (let row = Math.floor(low); row < Math.min(Math.ceil(high), rows.height); row++) {
      const share = Math.min(high, row + 1) - Math.max(low, row);
      if (share <= 0) continue;
      const from = row * rows.width;
      for (let k = 0; k < rows.width; k++) values[to + k]! += rows.values[from + k]! * share;
    }
    for (let k = 0; k < rows.width; k++) values[to + k]! /= high - low;
  }
  return { width: rows.width, height: count, values };
}

function transposed({ width, height, values }: Grey): Grey {
  const turned = new Float64Array(values.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      turned[column * height + row] = values[row * width + column]!;
    }
  }
  return { width: height, height: width, values: turned };
}

/** The nearest levels, halves upwards. */
export function whole(values: Float64Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.floor(value + 0.5))));
}

/** The levels with their contrast stretched over 0 to 255; pipeline/modelpress/pixels.py says how. */
export function stretch(levels: Uint8Array): Uint8Array {
  const ordered = levels.slice().sort();
  const ignored = Math.floor(ordered.length / IGNORED);
  const [low, high] = [ordered[ignored]!, ordered[ordered.length - 1 - ignored]!];
  const middle = (low + high) / 2;
  const spread = Math.max(high - low, FAINTEST);
  return whole(Float64Array.from(levels, (level) => ((level - middle) * 255) / spread + 127.5));
}

/** What a network sees of a picture: its box in grey, scaled; by default the largest around the centre. */
export function seen(image: ImageData, seeing: Seeing, box?: Box): Uint8Array {
  const { height, width, contrast, invert } = seeing;
  const part = box ?? centreBox(image.width, image.height, width, height);
  const levels = whole(scaled(grey(image), part, height, width));
  const shown = contrast ? stretch(levels) : levels;
  return invert ? shown.map((level) => 255 - level) : shown;
}

/** Levels as text for a link: base64 of the bytes in row order, in the alphabet of URLs. */
export function textOf(levels: Uint8Array): string {
  const raw = btoa(String.fromCharCode(...levels));
  return raw.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The levels that `textOf` wrote, or null where the text isn't `count` of them. */
export function fromText(text: string, count: number): Uint8Array | null {
  const trimmed = text.trim();
  if (!/^[\w-]+$/.test(trimmed)) return null;
  try {
    const raw = atob(trimmed.replaceAll("-", "+").replaceAll("_", "/"));
    return raw.length === count ? Uint8Array.from(raw, (byte) => byte.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}
