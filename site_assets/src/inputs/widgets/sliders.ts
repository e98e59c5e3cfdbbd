/** Sliders with number fields, one pair for each number: the parts `range-0`, `value-0`, `range-1` … */
import { decimal, MINUS, shortest } from "../../core/number-format";
import { part, setText } from "../../core/dom";

export interface Field {
  name: string;
  min: number;
  max: number;
}

export interface Sliders {
  /** Returns the current numbers. */
  read(): Float32Array;
  /** Shows numbers without calling `changed`. */
  write(values: ArrayLike<number>): void;
  /** Parses a number of field `i`; null if invalid or out of range. */
  parse(text: string, i: number): number | null;
}

/** Attaches the sliders. `error`: where a rejected entry is explained. `changed`: called on the reader's edits. */
export function attachSliders(
  root: HTMLElement,
  fields: readonly Field[],
  error: HTMLElement,
  changed: () => void,
  signal: AbortSignal,
): Sliders {
  const pairs = fields.map((field, i) => ({
    ...field,
    range: part<HTMLInputElement>(root, `range-${String(i)}`),
    typed: part<HTMLInputElement>(root, `value-${String(i)}`),
  }));
  const values = Float32Array.from(pairs, ({ typed }) => Number(typed.defaultValue));
  const parse = (text: string, i: number): number | null => {
    const number = decimal(text);
    const { min = 0, max = 0 } = fields[i] ?? {};
    return number >= min && number <= max ? number : null;
  };
  const paint = (typing?: Element): void => {
    pairs.forEach(({ range, typed }, i) => {
      range.value = String(values[i] ?? 0);
      if (typed !== typing) {
        typed.value = shortest(values[i] ?? 0);
        typed.removeAttribute("aria-invalid");
      }
    });
    setText(error, "");
  };
  const setNumber = (text: string, i: number, typing?: Element): boolean => {
    const number = parse(text, i);
    if (number === null) return false;
    values[i] = number;
    paint(typing);
    typing?.removeAttribute("aria-invalid");
    changed();
    return true;
  };
  const finish = (i: number): void => {
    const pair = pairs[i];
    if (!pair || setNumber(pair.typed.value, i)) return;
    const { typed, name, min, max } = pair;
    const found = typed.value.trim() === "" ? "Nothing is written here" : `${typed.value} is out of range`;
    typed.setAttribute("aria-invalid", "true");
    setText(
      error,
      `${name}: ${found}: write a number from ${signed(min)} to ${signed(max)}. ${signed(values[i] ?? 0)} stays.`,
    );
  };
  pairs.forEach(({ range, typed }, i) => {
    range.addEventListener("input", () => { setNumber(range.value, i); }, { signal });
    typed.addEventListener("input", () => { setNumber(typed.value, i, typed); }, { signal });
    typed.addEventListener("change", () => { finish(i); }, { signal });
  });
  // Apply edits made before this script loaded.
  const early = pairs.map(({ range, typed }) => ({
    typed: typed.value !== typed.defaultValue,
    range: range.value !== range.defaultValue && { value: range.value },
  }));
  early.forEach((edit, i) => {
    if (edit.typed) finish(i);
    else if (edit.range) setNumber(edit.range.value, i);
  });
  return {
    read: () => values.slice(),
    write: (next) => {
      values.set(Float32Array.from(next).subarray(0, values.length));
      paint();
    },
    parse,
  };
}

/** Returns the shortest plain decimal, with a minus sign (U+2212) instead of a hyphen. */
export function signed(value: number): string {
  return shortest(value).replace("-", MINUS);
}
