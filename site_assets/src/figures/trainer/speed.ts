/** Speed of a training: the slider and its text. */
import { part, setText } from "../../core/dom";
import { speedWords } from "./words";

export interface Speed {
  /** Steps a frame; 0: as many as time permits. */
  steps(): number;
}

/** Attaches the slider. `speeds`: steps a frame at each of its positions. */
export function attachSpeed(root: HTMLElement, speeds: readonly number[], signal: AbortSignal): Speed {
  const slider = part<HTMLInputElement>(root, "speed");
  const steps = (): number => speeds[Number(slider.value)] ?? 1;
  const showSpeed = (): void => {
    const words = speedWords(steps());
    setText(part(root, "speed-words"), words);
    slider.setAttribute("aria-valuetext", words);
  };
  slider.addEventListener("input", showSpeed, { signal });
  showSpeed(); // moved before this script loaded
  return { steps };
}
