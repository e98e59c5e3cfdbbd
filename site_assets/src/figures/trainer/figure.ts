/** The figure of a training as HTML: curves, controls, settings and chip, complete without scripts. */
import { button, captionHtml, escape, slot } from "../../core/html";
import { counted, group, short } from "../../core/number-format";
import { chipHtml, REFUSAL, unprovenHtml } from "../charts/chip";
import { lossText } from "../charts/axes";
import { chartHtml } from "./chart";
import { controlsHtml, settingsHtml } from "./controls";
import { pythonLoss, pythonMetric, scaleOf } from "./curves";
import { probesHtml, type Shown } from "./probe";
import { pythonSettings, type Recorded } from "./settings";
import { chipWords, NAMES } from "./words";

export interface Spec {
  readonly recorded: Recorded;
  /** Labels of the recorded optimizers, by name. */
  readonly optimizers: Readonly<Record<string, string>>;
  /** Of each example prediction: the input, the target and Python's prediction. */
  readonly shown: readonly (readonly Shown[])[];
  /** The author's reason for the tolerance; "" for none. */
  readonly reason: string;
  /** Why the build has not proven the model; "" if it has. */
  readonly unproven: string;
  /** Whether a figure of the model stands above. */
  readonly figure: boolean;
}

export function render({ recorded, optimizers, shown, reason, unproven, figure }: Spec): string {
  const own = recorded.recordings[recorded.author]!;
  return (
    `<figure class="mp-figure mp-training" aria-labelledby="${slot("id")}-caption">` +
    `<div class="mp-stage">${curves(recorded)}${probesHtml(recorded, shown)}</div>` +
    `<div class="mp-under">${controlsHtml(recorded)}${settingsHtml(recorded, optimizers)}` +
    '<p class="mp-notice" data-part="notice" role="status"></p>' +
    `<p class="mp-reading" data-part="state">Step 0 of ${group(String(recorded.total))} · loss ${lossText(own.losses[0]!)}</p>` +
    `${validated(recorded)}<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>` +
    '<div class="mp-error" data-part="error" role="alert"></div>' +
    (figure
      ? '<div class="mp-answers"><p data-part="answers">The figure above answers with the published model.</p>' +
        `${button("publish", "Use the published model")}</div>`
      : "") +
    `<div class="mp-take"><p>Export</p><span class="mp-take-files">${button("take-keras", "Keras file")}` +
    `${button("take-tfjs", "TensorFlow.js files")}</span></div>` +
    `${chip(recorded, optimizers, reason, unproven)}${REFUSAL}` +
    captionHtml("This curve was recorded in Python. The training runs here where scripts are allowed.") +
    "</div></figure>"
  );
}

/** Returns the legend, the chart of the loss by step, and that of the author's first metric. */
function curves(recorded: Recorded): string {
  const { loss, losses, metric, metric_words, validating, validation_steps } = recorded;
  const key = validation_steps.length > 0
    ? `<p class="mp-curve-key"><span>each batch</span><span class="mp-validation">validation, ${counted(validating, "example")}</span></p>`
    : "";
  const charts = [chartHtml("", scaleOf("loss"), losses[loss]!, pythonLoss(recorded, null, pythonSettings(recorded)), validating)];
  if (metric) charts.push(chartHtml("metric-", scaleOf(metric), metric_words, pythonMetric(recorded, null), validating));
  return key + charts.join("");
}

/** Returns Python's last evaluation of the validation set; "" without a validation set. */
function validated({ recordings, author, metric, validation_steps }: Recorded): string {
  const { validation_loss, validation_metric } = recordings[author]!;
  if (validation_loss.length === 0) return "";
  const figures = [`loss ${lossText(validation_loss.at(-1)!)}`];
  if (validation_metric.length > 0) figures.push(`${NAMES[metric] ?? metric} ${scaleOf(metric).text(validation_metric.at(-1)!)}`);
  return (
    '<p class="mp-reading mp-validated" data-part="validated">Validation: Python\'s ' +
    `${escape(figures.join(", "))} after step ${group(String(validation_steps.at(-1)))}</p>`
  );
}

function chip(recorded: Recorded, optimizers: Spec["optimizers"], reason: string, unproven: string): string {
  const rows = recorded.recordings.map(({ optimizer, rate, scheduled }) =>
    `<tr data-optimizer="${optimizer}"><th scope="row">${optimizers[optimizer]!}</th>` +
    `<td>${short(rate)}${scheduled ? ", by a schedule" : ""}</td><td>–</td></tr>`,
  );
  const own = recorded.recordings[recorded.author]!;
  const tolerance = recorded.tolerance["cpu"]!;
  const details =
    '<table class="mp-tried"><thead><tr><th scope="col">Optimizer</th><th scope="col">Learning rate</th>' +
    '<th scope="col">Largest difference from Python</th></tr></thead>' +
    `<tbody data-part="tried">${rows.join("")}</tbody></table>` +
    `<p>Python recorded the first ${counted(own.losses.length, "step")} of these runs when the site was built. A run ` +
    "here with one of these settings starts from the same weights and takes the same rows in the same order, so each " +
    `loss is compared with Python's. A difference above ${short(tolerance)} is a fault.${reason && ` ${escape(reason)}`} ` +
    `<a href="${slot("recording")}">Recording</a>.</p>` +
    `${unprovenHtml(unproven)}<p>${button("prove", "Check all of them here")}</p>`;
  const words = chipWords(0, { recording: own, largest: 0, at: 0, tolerance }).words;
  return chipHtml({ words, unproven, details });
}
