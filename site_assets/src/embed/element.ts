/** `<modelpress-embed site="…" model="SLUG">`: a model of a published site, in any page on the web. */
import { registry, type Mount } from "./registry";

class ModelpressEmbed extends HTMLElement {
  static readonly observedAttributes = ["site", "model"];

  readonly #shadow = this.attachShadow({ mode: "open" });
  #lifetime: AbortController | null = null;

  constructor() {
    super();
    this.#empty();
  }

  connectedCallback(): void {
    if (!this.#lifetime) this.#start(); // otherwise it was moved within the page and is already connected
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (!this.#lifetime || before === now) return;
    this.#stop();
    this.#start();
  }

  #start(): void {
    const life = new AbortController();
    this.#lifetime = life;
    const { signal } = life;
    const connect = (): void => {
      const mount = this.#mount();
      // Until the script of its site has loaded, the element shows its own content.
      if (mount) mount(this, this.#shadow, signal);
      else registry().events.addEventListener("site", connect, { once: true, signal });
    };
    connect();
  }

  #stop(): void {
    this.#lifetime?.abort();
    this.#lifetime = null;
    this.#empty();
  }

  #empty(): void {
    this.#shadow.replaceChildren(document.createElement("slot"));
    this.#shadow.adoptedStyleSheets = [];
  }

  /** The mount function of the site in the attribute `site`; without the attribute, of the first site. */
  #mount(): Mount | undefined {
    const { sites } = registry();
    const named = this.getAttribute("site");
    if (named === null) return sites.values().next().value;
    try {
      return sites.get(new URL(named, document.baseURI).href.replace(/([^/])$/, "$1/"));
    } catch {
      return undefined; // not a valid URL
    }
  }
}

/** Defines the element, unless another site's script has. */
export function defineEmbed(): void {
  if (!customElements.get("modelpress-embed")) customElements.define("modelpress-embed", ModelpressEmbed);
}
