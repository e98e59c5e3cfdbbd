/** The figure of a failure case as HTML: curves, controls, predictions and chip, complete without scripts. */
import { button, captionHtml, escape, slot } from "../../core/html";
import { counted, group, short } from "../../core/number-format";
import { capital } from "../../core/quoting";
import type { FailureEntry } from "../../core/schema";
import { chipHtml, REFUSAL, unprovenHtml } from "../charts/chip";
import { chartHtml } from "./chart";
import { COURSES, type CourseName, type CurveName, type Recorded } from "./spec";
import { chipWords, NAMES, NUMBERS, predictionText, swatchOf } from "./words";

const CURVES: Readonly<Record<CurveName, string>> = {
  loss: "loss of each batch",
  val_loss: "loss of the validation set",
  val_accuracy: "accuracy on the validation set",
};
const CHANNELS = ["red", "green", "blue"]; // outputs that are a colour

export interface Spec {
  readonly entry: FailureEntry;
  readonly recorded: Recorded;
  /** Why the build has not proven the failure case; "" if it has. */
  readonly unproven: string;
}

export function render({ entry, recorded, unproven }: Spec): string {
  const start = COURSES.map((name) => `${NAMES[name]}: step 0 of ${group(String(recorded.courses[name].losses.length))}.`);
  return (
    `<figure class="mp-figure mp-training mp-failure" aria-labelledby="${slot("id")}-caption">` +
    `<div class="mp-stage">${chartHtml(recorded, CURVES[recorded.curve])}</div>` +
    '<div class="mp-under"><div class="mp-controls mp-train-controls" data-part="controls">' +
    `<div class="mp-entry">${button("play", "Train")}${button("repair", entry.repair)}</div>` +
    `<span class="mp-actions">${button("reset", "Reset")}${button("copy", "Copy link")}</span></div>` +
    '<p class="mp-notice" data-part="notice" role="status"></p>' +
    `<p class="mp-reading" data-part="state">${start.join(" ")}</p>` +
    '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>' +
    '<div class="mp-error" data-part="error" role="alert"></div>' +
    `${predictions(entry)}<p>${verdict(entry)}</p>${chip(entry, unproven)}${REFUSAL}` +
    captionHtml("These curves were recorded in Python. The trainings run here where scripts are allowed.") +
    "</div></figure>"
  );
}

/** Returns the table of examples with each training's predictions; Python's after its run. */
function predictions(entry: FailureEntry): string {
  const { examples, outputs } = entry;
  if (examples.length === 0) return "";
  const rows = examples.map(({ name, input, right }, i) => {
    const cells = COURSES.map((course) => {
      const prediction = entry[course].answers[i]!;
      return `<td data-part="${course}-answer"${swatch(entry, prediction)}>${escape(predictionText(prediction, outputs))}</td>`;
    });
    const words = predictionText(right, outputs);
    const target = right.length <= NUMBERS ? words : words.split(",")[0]!;
    return (
      `<tr><th scope="row"${swatch(entry, input)}>${escape(name)}</th>` +
      `<td${swatch(entry, right)}>${escape(target)}</td>${cells.join("")}</tr>`
    );
  });
  const width = examples[0]!.right.length;
  const of = width > 1 && width <= NUMBERS && outputs.length > 0 ? ` (${escape(outputs.join(", "))})` : "";
  const heads = ["Asked", "Right", ...COURSES.map((name) => NAMES[name])];
  return (
    '<table class="mp-table mp-failure-answers">' +
    `<caption><span data-part="who">Python's predictions</span>${of}</caption>` +
    `<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table>`
  );
}

/** Returns the attributes of a cell that shows a colour, of 0 to 255; "" for other outputs. */
export function swatch({ outputs, scale }: Pick<FailureEntry, "outputs" | "scale">, values: readonly number[]): string {
  const color = outputs.join() === CHANNELS.join() && scale === 255 && values.length === CHANNELS.length;
  return color ? ` data-swatch style="--mp-swatch:${swatchOf(values)}"` : "";
}

/** Returns the measured figures in Python, and how many seeds fail. */
function verdict(entry: FailureEntry): string {
  const { wrong, repaired, measured, seeds, fails } = entry;
  const figure = (value: number | null): string => (value === null ? "no number" : short(value));
  return (
    `${escape(capital(measured))}: ${figure(wrong.figure)}; after the repair, ` +
    `${figure(repaired.figure)}. Of ${group(String(seeds))} random starts in Python, ` +
    `${group(String(wrong.often))} ${wrong.often === 1 ? "goes" : "go"} wrong in this way (${escape(fails)}), ` +
    `and ${repaired.often > 0 ? group(String(repaired.often)) : "none"} after the repair.`
  );
}

function chip(entry: FailureEntry, unproven: string): string {
  const row = (name: CourseName): string =>
    `<tr data-course="${name}"><th scope="row">${NAMES[name]}</th><td>${counted(entry[name].steps, "step")}</td><td>–</td></tr>`;
  const reason = entry.tolerance_reason ? ` ${escape(entry.tolerance_reason)}` : "";
  const details =
    '<table class="mp-tried"><thead><tr><th scope="col">Training</th><th scope="col">Recorded</th>' +
    '<th scope="col">Largest difference from Python</th></tr></thead>' +
    `<tbody data-part="tried">${COURSES.map(row).join("")}</tbody></table>` +
    "<p>Both trainings start from the weights that Python drew with seed " +
    `${group(String(entry.seed))}, and take the same examples in the same order. A difference above ` +
    `${short(entry.tolerance.cpu)} from Python is a fault.${reason} Recordings: ` +
    `${COURSES.map((name) => `<a href="${slot(name)}">${name}</a>`).join(" and ")}.</p>` +
    `${unprovenHtml(unproven)}<p>${button("prove", "Check both here")}</p>`;
  return chipHtml({ words: chipWords([], entry.tolerance.cpu).words, unproven, details });
}
