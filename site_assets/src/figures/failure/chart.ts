/**
 * Two trainings' curves in one plot, the reader's over Python's; port of
 * `pipeline/modelpress/site/charts/failure_chart.py`, which draws Python's without scripts.
 */
import { group } from "../../core/number-format";
import { part, setText } from "../../core/dom";
import { COURSES, pointsOf, type CourseName, type CurveName, type Point, type Recorded } from "./spec";
import { NAMES, valueText } from "./words";
import { makeReadable } from "../../core/readings";
import { axesFor, SIZE, ticksOf, type Axes } from "../charts/axes";
import { showMarks } from "../charts/marks";
import { evenlySpaced } from "../charts/table";

export type Curves = Readonly<Record<CourseName, readonly Point[]>>;

export class FailureChart {
  readonly #python: Curves;
  /** One entry per step, without values: the length of the axis. */
  readonly #steps: readonly number[];
  readonly #curve: CurveName;
  readonly #rest: string;
  #own: Curves = { wrong: [], repaired: [] };
  #axes: Axes;

  constructor(private readonly root: HTMLElement, recorded: Recorded, signal: AbortSignal) {
    this.#curve = recorded.curve;
    this.#python = { wrong: pointsOf(recorded, "wrong"), repaired: pointsOf(recorded, "repaired") };
    const steps = Math.max(...COURSES.map((name) => recorded.courses[name].losses.length));
    this.#steps = new Array<number>(steps).fill(NaN);
    this.#axes = this.#fittedAxes();
    this.#rest = part(root, "reading").textContent;
    part<HTMLDetailsElement>(root, "twin").addEventListener("toggle", () => { this.#table(); }, { signal });
    this.#readable(signal);
  }

  /** Draws the reader's curves in their present state. */
  show(own: Curves): void {
    const { root } = this;
    this.#own = own;
    const axes = (this.#axes = this.#fittedAxes());
    this.#scale(ticksOf(axes));
    setText(part(root, "log"), axes.log ? ", logarithmic" : "");
    for (const name of COURSES) {
      set(root, `${name}-python`, this.#line(this.#python[name]));
      set(root, `${name}-own`, this.#line(own[name]));
      this.#tip(name);
    }
    this.#table();
  }

  /** Returns axes that contain all four curves; for an accuracy, its whole range. */
  #fittedAxes(): Axes {
    const curves = COURSES.flatMap((name) => [this.#python[name], this.#own[name]]);
    const others = curves.flatMap((points) => points.map(([, value]) => value));
    const held = { python: this.#steps, own: [], others };
    return axesFor(held, this.#steps.length, this.#curve === "val_accuracy" ? [0, 1] : null);
  }

  #scale(ticks: readonly number[]): void {
    const { root } = this;
    const axes = this.#axes;
    set(root, "grid", ticks.map((value) => `M0 ${coordinate(1 - axes.up(value))}h${String(SIZE)}`).join(""));
    showMarks(part(root, "ticks"), axes, ticks, (value) => valueText(value, this.#curve));
  }

  #line(points: readonly Point[]): string {
    return points
      .map(([step, value], i) =>
        `${i > 0 ? "L" : "M"}${coordinate(this.#axes.across(step))} ${coordinate(1 - this.#axes.up(value))}`,
      )
      .join("");
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
    const rows = this.#shownSteps().map((step) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = group(String(step));
      const values = [this.#python, this.#own].flatMap((curves) => COURSES.map((name) => at(curves[name], step)));
      const cells = values.map((value) =>
        Object.assign(document.createElement("td"), {
          textContent: value === undefined ? "–" : valueText(value, this.#curve),
        }),
      );
      row.append(head, ...cells);
      return row;
    });
    part(this.root, "rows").replaceChildren(...rows);
  }

  #shownSteps(): number[] {
    const points = this.#python.wrong;
    return evenlySpaced(points.length).map((number) => points[number - 1]![0]);
  }

  #words(step: number): string {
    const values = ([["Python", this.#python], ["yours", this.#own]] as const).flatMap(([who, curves]) =>
      COURSES.flatMap((name) => {
        const value = at(curves[name], step);
        return value === undefined ? [] : `${who} ${NAMES[name].toLowerCase()} ${valueText(value, this.#curve)}`;
      }),
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
        const values = [this.#python, this.#own].flatMap((curves) => COURSES.map((name) => at(curves[name], step)));
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

function at(points: readonly Point[], step: number): number | undefined {
  return points.find(([each]) => each === step)?.[1];
}

function dot(up: number): HTMLElement {
  const mark = document.createElement("span");
  mark.style.setProperty("--mp-at", up.toFixed(4));
  return mark;
}

function set(root: HTMLElement, name: string, path: string): void {
  part(root, name).setAttribute("d", path);
}

function coordinate(fraction: number): string {
  return (fraction * SIZE).toFixed(1).replace(/\.0$/, "");
}
