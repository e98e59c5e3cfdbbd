/** Input of several numbers: a slider and a number field each, or a single list if there are many. */
import type { InputHandle, KindSpec } from "../kinds/contract";
import { decimal, THIN, shortest } from "../core/number-format";
import { optionalPart, part, setText } from "../core/dom";
import { quoted } from "../core/quoting";
import { attachSliders, signed, type Sliders } from "./widgets/sliders";

const MOST_DESCRIBED = 8;

interface Field {
  name: string;
  unit: string;
  min: number;
  max: number;
}

export function attach(root: HTMLElement, spec: KindSpec, onInput: () => void): InputHandle {
  const listeners = new AbortController();
  const fields = fieldsOf(spec);
  const error = part(root, "field-error");
  const list = optionalPart<HTMLInputElement>(root, "list");
  const controls = list
    ? attachList(list, fields, error, onInput, listeners.signal)
    : attachSliders(root, fields, error, onInput, listeners.signal);
  return {
    expects: `${String(fields.length)} numbers with commas between, such as ${middle(fields)}`,
    read: () => controls.read(),
    write: (values) => { controls.write(values); },
    format,
    parse: (text) => parse(text, fields),
    describe: (values) => {
      const words = fields.map(
        ({ name, unit }, i) => `${name} ${signed(values[i] ?? 0)}${unit && THIN + unit}`,
      );
      const rest = words.length - MOST_DESCRIBED;
      const said = rest > 0 ? [...words.slice(0, MOST_DESCRIBED), `${String(rest)} more`] : words;
      return said.join(", ");
    },
    dispose: () => { listeners.abort(); },
  };
}

function fieldsOf(spec: KindSpec): Field[] {
  const names = spec["names"] as readonly string[];
  const units = spec["units"] as readonly string[];
  const [low, high] = [spec["min"], spec["max"]] as readonly (readonly number[])[];
  return names.map((name, i) => ({ name, unit: units[i] ?? "", min: low?.[i] ?? 0, max: high?.[i] ?? 1 }));
}

/** Attaches the single text field that holds all values. */
function attachList(
  list: HTMLInputElement,
  fields: readonly Field[],
  error: HTMLElement,
  changed: () => void,
  signal: AbortSignal,
): Pick<Sliders, "read" | "write"> {
  let values = parse(list.defaultValue, fields) ?? new Float32Array(fields.length);
  const right = (): void => {
    setText(error, "");
    list.removeAttribute("aria-invalid");
  };
  const apply = (finished: boolean): void => {
    const found = parse(list.value, fields);
    if (found) {
      values = found;
      right();
      changed();
    } else if (finished) {
      list.setAttribute("aria-invalid", "true");
      setText(error, `${whatIsWrong(list.value, fields)} The last values stay.`);
    }
  };
  list.addEventListener("input", () => { apply(false); }, { signal });
  list.addEventListener("change", () => { apply(true); }, { signal });
  if (list.value !== list.defaultValue) apply(true); // edited before this script loaded
  return {
    read: () => values.slice(),
    write: (next) => {
      values = Float32Array.from(next);
      list.value = format(values);
      right();
    },
  };
}

function wordsOf(text: string): string[] {
  return text.trim().replace(/^[,;]+|[,;]+$/g, "").split(/[\s,;]+/);
}

function isOff(word: string, { min, max }: Field): boolean {
  const value = decimal(word);
  return !(value >= min && value <= max);
}

function parse(text: string, fields: readonly Field[]): Float32Array | null {
  const words = wordsOf(text);
  if (words.length !== fields.length || fields.some((field, i) => isOff(words[i] ?? "", field))) return null;
  return Float32Array.from(words, decimal);
}

function whatIsWrong(text: string, fields: readonly Field[]): string {
  const words = wordsOf(text);
  if (words.length !== fields.length) {
    return `${String(words.length)} values are written here where ${String(fields.length)} are expected.`;
  }
  const at = fields.findIndex((field, i) => isOff(words[i] ?? "", field));
  const { name = "", min = 0, max = 1 } = fields[at] ?? {};
  return `${quoted(words[at] ?? "")} is no ${name} from ${signed(min)} to ${signed(max)}.`;
}

function middle(fields: readonly Field[]): string {
  return fields.map(({ min, max }) => shortest((min + max) / 2)).join(", ").slice(0, 200);
}

function format(values: ArrayLike<number>): string {
  return Array.from(values, shortest).join(",");
}
