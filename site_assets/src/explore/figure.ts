/** The HTML of an explainer's figure, all but its caption: controls, picture, reading, table. */
import type { Explainer, View } from "./explainer";
import { own } from "../core/own";
import { cut, listed, quoted } from "../core/quoting";
import { attributes, escape } from "./draw/html";
import { Wrong } from "./draw/params";

export type Values = Record<string, unknown>;

/** An option or a link that an explainer can't take. */
export class BadValue extends Error {
  constructor(readonly param: string, found: string, expected: string) {
    super(`\`${param}\` is ${quoted(found, 40)}; expected ${expected}.`);
  }
}

/** The starting values: an explainer's own with an author's over them. Throws BadValue. */
export function startOf(made: Explainer, options: Record<string, string>): Values {
  const values: Values = {};
  for (const [name, text] of Object.entries(options)) {
    if (!Object.hasOwn(made.params, name)) throw new BadValue(name, text, `one of the options ${Object.keys(made.params).join(", ")}, caption and hide`);
  }
  for (const [name, param] of Object.entries(made.params)) {
    const text = options[name];
    const value: unknown = text === undefined ? param.start : param.read(text);
    if (value instanceof Wrong) throw new BadValue(name, text!, value.expected);
    values[name] = value;
  }
  return values;
}

/** What the build writes into `<figure>`, before the caption. hide: names of controls to leave out. */
export function figureHtml(made: Explainer, id: string, values: Values, step: number, resource: unknown, hide: string[]): string {
  const view = made.view(values, step, resource);
  return (
    `<div class="mp-stage" data-part="stage">${view.picture}</div><div class="mp-under">` +
    `<div class="mp-controls">${controlsHtml(made, id, values, hide)}</div>` +
    '<p class="mp-field-error" data-part="field-error" role="status"></p>' +
    '<p class="mp-notice" data-part="notice" role="status"></p>' +
    `<p class="mp-reading" data-part="reading">${escape(view.reading)}</p>` +
    '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>' +
    `<details class="mp-twin" data-part="twin"><summary>As a table</summary><div class="mp-wide" data-part="table" tabindex="0" role="group" aria-label="${escape(made.title)}, as a table">${tableHtml(made, view)}</div></details>`
  );
}

export function tableHtml(made: Explainer, { table }: View): string {
  const head = table.head.map((name) => `<th scope="col">${escape(name)}</th>`).join("");
  const rows = table.rows.map(
    ([first = "", ...rest]) => `<tr><th scope="row">${escape(first)}</th>${rest.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`,
  );
  return `<table class="mp-table" aria-label="${escape(made.title)}"><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function controlsHtml(made: Explainer, id: string, values: Values, hide: string[]): string {
  const rows = Object.entries(made.params)
    .filter(([name]) => !hide.includes(name))
    .map(([name, param]) => param.control(`${id}-${name}`, name, values[name]));
  const sliders = rows.filter((row) => row.startsWith('<div class="mp-slider"'));
  const others = rows.filter((row) => row !== "" && !sliders.includes(row));
  const moves = made.steps ? [["step", made.steps.verb ?? "Step"], ["play", "Play"]] : [];
  const actions = Object.entries(made.actions ?? {}).map(([name, { label }]) => [`act-${name}`, label]);
  const button = ([name = "", label = ""]: string[]): string =>
    `<button type="button"${attributes({ class: "mp-button", "data-part": name })} disabled>${escape(label)}</button>`;
  const entry = [...moves.map(button), ...others, ...actions.map(button)].join("");
  return (
    (sliders.length ? `<div class="mp-sliders mp-explore-sliders">${sliders.join("")}</div>` : "") +
    (entry ? `<div class="mp-entry">${entry}</div>` : "") +
    `<span class="mp-actions">${button(["reset", "Reset"])}${button(["copy", "Copy link"])}</span>`
  );
}

/** `rate:0.2,scores:2_2_1_5@12`: what differs from the start, and the step. */
export function stateText(made: Explainer, start: Values, values: Values, step: number): string {
  const pairs = Object.entries(made.params)
    .map(([name, param]) => [name, param.write(values[name]), param.write(start[name])])
    .filter(([, now, then]) => now !== then)
    .map(([name, now]) => `${name!}:${encodeURIComponent(now!)}`);
  return pairs.join(",") + (step > 0 ? `@${step}` : "");
}

/** The values a link asks for; what it can't have is said in `wrong`, and the start's value stays. */
export function readState(made: Explainer, start: Values, text: string): { values: Values; step: number; wrong: string } {
  const values = { ...start };
  const wrong: string[] = [];
  const [pairs, at] = cut(text, "@");
  for (const pair of pairs.split(",").filter(Boolean)) {
    const [name, found = ""] = cut(pair, ":");
    const param = own(made.params, name);
    const value: unknown = param ? param.read(decoded(found)) : new Wrong(`one of ${Object.keys(made.params).join(", ")} as a name`);
    if (value instanceof Wrong) wrong.push(`${quoted(`${name}:${found}`, 40)} (expected ${value.expected})`);
    else values[name] = value;
  }
  const most = made.steps?.most ?? 0;
  let step = at === undefined ? 0 : /^\d+$/.test(at) ? Number(at) : NaN;
  if (!(Number.isInteger(step) && step >= 0 && step <= most)) {
    wrong.push(`step ${quoted(at ?? "")} (expected a whole number up to ${most})`);
    step = 0;
  }
  return { values, step, wrong: wrong.length ? `The link has what this figure can't show: ${listed(wrong)}.` : "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
