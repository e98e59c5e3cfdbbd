/** A model's card as HTML: facts, limits, metrics, curves, errors, parity, files and embedding. */
import { attributes, escape, slot } from "../../core/html";
import { size } from "../../core/number-format";
import type { DetailName, ModelEntry } from "../../core/schema";
import { curvesHtml } from "../charts/curves";
import { evaluationHtml, type Example } from "./evaluation";
import { factsHtml } from "./facts";
import { metricsHtml, type Interval } from "./measures";
import { comparisonsHtml } from "./parity";
import { snippetHtml, type Embedding } from "./snippet";
import { section } from "./words";

const FILES: Readonly<Record<string, string>> = {
  "golden.json": ", inputs with Python's predictions",
  "graph/model.json": ", TensorFlow.js, to use",
  "layers/model.json": ", TensorFlow.js, to look into and to train",
  "mistakes.png": ", the most confident errors",
  "model.keras": ", Keras, as it was trained",
  "source.py": ", the author's file",
  "weights.png": ", the first layer's weights",
};
const DETAILS: Readonly<Record<DetailName, string>> = {
  figure: ", long fields that a figure reads",
  history: ", loss and metrics by epoch",
  report: ", all other long fields of the card",
};

export interface Spec {
  readonly slug: string;
  readonly entry: ModelEntry;
  /** The one part to draw; "" for all. */
  readonly only: string;
  /** Of the history: "epoch" or "step". */
  readonly unit: string;
  /** Who sets the tolerance, and why. */
  readonly tolerance: string;
  /** The examples of the errors. */
  readonly examples: readonly Example[];
  /** 95% intervals of accuracies, by the metric's name. */
  readonly intervals: Readonly<Record<string, Interval>>;
  /** 95% interval of the evaluation's accuracy. */
  readonly evaluated: Interval;
  /** Names of the optimizers for readers. */
  readonly optimizers: Readonly<Record<string, string>>;
  /** null if the site has no scripts. */
  readonly embedding: Embedding | null;
}

export function render(spec: Spec): string {
  const { slug, entry, only, embedding } = spec;
  const parts: Readonly<Record<string, () => string>> = {
    facts: () => factsHtml(entry, spec.tolerance),
    limits: () => limitsHtml(entry),
    metrics: () => metricsHtml(entry, spec.intervals),
    curves: () => curves(spec),
    mistakes: () => evaluationHtml(entry, spec.examples, spec.evaluated),
    parity: () => comparisonsHtml(entry, spec.optimizers),
    files: () => filesHtml(slug, entry),
    embed: () => (embedding ? snippetHtml(slug, entry.title, embedding) : ""),
  };
  return (only ? [parts[only]!] : Object.values(parts)).map((part) => part()).join("");
}

function limitsHtml({ limits }: ModelEntry): string {
  const words = limits.trim();
  return words && section("Limits", `<p>${escape(words)}</p>`);
}

function curves({ slug, entry, unit }: Spec): string {
  const name = entry.details?.history;
  return curvesHtml({ slug, history: entry.training.history, unit, file: (name && entry.files[name]) || null });
}

function filesHtml(slug: string, { files, details = {} }: ModelEntry): string {
  const words = { ...FILES, ...Object.fromEntries(Object.entries(details).map(([detail, name]) => [name, DETAILS[detail as DetailName]])) };
  const names = Object.keys(files).sort();
  const items = [
    ["card.json", `models/${slug}/card.json`, "this card"] as const,
    ...names.map((name) => [name, files[name]!.url, size(files[name]!.size_bytes) + (words[name] ?? "")] as const),
  ].map(([name, url, note]) =>
    `<li><a${attributes({ href: slot("root") + url, download: true })}>${escape(name)}</a> <span class="mp-bytes">${note}</span></li>`,
  );
  return `<details class="mp-downloads"><summary>Files</summary><ul>${items.join("")}</ul></details>`;
}
