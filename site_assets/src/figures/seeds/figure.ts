/** The figure of trainings from many seeds as HTML: histogram, sentence, table, and a place for the reader's run. */
import { captionHtml, dataHtml, escape, slot } from "../../core/html";
import { counted, group } from "../../core/number-format";
import { capital } from "../../core/quoting";
import type { SeedsEntry } from "../../core/schema";
import { unprovenNote } from "../charts/chip";
import {
  across, binWords, endsOf, flagHtml, histogram, histogramHtml, valueText, type Histogram,
} from "../charts/histogram";
import type { SeedsData } from "./words";

const NAMES: Readonly<Record<string, string>> = { loss: "loss", accuracy: "accuracy", rmse: "error (RMSE)", mae: "mean error" };
const number = (value: number): string => group(String(value));

export interface Spec {
  readonly seeds: SeedsEntry;
  /** Whether the build has proven the model, and whether a training stands above. */
  readonly proven: boolean;
  readonly trained: boolean;
}

export function render({ seeds, proven, trained }: Spec): string {
  const values = seeds.values.filter((value) => value !== null).sort((a, b) => a - b);
  const drawn = values.length > 0 ? histogram(values) : null;
  const yours = seeds.browser
    ? `<p class="mp-yours" data-part="yours"${trained ? " data-room" : ""}></p>` +
      '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>'
    : "";
  return (
    `<figure class="mp-figure mp-seeds" aria-labelledby="${slot("id")}-caption">${drawn ? picture(drawn, seeds) : ""}` +
    `<div class="mp-under"><p class="mp-reading">${escape(inWords(seeds, drawn))}</p>` +
    `${unprovenNote(proven)}${yours}${drawn ? table(drawn, seeds) : ""}${captionHtml("")}</div></figure>` +
    (drawn ? dataHtml("seeds", dataOf(drawn, values, seeds)) : "")
  );
}

/** Returns the name of a measure: `validation accuracy`. */
export function measureWords(measure: string): string {
  const name = measure.replace(/^val_/, "");
  const words = NAMES[name] ?? name.replaceAll("_", " ");
  return measure === name ? words : `validation ${words}`;
}

/** Returns a summary of the histogram, in sentences. */
function inWords(seeds: SeedsEntry, drawn: Histogram | null): string {
  const { count, diverged, reach, reached } = seeds;
  const trainings = `${number(count)} trainings of ${counted(seeds.steps, "step")}`;
  if (drawn === null) return `All ${trainings} diverged.`;
  const [least, lower, median, upper, most] = (["least", "lower_quartile", "median", "upper_quartile", "most"] as const)
    .map((name) => valueText(drawn, seeds[name]!));
  const spread = least === most ? `${least!} every time` : `from ${least!} to ${most!}, median ${median!}`;
  const half = lower === upper ? "" : `; the middle half lies between ${lower!} and ${upper!}`;
  const lost = diverged > 0 ? ` ${number(diverged)} of them diverged.` : "";
  const bound = reach === undefined || reached === undefined ? ""
    : ` ${number(reached)} of ${number(count)} reach ${reach.replaceAll(" ", "\u00a0")}.`;
  return `${trainings}: ${measureWords(seeds.measure)} ${spread}${half}.${lost}${bound}`;
}

function picture(drawn: Histogram, { values, drawn_otherwise, first_seed, measure, steps }: SeedsEntry): string {
  const own = values[0] ?? null;
  const python = own !== null && !drawn_otherwise ? flagHtml("python-flag", `seed ${number(first_seed)}`, across(drawn, own)) : "";
  const axis = `${measureWords(measure)} after ${counted(steps, "step")}`;
  return (
    `<div class="mp-stage"><div>${histogramHtml(drawn, [axis, "seeds"], python + flagHtml("own-flag", "yours", null))}` +
    '<p class="mp-chart-reading" data-part="reading"></p></div></div>'
  );
}

function table(drawn: Histogram, { measure, diverged }: SeedsEntry): string {
  const name = measureWords(measure);
  const row = (words: string, count: number): string => `<tr><th scope="row">${escape(words)}</th><td>${number(count)}</td></tr>`;
  const rows = drawn.bins.map((bin) => row(binWords(drawn, bin), bin.count));
  if (diverged > 0) rows.push(row("diverged", diverged));
  return (
    '<details class="mp-twin" data-part="twin"><summary>As a table</summary>' +
    `<table class="mp-table" aria-label="Seeds by ${escape(name)}"><thead><tr>` +
    `<th scope="col">${escape(capital(name))}</th><th scope="col">Seeds</th></tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></details>`
  );
}

function dataOf(drawn: Histogram, values: readonly number[], { measure, browser, steps, count, diverged }: SeedsEntry): SeedsData {
  const { low, high, log, digits } = drawn;
  const bins = drawn.bins.map((bin) => ({ at: across(drawn, endsOf(bin)[1]), words: binWords(drawn, bin), count: bin.count }));
  return { browser, name: measureWords(measure), steps, count, diverged, values, low, high, log, digits, bins };
}
