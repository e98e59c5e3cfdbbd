/** The form with a training's settings. */
import { shortest } from "../../core/number-format";
import { optionalPart, part, setText } from "../../core/dom";
import { quoted } from "../../core/quoting";
import { parseRate, parseSeed, parseUnits } from "./link";
import { rateOf, sameUnits, type Recorded, type Settings } from "./settings";

export interface Form {
  /** Shows settings without calling `changed`. */
  write(settings: Settings): void;
}

/** Attaches the form. `changed`: called when the reader changes a setting. */
export function attachForm(
  root: HTMLElement,
  recorded: Recorded,
  first: Settings,
  changed: (settings: Settings) => void,
  signal: AbortSignal,
): Form {
  let now = first;
  const range = part<HTMLInputElement>(root, "rate-range");
  const rate = part<HTMLInputElement>(root, "rate");
  const optimizer = part<HTMLSelectElement>(root, "optimizer");
  const batch = part<HTMLSelectElement>(root, "batch");
  const loss = optionalPart<HTMLSelectElement>(root, "loss");
  const start = part<HTMLSelectElement>(root, "start");
  const seed = part<HTMLInputElement>(root, "seed");
  const backend = part<HTMLSelectElement>(root, "backend");
  const epoch = optionalPart<HTMLSelectElement>(root, "from-epoch");
  const hidden = optionalPart<HTMLInputElement>(root, "hidden");
  const error = part(root, "field-error");

  const write = (settings: Settings): void => {
    now = settings;
    showRange(range, settings.rate);
    rate.value = plainRate(settings.rate);
    optimizer.value = settings.optimizer;
    selectBatch(batch, settings.batch);
    if (loss) loss.value = settings.loss;
    start.value = settings.seed !== null ? "random" : settings.epoch !== null ? "epoch" : "python";
    if (epoch && settings.epoch !== null) epoch.value = String(settings.epoch);
    if (settings.seed !== null) seed.value = String(settings.seed);
    backend.value = settings.backend;
    if (hidden) hidden.value = settings.hidden.join(", ");
    const fits = sameUnits(settings.hidden, recorded.hidden);
    for (const option of start.options) option.disabled = !fits && option.value !== "random";
    if (epoch) epoch.disabled = !fits;
    for (const field of [rate, seed, hidden]) field?.removeAttribute("aria-invalid");
    setText(error, "");
  };
  const apply = (change: Partial<Settings>): void => {
    const next = { ...now, ...change };
    // Python's weights fit only Python's network.
    if (!sameUnits(next.hidden, recorded.hidden)) [next.seed, next.epoch] = [next.seed ?? recorded.seed, null];
    write(next);
    changed(next);
  };
  const typed = (
    field: HTMLInputElement,
    read: (text: string) => Settings[keyof Settings],
    name: keyof Settings,
    words: string,
  ): void => {
    field.addEventListener("change", () => {
      const value = read(field.value);
      if (value !== null) {
        apply(name === "seed" ? { seed: value as number, epoch: null } : { [name]: value });
        return;
      }
      field.setAttribute("aria-invalid", "true");
      setText(error, `${quoted(field.value)} is not ${words}. What was there stays.`);
    }, { signal });
  };

  range.addEventListener("input", () => {
    rate.value = plainRate(ofRange(range));
    range.setAttribute("aria-valuetext", rate.value);
  }, { signal });
  range.addEventListener("change", () => { apply({ rate: ofRange(range) }); }, { signal });
  typed(rate, parseRate, "rate", "a learning rate from 1e-7 to 1000");
  typed(seed, parseSeed, "seed", "a seed: a whole number from 0");
  if (hidden) typed(hidden, parseUnits, "hidden", "one to four numbers of neurons from 1 to 256, as in 16, 8");
  optimizer.addEventListener("change", () => {
    apply({ optimizer: optimizer.value, rate: rateOf(recorded, optimizer.value) });
  }, { signal });
  batch.addEventListener("change", () => { apply({ batch: Number(batch.value) }); }, { signal });
  loss?.addEventListener("change", () => { apply({ loss: loss.value }); }, { signal });
  backend.addEventListener("change", () => { apply({ backend: backend.value }); }, { signal });
  start.addEventListener("change", () => {
    apply({
      seed: start.value === "random" ? (parseSeed(seed.value) ?? recorded.seed) : null,
      epoch: start.value === "epoch" ? Number(epoch?.value ?? 0) : null,
    });
  }, { signal });
  epoch?.addEventListener("change", () => { apply({ epoch: Number(epoch.value), seed: null }); }, { signal });
  part(root, "dice").addEventListener("click", () => {
    const other = crypto.getRandomValues(new Uint16Array(1))[0]!;
    apply({ seed: other, epoch: null });
  }, { signal });
  write(first);
  return { write };
}

function ofRange(range: HTMLInputElement): number {
  return Number((10 ** Number(range.value)).toPrecision(2));
}

function showRange(range: HTMLInputElement, rate: number): void {
  range.value = Math.log10(rate).toFixed(1);
  range.setAttribute("aria-valuetext", plainRate(rate));
}

/** Returns a rate as a reader would type it: 0.2, not 0.20000000298. */
function plainRate(rate: number): string {
  return shortest(rate);
}

/** Selects a batch size, adding it to the list if a link named another. */
function selectBatch(batch: HTMLSelectElement, size: number): void {
  const value = String(size);
  if (![...batch.options].some((option) => option.value === value)) {
    batch.add(new Option(value, value), [...batch.options].findIndex((option) => Number(option.value) > size));
  }
  batch.value = value;
}
