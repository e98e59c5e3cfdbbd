/**
 * Converts a picture to a network's input: cropped, scaled down, in grey or colour, its contrast stretched.
 *
 * Port of pipeline/modelpress/pixels.py: the same float64 operations in the same order give the same levels. A level
 * is an integer from 0 (black) to 255 (white). A colour picture has three levels a pixel: red, green and blue.
 */

/** Least contrast to stretch, in levels; anything below is noise. */
const FAINTEST = 16;
/** Reciprocal of the fraction of pixels ignored at either end of the contrast. */
const IGNORED = 100;

/** Part of a picture, in pixels from its top left corner; fractions are allowed. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Brightnesses in row-major order, 0 to 255. */
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
  /** 1 (default) for grey, 3 for colour. */
  channels?: number;
}

/** Returns each pixel's brightness: luma of ITU-R BT.601, on white where transparent. */
export function grey({ data, width, height }: ImageData): Grey {
  const values = new Float64Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    const alpha = data[at + 3]!;
    const opaque = (299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!) * alpha;
    values[i] = (opaque + 255_000 * (255 - alpha)) / 255_000;
  }
  return { width, height, values };
}

/** Returns one channel, 0 to 2, of each pixel: on white where transparent. */
export function channelOf({ data, width, height }: ImageData, channel: number): Grey {
  const values = new Float64Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    const alpha = data[at + 3]!;
    values[i] = (data[at + channel]! * alpha + 255 * (255 - alpha)) / 255;
  }
  return { width, height, values };
}

/** Returns the largest centred box with the aspect ratio of a toWidth × toHeight picture. */
export function centreBox(width: number, height: number, toWidth: number, toHeight: number): Box {
  if (width * toHeight > height * toWidth) {
    const wide = (height * toWidth) / toHeight;
    return { left: (width - wide) / 2, top: 0, width: wide, height };
  }
  const tall = (width * toHeight) / toWidth;
  return { left: 0, top: (height - tall) / 2, width, height: tall };
}

/** Scales a box of the picture: each pixel is the mean over the area that it covers. */
export function scaled(image: Grey, box: Box, height: number, width: number): Float64Array {
  const columns = means(transposed(image), box.left, box.width, width);
  return means(transposed(columns), box.top, box.height, height).values;
}

/** Returns the means of each row over `count` equal intervals of [start, start + length), one row each. */
function means(rows: Grey, start: number, length: number, count: number): Grey {
  const step = length / count;
  const values = new Float64Array(count * rows.width);
  for (let i = 0; i < count; i++) {
    const low = start + i * step;
    const high = start + (i + 1) * step;
    const to = i * rows.width;
    for (let row = Math.floor(low); row < Math.min(Math.ceil(high), rows.height); row++) {
      const coverage = Math.min(high, row + 1) - Math.max(low, row);
      if (coverage <= 0) continue;
      const from = row * rows.width;
      for (let k = 0; k < rows.width; k++) values[to + k]! += rows.values[from + k]! * coverage;
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

/** Rounds to the nearest levels, halves up. */
export function whole(values: Float64Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.floor(value + 0.5))));
}

/** Stretches the levels' contrast to 0 … 255; see pipeline/modelpress/pixels.py. */
export function stretch(levels: Uint8Array): Uint8Array {
  const ordered = levels.slice().sort();
  const ignored = Math.floor(ordered.length / IGNORED);
  const [low, high] = [ordered[ignored]!, ordered[ordered.length - 1 - ignored]!];
  const middle = (low + high) / 2;
  const spread = Math.max(high - low, FAINTEST);
  return whole(Float64Array.from(levels, (level) => ((level - middle) * 255) / spread + 127.5));
}

/** Returns the network's input for a picture: a box, scaled; by default the largest centred one. */
export function networkView(image: ImageData, seeing: Seeing, box?: Box): Uint8Array {
  const { height, width, contrast, invert, channels = 1 } = seeing;
  const part = box ?? centreBox(image.width, image.height, width, height);
  const plane = (values: Grey): Uint8Array => whole(scaled(values, part, height, width));
  const levels = channels === 1
    ? plane(grey(image))
    : interleaved([0, 1, 2].map((channel) => plane(channelOf(image, channel))));
  const view = contrast ? stretch(levels) : levels;
  return invert ? view.map((level) => 255 - level) : view;
}

/** Returns planes of equal length as one array, the values of each pixel side by side. */
function interleaved(planes: readonly Uint8Array[]): Uint8Array {
  const levels = new Uint8Array(planes.length * (planes[0]?.length ?? 0));
  planes.forEach((plane, channel) => {
    for (let i = 0; i < plane.length; i++) levels[i * planes.length + channel] = plane[i]!;
  });
  return levels;
}

/** Most bytes in one call of `String.fromCharCode`: browsers limit the arguments of a call. */
const AT_ONCE = 8192;

/** Encodes levels for a link: URL-safe base64 of the bytes in row-major order. */
export function textOf(levels: Uint8Array): string {
  let bytes = "";
  for (let at = 0; at < levels.length; at += AT_ONCE) {
    bytes += String.fromCharCode(...levels.subarray(at, at + AT_ONCE));
  }
  const raw = btoa(bytes);
  return raw.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Decodes the text of `textOf`; null unless it holds `count` levels. */
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
