/** What a training's figure listens to: its buttons, the address, the tab and the page. */
import { part } from "../../core/dom";

export type Button = "play" | "step" | "epoch" | "reset" | "copy" | "back" | "prove";

export interface Around {
  /** The address is another. */
  linked: () => void;
  /** The tab is hidden, or the page put away to come back as it is. */
  away: () => void;
  /** The page is gone. */
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
