/** Chart of one quantity by step: Python's curves and the reader's. */
import { counted, group } from "../../core/number-format";
import { optionalPart, part, setHtml, setText } from "../../core/dom";
import { foldedTable } from "../../core/html";
import { axesFor, type Axes } from "../charts/axes";
import { smoothed } from "../charts/smoothing";
import { checkAt, NONE, type Scale } from "./curves";
import { checksPath, linePath, spread } from "../charts/lines";
import { gridPath, marksHtml, plotHtml } from "../charts/plot";
import { tableRows, type Check, type Values } from "../charts/table";
import { NAMES } from "./words";

const TABLE_EVERY_MS = 500;
/** Height of a line's label as a fraction of the chart: of the loss, and of the lower chart of the metric. */
const [APART, APART_LOW] = [0.17, 0.26];

/** Returns the plot of Python's curve, with its sentence and table. words: its name; examples: in the validation set. */
export function chartHtml(prefix: string, scale: Scale, words: string, python: Values, examples: number): string {
  const { batches, checks } = python;
  const axes = axesOf(python, NONE, batches.length, scale);
  const path = (name: string, style: string, d: string): string => `<path class="mp-${style}" data-part="${prefix}${name}" d="${d}"/>`;
  const lines = [
    path("python", "python", linePath(axes, batches)),
    path("python-mean", "python mp-mean", linePath(axes, smoothed(batches))),
    path("own", "curve", ""),
    path("own-mean", "curve mp-mean", ""),
  ];
  if (checks.length > 0) {
    lines.push(path("python-validation", "python mp-validation", checksPath(axes, checks)));
    lines.push(path("curve-validation", "curve mp-validation", ""));
  }
  const last = batches.at(-1)!;
  const over =
    `<span class="mp-line-end" data-part="${prefix}python-end" style="--mp-at:${spread([axes.up(last), null], 0)[0]!.toFixed(4)}">` +
    `Python<br><span>${scale.text(last)}</span></span><span class="mp-tip" data-part="${prefix}tip" hidden></span>` +
    `<span class="mp-line-end mp-own-end" data-part="${prefix}own-end" hidden>yours<br><span></span></span>`;
  return (
    plotHtml({ curve: scale.name, words, axes, text: scale.text, lines: lines.join(""), over, prefix }) +
    `<p class="mp-chart-reading" data-part="${prefix}reading">${inWords(scale, python, examples)}</p>` +
    foldedTable(`${words} by step`, heads(checks.length > 0), tableRows(batches.length, python, NONE, scale.text), prefix)
  );
}

/** Returns first and last value of Python's curves, in sentences. */
function inWords({ name, text }: Scale, { batches, checks }: Values, examples: number): string {
  const words =
    `Python's ${NAMES[name] ?? name} goes from ${text(batches[0]!)} to ${text(batches.at(-1)!)} in ${counted(batches.length, "step")}.`;
  if (checks.length === 0) return words;
  const validating = examples === 1 ? "one validation example" : `${group(String(examples))} validation examples`;
  return `${words} On the ${validating}, from ${text(checks[0]!.value)} to ${text(checks.at(-1)!.value)}.`;
}

function heads(checked: boolean): string {
  const both = '<th scope="col">Python</th><th scope="col">Yours</th>';
  if (!checked) return `<tr><th scope="col">Step</th>${both}</tr>`;
  return (
    '<tr><th scope="col" rowspan="2">Step</th><th scope="colgroup" colspan="2">Each batch</th>' +
    `<th scope="colgroup" colspan="2">Validation</th></tr><tr>${both}${both}</tr>`
  );
}

function axesOf(python: Values, own: Values, total: number, scale: Scale): Axes {
  const others = [...python.checks, ...own.checks].map(({ value }) => value);
  return axesFor({ python: python.batches, own: own.batches, others }, total, scale.range);
}

export class CurveChart {
  #python: Values;
  /** The reader's run, which owns these arrays. */
  #own: Values = { batches: [], checks: [] };
  #axes: Axes;
  #tableAt = 0;

