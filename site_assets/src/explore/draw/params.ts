/** Parameters of explainers. A control, an option of the fence or a link can set each of them. */
import { decimal, short } from "../../core/number-format";
import { attributes, escape } from "../../core/html";

/** The result of `read` for an invalid text. expected: the end of the sentence "… is not …". */
export class InvalidValue {
  constructor(readonly expected: string) {}
}

export interface Param<T> {
  /** Label of the control. */
  label: string;
  start: T;
  /** Parses an option, a link or typed text. */
  read(text: string): T | InvalidValue;
  /** Returns a text that `read` parses, without commas, colons and @. */
  write(value: T): string;
  /** Returns the control's HTML; "" if only a handle or a button sets the value. */
  control(id: string, name: string, value: T): string;
}

interface NumberOptions {
  min: number;
  max: number;
  start: number;
  step?: number;
  unit?: string;
  /** The slider has a logarithmic scale. */
  log?: boolean;
  /** No control. */
  hidden?: boolean;
}

/** A number from `min` to `max`: a slider and a text field. */
export function number(label: string, options: NumberOptions): Param<number> {
  const { min, max, start, log = false, unit = "", hidden = false } = options;
  const step = options.step ?? (log ? 0.01 : (max - min) / 100);
  const expected = `a number from ${short(min)} to ${short(max)}`;
  return {
    label,
    start,
    read: (text) => readNumber(text, min, max) ?? new InvalidValue(expected),
    write: plain,
    control: (id, name, value) => {
      if (hidden) return "";
      const slide = log ? Math.log10 : (v: number): number => v;
      const range = attributes({
        type: "range", id, "data-param": name, "data-scale": log ? "log" : null, min: plain(slide(min)),
        max: plain(slide(max)), step: log ? "any" : plain(step), value: plain(slide(value)), autocomplete: "off", "aria-valuetext": plain(value),
      });
      const field = attributes({
        type: "number", "data-param": name, min: plain(min), max: plain(max), step: "any", value: plain(value),
        inputmode: "decimal", autocomplete: "off", "aria-label": `${label}, typed`,
      });
      return (
        `<div class="mp-slider"><label for="${id}">${escape(label)}</label><input${range}>` +
        `<span class="mp-typed"><input${field}><span class="mp-unit">${escape(unit)}</span></span></div>`
      );
    },
  };
}

/** One of several named choices: radio buttons, or a menu for six or more. */
export function choice<const C extends Record<string, string>>(label: string, choices: C, start: keyof C & string): Param<keyof C & string> {
  const names = Object.keys(choices);
  return {
    label,
    start,
    read: (text) => (names.includes(text) ? text : new InvalidValue(`one of ${names.join(", ")}`)),
    write: (value) => value,
    control: (id, name, value) => {
      if (names.length > 5) {
        const options = names.map((key) => `<option value="${key}"${key === value ? " selected" : ""}>${escape(choices[key]!)}</option>`);
        return `<div class="mp-control"><label for="${id}">${escape(label)}</label><select id="${id}" data-param="${name}" autocomplete="off">${options.join("")}</select></div>`;
      }
      const radios = names.map((key) => {
        const input = attributes({ type: "radio", name: id, value: key, "data-param": name, checked: key === value ? "" : null, autocomplete: "off" });
        return `<label class="mp-choice"><input${input}><span>${escape(choices[key]!)}</span></label>`;
      });
      return `<fieldset class="mp-choices"><legend>${escape(label)}</legend>${radios.join("")}</fieldset>`;
    },
  };
}

/** On or off. */
export function toggle(label: string, start: boolean): Param<boolean> {
  return {
    label,
    start,
    read: (text) => (text === "on" ? true : text === "off" ? false : new InvalidValue("on or off")),
    write: (value) => (value ? "on" : "off"),
    control: (id, name, value) => {
      const box = attributes({ type: "checkbox", id, "data-param": name, checked: value ? "" : null, autocomplete: "off" });
      return `<div class="mp-control mp-toggle"><input${box}><label for="${id}">${escape(label)}</label></div>`;
    },
  };
}

interface NumbersOptions {
  start: number[];
  min: number;
  max: number;
  least?: number;
  most?: number;
  /** The length is a multiple of this, such as 2 for points. */
  group?: number;
  /** No control: only handles and buttons set it. */
  hidden?: boolean;
}

/** A list of numbers, typed with spaces between them. */
export function numbers(label: string, options: NumbersOptions): Param<number[]> {
  const { min, max, start, hidden = false } = options;
  const { least = start.length, most = start.length, group = 1 } = options;
  const count = (least === most ? String(least) : `${least} to ${most}`) + (group > 1 ? ` (a multiple of ${group})` : "");
  const expected = `${count} numbers from ${short(min)} to ${short(max)}, with spaces between them`;
  return {
    label,
    start,
    read: (text) => {
      const parts = text.trim().split(/[\s;_]+/).filter(Boolean).map((part) => readNumber(part, min, max));
      if (parts.length < least || parts.length > most || parts.length % group !== 0 || parts.includes(null)) return new InvalidValue(expected);
      return parts as number[];
    },
    write: (values) => values.map(plain).join("_"),
    control: (id, name, values) => {
      if (hidden) return "";
      const field = attributes({
        type: "text", id, "data-param": name, value: values.map(plain).join(" "), autocomplete: "off", class: "mp-numbers",
      });
      return `<div class="mp-control"><label for="${id}">${escape(label)}</label><input${field}></div>`;
    },
  };
}

/** A whole number from `min` to `max`; `read` rejects fractions. */
export function whole(label: string, options: Omit<NumberOptions, "log">): Param<number> {
  const { min, max } = options;
  const param = number(label, { step: 1, ...options });
  return {
    ...param,
    read: (text) => {
      const value = param.read(text);
      return typeof value === "number" && Number.isInteger(value) ? value : new InvalidValue(`a whole number from ${short(min)} to ${short(max)}`);
    },
  };
}

/** The same parameter without a control: a fence, a link, a handle or a button sets it. */
export function withoutControl<T>(param: Param<T>): Param<T> {
  return { ...param, control: () => "" };
}

/** Formats a number as JavaScript does, with six significant digits: 0.1, -3, 1e-7. */
export function plain(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function readNumber(text: string, min: number, max: number): number | null {
  const value = decimal(text);
  return value >= min && value <= max ? value : null;
}
