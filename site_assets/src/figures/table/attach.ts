/** The controls of a reader's table: the file, filter, order, pages and downloads. */
import { Voice } from "../../core/announce";
import { part, setHtml, setText } from "../../core/dom";
import { messageOf } from "../../core/errors";
import { escape } from "../../core/html";
import { counted, group } from "../../core/number-format";
import { nextTask } from "../../core/task";
import type { Entry } from "../../runtime/spec";
import { csvLine, labelOf, labelsOf, numberText, predictedCells, predictedNames } from "./csv";
import { predictFile, type Predicted } from "./run";

const PAGE = 50;
/** Columns that the page shows of the file, and of the predictions; the download has all. */
const MOST_COLUMNS = 12;
/** Cells that a download writes before pending input and frames have their turn. */
const SLICE_CELLS = 2000;

const count = (value: number): string => group(String(value));

class View {
  private predicted: Predicted | null = null;
  private order: number[] = [];
  private sorted: { column: number; down: boolean } | null = null;
  private page = 0;
  private name = "";
  private stop: AbortController | null = null;
  private readonly labels: readonly string[] | null;
  private readonly names: string[];
  private readonly voice: Voice;

  constructor(
    private readonly root: HTMLElement,
    private readonly entry: Entry,
    private readonly life: AbortSignal,
  ) {
    this.labels = labelsOf(entry.output);
    this.names = predictedNames(entry.output);
    this.voice = new Voice(part(root, "notice"));
    const on = (name: string, type: string, act: (event: Event) => void): void => {
      part(root, name).addEventListener(type, act, { signal: life });
    };
    const file = part<HTMLInputElement>(root, "file");
    const drop = part(root, "drop");
    on("file", "change", () => {
      if (file.files?.[0]) void this.take(file.files[0]);
      file.value = ""; // the same file can be chosen again, when it was corrected
    });
    on("drop", "dragover", (event) => {
      event.preventDefault();
      drop.dataset["over"] = "";
    });
    on("drop", "dragleave", () => { delete drop.dataset["over"]; });
    on("drop", "drop", (event) => {
      event.preventDefault();
      delete drop.dataset["over"];
      const dropped = (event as DragEvent).dataTransfer?.files[0];
      if (dropped) void this.take(dropped);
    });
    on("stop", "click", () => { this.stop?.abort(); });
    on("filter", "input", () => { this.arrange(); });
    on("heads", "click", (event) => {
      const head = (event.target as Element).closest<HTMLElement>("[data-column]");
      if (head) this.sort(Number(head.dataset["column"]));
    });
    on("back", "click", () => { this.turn(-1); });
    on("next", "click", () => { this.turn(1); });
    on("download", "click", () => void this.save(null));
    on("shown", "click", () => void this.save(this.order));
    life.addEventListener("abort", () => {
      this.stop?.abort();
      this.voice.stop();
    });
    file.disabled = false;
  }

  private async take(file: File): Promise<void> {
    this.stop?.abort();
    const stop = (this.stop = new AbortController());
    const bar = part<HTMLProgressElement>(this.root, "progress");
    setText(part(this.root, "error"), "");
    bar.value = 0;
    part(this.root, "running").hidden = false;
    part<HTMLButtonElement>(this.root, "stop").disabled = false;
    part(this.root, "result").hidden = true;
    this.root.setAttribute("state", "running");
    this.voice.say(`Reading ${file.name}.`);
    let state = "ready";
    try {
      const predicted = await predictFile(this.entry, file, stop.signal, (done, all) => {
        bar.value = done / all;
        this.voice.say(`${count(done)} of ${count(all)} rows predicted.`);
      });
      if (stop !== this.stop) return;
      this.show(predicted, file.name);
    } catch (error) {
      if (stop !== this.stop || this.life.aborted) return;
      state = stop.signal.aborted ? "stopped" : "error";
      this.voice.say(stop.signal.aborted ? "Stopped. Choose a file to begin again." : "The file was not predicted.");
      if (!stop.signal.aborted) setText(part(this.root, "error"), `${file.name}: ${messageOf(error)}`);
    }
    part(this.root, "running").hidden = true;
    this.root.setAttribute("state", state);
  }

  private show(predicted: Predicted, name: string): void {
    [this.predicted, this.name, this.sorted] = [predicted, name, null];
    const filter = part<HTMLInputElement>(this.root, "filter");
    [filter.value, filter.disabled] = ["", false];
    part(this.root, "result").hidden = false;
    part<HTMLButtonElement>(this.root, "download").disabled = false;
    this.arrange();
  }

  /** Columns on the page: numbers of the file's, then of the predictions'. */
  private columns(): number[] {
    const first = this.predicted!.header.length;
    const shown = (from: number, length: number): number[] => Array.from({ length: Math.min(length, MOST_COLUMNS) }, (_, i) => from + i);
    return [...shown(0, first), ...shown(first, this.names.length)];
  }

  private valuesOf(row: number): Float32Array {
    const { predictions, rows } = this.predicted!;
    const size = predictions.length / rows.length;
    return predictions.subarray(row * size, (row + 1) * size);
  }

