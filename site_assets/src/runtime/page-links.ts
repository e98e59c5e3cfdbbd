/** The models a page carries: the build writes their manifest entries into it. */
import type { Entry } from "./spec";

/** The inlined manifest entry of a model, or null where the page has none. */
export function entryOnPage(slug: string): Entry | null {
  const described = document.querySelectorAll<HTMLDataElement>("data.mp-spec");
  const found = [...described].find((candidate) => candidate.dataset["model"] === slug);
  return found ? (JSON.parse(found.value) as Entry) : null;
}
