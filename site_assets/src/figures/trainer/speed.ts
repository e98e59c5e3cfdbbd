/** How fast a training goes: the slider and its words. */
import { part, setText } from "../../core/dom";
import { speedWords } from "./words";

export interface Speed {
  /** Steps a frame; 0: as many as there is time for. */
  steps(): number;
}

/** `speeds`: steps a frame at each place of the slider. */
export function attachSpeed(root: HTMLElement, speeds: readonly number[], signal: AbortSignal): Speed {
  const slider = part<HTMLInputElement>(root, "speed");
  const steps = (): number => speeds[Number(slider.value)] ?? 1;
  const tell = (): void => {
    const words = speedWords(steps());
    setText(part(root, "speed-words"), words);
    slider.setAttribute("aria-valuetext", words);
  };
  slider.addEventListener("input", tell, { signal });
  tell(); // what a reader set before this script was there counts
  return { steps };
}
