/** Explains to the page's owner why a file of the site could not be fetched. */
import { messageOf } from "../core/errors";

/** An error whose message is shown in place of an embedded figure. */
export class EmbedError extends Error {
  override name = "EmbedError";
}

interface Blocked {
  directive: string;
  url: string;
}

const blocked: Blocked[] = [];
const MOST = 100;

/** Records violations of the page's Content-Security-Policy, for `fetchError`. */
export function watchPolicy(): void {
  document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, disposition }) => {
    if (disposition === "report" || blocked.length === MOST) return;
    blocked.push({ directive: effectiveDirective, url: blockedURI });
  });
}

/** Returns the error for a failed fetch of `url`: blocked by policy, missing CORS header, or unreachable. error: the browser's own. */
export async function fetchError(url: string, error: unknown): Promise<EmbedError> {
  await new Promise((resolve) => setTimeout(resolve)); // browsers report policy violations only after the failure
  const { origin } = new URL(url);
  const rule = blocked.find((found) => found.url === url) ?? blocked.find((found) => found.url.startsWith(origin));
  if (rule) {
    const name = rule.directive.replace(/-elem$/, "");
    return new EmbedError(
      `The Content-Security-Policy of this page blocks ${origin}: add it to ${name}.`,
      { cause: error },
    );
  }
  const reachable = await fetch(url, { mode: "no-cors", cache: "no-store" }).then(() => true, () => false);
  return new EmbedError(
    reachable
      ? `${origin} sends its files without the header Access-Control-Allow-Origin, so other sites cannot read them: its server must add the header.`
      : `${url} could not be fetched: ${messageOf(error)}. Check the connection, then try again.`,
    { cause: error },
  );
}
