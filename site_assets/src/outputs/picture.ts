/** Picture output: grey or in colour, beside the input if that is a picture, or a mask over it. */
import { optionalPart, part } from "../core/dom";
import { levelsOf, paintLevels } from "../core/levels";
import { group, percent, short, significant } from "../core/number-format";
import type { KindSpec, OutputHandle } from "../kinds/contract";

export function attach(root: HTMLElement, spec: KindSpec, inputSpec: KindSpec): OutputHandle {
  const [low, high] = [Number(spec["low"]), Number(spec["high"])];
  const mask = spec["mask"] === true;
  const color = [1, 3, 5].map((at) => parseInt(String(spec["color"]).slice(at, at + 2), 16));
  const before = optionalPart<HTMLCanvasElement>(root, "before");
  const after = part<HTMLCanvasElement>(root, "after");
  const ends = { low: Number(inputSpec["min"]), high: Number(inputSpec["max"]) };
  return {
    verb: "gives",
    show: (values, input) => {
      if (before) paintLevels(before, scaled(input, ends.low, ends.high));
      const levels = scaled(values, low, high);
      if (mask) paintMask(after, levels, color);
      else paintLevels(after, levels);
    },
    clear: () => {
      for (const canvas of [before, after]) {
        canvas?.style.removeProperty("background-image");
        canvas?.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
      }
    },
    describe: (values) => describe(values, spec),
    dispose: () => undefined,
  };
}

/** Returns the prediction in words; port of Python's `Picture.describe`. */
export function describe(values: ArrayLike<number>, spec: KindSpec): string {
  const [height = 1, width = 1] = spec.shape;
  const [low, high] = [Number(spec["low"]), Number(spec["high"])];
  const middle = (low + high) / 2;
  let [least, most, above, outside] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    least = Math.min(least, value);
    most = Math.max(most, value);
    if (value > middle) above += 1;
    if (value < low || value > high) outside += 1;
  }
  const count = group(String(values.length));
  const words = spec["mask"] === true
    ? `a mask with ${percent(above / values.length)} of ${count} pixels above ${short(middle)}`
    : `a picture of ${width} × ${height} pixels`;
  const drawn = outside ? `; ${group(String(outside))} outside ${short(low)} to ${short(high)}` : "";
  return `${words} (values ${significant(least)} to ${significant(most)}${drawn})`;
}

/** Scales values to levels: 0 at `low`, 255 at `high`. */
export function scaled(values: ArrayLike<number>, low: number, high: number): Uint8Array {
  return levelsOf(Float64Array.from(values, (value) => ((value - low) / (high - low)) * 255));
}

/** Paints one colour, as opaque as the levels say. */
function paintMask(canvas: HTMLCanvasElement, levels: Uint8Array, color: readonly number[]): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  canvas.style.removeProperty("background-image"); // Python's would shine through
  const image = context.createImageData(canvas.width, canvas.height);
  levels.forEach((level, i) => {
    color.forEach((value, channel) => { image.data[i * 4 + channel] = value; });
    image.data[i * 4 + 3] = level;
  });
  context.putImageData(image, 0, 0);
}
