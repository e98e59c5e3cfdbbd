/** A colour; what lies outside the range of colours is drawn at its edge, and the reading says so. */
import { inkOn } from "../hsl";
import type { KindSpec, OutputHandle } from "../kinds";
import { significant } from "../numerals";
import { part, setText } from "../parts";

const CHANNELS = ["red", "green", "blue"] as const;

export function attach(root: HTMLElement, spec: KindSpec): OutputHandle {
  const swatch = part(root, "answer");
  const text = part(root, "answer-text");
  const max = Number(spec["max"]);
  const whole = (value: number): number => Math.floor((value / max) * 255 + 0.5);
  const bytes = (values: ArrayLike<number>): number[] =>
    Array.from(values, (value) => Math.max(0, Math.min(255, whole(value))));
  const hex = (values: ArrayLike<number>): string =>
    `#${bytes(values).map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
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
