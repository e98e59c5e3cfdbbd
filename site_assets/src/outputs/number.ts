/** One number, set large. */
import type { KindSpec, OutputHandle } from "../kinds";
import { significant } from "../numerals";
import { part, setText } from "../parts";
import { unitText } from "../unit";

export function attach(root: HTMLElement, spec: KindSpec): OutputHandle {
  const shown = part(root, "number");
  const digits = Number(spec["digits"]);
  const unit = unitText(spec);
  const words = (values: ArrayLike<number>): string => significant(values[0] ?? NaN, digits);
  return {
    verb: "gives",
    show: (values) => { setText(shown, words(values)); },
    clear: () => { setText(shown, "–"); },
    describe: (values) => words(values) + unit,
    dispose: () => undefined,
  };
}
