/** Output of several numbers: a bar each, left or right of zero; if there are many, a picture of cells and a table. */
import type { KindSpec, OutputHandle } from "../kinds/contract";
import { group, significant } from "../core/number-format";
import { optionalPart, part, setText } from "../core/dom";
import { layoutOf, paint } from "../core/tiles";
import { unitText } from "../kinds/unit";
import { attachUnfolded } from "./widgets/unfolded";

const MOST_DESCRIBED = 6;

export function attach(root: HTMLElement, spec: KindSpec): OutputHandle {
  const names = spec["names"] as readonly string[];
  const life = new AbortController();
  const digits = Number(spec["digits"]);
  const unit = unitText(spec);
  const marks = Array.from(
    root.querySelectorAll<HTMLElement>('[data-part="row"]'),
    (mark) => ({ mark, shown: part(mark, "value-out") }),
  );
  const words = (value: number): string => significant(value, digits) + unit;
  const text = (i: number, value: number): string => `${names[i] ?? ""} ${words(value)}`;
  const draw = (values: ArrayLike<number>, text: (value: number) => string): void => {
    const largest = Math.max(...Array.from(values, Math.abs)) || 1;
    marks.forEach(({ mark, shown }, i) => {
      const value = values[i] ?? 0;
      mark.style.setProperty("--mp-share", (value / largest).toFixed(4));
      setText(shown, text(value));
    });
  };
  const canvas = optionalPart<HTMLCanvasElement>(root, "cells");
  const many = canvas && attachMany(root, canvas, spec, words, life.signal);
  return {
    verb: "gives",
    show: (values) => {
      if (many) many(values);
      else draw(values, words);
    },
    clear: () => {
      if (many) many(null);
      else draw([0], () => "–");
    },
    describe: (values) => {
      const all = Array.from(values);
      if (all.length <= MOST_DESCRIBED) return all.map((value, i) => text(i, value)).join(", ");
      const most = all.reduce((a, b) => Math.max(a, b));
      const least = all.reduce((a, b) => Math.min(a, b));
      return (
        `${String(all.length)} values, the largest ${text(all.indexOf(most), most)}, ` +
        `the smallest ${text(all.indexOf(least), least)}`
      );
    },
    dispose: () => { life.abort(); },
  };
}

/** Attaches the picture of many values and their table; returns what shows them. */
function attachMany(
  root: HTMLElement,
  canvas: HTMLCanvasElement,
  spec: KindSpec,
  words: (value: number) => string,
  signal: AbortSignal,
): (values: ArrayLike<number> | null) => void {
  const names = spec["names"] as readonly string[];
  const order = names.map((_, i) => i);
  const layout = layoutOf(canvas.dataset);
  const channels = layout.height === 1 && layout.width === 1 ? 1 : (spec.shape[2] ?? 1);
  let shown: ArrayLike<number> | null = null;
  const list = attachUnfolded(root, {
    names,
    order: () => order,
    cells: (i) => [shown ? words(shown[i] ?? 0) : "–"],
    integer: (count) => group(String(count)),
  }, signal);
  return (values) => {
    shown = values;
    canvas.style.removeProperty("background-image"); // Python's picture
    paint(canvas, values ?? [], layout, channels, largestOf(values ?? []));
    list.show();
  };
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return largest;
}
