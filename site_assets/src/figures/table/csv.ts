/**
 * A reader's table: inputs from the text of a CSV file, and the CSV with the predictions. The port of
 * `pipeline/modelpress/artefacts/csv_table.py`, which says what a file may hold; both write the same bytes.
 */
import { group, shortest } from "../../core/number-format";
import type { InputSpec, OutputSpec } from "../../core/schema";

const SEPARATORS = ["\t", ";", ","];
const MOST_NAMED = 8;
const MOST_SHOWN = 40;
const LINE_END = /\r\n|\n|\r/;
const NUMBER = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/;
const DECIMAL_COMMA = /^[+-]?[0-9]*,[0-9]+$/;
const NUMERIC = /^[+-]?[0-9.,]+([eE][+-]?[0-9]+)?$/;

/** A table that can't be read; its message is a sentence with line and column. */
export class CsvFault extends Error {
  override name = "CsvFault";
}

/** The names of an input's values. own: whether they are the model's own names. */
export interface Parts {
  readonly names: readonly string[];
  readonly own: boolean;
}

export interface Table {
  /** Names of all columns. */
  header: readonly string[];
  /** Cells of each row, as they were written. */
  rows: string[][];
  /** The inputs, one after the other. */
  values: number[];
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
const namesIn = (spec: object): string[] | undefined => (spec as { names?: string[] }).names;
const numbered = (prefix: string, size: number): string[] => Array.from({ length: size }, (_, i) => `${prefix}${String(i + 1)}`);

export function partsOf(spec: InputSpec): Parts {
  const size = sizeOf(spec.shape);
  const names = namesIn(spec);
  if (names?.length === size) return { names, own: true };
  return { names: size === 1 ? ["x"] : numbered("x", size), own: false };
}

/** Reads a table, a row at each step of the iteration, which ends with the table. Throws CsvFault. */
export function* readTable(text: string, parts: Parts): Generator<number, Table> {
  const separator = separatorOf(text);
  const table: Table = { header: [], rows: [], values: [] };
  let columns: number[] = [];
  for (const { line, cells } of csvRows(text, separator)) {
    if (!columns.length) {
      const named = cells.map(trimmed);
      const isHeader = named.some((cell) => cell !== "" && !NUMERIC.test(cell));
      table.header = isHeader ? named : parts.names;
      columns = isHeader ? columnsOf(named, parts, line) : table.header.map((_, i) => i);
      if (isHeader) continue;
    }
    if (cells.length !== table.header.length) throw new CsvFault(widthFault(line, cells.length, table.header.length, separator));
    for (const column of columns) table.values.push(valueOf(cells[column]!, line, table.header[column]!));
    table.rows.push(cells);
    yield table.rows.length;
  }
  if (!table.rows.length) throw new CsvFault("The file has no row of numbers.");
  return table;
}

function separatorOf(text: string): string {
  const first = text.replace(/"[^"]*"/g, "").split(LINE_END).find((line) => trimmed(line) !== "") ?? "";
  return SEPARATORS.find((each) => first.includes(each)) ?? ",";
}

interface Row {
  line: number;
  cells: string[];
}

function* csvRows(text: string, separator: string): Generator<Row> {
  if (text.includes('"')) {
    yield* quotedRows(text, separator);
    return;
  }
  let line = 0;
  for (const row of text.split(LINE_END)) {
    line += 1;
    if (trimmed(row) !== "") yield { line, cells: row.split(separator) };
  }
}

function* quotedRows(text: string, separator: string): Generator<Row> {
  const ends = (at: number): boolean => at >= text.length || [separator, "\r", "\n"].includes(text[at]!);
  let [at, line] = [0, 1];
  while (at < text.length) {
    const row: Row = { line, cells: [] };
    let blank = true;
    for (;;) {
      const column = String(row.cells.length + 1);
      let end = at;
      if (text[at] === '"') {
        blank = false;
        end = closing(text, at, line, column);
        const inner = text.slice(at + 1, end);
        row.cells.push(inner.replaceAll('""', '"'));
        line += inner.split(LINE_END).length - 1;
        end += 1;
        if (!ends(end)) throw new CsvFault(`Line ${String(line)}, column ${column}: text follows a closing quote.`);
      } else {
        while (!ends(end)) end += 1;
        row.cells.push(text.slice(at, end));
      }
      at = end;
      if (text[at] !== separator) break;
      at += 1;
    }
    at += text.startsWith("\r\n", at) ? 2 : 1;
    line += 1;
    if (!blank || row.cells.length > 1 || trimmed(row.cells[0]!) !== "") yield row;
  }
}

/** Returns where the quote that opens at `at` is closed; two quotes are one of the text. */
function closing(text: string, at: number, line: number, column: string): number {
  let end = at + 1;
  for (;;) {
    end = text.indexOf('"', end);
    if (end < 0) throw new CsvFault(`Line ${String(line)}, column ${column}: the quote is not closed.`);
    if (text[end + 1] !== '"') return end;
    end += 2;
  }
}

function columnsOf(header: readonly string[], parts: Parts, line: number): number[] {
  const places = new Map(header.map((name, i) => [name, i]));
  const missing = parts.names.find((name) => !places.has(name));
  if (missing !== undefined && !parts.own && header.length === parts.names.length) return header.map((_, i) => i);
  if (missing !== undefined) {
    throw new CsvFault(`Line ${String(line)}: the column ${shown(missing)} is missing; expected ${listed(parts.names)}.`);
  }
  const twice = parts.names.find((name) => header.indexOf(name) !== places.get(name));
  if (twice !== undefined) throw new CsvFault(`Line ${String(line)}: the column ${shown(twice)} stands there twice.`);
  return parts.names.map((name) => places.get(name)!);
}

function valueOf(cell: string, line: number, column: string): number {
  const text = trimmed(cell);
  const fault = (what: string): CsvFault => new CsvFault(`Line ${String(line)}, column ${shown(column)}: ${what}`);
  if (NUMBER.test(text)) {
    const value = Number(text);
    if (Number.isFinite(Math.fround(value))) return value;
    throw fault(`${shown(text)} is too large for float32.`);
  }
  if (DECIMAL_COMMA.test(text)) throw fault(`${shown(text)} has a decimal comma; write ${text.replace(",", ".")}.`);
  throw fault(text === "" ? "the cell is empty; expected a number." : `${shown(text)} is not a number; expected one such as 1.5.`);
}

function widthFault(line: number, found: number, expected: number, separator: string): string {
  const columns = found === 1 ? "1 column" : `${String(found)} columns`;
  const hint =
    separator === "," && found > expected ? " A comma separates columns: write decimals with a point, such as 1.5." : "";
  return `Line ${String(line)} has ${columns}; expected ${String(expected)}.${hint}`;
}

/** Returns the labels if each value of a prediction has one. */
export function labelsOf(spec: OutputSpec): readonly string[] | null {
  return spec.labels && spec.labels.length > 0 && spec.labels.length === sizeOf(spec.shape) ? spec.labels : null;
}

/** Returns the names of the columns that predictions add. */
export function predictedNames(spec: OutputSpec): string[] {
  const size = sizeOf(spec.shape);
  const labels = labelsOf(spec);
  if (labels) return ["prediction", ...labels.map((label) => `probability of ${label}`)];
  const names = namesIn(spec);
  if (size > 1 && names?.length === size) return names.map((name) => `prediction of ${name}`);
  return size === 1 ? ["prediction"] : numbered("prediction ", size);
}

/** Returns the cells that one prediction adds to its row. */
export function predictedCells(values: Float32Array, labels: readonly string[] | null): string[] {
  const numbers = Array.from(values, numberText);
  return labels ? [labelOf(values, labels), ...numbers] : numbers;
}

/** Returns the most probable label, the first of equal ones; "" if a value is NaN. */
export function labelOf(values: Float32Array, labels: readonly string[]): string {
  if (values.some(Number.isNaN)) return "";
  let best = 0;
  values.forEach((value, i) => {
    if (value > values[best]!) best = i;
  });
  return labels[best]!;
}

export function numberText(value: number): string {
  return Number.isFinite(value) ? shortest(value) : String(value);
}

/** Returns one line of CSV. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join(",")}\n`;
}

function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
}

function shown(text: string): string {
  const characters = Array.from(text); // by code points, as in Python
  return `“${characters.slice(0, MOST_SHOWN).join("")}${characters.length > MOST_SHOWN ? "…" : ""}”`;
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  const text = names.slice(0, MOST_NAMED).join(", ");
  return more > 0 ? `${text} and ${group(String(more))} more` : text;
}
