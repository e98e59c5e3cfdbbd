/** Words and tables that the parts of a card share. */
import { escape } from "../../core/html";
import { withinText } from "../../core/number-format";
import type { BackendName, ModelEntry } from "../../core/schema";

/** In the order of the card. */
export const BACKENDS: Readonly<Record<BackendName, string>> = {
  exact: "Exact engine",
  cpu: "CPU",
  wasm: "WASM",
  webgl: "WebGL",
  webgpu: "WebGPU",
};

/** Joins what is neither missing nor empty with commas. */
export function joined(parts: readonly (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(", ");
}

/** Returns a largest difference in words: "exactly" or "within 6e-8". */
export function nearness(difference: number): string {
  return difference ? `within ${withinText(difference)}` : "exactly";
}

/** The chip of the build's proof. end: what follows its words. */
export function parityHtml(tag: "p" | "span", { parity }: Pick<ModelEntry, "parity">, end = ""): string {
  const worst = Math.max(0, ...parity.results.map(({ max_diff: difference }) => difference ?? 0));
  const reason = (parity.reason || "No browser replayed it").replace(/\.+$/, "");
  const words = parity.proven ? `equals Python ${nearness(worst)}` : `parity not proven: ${reason}`;
  return `<${tag} class="mp-parity" data-proven="${String(parity.proven)}">${escape(words)}${end}</${tag}>`;
}

/** A small note below a value. */
export function note(text: string): string {
  return `<span class="mp-required">${escape(text)}</span>`;
}

/** A row of a table: its heading and its cells, all HTML. */
export function row(heading: string, cells: readonly string[]): string {
  return `<tr><th scope="row">${heading}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

/** A table that scrolls by itself. heads, rows, caption: HTML; style: a further class. */
export function table(caption: string, heads: readonly string[], rows: readonly string[], style = ""): string {
  return (
    `<div class="mp-wide"><table class="mp-table${style && ` ${style}`}"><caption>${caption}</caption>` +
    `<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`
  );
}

/** A part of a card with its heading. body: HTML. */
export function section(title: string, body: string): string {
  return `<section class="mp-card-part"><h3>${title}</h3>${body}</section>`;
}
