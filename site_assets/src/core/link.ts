/** State of a page's figures in its address: `#color_classifier=9bb751&number_negator=-3`. */

/** Returns the state of each figure in the address, by the figure's key. */
export function readLink(hash: string = location.hash): Map<string, string> {
  const states = new Map<string, string>();
  for (const pair of hash.replace(/^#/, "").split("&")) {
    const at = pair.indexOf("=");
    if (at > 0) states.set(decoded(pair.slice(0, at)), decoded(pair.slice(at + 1)));
  }
  return states;
}

/** Writes one figure's state into the address, keeping the others; returns the whole link. */
export function writeLink(key: string, text: string): string {
  const states = readLink();
  states.set(key, text.replace(/^#/, "")); // a colour's # would start another fragment
  history.replaceState(history.state, "", hashOf(states));
  return location.href;
}

/** Returns the link to a figure's state on another page. page: that page's address. */
export function linkTo(page: string, key: string, text: string): string {
  return page + hashOf(new Map([[key, text.replace(/^#/, "")]]));
}

/** Removes one figure's state from the address; the browser's Back button restores it. */
export function leaveLink(key: string): void {
  const states = readLink();
  states.delete(key);
  history.pushState(history.state, "", hashOf(states) || location.pathname + location.search);
}

function hashOf(states: ReadonlyMap<string, string>): string {
  const pairs = Array.from(states, ([key, text]) => {
    const encoded = encodeURIComponent(text);
    // States of figures other than a model's (`xor.train`) stay readable: a fragment may contain `@`, `:` and `,`
    // unescaped.
    const readable = key.includes(".") ? encoded.replace(/%(?:40|3A|2C)/g, decodeURIComponent) : encoded;
    return `${encodeURIComponent(key)}=${readable}`;
  });
  return pairs.length > 0 ? `#${pairs.join("&")}` : "";
}

/** Copies a link to the clipboard; returns false if the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined; // undefined in an insecure context
  if (!clipboard) return false;
  return clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % is literal text; the figure validates it
  }
}
