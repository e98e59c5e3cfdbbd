/** Reads values off a training's chart by pointer and arrow keys. */
import { setText } from "../../core/dom";
import { makeReadable } from "../../core/readings";
import type { CurveChart } from "./chart";

export function makeChartReadable(chart: CurveChart, label: string, signal: AbortSignal): void {
  const [area, reading] = [chart.part("area"), chart.part("reading")];
  const rest = reading.textContent;
  const rule = document.createElement("span");
  rule.className = "mp-rule";
  rule.hidden = true;
  area.append(rule);
  signal.addEventListener("abort", () => { rule.remove(); });
  makeReadable(area, {
    label,
    get count() {
      return chart.steps;
    },
    row: 10,
    at: (x) => Math.round(Math.max(0, Math.min(1, x)) * (chart.steps - 1)),
    show: (index) => {
      area.setAttribute("aria-valuemax", String(chart.steps));
      const { across, up } = chart.places(index + 1);
      rule.hidden = false;
      rule.style.setProperty("--mp-at", across.toFixed(4));
      rule.replaceChildren(...up.map(dot));
      const words = chart.words(index + 1);
      setText(reading, words);
      return words;
    },
    leave: () => {
      rule.hidden = true;
      setText(reading, rest);
    },
    signal,
  });
}

function dot(up: number): HTMLElement {
  const mark = document.createElement("span");
  mark.style.setProperty("--mp-at", up.toFixed(4));
  return mark;
}
