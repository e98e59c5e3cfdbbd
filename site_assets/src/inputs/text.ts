/** Input of a text: a field to type in, and the tokens that the network reads. */
import type { InputHandle, KindSpec } from "../kinds/contract";
import { part, setText } from "../core/dom";
import { group } from "../core/number-format";
import { Tokens, type Token } from "./widgets/tokens";

const MOST_SIGNS = 10_000;
const MOST_SAID = 60;

export function attach(root: HTMLElement, spec: KindSpec, onInput: () => void): InputHandle {
  const listeners = new AbortController();
  const { signal } = listeners;
  const field = part<HTMLTextAreaElement>(root, "text");
  const clear = part<HTMLButtonElement>(root, "clear-text");
  const list = part(root, "tokens");
  const note = part(root, "tokens-note");
  const tokens = tokensOf(spec);
  let shown = tokens.tidy(field.defaultValue);

  const read = (): Float32Array | null => some(tokens.encode(field.value));
  const draw = (): void => {
    const text = tokens.tidy(field.value);
    clear.disabled = field.value === "";
    if (text === shown) return;
    shown = text;
    const all = tokens.split(text);
    const read = all.slice(0, tokens.spec.length);
    list.replaceChildren(...read.map(item));
    setText(note, noteOf(read, all.length, tokens));
  };
  const write = (text: string): void => {
    field.value = text;
    draw();
  };
  const changed = (): void => {
    draw();
    onInput();
  };
  field.addEventListener("input", changed, { signal });
  clear.addEventListener("click", () => {
    field.value = "";
    field.focus();
    changed();
  }, { signal });
  clear.disabled = field.value === "";
  if (field.value !== field.defaultValue) changed(); // edited before this script loaded

  const parse = (text: string): Float32Array | null =>
    Array.from(text).length > MOST_SIGNS ? null : some(tokens.encode(text));
  return {
    expects: `a text of at most ${group(String(MOST_SIGNS))} characters`,
    emptyWords: "Type a text.",
    read,
    write: (values) => { write(tokens.decode(values)); },
    format: (values) => tokens.decode(values),
    parse,
    describe: (values) => describe(tokens.decode(values)),
    state: () => (read() ? tokens.tidy(field.value) : ""),
    restore: (text) => {
      if (text !== "" && !parse(text)) return false;
      write(text);
      return true;
    },
    dispose: () => { listeners.abort(); },
  };
}

/** Returns the values, or null for a text without tokens: a masked mean of it would be NaN. */
function some(values: Float32Array): Float32Array | null {
  return values.some((value) => value > 0) ? values : null;
}

function tokensOf(spec: KindSpec): Tokens {
  return new Tokens({
    vocabulary: spec["vocabulary"] as readonly string[],
    length: spec.shape[0] ?? 0,
    standardize: String(spec["standardize"]),
    split: String(spec["split"]),
    unknown: String(spec["unknown"]),
  });
}

function item({ text, number }: Token): HTMLElement {
  const made = document.createElement("li");
  if (number === 1) made.className = "mp-unknown";
  const [word, place] = [document.createElement("span"), document.createElement("small")];
  word.textContent = text;
  place.textContent = String(number);
  made.append(word, " ", place);
  return made;
}

function noteOf(read: readonly Token[], all: number, { spec }: Tokens): string {
  const unknown = read.filter(({ number }) => number === 1).length;
  return (
    `Tokens read: ${String(read.length)} of ${String(all)}; unknown: ${String(unknown)}. ` +
    `The network reads at most ${group(String(spec.length))} and knows ${group(String(spec.vocabulary.length - 2))}.`
  );
}

function describe(text: string): string {
  const signs = Array.from(text.trim());
  if (signs.length === 0) return "No text";
  return `“${signs.slice(0, MOST_SAID).join("")}${signs.length > MOST_SAID ? "…" : ""}”`;
}
