/**
 * Plot of the loss over a single weight, with the descent's path. Port of `_plot` in
 * `pipeline/modelpress/site/fences/tape.py`.
 */
import { optionalPart, part, setText } from "../../core/dom";
import { bestWeight, lossAt, type Examples } from "../../training/session/tape";
import { SIZE } from "../charts/axes";
import { number } from "./words";

const POINTS = 60;
/** Steps drawn as a path; the path covers earlier ones. */
const TRAIL = 60;
const ROOM = 1.15;

/** Draws the plot. `weights`: before the first step, then after each step. */
export function drawPlot(root: HTMLElement, examples: Examples, weights: readonly number[]): void {
  const area = optionalPart(root, "area");
  if (!area) return; // with two weights there is no such curve
  const best = bestWeight(examples);
  area.closest<HTMLElement>(".mp-plot")!.hidden = best === null; // with an input of 0 all weights have the same loss
  if (best === null) return;
  const walked = weights.filter((weight) => Number.isFinite(weight) && Number.isFinite(lossAt(examples, weight)));
  const far = Math.max(...walked.map((weight) => Math.abs(weight - best)));
  const reach = (far || 0.5) * ROOM;
  const high = lossAt(examples, best + reach);
  const low = lossAt(examples, best);
  const across = (weight: number): number => 0.5 + (weight - best) / (2 * reach);
  const up = (weight: number): number => (lossAt(examples, weight) - low) / (high - low);
  const path = (list: readonly number[]): string =>
    list.map((weight, i) => `${i === 0 ? "M" : "L"}${coordinate(across(weight))} ${coordinate(1 - up(weight))}`).join("");
  const curve = Array.from({ length: POINTS + 1 }, (_, i) => best + reach * ((2 * i) / POINTS - 1));
  part(root, "valley").setAttribute("d", path(curve));
  part(root, "trail").setAttribute("d", path(walked.slice(-TRAIL)));
  const last = walked.at(-1) ?? best;
  const tip = part(root, "tip");
  tip.style.setProperty("--mp-x", across(last).toFixed(4));
  tip.style.setProperty("--mp-y", up(last).toFixed(4));
  for (const [name, weight] of [["from", best - reach], ["best", best], ["to", best + reach]] as const) {
    setText(part(root, name), number(Number(weight.toPrecision(3))));
  }
}

function coordinate(fraction: number): string {
  return (fraction * SIZE).toFixed(1).replace(/\.0$/, "");
}
