/** The HTML of an explainer's figure without its caption: picture, controls, reading, table. */
import type { Explainer, View } from "./explainer";
import { own } from "../core/own";
import { cut, listed, quoted } from "../core/quoting";
import { attributes, escape } from "../core/html";
import { InvalidValue } from "./draw/params";
import { SPEEDS } from "./player";

export type Values = Record<string, unknown>;

/** An invalid option of an explainer. */
export class BadValue extends Error {
  constructor(readonly param: string, found: string, expected: string) {
    super(`\`${param}\` is ${quoted(found, 40)}; expected ${expected}.`);
  }
}

/** The initial values: the defaults, overridden by the author's options. Throws BadValue. */
export function initialValues(explainer: Explainer, options: Record<string, string>): Values {
  const values: Values = {};
  for (const [name, text] of Object.entries(options)) {
    if (!Object.hasOwn(explainer.params, name)) throw new BadValue(name, text, `one of the options ${Object.keys(explainer.params).join(", ")}, caption and hide`);
  }
  for (const [name, param] of Object.entries(explainer.params)) {
    const text = options[name];
    const value: unknown = text === undefined ? param.start : param.read(text);
    if (value instanceof InvalidValue) throw new BadValue(name, text!, value.expected);
    values[name] = value;
  }
  return values;
}

/** The content of `<figure>` before the caption. hide: names of omitted controls. */
export function figureHtml(explainer: Explainer, id: string, values: Values, step: number, resource: unknown, hide: string[]): string {
  const view = explainer.view(values, step, resource);
  return (
    `<div class="mp-stage" data-part="stage">${view.picture}</div><div class="mp-under">` +
    `<div class="mp-controls">${controlsHtml(explainer, id, values, hide)}</div>` +
    '<p class="mp-field-error" data-part="field-error" role="status"></p>' +
    '<p class="mp-notice" data-part="notice" role="status"></p>' +
    `<p class="mp-reading" data-part="reading">${escape(view.reading)}</p>` +
    '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>' +
    `<details class="mp-twin" data-part="twin"><summary>As a table</summary><div class="mp-wide" data-part="table" tabindex="0" role="group" aria-label="${escape(explainer.title)}, as a table">${tableHtml(explainer, view)}</div></details>`
  );
}

export function tableHtml(explainer: Explainer, { table }: View): string {
  const head = table.head.map((name) => `<th scope="col">${escape(name)}</th>`).join("");
  const rows = table.rows.map(
    ([first = "", ...rest]) => `<tr><th scope="row">${escape(first)}</th>${rest.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`,
  );
  return `<table class="mp-table" aria-label="${escape(explainer.title)}"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function controlsHtml(explainer: Explainer, id: string, values: Values, hide: string[]): string {
  const rows = Object.entries(explainer.params)
    .filter(([name]) => !hide.includes(name))
    .map(([name, param]) => param.control(`${id}-${name}`, name, values[name]));
  const sliders = rows.filter((row) => row.startsWith('<div class="mp-slider"'));
  const others = rows.filter((row) => row !== "" && !sliders.includes(row));
  const actions = Object.entries(explainer.actions ?? {}).map(([name, { label }]) => [`act-${name}`, label]);
  const button = ([name = "", label = ""]: string[]): string =>
    `<button type="button"${attributes({ class: "mp-button", "data-part": name })} disabled>${escape(label)}</button>`;
  const entry = [...others, ...actions.map(button)].join("");
  return (
    (explainer.steps ? stepsHtml(explainer.steps, id, button) : "") +
    (sliders.length ? `<div class="mp-sliders mp-explore-sliders">${sliders.join("")}</div>` : "") +
    (entry ? `<div class="mp-entry">${entry}</div>` : "") +
    `<span class="mp-actions">${button(["reset", "Reset"])}${button(["copy", "Copy link"])}</span>`
  );
}

/** Play and Step, the step as a slider and a field, and the speed. */
function stepsHtml({ most, verb = "Step", each = 1 }: NonNullable<Explainer["steps"]>, id: string, button: (of: string[]) => string): string {
  const range = { min: 0, max: most * each, step: each, value: 0, autocomplete: "off", disabled: "" };
  const speeds = Object.keys(SPEEDS).map((name) => `<option${name === "normal" ? " selected" : ""}>${name}</option>`);
  return (
    `<div class="mp-steps"><span class="mp-steps-buttons">${button(["play", "Play"])}${button(["step", verb])}</span>` +
    `<div class="mp-slider"><label for="${id}-at">At step</label><input${attributes({ type: "range", id: `${id}-at`, "data-part": "at", ...range })}>` +
    `<span class="mp-typed"><input${attributes({ type: "number", "data-part": "at-typed", "aria-label": "At step, typed", inputmode: "numeric", ...range })}></span></div>` +
    `<div class="mp-control"><label for="${id}-speed">Speed</label><select id="${id}-speed" data-part="speed" autocomplete="off" disabled>${speeds.join("")}</select></div></div>`
  );
}

/** Values that differ from the initial ones, and the step: `rate:0.2,scores:2_2_1_5@12`. */
export function stateText(explainer: Explainer, start: Values, values: Values, step: number): string {
  const pairs = Object.entries(explainer.params)
    .map(([name, param]) => [name, param.write(values[name]), param.write(start[name])])
    .filter(([, now, then]) => now !== then)
    .map(([name, now]) => `${name!}:${encodeURIComponent(now!)}`);
  return pairs.join(",") + (step > 0 ? `@${step}` : "");
}

/** Parses a link's state. Invalid parts keep their initial values; `wrong` is a sentence about them, or "". */
export function readState(explainer: Explainer, start: Values, text: string): { values: Values; step: number; wrong: string } {
  const values = { ...start };
  const wrong: string[] = [];
  const [pairs, at] = cut(text, "@");
  for (const pair of pairs.split(",").filter(Boolean)) {
    const [name, found = ""] = cut(pair, ":");
    const param = own(explainer.params, name);
    const value: unknown = param ? param.read(decoded(found)) : new InvalidValue(`one of ${Object.keys(explainer.params).join(", ")} as a name`);
    if (value instanceof InvalidValue) wrong.push(`${quoted(`${name}:${found}`, 40)} (expected ${value.expected})`);
    else values[name] = value;
  }
  const most = explainer.steps?.most ?? 0;
  let step = at === undefined ? 0 : /^\d+$/.test(at) ? Number(at) : NaN;
  if (!(Number.isInteger(step) && step >= 0 && step <= most)) {
    wrong.push(`step ${quoted(at ?? "")} (expected a whole number up to ${most})`);
    step = 0;
  }
  return { values, step, wrong: wrong.length ? `The link has values that this figure cannot show: ${listed(wrong)}.` : "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
