/** Output of several numbers: a bar each, left or right of zero, or a cell each if there are many. */
import type { KindSpec, OutputHandle } from "../kinds/contract";
import { significant } from "../core/number-format";
import { optionalPart, setText } from "../core/dom";
import { unitText } from "../kinds/unit";

const MOST_DESCRIBED = 6;

export function attach(root: HTMLElement, spec: KindSpec): OutputHandle {
  const names = spec["names"] as readonly string[];
  const digits = Number(spec["digits"]);
  const unit = unitText(spec);
  const marks = Array.from(
    root.querySelectorAll<HTMLElement>('[data-part="row"], [data-part="cell"]'),
    (mark) => ({ mark, shown: optionalPart(mark, "value-out") }),
  );
  const words = (value: number): string => significant(value, digits) + unit;
  const text = (i: number, value: number): string => `${names[i] ?? ""} ${words(value)}`;
  const draw = (values: ArrayLike<number>, text: (value: number) => string): void => {
    const largest = Math.max(...Array.from(values, Math.abs)) || 1;
    marks.forEach(({ mark, shown }, i) => {
      const value = values[i] ?? 0;
      mark.style.setProperty("--mp-share", (value / largest).toFixed(4));
      if (shown) setText(shown, text(value));
    });
  };
  return {
    verb: "gives",
    show: (values) => { draw(values, words); },
    clear: () => { draw([0], () => "–"); },
    describe: (values) => {
      const all = Array.from(values);
      if (all.length <= MOST_DESCRIBED) return all.map((value, i) => text(i, value)).join(", ");
      const [most, least] = [Math.max(...all), Math.min(...all)];
      return (
        `${String(all.length)} values, the largest ${text(all.indexOf(most), most)}, ` +
        `the smallest ${text(all.indexOf(least), least)}`
      );
    },
    dispose: () => undefined,
  };
}
