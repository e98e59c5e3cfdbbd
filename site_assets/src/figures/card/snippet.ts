/** The HTML that embeds a model in other sites, as a part of its card. */
import { attributes, escape, slot } from "../../core/html";

/** The site's address where the build does not know it; scripts replace it by the page's own. */
export const UNKNOWN = "https://your-site.example/";

export interface Embedding {
  /** URL of the site, ending in a slash; "" if unknown. */
  readonly address: string;
  /** URL of the script, relative to the site. */
  readonly script: string;
  /** URL of the model's own page, relative to the site. */
  readonly home: string;
}

/** The fold-out "Put this model on your page". */
export function snippetHtml(slug: string, title: string, embedding: Embedding): string {
  const { address } = embedding;
  const code = snippet(slug, title, { ...embedding, address: address || UNKNOWN });
  return (
    '<details class="mp-downloads mp-snippet"><summary>Put this model on your page</summary>' +
    "<p>Copy this into the HTML of any page. The model then runs there, on your readers’ " +
    "devices, proven against Python as it is here.</p>" +
    `<modelpress-snippet${attributes({ "data-root": address ? null : slot("root") })}>` +
    '<pre class="mp-code" tabindex="0" aria-label="HTML to copy">' +
    `<code data-part="code">${escape(code)}</code></pre>` +
    '<button type="button" class="mp-button" data-part="copy" hidden>Copy</button>' +
    '<p class="mp-notice" data-part="notice" role="status"></p></modelpress-snippet></details>'
  );
}

/** Returns the HTML to copy. Without scripts, its link remains. */
function snippet(slug: string, title: string, { address, script, home }: Embedding): string {
  return (
    `<script src="${escape(address + script)}" async></script>\n` +
    `<modelpress-embed${attributes({ site: address, model: slug })}>\n` +
    `  <a href="${escape(address + home)}">${escape(title)}: a live model</a>\n` +
    "</modelpress-embed>"
  );
}
