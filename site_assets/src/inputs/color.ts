/** Colour input: red, green and blue sliders, or a hue × lightness field; hex text, picker and eyedropper. */
import { fromHsl, inkOn, toHsl, type Hsl } from "../core/hsl";
import type { InputHandle, KindSpec } from "../kinds/contract";
import { focusedIn, optionalPart, part, setText } from "../core/dom";
import { attachField } from "./widgets/color-field";
import { attachEyedropper } from "./widgets/eyedropper";

const RGB = ["r", "g", "b"] as const;
const HSL = ["h", "s", "l"] as const;

export function attach(root: HTMLElement, _spec: KindSpec, onInput: () => void): InputHandle {
  const listeners = new AbortController();
  const { signal } = listeners;
  const surface = optionalPart(root, "field") ?? part(root, "swatch");
  const field = optionalPart(root, "field");
  const swatchText = optionalPart(root, "swatch-text");
  const sliders = part(root, "sliders");
  const hex = part<HTMLInputElement>(root, "hex");
  const hexError = part(root, "hex-error");
  const native = part<HTMLInputElement>(root, "native");
  const channels = (field ? HSL : RGB).map((key) => ({
    range: part<HTMLInputElement>(root, `range-${key}`),
    value: part<HTMLInputElement>(root, `value-${key}`),
  }));
  let rgb = parse(hex.defaultValue) ?? new Float32Array(3);
  let hsl = toHsl(rgb);

  /** Updates every control with the present colour, except the one being typed into. */
  const paint = (typing?: Element): void => {
    const text = format(rgb);
    const [r = 0, g = 0, b = 0] = rgb;
    const numbers = field ? [hsl.h, hsl.s, hsl.l] : [r, g, b];
    channels.forEach((channel, i) => {
      const shown = String(Math.round(numbers[i] ?? 0));
      channel.range.value = shown;
      if (channel.value !== typing) channel.value.value = shown;
    });
    if (hex !== typing) hex.value = text;
    native.value = text;
    if (swatchText) setText(swatchText, text);
    const on = inkOn(rgb);
    for (const { style } of [surface, sliders]) {
      style.setProperty("--mp-r", String(r));
      style.setProperty("--mp-g", String(g));
      style.setProperty("--mp-b", String(b));
      style.setProperty("--mp-h", hsl.h.toFixed(1));
      style.setProperty("--mp-s", `${hsl.s.toFixed(1)}%`);
      style.setProperty("--mp-l", `${hsl.l.toFixed(1)}%`);
      style.setProperty("--mp-on", on);
    }
  };
  const takeRgb = (values: ArrayLike<number>, typing?: Element): void => {
    rgb = Float32Array.from(values);
    hsl = toHsl(rgb, hsl);
    setText(hexError, "");
    hex.removeAttribute("aria-invalid");
    paint(typing);
    onInput();
  };
  const takeHsl = (next: Hsl, typing?: Element): void => {
    hsl = next;
    rgb = fromHsl(next);
    paint(typing);
    onInput();
  };
  const fromChannels = (source: "range" | "value"): void => {
    const typed = channels.map((channel) => channel[source]);
    const numbers = typed.map((input) => input.valueAsNumber);
    const valid = typed.every((input) => input.value !== "" && input.checkValidity());
    if (!valid) return; // incomplete entry: keep the last valid colour
    const typing = source === "value" ? typed.find((input) => input === focusedIn(root)) : undefined;
    if (field) takeHsl({ h: numbers[0] ?? 0, s: numbers[1] ?? 0, l: numbers[2] ?? 0 }, typing);
    else takeRgb(numbers, typing);
  };
  const fromHex = (finished: boolean): void => {
    const values = parse(hex.value);
    if (values) {
      takeRgb(values, finished ? undefined : hex);
      return;
    }
    // An incomplete hex text is no error yet, unless no colour can start with it.
    if (finished || !/^\s*#?[0-9a-f]{0,6}\s*$/i.test(hex.value)) {
      hex.setAttribute("aria-invalid", "true");
      setText(hexError, wrongColor(hex.value, format(rgb)));
    }
  };

  for (const { range, value } of channels) {
    range.addEventListener("input", () => { fromChannels("range"); }, { signal });
    value.addEventListener("input", () => { fromChannels("value"); }, { signal });
    value.addEventListener("change", () => { paint(); }, { signal });
  }
  hex.addEventListener("input", () => { fromHex(false); }, { signal });
  hex.addEventListener("change", () => { fromHex(true); }, { signal });
  native.addEventListener("input", () => { takeRgb(parse(native.value) ?? rgb); }, { signal });
  if (field) attachField(field, () => hsl, takeHsl, signal);
  attachEyedropper(part<HTMLButtonElement>(root, "eyedropper"), {
    signal,
    take: (text) => { takeRgb(parse(text) ?? rgb); },
    fail: (sentence) => { setText(hexError, sentence); },
  });

  // Apply edits made before this script loaded: the control that differs from its default.
  const moved = channels.some(({ range }) => range.value !== range.defaultValue);
  const typed = channels.some(({ value }) => value.value !== value.defaultValue);
  if (hex.value !== hex.defaultValue) fromHex(true);
  else if (native.value !== native.defaultValue) takeRgb(parse(native.value) ?? rgb);
  else if (moved || typed) fromChannels(moved ? "range" : "value");

  return {
    expects: "a colour such as #9bb751",
    read: () => rgb.slice(),
    write: (values) => {
      rgb = Float32Array.from(values);
      hsl = toHsl(rgb, hsl);
      setText(hexError, "");
      hex.removeAttribute("aria-invalid");
      paint();
    },
    format,
    parse,
    describe: format,
    dispose: () => { listeners.abort(); },
  };
}

function format(values: ArrayLike<number>): string {
  const digits = Array.from(values, (value) =>
    Math.max(0, Math.min(255, Math.round(value))).toString(16).padStart(2, "0"),
  );
  return `#${digits.join("")}`;
}

function parse(text: string): Float32Array | null {
  const match = /^\s*#?([0-9a-f]{3}|[0-9a-f]{6})\s*$/i.exec(text);
  if (!match?.[1]) return null;
  const digits = match[1].length === 3 ? match[1].replace(/./g, "$&$&") : match[1];
  return Float32Array.from([0, 2, 4], (at) => Number.parseInt(digits.slice(at, at + 2), 16));
}

function wrongColor(found: string, kept: string): string {
  const what = found.trim() === "" ? "Nothing is written here" : `“${found.trim()}” is no colour`;
  return `${what}: write three or six digits, each 0–9 or a–f, such as #9bb751. ${kept} stays.`;
}
