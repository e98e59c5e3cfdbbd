/** Shows a training's state: the element's attributes and the main button's label. */
import { optionalPart, part, setText } from "../../core/dom";
import type { RunState } from "./run";

export function showState(root: HTMLElement, state: RunState, step: number): void {
  root.setAttribute("state", state);
  root.setAttribute("step", String(step));
  setText(part(root, "play"), state === "running" ? "Pause" : "Train");
  part(root, "controls").toggleAttribute("aria-busy", state === "loading");
  if (state !== "failed") optionalPart(root, "error")?.replaceChildren();
}
