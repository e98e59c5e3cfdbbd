/** Maps of a small classifier over the plane: its prediction, and the activation of each hidden neuron. */
import type { Axes } from "./chart";
import { halfPlane, inFractions, rangeOf, straightLine, type Linear } from "./half-plane";
import { heat, isoline, middles, shades } from "./heat";
import { short } from "../../core/number-format";
import { predict, type TrainingConfig } from "../lib/learner";

const CELLS = 33;
const UNDECIDED = 0.05; // a prediction nearer to one half than this is called undecided
const SURE = 1e-6; // nearest to 0 and 1 that a probability is drawn

/**
 * The map of the predictions with the line at one half, and the predictions' range over the plane. A single neuron's
 * map is exact: its levels are straight lines. A network is sampled, and its lines follow the logits in between.
 */
export function planeMap(network: Pick<TrainingConfig, "hidden" | "activation">, weights: Float32Array, frame: Axes): { drawing: string; lowest: number; highest: number } {
  if (network.hidden === 0) {
    const linear = inFractions([weights[0]!, weights[1]!, weights[2]!], frame.x, frame.y);
    const [low, high] = rangeOf(linear);
    const drawing = linearShades(linear, logitOf) + `<path class="mp-border" d="${straightLine(linear)}"/>`;
    return { drawing, lowest: probabilityOf(low), highest: probabilityOf(high) };
  }
  const probabilities = predict(network, weights, middles(frame.x, frame.y, CELLS)).predictions;
  const logits = Array.from(probabilities, (p) => Math.log(Math.max(p, SURE) / Math.max(1 - p, SURE)));
  return { drawing: heat(logits, CELLS, logitOf) + isoline(logits, CELLS), lowest: Math.min(...probabilities), highest: Math.max(...probabilities) };
}

/** The logit of the probability whose shade is `level`, from −1 to 1. */
const logitOf = (level: number): number => 2 * Math.atanh(level);
const probabilityOf = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** Shades of a rising function of a linear one. levelOf: its inverse, odd. */
function linearShades(linear: Linear, levelOf: (level: number) => number): string {
  const negated: Linear = [-linear[0], -linear[1], -linear[2]];
  return shades((level, negative) => halfPlane(negative ? negated : linear, levelOf(level)));
}

/** Words for a plane without a boundary in it; "" if a boundary crosses it. */
export function sameEverywhere(lowest: number, highest: number): string {
  if (Math.max(0.5 - lowest, highest - 0.5) < UNDECIDED) return "about 0.5 everywhere: undecided";
  if (lowest > 0.5) return "orange everywhere in this plane";
  return highest <= 0.5 ? "blue everywhere in this plane" : "";
}

/** A map of each hidden neuron's activation over the plane, with its output weight; edges: maps with an edge in the plane. */
export function hiddenMaps(hidden: number, activation: TrainingConfig["activation"], weights: Float32Array, frame: Axes): { html: string; edges: number } {
  let edges = 0;
  const maps = Array.from({ length: hidden }, (_, j) => {
    const linear = inFractions([weights[j]!, weights[hidden + j]!, weights[2 * hidden + j]!], frame.x, frame.y);
    const [low, high] = rangeOf(linear);
    const most = Math.max(1e-9, Math.abs(low), Math.abs(high));
    const levelOf = activation === "sigmoid" ? logitOf : activation === "tanh" ? Math.atanh : (level: number): number => level * most;
    const shown = activation === "relu" ? shades((level, negative) => (negative ? "" : halfPlane(linear, level * Math.max(1e-9, high)))) : linearShades(linear, levelOf);
    edges += Number(low < 0 && high > 0);
    const weight = weights[3 * hidden + j]!;
    const drawn = `<svg class="mp-small-map" viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">${shown}<path class="mp-border" d="${straightLine(linear)}"/></svg>`;
    return `<li><span class="mp-plot-area">${drawn}</span><span>${Number.isFinite(weight) ? `${weight < 0 ? "" : "+"}${short(weight, 2)}` : "–"}</span></li>`;
  });
  const html = `<div class="mp-insides"><p class="mp-axis-name">activation of each hidden neuron, and its output weight</p><ol>${maps.join("")}</ol></div>`;
  return { html, edges };
}
