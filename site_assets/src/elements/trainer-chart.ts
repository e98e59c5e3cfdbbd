/**
 * The loss by step: Python's curve and the reader's over it. The twin of
 * `pipeline/site/training_chart.py`, which draws the first of the two for readers without scripts.
 */
import { group } from "../numerals";
import { part, setText } from "../parts";
import { axesFor, lossText, SIZE, ticksOf, type Axes } from "./trainer-axes";

/** Columns of the plot that can be told apart; of each the first, lowest, highest and last are drawn. */
const COLUMNS = 400;
/** Heights of the names at the lines' ends: at least so far apart and from the edges. */
const [APART, EDGE] = [0.17, 0.07];
const ROWS = 11;
const TABLE_EVERY_MS = 500;

export class LossChart {
  /** Python's losses, or none where nothing was recorded with these settings. */
  #python: readonly number[] = [];
  /** The losses of the reader's run, step by step; owned by the run. */
  #own: readonly number[] = [];
  #axes: Axes;
  #tableAt = 0;

  /** `total`: steps of the whole training. */
  constructor(private readonly root: HTMLElement, python: readonly number[], private total: number) {
    this.#python = python;
    this.#axes = axesFor([python], total);
    part<HTMLDetailsElement>(root, "twin").addEventListener("toggle", () => { this.#table(true); });
  }

  get steps(): number {
    return this.#axes.steps;
  }

  show(python: readonly number[], own: readonly number[], total: number): void {
    [this.#python, this.#own, this.total] = [python, own, total];
    this.draw();
  }

  /** Draws the curves as they are now. */
  draw(): void {
    const { root } = this;
    const axes = axesFor([this.#python, this.#own], this.total);
    this.#axes = axes;
    const ticks = ticksOf(axes);
    set(root, "grid", ticks.map((loss) => `M0 ${coordinate(1 - axes.up(loss))}h${String(SIZE)}`).join(""));
    set(root, "python", line(axes, this.#python));
    set(root, "own", line(axes, this.#own));
    this.#marks(ticks);
    setText(part(root, "log"), axes.log ? ", logarithmic" : "");
    setText(part(root, "last"), group(String(axes.steps)));
    this.#ends();
    this.#tip();
    this.#table(false);
  }

  /** What both curves say at a step, from 1. */
  words(step: number): string {
    const said = [["Python", this.#python[step - 1]], ["yours", this.#own[step - 1]]] as const;
    const values = said.flatMap(([name, loss]) => (loss === undefined ? [] : `${name} ${lossText(loss)}`));
    return `Step ${group(String(step))}: ${values.join(", ") || "not reached yet"}`;
  }

  /** Where a step and its losses lie, as shares from the left and from the bottom. */
  places(step: number): { across: number; up: number[] } {
    const losses = [this.#python[step - 1], this.#own[step - 1]];
    return {
      across: this.#axes.across(step),
      up: losses.flatMap((loss) => (loss === undefined ? [] : this.#axes.up(loss))),
    };
  }

  #marks(ticks: readonly number[]): void {
    const box = part(this.root, "ticks");
    const marks = ticks.map((loss) => [this.#axes.up(loss).toFixed(4), lossText(loss)] as const);
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

  #ends(): void {
    const ends = (["python", "own"] as const).map((name) => {
      const losses = name === "own" ? this.#own : this.#python;
      const loss = losses.at(-1);
      const element = part(this.root, `${name}-end`);
      element.hidden = loss === undefined;
      if (loss !== undefined) setText(element.querySelector("span")!, Number.isFinite(loss) ? lossText(loss) : "–");
      return { element, up: loss === undefined ? null : this.#axes.up(loss) };
    });
    const [python, own] = spread(ends.map(({ up }) => up));
    ends.forEach(({ element }, i) => {
      const at = i === 0 ? python : own;
      if (at !== null && at !== undefined) element.style.setProperty("--mp-at", at.toFixed(4));
    });
  }

  #tip(): void {
    const tip = part(this.root, "tip");
    const loss = this.#own.at(-1);
    tip.hidden = loss === undefined;
    if (loss === undefined) return;
    tip.style.setProperty("--mp-x", this.#axes.across(this.#own.length).toFixed(4));
    tip.style.setProperty("--mp-y", this.#axes.up(loss).toFixed(4));
  }

  /** The table, where it is open: it follows a run, but not at every frame. */
  #table(now: boolean): void {
    if (!part<HTMLDetailsElement>(this.root, "twin").open) return;
    if (!now && performance.now() - this.#tableAt < TABLE_EVERY_MS) return;
    this.#tableAt = performance.now();
    const rows = tableSteps(this.#axes.steps).map((step) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = group(String(step));
      const cells = [this.#python[step - 1], this.#own[step - 1]].map((loss) =>
        Object.assign(document.createElement("td"), { textContent: loss === undefined ? "–" : lossText(loss) }),
      );
      row.append(head, ...cells);
      return row;
    });
    part(this.root, "rows").replaceChildren(...rows);
  }
}

function set(root: HTMLElement, name: string, path: string): void {
  part(root, name).setAttribute("d", path);
}

/** An SVG path that draws the same line: first, lowest, highest and last step of each column
 *  (M4; Jugel et al., VLDB 2014). */
function line(axes: Axes, losses: readonly number[]): string {
  const width = losses.length / COLUMNS;
  let path = "";
  const draw = (i: number): void => {
    const [x, y] = [coordinate(axes.across(i + 1)), coordinate(1 - axes.up(losses[i]!))];
    path += `${path ? "L" : "M"}${x} ${y}`;
  };
  if (width <= 4) {
    losses.forEach((_, i) => { draw(i); });
    return path;
  }
  for (let column = 0; column < COLUMNS; column += 1) {
    const [from, to] = [Math.floor(column * width), Math.floor((column + 1) * width)];
    let [lowest, highest] = [from, from];
    for (let i = from; i < to; i += 1) {
      if (losses[i]! < losses[lowest]!) lowest = i;
      if (losses[i]! > losses[highest]!) highest = i;
    }
    const kept = [from, lowest, highest, to - 1].sort((a, b) => a - b);
    kept.filter((i, at) => i !== kept[at - 1]).forEach(draw);
  }
  return path;
}

/** Two names' heights, moved apart where they would overlap. */
function spread([a, b]: (number | null)[]): (number | null)[] {
  const held = (up: number, edge: number): number => Math.min(Math.max(up, edge), 1 - edge);
  if (a === null || b === null || a === undefined || b === undefined) {
    return [a ?? null, b ?? null].map((up) => (up === null ? null : held(up, EDGE)));
  }
  const [one, other] = [held(a, EDGE), held(b, EDGE)];
  if (Math.abs(one - other) >= APART) return [one, other];
  const middle = held((a + b) / 2, EDGE + APART / 2);
  const up = a >= b ? 1 : -1;
  return [middle + (up * APART) / 2, middle - (up * APART) / 2];
}

function tableSteps(steps: number): number[] {
  const rows = Math.min(steps, ROWS);
  const all = Array.from({ length: rows }, (_, i) => 1 + Math.round((i * (steps - 1)) / Math.max(1, rows - 1)));
  return [...new Set(all)];
}

function coordinate(share: number): string {
  return (share * SIZE).toFixed(1).replace(/\.0$/, "");
}
