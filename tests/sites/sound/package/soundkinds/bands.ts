/** The fence `bands`: a button turns the list round. */
import { part } from "modelpress/core/dom";

export const ELEMENT = "sound-bands";

export function start(): void {
  for (const element of document.querySelectorAll(ELEMENT)) {
    const [list, button] = [part(element, "bands"), part<HTMLButtonElement>(element, "turn")];
    if (!button.hidden) continue;
    button.hidden = false;
    button.addEventListener("click", () => { list.replaceChildren(...Array.from(list.children).reverse()); });
  }
}
