/** The state of a page's figures in its address: `#color_classifier=9bb751&number_negator=-3`. */

/** What the address says about each figure, by the figure's key. */
export function readLink(hash: string = location.hash): Map<string, string> {
  const states = new Map<string, string>();
  for (const pair of hash.replace(/^#/, "").split("&")) {
    const at = pair.indexOf("=");
    if (at > 0) states.set(decoded(pair.slice(0, at)), decoded(pair.slice(at + 1)));
  }
  return states;
}

/** Write one figure's state into the address, beside those already there; returns the whole link. */
export function writeLink(key: string, text: string): string {
  const states = readLink();
  states.set(key, text.replace(/^#/, "")); // a colour's own # would end the address' fragment early
  history.replaceState(history.state, "", hashOf(states));
  return location.href;
}

/** The link to a state of a figure on another page, whose address is `page`. */
export function linkTo(page: string, key: string, text: string): string {
  return page + hashOf(new Map([[key, text.replace(/^#/, "")]]));
}

/** Take one figure's state out of the address, so that the browser's Back brings it in again. */
export function leaveLink(key: string): void {
  const states = readLink();
  states.delete(key);
  history.pushState(history.state, "", hashOf(states) || location.pathname + location.search);
}

function hashOf(states: ReadonlyMap<string, string>): string {
  const pairs = Array.from(states, ([key, text]) => {
    const encoded = encodeURIComponent(text);
    // The settings of a figure other than a model's (`xor.train`) stay readable: `@`, `:` and `,` may stand in a
    // fragment as they are.
    const readable = key.includes(".") ? encoded.replace(/%(?:40|3A|2C)/g, decodeURIComponent) : encoded;
    return `${encodeURIComponent(key)}=${readable}`;
  });
  return pairs.length > 0 ? `#${pairs.join("&")}` : "";
}

/** Put a link on the clipboard; false where the browser does not let the page. */
export async function copyText(text: string): Promise<boolean> {
  const clipboard = navigator.clipboard as Clipboard | undefined; // none in an insecure context
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
    return text; // a lone % is text too; whether it is a state is for the figure to say
  }
}
