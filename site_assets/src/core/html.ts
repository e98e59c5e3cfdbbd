/** Helpers for HTML as text: the build writes it in Node, the browser patches it into the page. */

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escape(text: string | number): string {
  return String(text).replace(/[&<>"']/g, (found) => ENTITIES[found]!);
}

/** ` name="value"` for each entry; null and false omit an attribute, and true has no value. */
export function attributes(given: Record<string, string | number | boolean | null>): string {
  return Object.entries(given)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escape(value as string | number)}"`))
    .join("");
}

/**
 * The place of a text that only a page knows, such as a figure's number: it is filled in after drawing, so that a
 * drawing serves all pages. Filled in by `pipeline/modelpress/site/drawn.py`.
 */
export function slot(name: string): string {
  return `\0${name}\0`;
}

/** A button, disabled until scripts run. */
export function button(name: string, words: string): string {
  return `<button type="button" class="mp-button" data-part="${name}" disabled>${escape(words)}</button>`;
}

/** A table folded below a drawing. rows: HTML of the body; heads: of the head. */
export function foldedTable(label: string, heads: string, rows: string, prefix = "", open = false): string {
  return (
    `<details class="mp-twin" data-part="${prefix}twin"${open ? " open" : ""}><summary>As a table</summary>` +
    `<table class="mp-table" aria-label="${escape(label)}"><thead>${heads}</thead>` +
    `<tbody data-part="${prefix}rows">${rows}</tbody></table></details>`
  );
}

/** A caption with the figure's number, and what stands there where scripts are not allowed, if anything. */
export function captionHtml(withoutScripts: string): string {
  return (
    `<figcaption id="${slot("id")}-caption"><span class="mp-figure-number">Figure ${slot("number")}.</span> ${slot("caption")}</figcaption>` +
    (withoutScripts && `<noscript><p class="mp-noscript">${escape(withoutScripts)}</p></noscript>`)
  );
}

/** A `<data>` element with the JSON of `value`, whose text never parses as markup; `dataOf` in `dom.ts` reads it. */
export function dataHtml(name: string, value: unknown, style: string | null = null): string {
  const json = JSON.stringify(value).replace(/[<&'\u2028\u2029\ud800-\udfff]/g, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return `<data hidden${attributes({ class: style, "data-part": name })} value='${json}'></data>`;
}
