/** A plot as HTML: axes with names and ticks, and a plot area. Styled by `plots.css`. */
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { short } from "../../core/number-format";
import { attributes, escape } from "../../core/html";

export type Span = readonly [number, number];

export interface Axes {
  x: Span;
  y: Span;
  /** Names with their units. */
  xName: string;
  yName: string;
  /** Approximate number of ticks. */
  xTicks?: number;
  yTicks?: number;
}

const SIZE = 1000;

/** An SVG path through points in units of the axes. It has gaps where a value is not finite. */
export function path({ x, y }: Pick<Axes, "x" | "y">, points: readonly (readonly [number, number])[]): string {
  const across = scaleLinear(x, [0, SIZE]);
  const down = scaleLinear(y, [SIZE, 0]);
  return line<readonly [number, number]>((p) => across(p[0]), (p) => down(p[1])).defined((p) => p.every(Number.isFinite)).digits(1)([...points]) ?? "";
}

/** Style declarations that position an element at a point of the plot area. */
export function place({ x, y }: Pick<Axes, "x" | "y">, [px, py]: readonly [number, number]): string {
  const fraction = (value: number, [low, high]: Span): string => ((value - low) / (high - low)).toFixed(4);
  return `--mp-x:${fraction(px, x)};--mp-y:${fraction(py, y)}`;
}

/** A point that the reader drags or moves by arrow keys. label: its name and position. */
export function handle(axes: Pick<Axes, "x" | "y">, name: string, at: readonly [number, number], label: string, index = 0, anywhere = false): string {
  const given = attributes({
    type: "button", class: "mp-handle", "data-handle": name, "data-index": index, "data-x": at[0], "data-y": at[1],
    "data-anywhere": anywhere ? "" : null, style: place(axes, at), "aria-label": label, "aria-roledescription": "movable point",
  });
  return `<button${given}></button>`;
}

/** drawing: SVG elements in a square of 1000; over: HTML elements positioned by `place`. */
export function plot(axes: Axes, drawing: string, over = "", className = ""): string {
  const { x, y, xName, yName, xTicks = 5, yTicks = 4 } = axes;
  const marks = (span: Span, count: number): string =>
    scaleLinear(span, [0, 1]).ticks(count).map((at) => `<span style="--mp-at:${((at - span[0]) / (span[1] - span[0])).toFixed(4)}">${short(at)}</span>`).join("");
  return (
    `<div class="mp-plot mp-explore-plot ${className}"><p class="mp-axis-name mp-axis-name-y">${escape(yName)}</p>` +
    `<div class="mp-axis mp-axis-y" aria-hidden="true">${marks(y, yTicks)}</div>` +
    `<div class="mp-plot-area" data-frame="${[...x, ...y].join(" ")}"><svg viewBox="0 0 ${SIZE} ${SIZE}" preserveAspectRatio="none" aria-hidden="true">${drawing}</svg>${over}</div>` +
    `<div class="mp-axis mp-axis-x" aria-hidden="true">${marks(x, xTicks)}</div><p class="mp-axis-name mp-axis-name-x">${escape(xName)}</p></div>`
  );
}
