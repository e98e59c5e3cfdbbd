/**
 * A long list in a figure: searched by name, a few rows at a time. `pipeline/modelpress/kinds/finder_html.py` writes
 * it. It imports nothing, so that pages without such a list load no script more.
 */

/** Rows at a time, as in Python. */
const ROWS = 20;

export interface List {
  readonly names: readonly string[];
  /** Returns the indices of `names` in the order of the list. */
  order(): readonly number[];
  /** Returns the texts of a row's cells after the name. place: from 0, in that order. */
  cells(i: number, place: number): readonly string[];
  integer(count: number): string;
}

export interface Finder {
  /** Shows the present predictions, if the list is unfolded. */
  show(): void;
}

interface Found {
  /** Index and place in the order of each row. */
  readonly rows: readonly (readonly [i: number, place: number])[];
  /** How many names match. */
  readonly count: number;
  /** The first row's number among those. */
  readonly from: number;
}

/** Returns the rows from `from` on whose names contain `query`, in any case; from the last page if `from` is beyond. */
export function find(
  names: readonly string[], order: readonly number[], query: string, from: number,
): Found {
  const wanted = query.trim().toLowerCase();
  const all = order
    .map((i, place) => [i, place] as const)
    .filter(([i]) => names[i]?.toLowerCase().includes(wanted));
  const last = Math.max(0, Math.ceil(all.length / ROWS) - 1) * ROWS;
  const start = Math.min(from, last);
  return { rows: all.slice(start, start + ROWS), count: all.length, from: start };
}

/** Returns what is listed, in words. */
export function wordsFor(
  { rows, count, from }: Found, query: string, things: string, integer: List["integer"],
): string {
  const wanted = query.trim();
  if (count === 0) return `None of the ${things} has “${wanted}” in its name.`;
  const range = `${integer(from + 1)} to ${integer(from + rows.length)} of ${integer(count)} ${things}`;
  return wanted ? `${range} with “${wanted}”` : range;
}

export function attachFinder(root: HTMLDetailsElement, list: List, signal: AbortSignal): Finder {
  const part = (name: string): HTMLElement => root.querySelector<HTMLElement>(`[data-part="${name}"]`)!;
  const [body, words, back, on] = ["found", "found-words", "found-back", "found-on"].map(part) as [
    HTMLElement, HTMLElement, HTMLElement, HTMLElement,
  ];
  const field = part("find") as HTMLInputElement;
  let from = 0;
  const show = (): void => {
    if (!root.open) return;
    const found = find(list.names, list.order(), field.value, from);
    from = found.from;
    body.replaceChildren(...found.rows.map(([i, place]) => rowOf(list.names[i] ?? "", list.cells(i, place))));
    const text = wordsFor(found, field.value, root.dataset["things"] ?? "", (count) => list.integer(count));
    if (words.textContent !== text) words.textContent = text;
    back.setAttribute("aria-disabled", String(from === 0));
    on.setAttribute("aria-disabled", String(from + ROWS >= found.count));
  };
  const turn = (button: HTMLElement, by: number): void => {
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      from = Math.max(0, from + by);
      show();
    }, { signal });
  };
  turn(back, -ROWS);
  turn(on, ROWS);
  field.addEventListener("input", () => {
    from = 0;
    show();
  }, { signal });
  root.addEventListener("toggle", show, { signal });
  return { show };
}

function rowOf(name: string, texts: readonly string[]): HTMLTableRowElement {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  row.append(head, ...texts.map((text) => {
    const cell = document.createElement("td");
    cell.textContent = text;
    return cell;
  }));
  return row;
}
