/** What a model is: its size, its data and its training, as a table. */
import { escape } from "../../core/html";
import { group, short, size, withinText } from "../../core/number-format";
import type { BroughtFile, ModelEntry, Storage, Training } from "../../core/schema";
import { joined, row } from "./words";

const UNKNOWN = "not known: the model came as a file";
const SOURCES: Readonly<Record<string, string>> = {
  builtin: "built in",
  local: "a local copy",
  download: "downloaded, checksum verified",
  generated: "made by the model's own file",
  author: "the author's own",
  unknown: UNKNOWN,
};
const STORED: Readonly<Record<Storage["type"], string>> = {
  float16: "16-bit floats",
  uint8: "8-bit integers on a grid for each weight array",
};

/** tolerance: who sets it, and why. */
export function factsHtml(entry: ModelEntry, tolerance: string): string {
  const { data, brought } = entry;
  const measured = brought && data.source !== "unknown";
  const whole = (value: number | null): string => (value ? group(String(value)) : "");
  const facts: readonly [string, string | undefined][] = [
    ["Intended for", entry.intended],
    ["Licence of the model", entry.licence],
    ["Date", entry.date],
    ["Parameters", group(String(entry.parameters))],
    ["Connections", whole(entry.connections)],
    ["To download", size(entry.size_bytes)],
    ["Weights", entry.storage && stored(entry.storage)],
    ["From the file", brought && origin(brought)],
    ["SHA-256 of the file", brought?.sha256],
    ["Data of its training", measured ? UNKNOWN : ""],
    [measured ? "Measured with" : "Data", joined([data.title, SOURCES[data.source] ?? data.source])],
    ["Description", data.description],
    ["Examples", whole(data.rows)],
    ["Split", data.split],
    ["Licence of the data", data.licence],
    ["SHA-256 of the data", data.sha256],
    ["Measured on", joined([data.measured_on.title, data.measured_on.licence])],
    ["Training", brought ? UNKNOWN : trained(entry.training)],
    ["Tolerance", joined([short(entry.tolerance), tolerance])],
    ["Made with", Object.entries(entry.versions).map((version) => version.join(" ")).sort().join(", ")],
  ];
  const rows = facts.map(([label, value]) => (value ? row(label, [escape(value)]) : ""));
  return `<table class="mp-table"><caption>What it is</caption><tbody>${rows.join("")}</tbody></table>`;
}

/** The type that weights are published in, and what rounding to it costs. */
function stored({ type, before, rows, changed, ...storage }: Storage): string {
  const saved = `${size(storage.weights_bytes)} in place of ${size(storage.float32_bytes)}`;
  const parts = [`${STORED[type]}, ${saved}; every figure here is that of the rounded network`];
  const accuracy = ["test_accuracy", "val_accuracy"].find((name) => name in before);
  if (accuracy) {
    const part = accuracy.startsWith("test") ? "test set" : "validation set";
    parts.push(`accuracy on the ${part} before rounding ${short(before[accuracy]!)}`);
  } else if ("loss" in before) {
    parts.push(`loss before rounding ${short(before["loss"])}`);
  }
  if (rows && changed !== undefined) {
    parts.push(`${group(String(changed))} of ${group(String(rows))} examples change their class`);
  } else if (rows && storage.max_change !== undefined) {
    parts.push(`predictions change by ${withinText(storage.max_change)} at most`);
  }
  return parts.join("; ");
}

/** The file that the model came in. */
function origin({ name, format, written_by: by, size_bytes: bytes, as_graph: asGraph }: BroughtFile): string {
  return joined([name, format, by, size(bytes), asGraph ? "shown as a graph, without its layers" : ""]);
}

function trained({ optimizer, loss, epochs, seed }: Training): string {
  return joined([optimizer, loss, epochs ? `${group(String(epochs))} epochs` : "", `seed ${String(seed)}`]);
}