  /** `prefix`: of the parts' names. `total`: steps of the whole training. */
  constructor(
    private readonly root: HTMLElement,
    private readonly prefix: string,
    readonly scale: Scale,
    python: Values,
    private total: number,
    signal: AbortSignal,
  ) {
    this.#python = python;
    this.#axes = this.#fittedAxes();
    this.part("twin").addEventListener("toggle", () => { this.#table(true); }, { signal });
  }

  get steps(): number {
    return this.#axes.steps;
  }

  part(name: string): HTMLElement {
    return part(this.root, this.prefix + name);
  }

  show(python: Values, own: Values, total: number): void {
    [this.#python, this.#own, this.total] = [python, own, total];
    const axes = (this.#axes = this.#fittedAxes());
    this.#set("grid", gridPath(axes));
    this.#set("python", linePath(axes, python.batches));
    this.#set("own", linePath(axes, own.batches));
    this.#set("python-mean", linePath(axes, smoothed(python.batches)));
    this.#set("own-mean", linePath(axes, smoothed(own.batches)));
    this.#set("python-validation", checksPath(axes, python.checks));
    this.#set("curve-validation", checksPath(axes, own.checks));
    setHtml(this.part("ticks"), marksHtml(axes, this.scale.text));
    setText(this.part("log"), axes.log ? ", logarithmic" : "");
    setText(this.part("last"), group(String(axes.steps)));
    this.#ends();
    this.#tip();
    this.#table(false);
  }

  /** Describes the curves at a step, from 1. */
  words(step: number): string {
    const both = (of: (side: Values) => number | undefined): string =>
      ([["Python", this.#python], ["yours", this.#own]] as const)
        .flatMap(([name, side]) => {
          const value = of(side);
          return value === undefined ? [] : `${name} ${this.scale.text(value)}`;
        })
        .join(", ");
    const batches = both(({ batches: values }) => values[step - 1]) || "not reached yet";
    const at = Math.max(...[this.#python, this.#own].map(({ checks }) => checkAt(checks, step)?.step ?? 0));
    const where = at === step ? "validation" : `validation after step ${group(String(at))}`;
    const exact = (checks: readonly Check[]): number | undefined => {
      const found = checkAt(checks, at);
      return found?.step === at ? found.value : undefined;
    };
    const checked = at > 0 ? `; ${where}: ${both(({ checks }) => exact(checks))}` : "";
    return `Step ${group(String(step))}: ${batches}${checked}`;
  }

  /** Returns the position of a step and its values, as fractions from the left and from the bottom. */
  places(step: number): { across: number; up: number[] } {
    const values = [this.#python.batches[step - 1], this.#own.batches[step - 1]];
    return {
      across: this.#axes.across(step),
      up: values.flatMap((value) => (value === undefined ? [] : this.#axes.up(value))),
    };
  }

  #fittedAxes(): Axes {
    return axesOf(this.#python, this.#own, this.total, this.scale);
  }

  /** Sets a line's path; the validation lines exist only if there is a validation set. */
  #set(name: string, path: string): void {
    optionalPart(this.root, this.prefix + name)?.setAttribute("d", path);
  }

  #ends(): void {
    const ends = (["python", "own"] as const).map((name) => {
      const { batches } = name === "own" ? this.#own : this.#python;
      const value = batches.at(-1);
      const element = this.part(`${name}-end`);
      element.hidden = value === undefined;
      element.style.setProperty("--mp-end", this.#axes.across(Math.max(1, batches.length)).toFixed(4));
      if (value !== undefined) {
        setText(element.querySelector("span")!, Number.isFinite(value) ? this.scale.text(value) : "–");
      }
      return { element, up: value === undefined ? null : this.#axes.up(value) };
    });
    const heights = spread(ends.map(({ up }) => up), this.prefix === "" ? APART : APART_LOW);
    ends.forEach(({ element }, i) => {
      const at = heights[i];
      if (at !== null && at !== undefined) element.style.setProperty("--mp-at", at.toFixed(4));
    });
  }

  #tip(): void {
    const tip = this.part("tip");
    const value = this.#own.batches.at(-1);
    tip.hidden = value === undefined;
    if (value === undefined) return;
    tip.style.setProperty("--mp-x", this.#axes.across(this.#own.batches.length).toFixed(4));
    tip.style.setProperty("--mp-y", this.#axes.up(value).toFixed(4));
  }

  /** Updates the table if it is open; during a run, not at every frame. */
  #table(now: boolean): void {
    if (!(this.part("twin") as HTMLDetailsElement).open) return;
    if (!now && performance.now() - this.#tableAt < TABLE_EVERY_MS) return;
    this.#tableAt = performance.now();
    setHtml(this.part("rows"), tableRows(this.#axes.steps, this.#python, this.#own, this.scale.text));
  }
}
