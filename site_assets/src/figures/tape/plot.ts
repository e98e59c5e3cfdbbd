/** Plot of the loss over a single weight, with the descent's path. */
import { optionalPart, part, setText } from "../../core/dom";
import { escape } from "../../core/html";
import { bestWeight, lossAt, type Examples } from "../../training/session/tape";
import { coordinate } from "../charts/lines";
import { markAt, svgHtml } from "../charts/plot";
import type { Recorded } from "./settings";
import { number } from "./words";

const POINTS = 60;
/** Steps drawn as a path; the path covers earlier ones. */
const TRAIL = 60;
const ROOM = 1.15;

interface Drawn {
  readonly valley: string;
  readonly trail: string;
  readonly tip: { readonly x: string; readonly y: string };
  readonly marks: Readonly<Record<"from" | "best" | "to", string>>;
}

/** Returns the plot before the first step; "" for two weights, which have no such curve. */
export function plotHtml(recorded: Recorded): string {
  if (recorded.weights.length > 1) return "";
  const drawn = draw(recorded, recorded.weights);
  const marks = (["from", "best", "to"] as const).map((name, i) =>
    markAt(i / 2, drawn?.marks[name] ?? "").replace("<span", `<span data-part="${name}"`),
  );
  return (
    `<div class="mp-plot mp-tape-plot"${drawn ? "" : " hidden"}>` +
    `<p class="mp-axis-name mp-axis-name-y">loss over the weight ${escape(recorded.names[0]!)}</p>` +
    `<div class="mp-plot-area" data-part="area" aria-hidden="true">${svgHtml(
      `<path class="mp-python" data-part="valley" d="${drawn?.valley ?? ""}"/><path class="mp-curve" data-part="trail" d=""/>`,
    )}<span class="mp-tip" data-part="tip" style="--mp-x:${drawn?.tip.x ?? "0"};--mp-y:${drawn?.tip.y ?? "0"}"></span></div>` +
    `<div class="mp-axis mp-axis-x" aria-hidden="true">${marks.join("")}</div></div>`
  );
}

/** Draws the plot. `weights`: before the first step, then after each step. */
export function showPlot(root: HTMLElement, examples: Examples, weights: readonly number[]): void {
  const area = optionalPart(root, "area");
  if (!area) return; // with two weights there is no such curve
  const drawn = draw(examples, weights);
  area.closest<HTMLElement>(".mp-plot")!.hidden = drawn === null;
  if (drawn === null) return;
  part(root, "valley").setAttribute("d", drawn.valley);
  part(root, "trail").setAttribute("d", drawn.trail);
  const tip = part(root, "tip");
  tip.style.setProperty("--mp-x", drawn.tip.x);
  tip.style.setProperty("--mp-y", drawn.tip.y);
  for (const [name, words] of Object.entries(drawn.marks)) setText(part(root, name), words);
}

/** Returns null with an input of 0: all weights have the same loss. */
function draw(examples: Examples, weights: readonly number[]): Drawn | null {
  const best = bestWeight(examples);
  if (best === null) return null;
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
  const last = walked.at(-1) ?? best;
  const mark = (weight: number): string => number(Number(weight.toPrecision(3)));
  return {
    valley: path(curve),
    trail: path(walked.slice(-TRAIL)),
    tip: { x: across(last).toFixed(4), y: up(last).toFixed(4) },
    marks: { from: mark(best - reach), best: mark(best), to: mark(best + reach) },
  };
}
