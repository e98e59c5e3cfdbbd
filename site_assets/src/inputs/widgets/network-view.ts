/** What the network sees, painted pixel for pixel. */

/** Paints levels (0 black, 255 white) into a canvas of just as many pixels. */
export function paintLevels(canvas: HTMLCanvasElement, levels: Uint8Array): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(canvas.width, canvas.height);
  levels.forEach((level, i) => { image.data.set([level, level, level, 255], i * 4); });
  context.putImageData(image, 0, 0);
}

/** Values as levels: whole numbers from 0 to 255. */
export function levelsOf(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (value) => Math.max(0, Math.min(255, Math.floor(value + 0.5))));
}

/** Levels as an address that holds them, for an SVG's image. */
export function levelsUrl(levels: Uint8Array, width: number, height: number): string {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  paintLevels(canvas, levels);
  return canvas.toDataURL();
}
