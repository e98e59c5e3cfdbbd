/** Speed of a training: the slider and its text. */
import { part, setText } from "../../core/dom";
import { speedWords } from "./words";

/** Steps a frame at each position of the slider; 0: as many as time permits. */
export const SPEEDS = [1, 2, 5, 10, 20, 50, 100, 0] as const;
/** Most frames of a whole run at the initial speed: ten seconds. */
const FRAMES = 600;

/** Returns the slider's initial position for a training of `total` steps. */
export function firstSpeed(total: number): number {
  const fitting = SPEEDS.findIndex((steps) => steps * FRAMES >= total);
  return fitting < 0 ? SPEEDS.length - 1 : fitting;
}

export interface Speed {
  /** Steps a frame; 0: as many as time permits. */
  steps(): number;
}

/** Attaches the slider. */
export function attachSpeed(root: HTMLElement, signal: AbortSignal): Speed {
  const slider = part<HTMLInputElement>(root, "speed");
  const steps = (): number => SPEEDS[Number(slider.value)] ?? 1;
  const showSpeed = (): void => {
    const words = speedWords(steps());
    setText(part(root, "speed-words"), words);
    slider.setAttribute("aria-valuetext", words);
  };
  slider.addEventListener("input", showSpeed, { signal });
  showSpeed(); // moved before this script loaded
  return { steps };
}
