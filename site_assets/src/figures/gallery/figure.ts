/** A model in the gallery as HTML: its portrait, its title and what it is, in a few words. */
import { attributes, escape, slot } from "../../core/html";
import { counted, size } from "../../core/number-format";
import type { ModelEntry } from "../../core/schema";
import { parityHtml } from "../card/words";
import { portraitHtml, type Portrait } from "./portrait";

export interface Spec {
  readonly entry: Pick<ModelEntry, "title" | "summary" | "parameters" | "size_bytes" | "parity">;
  readonly portrait: Portrait;
  /** URL of the model's own page, relative to the site; null if it has none. */
  readonly home: string | null;
}

export function render({ entry, portrait, home }: Spec): string {
  const title = escape(entry.title);
  const heading = home === null ? title : `<a${attributes({ href: slot("root") + home })}>${title}</a>`;
  return (
    `<li class="mp-model-card">${portraitHtml(portrait)}<div class="mp-model-words">` +
    `<p class="mp-model-title">${heading}</p><p>${escape(entry.summary)}</p>` +
    `<p class="mp-model-figures">${counted(entry.parameters, "parameter")} · ${size(entry.size_bytes)} ` +
    `${parityHtml("span", entry)}</p></div></li>`
  );
}
