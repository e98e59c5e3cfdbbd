/** Tick labels beside a chart's vertical axis. */
import type { Axes } from "./axes";

/** Shows each of `ticks` at its height in `box`; updates only on changes. */
export function showMarks(
  box: HTMLElement,
  axes: Axes,
  ticks: readonly number[],
  text: (value: number) => string,
): void {
  const marks = ticks.map((value) => [axes.up(value).toFixed(4), text(value)] as const);
  const shown = marks.map(([at, words]) => `${at} ${words}`).join("|");
  if (box.dataset["shown"] === shown) return;
  box.dataset["shown"] = shown;
  box.replaceChildren(
    ...marks.map(([at, words]) => {
      const mark = document.createElement("span");
      mark.style.setProperty("--mp-at", at);
      mark.textContent = words;
      return mark;
    }),
  );
}
