/** `<modelpress-table>`: predictions for the rows of a reader's own file. The rest is fetched when the fold opens. */
import { messageOf } from "../../core/errors";
import { part, setText } from "../../core/dom";
import { script } from "../../core/scripts";
import type { PageTools } from "../tools";

let tools: PageTools;

class ModelpressTable extends HTMLElement {
  #life: AbortController | null = null;
  #asked = false;

  connectedCallback(): void {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    const fold = part<HTMLDetailsElement>(this, "fold");
    const begin = (): void => { if (fold.open) void this.#begin(signal); };
    fold.addEventListener("toggle", begin, { signal });
    begin();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#life?.abort();
      this.#life = null;
      this.#asked = false;
    });
  }

  async #begin(signal: AbortSignal): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    try {
      const entry = tools.entryOf(this.getAttribute("model") ?? "");
      if (!entry) throw new Error("The page lacks the model.");
      const { attach } = await script(import("./attach"));
      if (!signal.aborted) attach(this, entry, signal);
    } catch (error) {
      this.#asked = false;
      setText(part(this, "error"), `${messageOf(error)} Close and open this part to try again.`);
    }
  }
}

export const ELEMENT = "modelpress-table";

export function start(given: PageTools): void {
  tools = given;
  if (!customElements.get(ELEMENT)) customElements.define(ELEMENT, ModelpressTable);
}
