/** Two trainings' curves in one plot, the reader's over Python's. */
import { group } from "../../core/number-format";
import { part, setHtml, setText } from "../../core/dom";
import { foldedTable } from "../../core/html";
import { COURSES, pointsOf, type CourseName, type CurveName, type Point, type Recorded } from "./spec";
import { NAMES, valueText } from "./words";
import { makeReadable } from "../../core/readings";
import { axesFor, type Axes } from "../charts/axes";
import { checksPath, spread } from "../charts/lines";
import { gridPath, marksHtml, plotHtml } from "../charts/plot";
import { evenlySpaced, rowHtml } from "../charts/table";

export type Curves = Readonly<Record<CourseName, readonly Point[]>>;

const NO_CURVES: Curves = { wrong: [], repaired: [] };
/** Least distance of the curves' names from each other, as a fraction of the height. */
const APART = 0.26;

/** Returns the plot of Python's curves, with its sentence and table. words: what the curves show. */
export function chartHtml(recorded: Recorded, words: string): string {
  const { curve } = recorded;
  const python = curvesOf(recorded);
  const axes = fittedAxes(recorded, python, NO_CURVES);
  const text = (value: number): string => valueText(value, curve);
  const path = (name: CourseName, who: string, style: string, d: string): string =>
    `<path class="mp-${style} mp-${name}" data-part="${name}-${who}" d="${d}"/>`;
  const last = COURSES.map((name) => python[name].at(-1)![1]);
  const heights = spread(last.map((value) => axes.up(value)), APART);
  const ends = COURSES.map((name, i) =>
    `<span class="mp-line-end mp-${name}-end" data-part="${name}-end" style="--mp-at:${heights[i]!.toFixed(4)}">` +
    `${NAMES[name].toLowerCase()}<br><span>${text(last[i]!)}</span></span>`,
  );
  const tips = COURSES.map((name) => `<span class="mp-tip mp-${name}-tip" data-part="${name}-tip" hidden></span>`);
  const lines = [
    ...COURSES.map((name) => path(name, "python", "python", linePath(axes, python[name]))),
    ...COURSES.map((name) => path(name, "own", "curve", "")),
  ];
  const heads = ["Python", "Yours"].flatMap((who) => COURSES.map((name) => `<th scope="col">${who}, ${NAMES[name].toLowerCase()}</th>`));
  return (
    plotHtml({ curve, words, axes, text, lines: lines.join(""), over: [...ends, ...tips].join("") }) +
    `<p class="mp-chart-reading" data-part="reading">${inWords(python, curve)}</p>` +
    foldedTable(`${words} by step`, `<tr><th scope="col">Step</th>${heads.join("")}</tr>`, rowsHtml(python, NO_CURVES, curve))
  );
}

function curvesOf(recorded: Recorded): Curves {
  return { wrong: pointsOf(recorded, "wrong"), repaired: pointsOf(recorded, "repaired") };
}

/** Returns axes that contain all four curves; for an accuracy, its whole range. */
function fittedAxes({ curve, courses }: Recorded, python: Curves, own: Curves): Axes {
  const steps = new Array<number>(Math.max(...COURSES.map((name) => courses[name].losses.length))).fill(NaN);
  const others = COURSES.flatMap((name) => [...python[name], ...own[name]]).map(([, value]) => value);
  return axesFor({ python: steps, own: [], others }, steps.length, curve === "val_accuracy" ? [0, 1] : null);
}

function linePath(axes: Axes, points: readonly Point[]): string {
  return checksPath(axes, points.map(([step, value]) => ({ step, value })));
}

/** Returns a sentence with first and last value of each curve. */
function inWords(python: Curves, curve: CurveName): string {
  const ranges = COURSES.map((name) => {
    const [from, to] = [python[name][0]!, python[name].at(-1)!].map(([, value]) => valueText(value, curve));
    return `${NAMES[name].toLowerCase()}, from ${from!} to ${to!}`;
  });
  return `Python's ${curve === "val_accuracy" ? "accuracy" : "loss"}: ${ranges.join("; ")}.`;
}

