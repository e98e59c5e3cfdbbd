/** Paints levels, whole numbers from 0 to 255, pixel for pixel. */

/** Paints levels (0 black, 255 white; or red, green and blue) into a canvas of the same number of pixels. */
export function paintLevels(canvas: HTMLCanvasElement, levels: Uint8Array): void {
  const context = canvas.getContext("2d");
  context?.putImageData(imageOf(levels, canvas.width, canvas.height), 0, 0);
}

/** Returns levels as an image: grey with one level a pixel, colour with three. */
export function imageOf(levels: Uint8Array, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  const { data } = image;
  const channels = levels.length === width * height * 3 ? 3 : 1;
  for (let i = 0, at = 0; i < width * height; i++, at += 4) {
    for (let channel = 0; channel < 3; channel++) {
      data[at + channel] = levels[channels === 3 ? i * 3 + channel : i] ?? 0;
    }
    data[at + 3] = 255;
  }
  return image;
}

/** Converts values to levels: integers from 0 to 255. */
export function levelsOf(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.floor(value + 0.5))));
}

/** Returns a URL that contains the levels as a picture, for an SVG's image. */
export function levelsUrl(levels: Uint8Array, width: number, height: number): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  paintLevels(canvas, levels);
  return canvas.toDataURL();
}
