/** Map output: one number over the plane, coloured from blue (low) to orange (high). */
import type { KindSpec, OutputHandle } from "../kinds/contract";
import { significant } from "../core/number-format";
import { part, setText } from "../core/dom";
import { border } from "../core/frame";

export function attach(root: HTMLElement, spec: KindSpec, inputSpec: KindSpec): OutputHandle {
  const cells = Array.from(part<SVGGElement>(root, "cells").querySelectorAll("path"));
  const line = part<SVGPathElement>(root, "border");
  const text = part(root, "point-text");
  const labels = spec["labels"] as readonly string[] | null;
  const [low, high, count] = [Number(spec["low"]), Number(spec["high"]), Number(spec["cells"])];
  const [middle, half] = [(low + high) / 2, (high - low) / 2];
  const describe = (values: ArrayLike<number>): string => {
    const value = values[0] ?? NaN;
    const label = labels?.[value >= middle ? 1 : 0];
    return significant(value) + (label === undefined ? "" : `: ${label}`);
  };
  return {
    verb: "gives",
    show: (values) => { setText(text, significant(values[0] ?? NaN)); },
    describe,
    clear: () => { setText(text, ""); },
    sweep: {
      inputs: () => middles(inputSpec, count),
      show: (predictions) => {
        const fractions = Array.from(predictions, (v) => Math.max(-1, Math.min(1, (v - middle) / half)));
        cells.forEach((cell, i) => {
          const fraction = fractions[i] ?? 0;
          cell.setAttribute("fill-opacity", Math.abs(fraction).toFixed(3));
          cell.setAttribute("class", fraction > 0 ? "" : "mp-low");
        });
        if (labels) line.setAttribute("d", border(midway(predictions, low, high), count));
      },
    },
    dispose: () => undefined,
  };
}

const SATURATED = 1 - 1e-7; // a float32 prediction nearer to an end is that end

/** Values that are 0 midway and nearly linear between the cells; port of `Map._midway`. */
export function midway(predictions: ArrayLike<number>, low: number, high: number): number[] {
  const shares = Array.from(predictions, (value) => (value - (low + high) / 2) / ((high - low) / 2));
  if (shares.some((share) => Math.abs(share) > 1)) return shares;
  return shares.map((share) => Math.atanh(Math.max(-SATURATED, Math.min(SATURATED, share))));
}

/** Returns the cells' centres row by row: y from the lowest up, x ascending. */
function middles(inputSpec: KindSpec, count: number): Float32Array {
  const [[x0, x1], [y0, y1]] = [inputSpec["x"], inputSpec["y"]] as [[number, number], [number, number]];
  const points = new Float32Array(2 * count * count);
  for (let i = 0; i < count * count; i += 1) {
    points[2 * i] = x0 + (x1 - x0) * (((i % count) + 0.5) / count);
    points[2 * i + 1] = y0 + (y1 - y0) * ((Math.floor(i / count) + 0.5) / count);
  }
  return points;
}
