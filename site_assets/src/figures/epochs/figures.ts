/** Loss and metrics of a model's checkpoints: the curve, the sentences and the table. */
import { escape } from "../../core/html";
import { group, percent } from "../../core/number-format";
import { capital } from "../../core/quoting";
import type { EpochsEntry } from "../../core/schema";
import { axesFor, lossText, type Axes } from "../charts/axes";
import { coordinate } from "../charts/lines";
import { gridPath, markAt, marksHtml, svgHtml } from "../charts/plot";

const VALIDATION = "val_";
/** Epochs from which the axis of epochs is logarithmic. */
const LOG_FROM = 100;
/** Most epochs that a line is drawn through. */
const MOST = 240;

type History = Readonly<Record<string, readonly number[]>>;
type Point = readonly [epoch: number, value: number];

/** The epochs with a checkpoint, including the last one, and their loss and metrics. */
export class Figures {
  readonly epochs: readonly number[];
  readonly #checkpoints: EpochsEntry;
  /** Of each metric: its value at each checkpoint, null if unknown. The first is the one in the chart. */
  readonly #series: readonly (readonly [name: string, values: readonly (number | null)[]])[];
  /** Through more epochs than have a checkpoint: validation before training. */
  readonly #lines: readonly (readonly Point[])[];
  readonly #axes: Axes | null;

  /** `history`: of the training, one value for each epoch. */
  constructor(checkpoints: EpochsEntry, history: History) {
    const { epochs, last, first } = checkpoints;
    this.#checkpoints = checkpoints;
    this.epochs = [...epochs, last];
    const whole = Object.entries(history).filter(([, values]) => values.length === last).sort(byRank);
    this.#series = whole.map(([name, values]) =>
      [name, this.epochs.map((epoch) => (epoch === 0 ? first[name] ?? null : values[epoch - 1]!))],
    );
    const main = this.#series[0]?.[0] ?? "";
    const drawn = [...new Set([main, main.replace(VALIDATION, "")])];
    this.#lines = drawn.flatMap((name) => {
      const values = whole.find(([each]) => each === name)?.[1];
      return values ? [pointsOf(first[name], values)] : [];
    });
    const others = this.#lines.flat().map(([, value]) => value);
    this.#axes = others.length > 0 ? axesFor({ python: [], own: [], others }, last) : null;
  }

  get #last(): number {
    return this.#checkpoints.last;
  }

  /** Returns `before training` or `after epoch 12 of 500`. place: index of the checkpoint. */
  name(place: number): string {
    const epoch = this.epochs[place]!;
    if (epoch === 0) return "before training";
    const { unit, best } = this.#checkpoints;
    const lowest = epoch === best ? ", where the validation loss is lowest" : "";
    return `after ${unit} ${group(String(epoch))} of ${group(String(this.#last))}${lowest}`;
  }

  /** Returns a sentence: `After epoch 12 of 500: loss 0.241, accuracy 75%.` */
  words(place: number): string {
    const figures = this.#series.flatMap(([name, values]) =>
      values[place] === null ? [] : `${label(name)} ${figureText(name, values[place]!)}`,
    );
    return `${capital(this.name(place))}${figures.length > 0 ? ": " : ""}${figures.join(", ")}.`;
  }

  /** Returns the epoch's place on the chart, as fractions from the lower left; null if its metric is unknown. */
  place(place: number): [number, number] | null {
    const value = this.#series[0]?.[1][place] ?? null;
    if (value === null || this.#axes === null) return null;
    return [rounded(this.#across(this.epochs[place]!)), rounded(this.#axes.up(value))];
  }

  /** Returns the chart of the main metric by epoch; "" for none. With a validation set, training is dashed. */
  chartHtml(): string {
    const axes = this.#axes;
    if (axes === null) return "";
    const { unit } = this.#checkpoints;
    const [main] = this.#series[0]!;
    const paths = this.#lines.map((line, i) => {
      const places = line.map(([epoch, value]) => `${coordinate(this.#across(epoch))} ${coordinate(1 - axes.up(value))}`);
      return `<path class="mp-python${i > 0 ? " mp-training" : ""}" d="M${places.join("L")}"/>`;
    });
    const [x, y] = this.place(this.epochs.length - 1) ?? [1, 0];
    const logarithmic = axes.log
      ? this.#log ? ", both logarithmic" : ", logarithmic"
      : this.#log ? `, ${unit}s logarithmic` : "";
    const key = this.#lines.length > 1
      ? '<p class="mp-curve-key"><span>validation</span><span class="mp-training">training</span></p>'
      : "";
    return (
      '<div class="mp-plot mp-loss-plot mp-epochs-plot">' +
      `<p class="mp-axis-name mp-axis-name-y">${escape(label(main))} by ${unit}${logarithmic}</p>` +
      `<div class="mp-axis mp-axis-y" aria-hidden="true">${marksHtml(axes, (value) => figureText(main, value))}</div>` +
      `<div class="mp-plot-area" aria-hidden="true">${svgHtml(`<path class="mp-grid" d="${gridPath(axes)}"/>${paths.join("")}`)}` +
      `<span class="mp-tip" data-part="tip" style="--mp-x:${String(x)};--mp-y:${String(y)}"></span></div>` +
      `<div class="mp-axis mp-axis-x" aria-hidden="true">${this.#ticks()}</div></div>${key}`
    );
  }

  /** Returns the table of loss and metrics, with a row for each checkpoint. */
  tableHtml(): string {
    const { unit } = this.#checkpoints;
    const heads = [capital(unit), ...this.#series.map(([name]) => label(name))];
    const rows = this.epochs.map((epoch, i) => {
      const cells = this.#series.map(([name, values]) => `<td>${values[i] === null ? "–" : figureText(name, values[i]!)}</td>`);
      return `<tr><th scope="row">${group(String(epoch))}</th>${cells.join("")}</tr>`;
    });
    return (
      '<details class="mp-twin"><summary>As a table</summary>' +
      `<div class="mp-wide" tabindex="0" role="group" aria-label="Kept ${unit}s">` +
      `<table class="mp-table" aria-label="Kept ${unit}s"><thead><tr>` +
      `${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join("")}</tr></thead>` +
      `<tbody>${rows.join("")}</tbody></table></div></details>`
    );
  }

  get #log(): boolean {
    return this.#last >= LOG_FROM;
  }

  #across(epoch: number): number {
    return this.#log ? Math.log1p(epoch) / Math.log1p(this.#last) : epoch / this.#last;
  }

  /** Returns the labels of epochs at their places, the first and last among them. */
  #ticks(): string {
    const last = this.#last;
    const powers = [1, 2, 3, 4, 5, 6].map((power) => 10 ** power).filter((epoch) => epoch * 3 <= last);
    const between = this.#log ? powers : last > 1 ? [Math.floor(last / 2)] : [];
    return [0, ...between, last].map((epoch) => markAt(this.#across(epoch), group(String(epoch)))).join("");
  }
}

