/** `<modelpress-embed site="…" model="SLUG">`: a model of a published site, in any page. */
import { registry, type Mount } from "./registry";

class ModelpressEmbed extends HTMLElement {
  static readonly observedAttributes = ["site", "model"];

  readonly #shadow = this.attachShadow({ mode: "open" });
  #life: AbortController | null = null;

  constructor() {
    super();
    this.#empty();
  }

  connectedCallback(): void {
    if (!this.#life) this.#start(); // else: moved within the page, and everything is still there
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (!this.#life || before === now) return;
    this.#stop();
    this.#start();
  }

  #start(): void {
    const life = new AbortController();
    this.#life = life;
    const { signal } = life;
    const wait = (): void => {
      const mount = this.#mount();
      // Until the script of its site is there, the element shows what the page has put into it.
      if (mount) mount(this, this.#shadow, signal);
      else registry().events.addEventListener("site", wait, { once: true, signal });
    };
    wait();
  }

  #stop(): void {
    this.#life?.abort();
    this.#life = null;
    this.#empty();
  }

  #empty(): void {
    this.#shadow.replaceChildren(document.createElement("slot"));
    this.#shadow.adoptedStyleSheets = [];
  }

  /** Of the site that the element names; without a name, of the first that came. */
  #mount(): Mount | undefined {
    const { sites } = registry();
    const named = this.getAttribute("site");
    if (named === null) return sites.values().next().value;
    try {
      return sites.get(new URL(named, document.baseURI).href.replace(/([^/])$/, "$1/"));
    } catch {
      return undefined; // no address, so of no site
    }
  }
}

/** Once a page, whichever site's script comes first. */
export function defineEmbed(): void {
  if (!customElements.get("modelpress-embed")) customElements.define("modelpress-embed", ModelpressEmbed);
}
