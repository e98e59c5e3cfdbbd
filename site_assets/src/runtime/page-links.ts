/** The models a page carries: the build writes their manifest entries into it. */
import type { Entry } from "./spec";

/** The inlined manifest entry of a model, or null where the page has none. */
export function entryOnPage(slug: string): Entry | null {
  const scripts = document.querySelectorAll<HTMLScriptElement>("script.mp-spec");
  const script = [...scripts].find((candidate) => candidate.dataset["model"] === slug);
  return script ? (JSON.parse(script.textContent) as Entry) : null;
}