/** Returns the points of a line: at most MOST, densest at the start; epoch 0 if it is known. */
function pointsOf(first: number | undefined, values: readonly number[]): Point[] {
  const last = values.length;
  const epochs = last > MOST
    ? new Set(Array.from({ length: MOST }, (_, i) => Math.round(last ** (i / (MOST - 1)))))
    : values.map((_, i) => i + 1);
  const start: Point[] = first === undefined ? [] : [[0, first]];
  return [...start, ...[...epochs].map((epoch): Point => [epoch, values[epoch - 1]!])];
}

/** Returns a metric's name in words. */
function label(metric: string): string {
  const plain = metric.replace(VALIDATION, "").replaceAll("_", " ");
  return metric.startsWith(VALIDATION) ? `validation ${plain}` : plain;
}

/** Returns a metric's value as text; accuracies in percent. */
function figureText(metric: string, value: number): string {
  return metric.includes("accuracy") ? percent(value) : lossText(value);
}

/** Accuracies first; validation before training; the loss before others. */
function byRank([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  const rank = (name: string): string =>
    `${Number(!name.includes("accuracy"))}${Number(!name.startsWith(VALIDATION))}${name.replace("loss", "!")}`;
  return rank(a) < rank(b) ? -1 : 1;
}

function rounded(fraction: number): number {
  return Number(fraction.toFixed(4));
}
