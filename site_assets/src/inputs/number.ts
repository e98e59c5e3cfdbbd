/** Input of one number: a slider and a number field. */
import type { InputHandle, KindSpec } from "../kinds/contract";
import { decimal, MINUS, shortest } from "../core/number-format";
import { part, setText } from "../core/dom";
import { unitText } from "../kinds/unit";

export function attach(root: HTMLElement, spec: KindSpec, onInput: () => void): InputHandle {
  const listeners = new AbortController();
  const { signal } = listeners;
  const range = part<HTMLInputElement>(root, "range");
  const typed = part<HTMLInputElement>(root, "value");
  const error = part(root, "value-error");
  const shown = part(root, "input-number");
  const [min, max] = [Number(spec["min"]), Number(spec["max"])];
  const unit = unitText(spec);
  const limits = `${words(min)} to ${words(max)}`;
  let value = Number(typed.defaultValue);

  const parse = (text: string): Float32Array | null => {
    const number = decimal(text);
    return number >= min && number <= max ? Float32Array.of(number) : null;
  };
  const paint = (typing: boolean): void => {
    range.value = String(value);
    if (!typing) typed.value = shortest(value);
    setText(shown, words(value));
    setText(error, "");
    typed.removeAttribute("aria-invalid");
  };
  const apply = (text: string, typing: boolean): boolean => {
    const values = parse(text);
    if (!values) return false;
    value = values[0] ?? value;
    paint(typing);
    onInput();
    return true;
  };
  const finish = (): void => {
    if (apply(typed.value, false)) return;
    const found = typed.value.trim() === "" ? "Nothing is written here" : `${typed.value} is out of range`;
    typed.setAttribute("aria-invalid", "true");
    setText(error, `${found}: write a number from ${limits}. ${words(value)} stays.`);
  };
  range.addEventListener("input", () => { apply(range.value, false); }, { signal });
  typed.addEventListener("input", () => { apply(typed.value, true); }, { signal });
  typed.addEventListener("change", finish, { signal });

  // Apply edits made before this script loaded.
  if (typed.value !== typed.defaultValue) finish();
  else if (range.value !== range.defaultValue) apply(range.value, false);

  return {
    expects: `a number from ${limits}`,
    read: () => Float32Array.of(value),
    write: (values) => {
      value = values[0] ?? value;
      paint(false);
    },
    format: (values) => shortest(values[0] ?? 0),
    parse,
    describe: (values) => words(values[0] ?? 0) + unit,
    dispose: () => { listeners.abort(); },
  };
}

function words(value: number): string {
  return shortest(value).replace("-", MINUS);
}
