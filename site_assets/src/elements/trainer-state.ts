/** How a training's state stands in its element: attributes, the main button's verb, an event a frame. */
import { optionalPart, part, setText } from "../parts";
import type { RunState, TrainingRun } from "./trainer-run";

export function showState(root: HTMLElement, state: RunState, step: number): void {
  root.setAttribute("state", state);
  root.setAttribute("step", String(step));
  setText(part(root, "play"), state === "running" ? "Pause" : "Train");
  part(root, "controls").toggleAttribute("aria-busy", state === "loading");
  if (state !== "failed") optionalPart(root, "error")?.replaceChildren();
}

export function tellStep(root: HTMLElement, { step, epoch, losses }: TrainingRun): void {
  const detail = { step, epoch, loss: losses.at(-1) };
  root.dispatchEvent(new CustomEvent("modelpress-step", { detail, bubbles: true, composed: true }));
}
