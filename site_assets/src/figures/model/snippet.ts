/** `<modelpress-snippet>`: HTML to copy, completed with the page's actual address. */
import { part, setText } from "../../core/dom";
import { copyText } from "../../core/link";
import { UNKNOWN } from "../card/snippet";

const FROM_FILE =
  "This page was opened from a file, which no other page can link: put the site on a web server, and write its address in the place of";

class ModelpressSnippet extends HTMLElement {
  #life: AbortController | null = null;

  connectedCallback(): void {
    if (this.#life) return;
    this.#life = new AbortController();
    const [code, button] = [part(this, "code"), part<HTMLButtonElement>(this, "copy")];
    const { root } = this.dataset; // relative; absent if the build knew the address
    const site = root === undefined ? null : new URL(root, location.href);
    if (site?.protocol === "file:") this.#say(`${FROM_FILE} ${UNKNOWN}.`);
    else if (site) setText(code, code.textContent.replaceAll(UNKNOWN, site.href));
    button.hidden = false;
    button.addEventListener("click", () => void this.#copy(code), { signal: this.#life.signal });
  }

  disconnectedCallback(): void {
    this.#life?.abort();
    this.#life = null;
  }

  async #copy(code: HTMLElement): Promise<void> {
    if (await copyText(code.textContent)) {
      this.#say("Copied.");
      return;
    }
    getSelection()?.selectAllChildren(code);
    this.#say("Your browser lets no page copy here. The text is selected: copy it with Ctrl+C or ⌘C.");
  }

  #say(sentence: string): void {
    setText(part(this, "notice"), sentence);
  }
}

export const ELEMENT = "modelpress-snippet";

export function start(): void {
  if (!customElements.get("modelpress-snippet")) customElements.define("modelpress-snippet", ModelpressSnippet);
}
