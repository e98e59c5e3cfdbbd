/** The registry that the embed scripts of all sites on a page share. Versions may differ, so its meaning must not change. */

/**
 * Renders a model into `shadow`, the shadow root of `host`, until `signal` is aborted. The element empties the shadow
 * root before and afterwards.
 */
export type Mount = (host: HTMLElement, shadow: ShadowRoot, signal: AbortSignal) => void;

export interface Registry {
  /** URL of a site, with a trailing slash → its mount function. The first site is the default. */
  readonly sites: Map<string, Mount>;
  /** URLs of entry scripts that were loaded for embedded figures. */
  readonly scripts: Set<string>;
  /** Dispatches the event `site` when a site is added. */
  readonly events: EventTarget;
  /** The Trusted Types policy for the figures' HTML. */
  policy?: { createHTML(html: string): string } | undefined;
}

const KEY = Symbol.for("modelpress.embed");

type Holder = Record<symbol, Registry | undefined>;

export function registry(): Registry {
  const holder = globalThis as unknown as Holder;
  return (holder[KEY] ??= { sites: new Map(), scripts: new Set(), events: new EventTarget() });
}

/** Whether the script at `url` was loaded only for an embedded figure: the page does not link it. */
export function isGuest(url: string): boolean {
  const found = (globalThis as unknown as Holder)[KEY];
  return found !== undefined && found.scripts.has(url) && !ownScript(url);
}

/** Scripts that pages of the site itself link. */
const OWN = /^(modelpress|first-\w+)\.js$/;

/** Whether the page links the script at `url`, or the site's first script or `modelpress.js` in the same folder. */
export function ownScript(url: string): boolean {
  const folder = url.replace(/[^/]*$/, "");
  return [...document.scripts].some(({ src }) => src === url || (src.startsWith(folder) && OWN.test(src.slice(folder.length))));
}
