/** Classes output: the most probable class, and a bar for each. */
import type { KindSpec, OutputHandle } from "../kinds/contract";
import { group, percent, significant } from "../core/number-format";
import { part, setText } from "../core/dom";
import { attachUnfolded } from "./widgets/unfolded";

export function attach(root: HTMLElement, spec: KindSpec): OutputHandle {
  const labels = spec["labels"] as readonly string[];
  const word = part(root, "word");
  const bars = Array.from(root.querySelectorAll<HTMLElement>('[data-part="bar"]'), (bar) => ({
    bar,
    label: part(bar, "label"),
    share: part(bar, "share"),
  }));
  const colors = spec["colors"] as readonly string[];
  const few = bars.length === labels.length; // else the bars are those of the most probable labels
  const ranking = (values: ArrayLike<number>): number[] =>
    labels.map((_, i) => i).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  const life = new AbortController();
  const integer = (count: number): string => group(String(count));
  let shown: ArrayLike<number> | null = null;
  const list = few ? null : attachUnfolded(root, {
    names: labels,
    order: () => ranking(shown ?? []),
    cells: (i, place) =>
      shown ? [`${significant(100 * (shown[i] ?? 0))}%`, integer(place + 1)] : ["–", "–"],
    integer,
  }, life.signal);
  return {
    verb: "is",
    show: (values) => {
      shown = values;
      list?.show();
      const order = ranking(values);
      const winner = order[0] ?? 0;
      setText(word, labels[winner] ?? "");
      bars.forEach(({ bar, label, share }, place) => {
        const i = few ? place : (order[place] ?? 0);
        const value = values[i] ?? 0;
        if (!few) {
          setText(label, labels[i] ?? "");
          bar.style.setProperty("--mp-mark", colors[i] ?? "");
        }
        bar.style.setProperty("--mp-share", value.toFixed(4));
        bar.toggleAttribute("data-winner", i === winner);
        setText(share, percent(value));
      });
    },
    clear: () => {
      shown = null;
      list?.show();
      setText(word, "–");
      for (const { bar, share } of bars) {
        bar.style.setProperty("--mp-share", "0");
        bar.removeAttribute("data-winner");
        setText(share, "");
      }
    },
    describe: (values) => {
      const [first = 0, second = 0] = ranking(values);
      return (
        `${labels[first] ?? ""}, ${percent(values[first] ?? 0)}; ` +
        `next ${labels[second] ?? ""}, ${percent(values[second] ?? 0)}`
      );
    },
    dispose: () => { life.abort(); },
  };
}
