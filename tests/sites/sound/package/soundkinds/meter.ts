/** A value from 0 to 1 between two words. */
import type { KindSpec, OutputHandle } from "modelpress/kinds/contract";
import { part } from "modelpress/core/dom";

export function attach(root: HTMLElement, spec: KindSpec): OutputHandle {
  const meter = part<HTMLMeterElement>(root, "meter");
  return {
    verb: "sounds",
    show: (values) => { meter.value = values[0] ?? 0; },
    describe: (values) => {
      const value = values[0] ?? 0;
      const [word, share] = value >= 0.5 ? [spec["high"], value] : [spec["low"], 1 - value];
      return `${String(word)}, ${(100 * share).toFixed(0)}%`;
    },
    dispose: () => undefined,
  };
}
