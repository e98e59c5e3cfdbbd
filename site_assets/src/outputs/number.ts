/** Output of one number, in large type. */
import type { KindSpec, OutputHandle } from "../kinds/contract";
import { significant } from "../core/number-format";
import { part, setText } from "../core/dom";
import { unitText } from "../kinds/unit";

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
