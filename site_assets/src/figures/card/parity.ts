/** All comparisons of a model with Python in a browser. */
import { escape } from "../../core/html";
import { group, withinText } from "../../core/number-format";
import type { BackendName, EpochsResult, LeftOut, ModelEntry, Parity, ParityResult } from "../../core/schema";
import { BACKENDS, nearness, parityHtml, row, table } from "./words";

/** optimizers: their names for readers. */
export function comparisonsHtml(entry: ModelEntry, optimizers: Readonly<Record<string, string>>): string {
  const { parity, no_layers: noLayers } = entry;
  return (
    backendsHtml(entry) +
    exactHtml(entry) +
    (noLayers ? noLayersHtml(noLayers) : "") +
    (parity.epochs ? epochsHtml(parity.epochs) : "") +
    trainingHtml(parity, optimizers)
  );
}

function backendsHtml(entry: ModelEntry): string {
  const { results, unavailable = {}, browser } = entry.parity;
  const missing = Object.entries(unavailable) as [BackendName, string][];
  if (results.length === 0 && missing.length === 0) return parityHtml("p", entry, ".");
  const order = Object.keys(BACKENDS);
  const place = ({ backend, format }: ParityResult): string => `${String(order.indexOf(backend))} ${format}`;
  const compared = [...results].sort((a, b) => (place(a) < place(b) ? -1 : 1)).map((result) =>
    row(BACKENDS[result.backend], [result.format, difference(result.max_diff), replayed(result), verdict(result)]),
  );
  const lacking = missing
    .filter(([backend]) => !results.some((result) => result.backend === backend))
    .map(([backend, reason]) => `<tr><th scope="row">${BACKENDS[backend]}</th><td colspan="4">${escape(reason)}</td></tr>`);
  const heads = ["Backend", "Format", "Largest difference", "Cases", "Verdict"];
  return table(`Replayed against Python in ${escape(browser)}`, heads, [...compared, ...lacking]);
}

/** Whether the exact engine computes the model, and whether a browser's bits equal Python's. */
function exactHtml({ exact, parity: { exact: proof } }: ModelEntry): string {
  if (exact?.max_diff === undefined) {
    return exact?.reason ? `<p>The exact engine does not compute this model: ${escape(exact.reason)}.</p>` : "";
  }
  const compared = proof?.passed
    ? `equal Python’s to the last bit in all ${group(String(proof.cases))} golden cases`
    : "have not been compared in a browser";
  return `<p>The exact engine’s predictions ${compared}. Keras differs from them ${withinText(exact.max_diff)} at most.</p>`;
}

/** Why the model has no layers format, and what it lacks. */
function noLayersHtml({ layer, reason }: LeftOut): string {
  const where = layer && `Layer <code>${escape(layer)}</code>: `;
  return (
    "<p>This model has no layers format, so its diagram of the layers does not follow the " +
    `figure, and earlier epochs are not kept. ${where}${escape(reason)}</p>`
  );
}

/** The result of replaying the checkpoints. */
function epochsHtml({ max_diff: largest, passed, epochs, backend }: EpochsResult): string {
  if (largest === null) return "";
  const verdict = passed ? "equal Python’s" : "were refused: they differ from Python’s";
  return (
    `<p>With the weights of ${group(String(epochs))} checkpoints, its predictions ${verdict} ` +
    `${nearness(largest)} (${BACKENDS[backend]}).</p>`
  );
}

/** The results of replaying the training. */
function trainingHtml({ training = [], browser }: Parity, optimizers: Readonly<Record<string, string>>): string {
  const rows = training.map(({ backend, optimizer, steps, ...result }) =>
    row(BACKENDS[backend], [
      escape(optimizers[optimizer] ?? optimizer),
      group(String(steps)),
      difference(result.max_loss_diff),
      difference(result.max_weight_diff),
      verdict(result),
    ]),
  );
  const caption = `Trained again in ${escape(browser)}, from Python’s initial weights on the same batches`;
  const heads = ["Backend", "Optimizer", "Steps", "Largest difference of a loss", "of a weight", "Verdict"];
  return rows.length > 0 ? table(caption, heads, rows) : "";
}

function difference(value: number | null): string {
  return value === null ? "NaN" : withinText(value);
}

/** The number of cases replayed as a batch, and as single inputs if fewer. */
function replayed({ cases, singles }: ParityResult): string {
  return group(String(cases)) + (singles < cases ? `, ${group(String(singles))} singly` : "");
}

function verdict({ passed }: { readonly passed: boolean }): string {
  return passed ? "equal" : "refused";
}
