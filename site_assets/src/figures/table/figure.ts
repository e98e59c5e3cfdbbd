/** A reader's table as HTML: a fold with the place for a file, and room for the table with its predictions. */
import { button, captionHtml, escape, slot } from "../../core/html";

export interface Spec {
  /** Names of the columns that a file needs. */
  readonly columns: readonly string[];
}

const MOST_NAMED = 8;

export function render({ columns }: Spec): string {
  const more = columns.length - MOST_NAMED;
  const names = columns.slice(0, MOST_NAMED).map((name) => `<code>${escape(name)}</code>`).join(", ");
  const named = columns.length === 1 ? `the column ${names}` : `the columns ${names}${more > 0 ? ` and ${String(more)} more` : ""}`;
  const id = slot("id");
  return (
    `<figure class="mp-figure mp-csv" aria-labelledby="${id}-caption"><details class="mp-csv-fold" data-part="fold"><summary>Predict a file of your own</summary>` +
    `<div class="mp-csv-body"><p>A CSV file has one row for each input, with ${named}; without a header, in this order. ` +
    "<strong>The file stays on this device.</strong> The page reads it here and sends nothing.</p>" +
    `<label class="mp-csv-drop" data-part="drop" for="${id}-file"><span>Choose a CSV file, or drop it here</span>` +
    `<input type="file" id="${id}-file" data-part="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" disabled></label>` +
    `<div class="mp-csv-run" data-part="running" hidden><progress data-part="progress" max="1" value="0" aria-label="Rows predicted"></progress>${button("stop", "Stop")}</div>` +
    '<p class="mp-field-error" data-part="error" role="alert"></p><p class="mp-notice" data-part="notice" role="status"></p>' +
    `<div data-part="result" hidden><div class="mp-csv-tools"><label for="${id}-filter">Filter by a word or a label</label>` +
    `<input type="search" id="${id}-filter" data-part="filter" disabled autocomplete="off" spellcheck="false">` +
    `${button("download", "Download all rows as CSV")}${button("shown", "Download these rows")}</div>` +
    '<div class="mp-wide mp-csv-scroll" data-part="scroll" role="region" aria-label="Predictions" tabindex="0"><table class="mp-table" aria-label="Rows of the file with their predictions">' +
    '<thead><tr data-part="heads"></tr></thead><tbody data-part="rows"></tbody></table></div>' +
    `<div class="mp-csv-pages">${button("back", "Previous rows")}<span data-part="pages"></span>${button("next", "Next rows")}</div></div></div></details>` +
    `<div class="mp-under">${captionHtml("The table needs JavaScript. In Python, the command modelpress predict writes the same file.")}</div></figure>`
  );
}
