/** What the scripts of all sites on a page agree on, whatever their versions: so nothing here may change its meaning. */

/**
 * Puts a model of one site into `host`, whose shadow root is `shadow`, until `signal` is aborted. The element has
 * emptied the shadow root before, and does so again.
 */
export type Mount = (host: HTMLElement, shadow: ShadowRoot, signal: AbortSignal) => void;

export interface Registry {
  /** Address of a site, with a slash at its end → how it puts a model into an element. The first is the default. */
  readonly sites: Map<string, Mount>;
  /** Entries of sites that were loaded for embedded figures. */
  readonly scripts: Set<string>;
  /** Has the event `site` whenever one has come. */
  readonly events: EventTarget;
  /** Lets a page under Trusted Types take the figures' HTML. */
  policy?: { createHTML(html: string): string } | undefined;
}

const KEY = Symbol.for("modelpress.embed");

type Holder = Record<symbol, Registry | undefined>;

export function registry(): Registry {
  const holder = globalThis as unknown as Holder;
  return (holder[KEY] ??= { sites: new Map(), scripts: new Set(), events: new EventTarget() });
}

/** Whether the script at `url` was loaded for an embedded figure, in a page that does not itself link it. */
export function isGuest(url: string): boolean {
  const found = (globalThis as unknown as Holder)[KEY];
  return found !== undefined && found.scripts.has(url) && !ownScript(url);
}

/** Whether the page links the script at `url`, or the stable one that stands for it. */
export function ownScript(url: string): boolean {
  const folder = url.replace(/[^/]*$/, "");
  return [...document.scripts].some(({ src }) => src === url || src === `${folder}modelpress.js`);
}
