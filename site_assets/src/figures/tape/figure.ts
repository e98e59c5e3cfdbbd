/** The figure of a tape as HTML: formulas, loss by weight, controls, and Python's losses as a table. */
import { attributes, button, captionHtml, dataHtml, escape, foldedTable, slot } from "../../core/html";
import { group, short } from "../../core/number-format";
import { capital } from "../../core/quoting";
import { lossText } from "../charts/axes";
import { chipHtml, unprovenHtml } from "../charts/chip";
import { evenlySpaced, rowHtml } from "../charts/table";
import { plotHtml } from "./plot";
import { PHASES, type Recorded } from "./settings";
import { chipWords, outlook, standing } from "./words";

export interface Spec {
  readonly recorded: Recorded;
  /** The author's reason for the tolerance; "" for none. */
  readonly reason: string;
  /** Why the build has not proven the model; "" if it has. */
  readonly unproven: string;
}

export function render({ recorded, reason, unproven }: Spec): string {
  const { weights, rate, total, losses, names } = recorded;
  const start = outlook(recorded, weights, rate, { stalled: 0, over: false, single: false });
  const moves = [["phase", "Forward"], ["step", "One step"], ["leap", "100 steps"], ["play", "Play"]] as const;
  const rows = evenlySpaced(losses.length).map((step) => rowHtml(step, [losses[step - 1], undefined, undefined], lossText));
  const heads = ["Step", "Loss", "Gradient", `${names.join(" and ")} after it`].map((head) => `<th scope="col">${escape(head)}</th>`);
  return (
    `<figure class="mp-figure mp-tape-figure" aria-labelledby="${slot("id")}-caption">` +
    `<div class="mp-stage">${phases(recorded)}${plotHtml(recorded)}</div><div class="mp-under">` +
    `<div class="mp-controls mp-tape-controls"><div class="mp-entry">${moves.map(([name, words]) => button(name, words)).join("")}</div>` +
    `<span class="mp-actions">${button("reset", "Reset")}${button("copy", "Copy link")}</span></div>${settings(recorded)}` +
    '<p class="mp-notice" data-part="notice" role="status"></p>' +
    `<p class="mp-reading" data-part="state">${standing(0, total, undefined, 0)}</p>` +
    `<p class="mp-tape-outlook" data-part="outlook">${start}</p>` +
    '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>' +
    `${foldedTable("The steps", `<tr>${heads.join("")}</tr>`, rows.join(""))}${chip(recorded, reason, unproven)}` +
    captionHtml("The table holds what Python computed. The figure computes where scripts are allowed.") +
    `</div></figure>${dataHtml("recorded", recorded)}`
  );
}

function phases({ x, names }: Recorded): string {
  const [w, b] = names;
  const mean = x.length > 1 ? "mean of " : "";
  const lines: Record<(typeof PHASES)[number], readonly [formula: string, lines: number]> = {
    forward: [`ŷ = x · ${w!}${b === undefined ? "" : ` + ${b}`}`, x.length],
    loss: [`${mean}(y − ŷ)²`, 1],
    gradient: [`${mean}−2 · x · (y − ŷ)${b === undefined ? "" : `; for ${b} without x`}`, names.length],
    update: ["weight − rate · gradient", names.length],
  };
  const items = PHASES.map((name) =>
    `<li><span class="mp-tape-name">${capital(name)}</span>` +
    `<span class="mp-tape-formula">${escape(lines[name][0])}</span>` +
    `<span class="mp-tape-sum" data-part="${name}" style="--mp-lines:${String(lines[name][1])}"></span></li>`,
  );
  return `<ol class="mp-tape">${items.join("")}</ol>`;
}

function settings({ rate, names, weights, x, y }: Recorded): string {
  const id = (name: string): string => `${slot("id")}-${name}`;
  const fields: (readonly [string, string, number])[] = [
    ["rate", "Learning rate", rate],
    ...names.map((name, i) => [name, `First ${name}`, weights[i]!] as const),
  ];
  if (x.length === 1) fields.push(["x", "Input x", x[0]!], ["y", "Target y", y[0]!]);
  const rows = fields.map(([name, label, value]) => {
    const field = { type: "text", id: id(name), "data-setting": name, value, inputmode: "decimal", autocomplete: "off", disabled: true };
    return `<div class="mp-setting"><label for="${id(name)}">${escape(label)}</label><input${attributes(field)}></div>`;
  });
  const single = attributes({ type: "checkbox", id: id("single"), "data-part": "single", disabled: true });
  return (
    '<details class="mp-settings"><summary>Settings</summary>' +
    `<div class="mp-controls mp-settings-body">${rows.join("")}<div class="mp-setting">` +
    `<label for="${id("single")}">Count in float32</label><input${single}>` +
    '<span class="mp-setting-note">seven digits, as networks do; else sixteen</span></div>' +
    '<p class="mp-field-error" data-part="field-error" role="status"></p>' +
    '<div class="mp-setting-end"><p>A change starts again from the first step.</p>' +
    `${button("back", "Back to Python’s settings")}</div></div></details>`
  );
}

function chip(recorded: Recorded, reason: string, unproven: string): string {
  const details =
    `<p>Keras made ${group(String(recorded.losses.length))} of these steps, in float32, when the site was built. With ` +
    "the settings it had, each loss here is compared with its loss. A difference above " +
    `${short(recorded.tolerance)} is a fault.${reason && ` ${escape(reason)}`} <a href="${slot("recording")}">Recording</a>.</p>` +
    unprovenHtml(unproven);
  return chipHtml({ words: chipWords(recorded, 0, 0).words, unproven, details });
}
