/** Curve output: the model's whole curve, with the present prediction on it. */
import type { KindSpec, OutputHandle } from "../kinds/contract";
import { significant } from "../core/number-format";
import { part, setText } from "../core/dom";
import { frameOf } from "../core/frame";

export function attach(root: HTMLElement, spec: KindSpec, inputSpec: KindSpec): OutputHandle {
  const frame = frameOf(part(root, "curve-area"));
  const curve = part<SVGPathElement>(root, "curve");
  const point = part(root, "curve-point");
  const text = part(root, "curve-text");
  const cells = Array.from(root.querySelectorAll<HTMLElement>('[data-part="curve-cell"]'));
  const digits = Number(spec["digits"]);
  const xs = inputsOf(spec, inputSpec);
  const describe = (values: ArrayLike<number>): string => significant(values[0] ?? NaN, digits);
  return {
    verb: "gives",
    show: (values, input) => {
      frame.place(point, input[0] ?? 0, values[0] ?? 0);
      setText(text, describe(values));
    },
    describe,
    sweep: {
      inputs: () => xs.slice(),
      show: (ys) => {
        curve.setAttribute("d", frame.line(Array.from(xs).flatMap((x, i) => [x, ys[i] ?? 0])));
        const every = (xs.length - 1) / (cells.length - 1);
        cells.forEach((cell, i) => { setText(cell, significant(ys[i * every] ?? NaN, digits)); });
      },
    },
    dispose: () => undefined,
  };
}

/** Returns the inputs of the curve, as in Python. */
function inputsOf(spec: KindSpec, inputSpec: KindSpec): Float32Array {
  const [low = 0, high = 1] = (spec["x"] ?? [inputSpec["min"], inputSpec["max"]]) as number[];
  const steps = Number(spec["sweep"]) - 1;
  return Float32Array.from({ length: steps + 1 }, (_, i) => low + (high - low) * (i / steps));
}
