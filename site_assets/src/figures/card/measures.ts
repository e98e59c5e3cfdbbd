/** How good a model is: its metrics by part of the data, and the figures that the build requires. */
import { escape } from "../../core/html";
import { counted, short } from "../../core/number-format";
import type { ModelEntry, Part, Provenance } from "../../core/schema";
import { note, row, table } from "./words";

/** Part → prefix of its metrics' names. */
const PREFIXES: Readonly<Record<Part, string>> = { train: "", validation: "val_", test: "test_", real: "real_" };
/** Part → heading of its column. */
const HEADINGS: Readonly<Record<Part, string>> = { train: "Training", validation: "Validation", test: "Test", real: "Real data" };
const PARTS = Object.keys(PREFIXES) as Part[];
const HELD_OUT = Object.values(PREFIXES).filter(Boolean);

/** Low and high end. */
export type Interval = readonly [number, number];

/** The metrics, and what else is required. intervals: of accuracies, by the metric's name. */
export function metricsHtml(entry: ModelEntry, intervals: Readonly<Record<string, Interval>>): string {
  const { metrics, expect, data } = entry;
  const found = Object.keys(metrics).map((metric) => nameAndPart(metric));
  const parts = PARTS.filter((part) => found.some(([, of]) => of === part));
  const names = [...new Set(found.map(([name]) => name))].sort();
  if (names.length === 0) return "";
  const cell = (metric: string): string => {
    if (!(metric in metrics)) return "";
    const [low, high] = intervals[metric] ?? [];
    const interval = low === undefined ? "" : note(`95%: ${low.toFixed(3)} to ${high!.toFixed(3)}`);
    return short(metrics[metric]!) + interval + (expect[metric] ? note(expect[metric]) : "");
  };
  const rows = names.map((name) => row(`<code>${escape(name)}</code>`, parts.map((part) => cell(PREFIXES[part] + name))));
  const heads = ["Metric", ...parts.map((part) => heading(part, data, parts.length === 1))];
  const split = data.split && ` (${escape(data.split)})`;
  const shown = new Set(names.flatMap((name) => parts.map((part) => PREFIXES[part] + name)));
  return (
    table(`How good it is${split}`, heads, rows, "mp-metrics") +
    intervalNote(metrics, names.includes("accuracy") && Object.keys(data.rows_by_part).length > 0) +
    requiredHtml(entry, Object.keys(expect).filter((name) => !shown.has(name)))
  );
}

/** `87 held-out colours`, `90 examples (6 held-out raters)`. name: of the examples. */
export function examplesWords(count: number, name: string): string {
  if (name.startsWith(String(count))) return name;
  return counted(count, "example") + (name === "" || name === "all rows" ? "" : ` (${name})`);
}

/** Returns the name of a metric without its part's prefix, and the part. */
function nameAndPart(metric: string): [string, Part] {
  const part = PARTS.find((each) => PREFIXES[each] && metric.startsWith(PREFIXES[each])) ?? "train";
  return [metric.slice(PREFIXES[part].length), part];
}

function heading(part: Part, data: Provenance, alone: boolean): string {
  const rows = data.rows_by_part[part];
  if (rows) return HEADINGS[part] + note(examplesWords(rows, data.parts[part] ?? ""));
  return alone && part === "train" ? "Reached" : HEADINGS[part];
}

/** What the intervals mean. */
function intervalNote(metrics: ModelEntry["metrics"], shown: boolean): string {
  if (!shown) return "";
  const higher = Math.max(...HELD_OUT.map((prefix) => metrics[`${prefix}accuracy`] ?? 0)) > (metrics["accuracy"] ?? 1);
  return (
    '<p class="mp-bytes">The 95% intervals (Wilson) say how far chance alone moves an accuracy: the fewer examples, the wider. ' +
    `They don’t cover other data.${higher ? " So a held-out accuracy may lie above that of the training set." : ""}</p>`
  );
}

/** The facts of the author that the build requires. */
function requiredHtml({ facts, expect }: ModelEntry, names: readonly string[]): string {
  const rows = [...names].sort().flatMap((name) => {
    const fact = facts[name];
    if (typeof fact !== "number" && typeof fact !== "boolean") return [];
    const text = typeof fact === "number" ? short(fact) : fact ? "yes" : "no";
    return [row(`<code>${escape(name)}</code>`, [text, escape(expect[name]!)])];
  });
  return rows.length > 0 ? table("What else was required", ["Figure", "Reached", "Required"], rows) : "";
}
