/** Shows the network's input pixel for pixel. */

/** Paints levels (0 black, 255 white) into a canvas of the same number of pixels. */
export function paintLevels(canvas: HTMLCanvasElement, levels: Uint8Array): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  levels.forEach((level, i) => { image.data.set([level, level, level, 255], i * 4); });
  context.putImageData(image, 0, 0);
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
