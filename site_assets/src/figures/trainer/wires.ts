/** Events of a training's figure: its buttons, the address, the tab and the page. */
import { part } from "../../core/dom";

export type Button = "play" | "step" | "epoch" | "reset" | "copy" | "back" | "prove";

export interface Around {
  /** The address changed. */
  linked: () => void;
  /** The tab is hidden, or the page enters the back/forward cache. */
  away: () => void;
  /** The page is unloaded. */
  gone: () => void;
}

export function wire(root: HTMLElement, press: Record<Button, () => void>, around: Around, signal: AbortSignal): void {
  for (const [name, act] of Object.entries(press)) part(root, name).addEventListener("click", act, { signal });
  window.addEventListener("hashchange", around.linked, { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) around.away();
  }, { signal });
  window.addEventListener("pagehide", ({ persisted }) => {
    if (persisted) around.away();
    else around.gone();
  }, { signal });
  for (const control of root.querySelectorAll<HTMLButtonElement>(":disabled")) control.disabled = false;
}
