/** The figure of a model's checkpoints as HTML: curve, slider and table, complete without scripts. */
import { attributes, button, captionHtml, dataHtml, escape, slot } from "../../core/html";
import { capital } from "../../core/quoting";
import type { EpochsEntry } from "../../core/schema";
import { unprovenNote } from "../charts/chip";
import { Figures } from "./figures";

/** What the element reads of the page; one entry a checkpoint. */
export interface EpochsData {
  readonly epochs: readonly number[];
  readonly unit: string;
  /** `after epoch 12 of 500`; `words` adds its metrics. */
  readonly names: readonly string[];
  readonly words: readonly string[];
  /** Fractions of the chart's width and height; null if the metric is unknown. */
  readonly places: readonly (readonly [number, number] | null)[];
  /** Whether the page's training uses the network of these weights. */
  readonly trains: boolean;
}

export interface Spec {
  readonly checkpoints: EpochsEntry;
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** Whether the build has proven the model, and whether a figure of it stands above. */
  readonly proven: boolean;
  readonly figure: boolean;
}

export function render({ checkpoints, history, proven, figure }: Spec): string {
  const figures = new Figures(checkpoints, history);
  const { epochs } = figures;
  const last = epochs.length - 1;
  const { unit, trains } = checkpoints;
  const data: EpochsData = {
    epochs, unit, trains,
    names: epochs.map((_, i) => figures.name(i)),
    words: epochs.map((_, i) => figures.words(i)),
    places: epochs.map((_, i) => figures.place(i)),
  };
  const slider = {
    type: "range", id: `${slot("id")}-range`, "data-part": "range", min: 0, max: last, step: 1, value: last,
    "aria-valuetext": figures.name(last), "aria-label": `${capital(unit)} of the training`, autocomplete: "off", disabled: true,
  };
  const typed = {
    type: "number", id: `${slot("id")}-number`, "data-part": "number", min: 0, max: checkpoints.last, step: 1,
    value: checkpoints.last, autocomplete: "off", disabled: true,
  };
  return (
    `<figure class="mp-figure mp-epochs" aria-labelledby="${slot("id")}-caption">` +
    `<div class="mp-stage">${figures.chartHtml()}</div><div class="mp-under">` +
    '<div class="mp-controls mp-epochs-controls" data-part="controls"><div class="mp-control">' +
    `<label for="${slot("id")}-number">${capital(unit)}</label><input${attributes(slider)}><input${attributes(typed)}></div>` +
    `${button("go", "Train on from here")}<span class="mp-actions">${button("reset", "Reset")}${button("copy", "Copy link")}</span></div>` +
    '<p class="mp-notice" data-part="notice" role="status"></p>' +
    `<p class="mp-reading" data-part="reading">${escape(figures.words(last))}</p>` +
    `<p class="mp-epochs-answers" data-part="answers">${figure ? "The figure above predicts with the published model." : ""}</p>` +
    unprovenNote(proven) +
    '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>' +
    '<div class="mp-error" data-part="error" role="alert"></div>' +
    figures.tableHtml() +
    captionHtml("The table says what each epoch was like. Where scripts are allowed, the model predicts here as it did then.") +
    `</div></figure>${dataHtml("kept", data)}`
  );
}