  /** What stands in a cell, as a number where it is one. */
  private cell(row: number, column: number): number | string {
    const { header, rows } = this.predicted!;
    if (column < header.length) {
      const text = rows[row]![column]!.trim();
      return text === "" || Number.isNaN(Number(text)) ? text : Number(text);
    }
    const at = column - header.length;
    if (!this.labels) return this.valuesOf(row)[at]!;
    return at === 0 ? labelOf(this.valuesOf(row), this.labels) : this.valuesOf(row)[at - 1]!;
  }

  private sort(column: number): void {
    const down = this.sorted?.column === column && !this.sorted.down;
    this.sorted = { column, down };
    this.arrange();
  }

  /** Filters and sorts the rows, and shows their first page. */
  private arrange(): void {
    const { header, rows } = this.predicted!;
    const word = part<HTMLInputElement>(this.root, "filter").value.trim().toLowerCase();
    const fits = (cells: readonly string[], row: number): boolean =>
      cells.some((text) => text.toLowerCase().includes(word)) ||
      (this.labels !== null && labelOf(this.valuesOf(row), this.labels).toLowerCase().includes(word));
    this.order = [];
    rows.forEach((cells, row) => { if (word === "" || fits(cells, row)) this.order.push(row); });
    if (this.sorted) {
      const { column, down } = this.sorted;
      const keys = new Map(this.order.map((row) => [row, this.cell(row, column)]));
      const order = new Intl.Collator();
      const compared = (a: number | string, b: number | string): number => {
        if (typeof a === "number" && typeof b === "number") return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || a - b || 0;
        if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1; // numbers before words
        return order.compare(a as string, b as string);
      };
      this.order.sort((a, b) => (down ? -1 : 1) * compared(keys.get(a)!, keys.get(b)!) || a - b);
    }
    this.page = 0;
    this.draw();
    const names = [...header, ...this.names];
    const sorted = this.sorted ? `, by ${names[this.sorted.column]!}, ${this.sorted.down ? "largest" : "smallest"} first` : "";
    const some = word === "" ? counted(rows.length, "row") : `${count(this.order.length)} of ${counted(rows.length, "row")}`;
    this.voice.say(`${some}${sorted}.`);
  }

  private turn(by: number): void {
    this.page += by;
    this.draw();
    this.voice.say(part(this.root, "pages").textContent);
  }

  private draw(): void {
    const { header, rows } = this.predicted!;
    const names = [...header, ...this.names];
    const columns = this.columns();
    const from = this.page * PAGE;
    const until = Math.min(from + PAGE, this.order.length);
    const heads = columns.map((column) => {
      const here = this.sorted?.column === column;
      const direction = here ? (this.sorted!.down ? "descending" : "ascending") : "none";
      const arrow = here ? (this.sorted!.down ? " ↓" : " ↑") : "";
      return `<th scope="col" aria-sort="${direction}"><button type="button" data-column="${String(column)}">${escape(names[column]!)}<span aria-hidden="true">${arrow}</span></button></th>`;
    });
    const focused = (document.activeElement as HTMLElement | null)?.dataset["column"];
    setHtml(part(this.root, "heads"), heads.join(""));
    if (focused !== undefined) part(this.root, "heads").querySelector<HTMLElement>(`[data-column="${focused}"]`)?.focus();
    const lines = this.order.slice(from, until).map((row) => {
      const cells = columns.map((column) => {
        const own = column < header.length ? rows[row]![column]! : null;
        const value = own ?? this.cell(row, column);
        return `<td${own === null ? ' class="mp-csv-made"' : ""}>${escape(typeof value === "number" ? numberText(value) : value)}</td>`;
      });
      return `<tr>${cells.join("")}</tr>`;
    });
    setHtml(part(this.root, "rows"), lines.join(""));
    const hidden = names.length - columns.length;
    const more = hidden > 0 ? ` · ${counted(hidden, "column")} more in the download` : "";
    const range = until > 0 ? `Rows ${count(from + 1)}–${count(until)} of ${count(this.order.length)}` : "No row";
    setText(part(this.root, "pages"), range + more);
    part<HTMLButtonElement>(this.root, "back").disabled = this.page === 0;
    part<HTMLButtonElement>(this.root, "next").disabled = until >= this.order.length;
    part<HTMLButtonElement>(this.root, "shown").disabled = this.order.length === 0;
  }

  /** Saves rows in their order on the page, or all in the file's, which is the file that Python writes. */
  private async save(order: readonly number[] | null): Promise<void> {
    const { header, rows } = this.predicted!;
    const pieces = [csvLine([...header, ...this.names])];
    const wanted = order ?? rows.map((_, row) => row);
    const slice = Math.ceil(SLICE_CELLS / (header.length + this.names.length));
    for (let i = 0; i < wanted.length; i += slice) {
      const lines = wanted.slice(i, i + slice).map((row) => csvLine([...rows[row]!, ...predictedCells(this.valuesOf(row), this.labels)]));
      pieces.push(lines.join(""));
      await nextTask();
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(pieces, { type: "text/csv;charset=utf-8" }));
    link.download = `${this.name.replace(/\.[^.]*$/, "")}.predicted.csv`;
    link.click();
    setTimeout(() => { URL.revokeObjectURL(link.href); }, 60_000);
    this.voice.say(`Saved ${counted(wanted.length, "row")} as ${link.download}.`);
  }
}

/** Brings a table to life. life: aborted when the element has left the page. */
export function attach(root: HTMLElement, entry: Entry, life: AbortSignal): void {
  new View(root, entry, life);
}
