/** Why something of the site could not be fetched, in a sentence for the page's owner. */
import { messageOf } from "../core/errors";

/** What an embedded figure tells in its place. */
export class EmbedError extends Error {
  override name = "EmbedError";
}

interface Blocked {
  directive: string;
  url: string;
}

const blocked: Blocked[] = [];
const MOST = 100;

/** Remembers what the page's Content-Security-Policy keeps out, for `troubleWith`. */
export function watchPolicy(): void {
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, disposition }) => {
    if (disposition === "report" || blocked.length === MOST) return;
    blocked.push({ directive: effectiveDirective, url: blockedURI });
  });
}

/** What to say when the browser did not hand out `url`, and `error` is all that it told. */
export async function troubleWith(url: string, error: unknown): Promise<EmbedError> {
  await new Promise((resolve) => setTimeout(resolve)); // the browser tells of its policy only after the failure
  const { origin } = new URL(url);
  const rule = blocked.find((found) => found.url === url) ?? blocked.find((found) => found.url.startsWith(origin));
  if (rule) {
    const name = rule.directive.replace(/-elem$/, "");
    return new EmbedError(
      `The Content-Security-Policy of this page keeps ${origin} out: add it to ${name}.`,
      { cause: error },
    );
  }
  const answers = await fetch(url, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
  return new EmbedError(
    answers
      ? `${origin} sends its files without the header Access-Control-Allow-Origin, so no other site may read them: whoever publishes them has to add it.`
      : `${url} could not be fetched: ${messageOf(error)}. Check the connection, then try again.`,
    { cause: error },
  );
}
