/** A chart's plot as HTML: its lines in a frame with ticks. */
import { escape } from "../../core/html";
import { group } from "../../core/number-format";
import { SIZE, ticksOf, type Axes } from "./axes";
import { coordinate } from "./lines";

export interface Plot {
  /** Name of the curve, by which styles find the plot. */
  readonly curve: string;
  /** Name of the quantity for readers. */
  readonly words: string;
  readonly axes: Axes;
  /** Formats a value. */
  readonly text: (value: number) => string;
  /** SVG of the lines, and HTML over them. */
  readonly lines: string;
  readonly over: string;
  /** Prefix of the parts' names. */
  readonly prefix?: string;
}

/** Returns the plot of a quantity by step. Scripts draw it anew in its parts. */
export function plotHtml({ curve, words, axes, text, lines, over, prefix = "" }: Plot): string {
  const part = (name: string): string => ` data-part="${prefix}${name}"`;
  return (
    `<div class="mp-plot mp-loss-plot" data-curve="${curve}">` +
    `<p class="mp-axis-name mp-axis-name-y"><span${part("loss-name")}>${escape(words)}</span>` +
    `<span${part("log")}>${axes.log ? ", logarithmic" : ""}</span></p>` +
    `<div class="mp-axis mp-axis-y"${part("ticks")} aria-hidden="true">${marksHtml(axes, text)}</div>` +
    `<div class="mp-plot-area"${part("area")}>${svgHtml(`<path class="mp-grid"${part("grid")} d="${gridPath(axes)}"/>${lines}`)}${over}</div>` +
    `<div class="mp-axis mp-axis-x" aria-hidden="true">${markAt(0, "1")}${markAt(0.5, "step")}` +
    `<span style="--mp-at:1"${part("last")}>${group(String(axes.steps))}</span></div></div>`
  );
}

export function svgHtml(drawing: string): string {
  return `<svg viewBox="0 0 ${String(SIZE)} ${String(SIZE)}" preserveAspectRatio="none" aria-hidden="true">${drawing}</svg>`;
}

/** Returns a label on an axis. at: its place as a fraction. */
export function markAt(at: number, words: string): string {
  return `<span style="--mp-at:${String(Number(at.toFixed(4)))}">${escape(words)}</span>`;
}

/** Returns the labels of the vertical axis. */
export function marksHtml(axes: Axes, text: (value: number) => string): string {
  return ticksOf(axes).map((value) => markAt(axes.up(value), text(value))).join("");
}

export function gridPath(axes: Axes): string {
  return ticksOf(axes).map((value) => `M0 ${coordinate(1 - axes.up(value))}h${String(SIZE)}`).join("");
}
