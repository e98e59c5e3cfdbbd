/** Where a model is right and wrong: the confusion matrix and the most confident errors, or the largest errors. */
import { attributes, escape, slot } from "../../core/html";
import { group, percent, short } from "../../core/number-format";
import type { ClassesEvaluation, ModelEntry, Part, ValuesEvaluation } from "../../core/schema";
import { examplesWords, type Interval } from "./measures";
import { note, row, section, table } from "./words";

/** The example of an error: as text, as a colour, or as a tile of the picture of errors. */
export interface Example {
  readonly text?: string | null;
  readonly paint?: string | null;
  readonly tile?: number;
}

const NOTES: Readonly<Record<Part, string>> = {
  real: "of the real data set, which it never saw",
  test: "held out of the training",
  validation: "held out of the training",
  train: "the ones it was trained on",
};
/** Number of characters from which column headings are vertical. */
const LONG_LABEL = 3;
/** Examples of a class below which the card says how few they are. */
const FEW = 10;

/** examples: of the errors, in their order. interval: of the accuracy. */
export function evaluationHtml(entry: ModelEntry, examples: readonly Example[], [low, high]: Interval): string {
  const found = entry.evaluation;
  if (!found) return "";
  const on = `${examplesWords(found.rows, found.name)}, ${NOTES[found.part]}`;
  if (found.kind === "classes") {
    const words =
      `Right for ${group(String(found.right))} of ${on}: ${percent(found.accuracy)}, with ` +
      `a 95% interval from ${percent(low)} to ${percent(high)}.${fewest(found)}`;
    return section("Where it is right and wrong", `<p>${escape(words)}</p>${confusion(found)}${mistakes(entry, found, examples)}`);
  }
  const words = `On ${on}: root mean square error ${short(found.rmse)}, largest error ${short(found.largest_error)}.`;
  return section("How far off it is", `<p>${escape(words)}</p>${misses(found, examples)}`);
}

/** A sentence about the class with the fewest examples; "" if it has enough. */
function fewest({ confusion: counts, labels }: ClassesEvaluation): string {
  const present = labels.map((label, i) => ({ label, count: sum(counts[i]!) })).filter(({ count }) => count > 0);
  const least = present.sort((a, b) => a.count - b.count || (a.label < b.label ? -1 : 1))[0];
  if (!least || least.count >= FEW) return "";
  return ` Of ${least.label} there ${least.count === 1 ? "is" : "are"} only ${String(least.count)}.`;
}

function confusion({ labels, confusion: counts, per_class: shares }: ClassesEvaluation): string {
  const turned = labels.some((label) => Array.from(label).length >= LONG_LABEL) ? " mp-upright" : "";
  const heads = [...labels, "right"].map((label) => `<th scope="col"><span>${escape(label)}</span></th>`);
  const rows = labels.map((label, i) => {
    const cells = counts[i]!.map((count, j) => cell(count, sum(counts[i]!), i === j));
    const share = shares[i] ?? null;
    return `<tr><th scope="row">${escape(label)}</th>${cells.join("")}<td class="mp-right">${share === null ? "–" : percent(share)}</td></tr>`;
  });
  return (
    '<p class="mp-required">A row for each true class, a column for each predicted class</p>' +
    '<div class="mp-wide" tabindex="0" role="region" aria-label="Answers by what was right">' +
    `<table class="mp-confusion${turned}" data-labels="${String(labels.length)}">` +
    `<thead><tr><td></td>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}

function cell(count: number, total: number, right: boolean): string {
  if (count === 0) return '<td class="mp-none">·</td>';
  return `<td class="mp-${right ? "hit" : "miss"}" style="--mp-heat:${(count / total).toFixed(3)}">${group(String(count))}</td>`;
}

function mistakes(entry: ModelEntry, { mistakes: found }: ClassesEvaluation, examples: readonly Example[]): string {
  if (found.length === 0) return "";
  const items = found.map(({ truth, guess, share }, i) => {
    const { text } = examples[i]!;
    return (
      `<li>${exampleHtml(entry, examples[i]!, examples.length)}<p>${text ? `${escape(text)}: ` : ""}` +
      `<b>${escape(truth)}</b>, taken for <b>${escape(guess)}</b> ${note(percent(share))}</p></li>`
    );
  });
  return `<h4>The most confident errors</h4><ul class="mp-mistakes">${items.join("")}</ul>`;
}

/** count: number of tiles in the picture of errors. */
function exampleHtml({ files, input }: ModelEntry, { tile, paint }: Example, count: number): string {
  if (tile === undefined) return paint ? `<span class="mp-mistake-paint"${attributes({ style: `background:${paint}` })}></span>` : "";
  const [height, width] = input.shape as [number, number];
  const picture = { src: slot("root") + files["mistakes.png"]!.url, alt: "", loading: "lazy", width, height: height * count };
  return (
    `<span class="mp-mistake-picture" style="--mp-tile-ratio:${String(width)}/${String(height)}">` +
    `<img${attributes({ ...picture, style: `--mp-y:${(tile / count).toFixed(6)}` })}></span>`
  );
}

function misses({ misses: found }: ValuesEvaluation, examples: readonly Example[]): string {
  if (found.length === 0) return "";
  const rows = found.map(({ truth, answer }, i) => row(escape(examples[i]!.text ?? ""), [numbers(truth), numbers(answer)]));
  return table("The largest errors", ["Given", "Right", "Answered"], rows);
}

function numbers(values: readonly number[]): string {
  return values.map((value) => short(value)).join(", ");
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
