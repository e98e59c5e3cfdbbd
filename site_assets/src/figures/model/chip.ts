/** The chip: backend, speed and difference from Python; a click opens details and backend picker. */
import { group, milliseconds, significant, withinText } from "../../core/number-format";
import { backendName } from "../../core/backends";
import { optionalPart, part, setText } from "../../core/dom";
import type { BackendInfo, Tried } from "../../runtime/spec";

type Tone = "amber" | "green" | "red";

export interface ChipState {
  info: BackendInfo;
  tried: readonly Tried[];
}

export interface Chip {
  loading(): void;
  show(state: ChipState): void;
  /** withdrawn: not even Python's prediction is shown. */
  failed(withdrawn: boolean): void;
  /** Shows that predictions use a training's weights, at this step. */
  training(step: number): void;
  /** Shows that predictions use a checkpoint that this device has verified. */
  checkpoint(words: string): void;
  /** Shows the chosen backend. busy: the choice is pending. */
  showChoice(backend: string, busy: boolean): void;
  showSentence(sentence: string): void;
}

export function attachChip(
  root: HTMLElement,
  choose: (backend: string) => void,
  info: () => BackendInfo | null,
  signal: AbortSignal,
): Chip {
  const chip = part<HTMLDetailsElement>(root, "chip");
  const text = part(root, "chip-text");
  const sentence = part(root, "refusal");
  const rows = part(root, "tried");
  const radios = Array.from(
    part(root, "backends").querySelectorAll<HTMLInputElement>("input[type=radio]"),
  );
  for (const radio of radios) {
    radio.addEventListener("change", () => { choose(radio.value); }, { signal });
  }
  const line = optionalPart(root, "checked");
  const opened = (): void => {
    if (line) void import("./checked").then(({ follow }) => { follow(chip, line, info, signal); }, () => undefined);
  };
  chip.addEventListener("toggle", opened, { once: true, signal });
  const set = (tone: Tone, words: string): void => {
    chip.dataset["tone"] = tone;
    setText(text, words);
  };
  return {
    loading: () => { set("amber", "Python's prediction · live model loading"); },
    training: (step) => {
      set("amber", `Your training, step ${group(String(step))} · not the published model`);
    },
    checkpoint: (words) => { set("green", words); },
    failed: (withdrawn) => {
      set("red", withdrawn ? "Withdrawn · no prediction" : "Python's prediction · not live here");
      if (!withdrawn) return;
      setText(sentence, "");
      rows.replaceChildren();
    },
    show: ({ info, tried }) => {
      const wrong = tried.find(outOfTolerance);
      const proof =
        `${backendName(info.backend)} · ${milliseconds(info.ms)} · equals Python ` +
        nearness(info.bitwise, info.maxDiff);
      set(wrong ? "red" : "green", wrong ? `${backendName(wrong.backend)} ${wrong.withdrawn ? "withdrawn" : "refused"} · ${proof}` : proof);
      setText(sentence, wrong ? refusal(wrong, info) : "");
      rows.replaceChildren(...tried.map((entry) => row(entry, info)));
    },
    showChoice: (backend, busy) => {
      for (const radio of radios) {
        radio.checked = radio.value === backend;
        radio.disabled = false;
      }
      part(root, "backends").toggleAttribute("aria-busy", busy);
    },
    showSentence: (words) => { setText(sentence, words); },
  };
}

function nearness(bitwise: boolean | undefined, maxDiff: number): string {
  if (bitwise) return "to the last bit"; // short enough for one line on a phone
  return `${maxDiff === 0 ? "exactly" : `within ${withinText(maxDiff)}`} on this device`;
}

/** Returns whether the backend ran and differed. A backend that the device lacks is no error. */
function outOfTolerance(entry: Tried): boolean {
  return entry.refused !== undefined && entry.maxDiff !== undefined;
}

function refusal({ backend, maxDiff, refused, withdrawn }: Tried, info: BackendInfo): string {
  if (withdrawn) return `${refused} ${backendName(info.backend)} computes instead.`;
  const reason =
    maxDiff !== undefined && maxDiff > info.tolerance
      ? `it differs from Python by ${significant(maxDiff)}, more than the ${significant(info.tolerance)} allowed`
      : (refused ?? "");
  return `${backendName(backend)} is not used: ${reason}. ${backendName(info.backend)} answers instead.`;
}

function row(entry: Tried, info: BackendInfo): HTMLTableRowElement {
  const tr = document.createElement("tr");
  const now = entry.backend === info.backend;
  const ms = now ? info.ms : entry.ms;
  const cells = [
    entry.refused || ms === undefined ? "–" : milliseconds(ms),
    entry.withdrawn ? "withdrawn" : entry.refused ?? (entry.maxDiff === undefined ? "–" : entry.bitwise ? "none: to the last bit" : withinText(entry.maxDiff)),
  ];
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = `${backendName(entry.backend)}${now ? " (answers now)" : ""}`;
  tr.classList.toggle("mp-refused", entry.refused !== undefined);
  tr.append(
    head,
    ...cells.map((words) => Object.assign(document.createElement("td"), { textContent: words })),
  );
  return tr;
}
