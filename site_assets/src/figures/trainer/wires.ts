/** Events of a training's figure: its buttons, the address, the tab and the page. */
import { part } from "../../core/dom";

export type Button = "play" | "step" | "epoch" | "reset" | "copy" | "back" | "prove";

export interface PageEvents {
  /** The address changed. */
  addressChanged: () => void;
  /** The tab is hidden, or the page enters the back/forward cache. */
  hidden: () => void;
  /** The page is unloaded. */
  unloaded: () => void;
}

export function wire(root: HTMLElement, press: Record<Button, () => void>, around: PageEvents, signal: AbortSignal): void {
  for (const [name, act] of Object.entries(press)) part(root, name).addEventListener("click", act, { signal });
  window.addEventListener("hashchange", around.addressChanged, { signal });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) around.hidden();
  }, { signal });
  window.addEventListener("pagehide", ({ persisted }) => {
    if (persisted) around.hidden();
    else around.unloaded();
  }, { signal });
  for (const control of root.querySelectorAll<HTMLButtonElement>(":disabled")) control.disabled = false;
}