function rowsHtml(python: Curves, own: Curves, curve: CurveName): string {
  const steps = evenlySpaced(python.wrong.length).map((number) => python.wrong[number - 1]![0]);
  return steps.map((step) =>
    rowHtml(step, valuesAt(step, python, own), (value) => valueText(value, curve)),
  ).join("");
}

function valuesAt(step: number, ...sides: Curves[]): (number | undefined)[] {
  return sides.flatMap((curves) => COURSES.map((name) => curves[name].find(([each]) => each === step)?.[1]));
}

export class FailureChart {
  readonly #python: Curves;
  readonly #curve: CurveName;
  readonly #rest: string;
  #own = NO_CURVES;
  #axes: Axes;

  constructor(private readonly root: HTMLElement, private readonly recorded: Recorded, signal: AbortSignal) {
    this.#curve = recorded.curve;
    this.#python = curvesOf(recorded);
    this.#axes = fittedAxes(recorded, this.#python, this.#own);
    this.#rest = part(root, "reading").textContent;
    part<HTMLDetailsElement>(root, "twin").addEventListener("toggle", () => { this.#table(); }, { signal });
    this.#readable(signal);
  }

  /** Draws the reader's curves in their present state. */
  show(own: Curves): void {
    const { root } = this;
    this.#own = own;
    const axes = (this.#axes = fittedAxes(this.recorded, this.#python, own));
    set(root, "grid", gridPath(axes));
    setHtml(part(root, "ticks"), marksHtml(axes, (value) => valueText(value, this.#curve)));
    setText(part(root, "log"), axes.log ? ", logarithmic" : "");
    for (const name of COURSES) {
      set(root, `${name}-python`, linePath(axes, this.#python[name]));
      set(root, `${name}-own`, linePath(axes, own[name]));
      this.#tip(name);
    }
    this.#table();
  }

  #tip(name: CourseName): void {
    const tip = part(this.root, `${name}-tip`);
    const last = this.#own[name].at(-1);
    tip.hidden = last === undefined;
    if (last === undefined) return;
    tip.style.setProperty("--mp-x", this.#axes.across(last[0]).toFixed(4));
    tip.style.setProperty("--mp-y", this.#axes.up(last[1]).toFixed(4));
  }

  /** Updates the table if it is open. */
  #table(): void {
    if (!part<HTMLDetailsElement>(this.root, "twin").open) return;
    setHtml(part(this.root, "rows"), rowsHtml(this.#python, this.#own, this.#curve));
  }

  #words(step: number): string {
    const values = valuesAt(step, this.#python, this.#own).flatMap((value, i) =>
      value === undefined ? []
        : `${i < COURSES.length ? "Python" : "yours"} ${NAMES[COURSES[i % COURSES.length]!].toLowerCase()} ${valueText(value, this.#curve)}`,
    );
    return `Step ${group(String(step))}: ${values.join(", ")}`;
  }

  #readable(signal: AbortSignal): void {
    const [area, reading] = [part(this.root, "area"), part(this.root, "reading")];
    const rule = document.createElement("span");
    rule.className = "mp-rule";
    rule.hidden = true;
    area.append(rule);
    signal.addEventListener("abort", () => { rule.remove(); });
    const points = this.#python.wrong;
    makeReadable(area, {
      label: "Values by step",
      count: points.length,
      row: 10,
      at: (x) => Math.round(Math.max(0, Math.min(1, x)) * (points.length - 1)),
      show: (index) => {
        const step = points[index]![0];
        rule.hidden = false;
        rule.style.setProperty("--mp-at", this.#axes.across(step).toFixed(4));
        const values = valuesAt(step, this.#python, this.#own);
        rule.replaceChildren(...values.flatMap((value) => (value === undefined ? [] : dot(this.#axes.up(value)))));
        const words = this.#words(step);
        setText(reading, words);
        return words;
      },
      leave: () => {
        rule.hidden = true;
        setText(reading, this.#rest);
      },
      signal,
    });
  }
}

function dot(up: number): HTMLElement {
  const mark = document.createElement("span");
  mark.style.setProperty("--mp-at", up.toFixed(4));
  return mark;
}

function set(root: HTMLElement, name: string, path: string): void {
  part(root, name).setAttribute("d", path);
}
