/** Colour output; values outside the range are clipped for display, and the reading says so. */
import { inkOn } from "../core/hsl";
import type { KindSpec, OutputHandle } from "../kinds/contract";
import { significant } from "../core/number-format";
import { part, setText } from "../core/dom";

const CHANNELS = ["red", "green", "blue"] as const;

/** Scales values to integers on 0 … 255, as displayed. `max`: the largest value. */
function bytesOf(values: ArrayLike<number>, max: number): number[] {
  return Array.from(values, (value) => Math.max(0, Math.min(255, Math.floor((value / max) * 255 + 0.5))));
}

export function paint(values: ArrayLike<number>, spec: KindSpec): string {
  const hexadecimal = bytesOf(values, Number(spec["max"])).map((byte) => byte.toString(16).padStart(2, "0"));
  return `#${hexadecimal.join("")}`;
}

export function attach(root: HTMLElement, spec: KindSpec): OutputHandle {
  const swatch = part(root, "answer");
  const text = part(root, "answer-text");
  const max = Number(spec["max"]);
  const whole = (value: number): number => Math.floor((value / max) * 255 + 0.5);
  const bytes = (values: ArrayLike<number>): number[] => bytesOf(values, max);
  const hex = (values: ArrayLike<number>): string => paint(values, spec);
  return {
    verb: "gives",
    show: (values) => {
      swatch.style.background = hex(values);
      swatch.style.color = inkOn(bytes(values));
      setText(text, hex(values));
    },
    clear: () => {
      swatch.style.background = "none";
      swatch.style.color = "inherit";
      setText(text, "–");
    },
    describe: (values) => {
      const clipped = CHANNELS.flatMap((name, i) => {
        const value = values[i] ?? NaN;
        if (whole(value) >= 0 && whole(value) <= 255) return [];
        const bound = Math.max(0, Math.min(max, value));
        return [`${name} ${significant(value)} is drawn as ${significant(bound)}`];
      });
      return hex(values) + (clipped.length ? ` (${clipped.join(", ")})` : "");
    },
    dispose: () => undefined,
  };
}
