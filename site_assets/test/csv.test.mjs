// The tables of tests/vectors/csv.json, which Python reads and writes the same way.
import assert from "node:assert/strict";
import { test } from "node:test";
import vectors from "../../tests/vectors/csv.json";
import { csvLine, CsvFault, labelsOf, partsOf, predictedCells, predictedNames, readTable } from "../src/figures/table/csv";

function result(text, more, labels) {
  const output = { kind: "numbers", shape: [2], labels };
  const reading = readTable(text, partsOf({ kind: "numbers", shape: [2], ...more }));
  try {
    let step = reading.next();
    while (!step.done) step = reading.next();
    const { header, rows, values } = step.value;
    const made = Float32Array.from(values, (value) => Math.fround(value) / 3);
    const lines = rows.map((cells, i) => csvLine([...cells, ...predictedCells(made.subarray(2 * i, 2 * i + 2), labelsOf(output))]));
    return { csv: csvLine([...header, ...predictedNames(output)]) + lines.join("") };
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    return { fault: error.message };
  }
}

test("a table is read and written as in Python", () => {
  assert.ok(vectors.tables.length > 20);
  for (const [text, more, labels, expected] of vectors.tables) assert.deepEqual(result(text, more, labels), expected, text);
});

test("predictions that are not finite", () => {
  assert.deepEqual(predictedCells(Float32Array.of(NaN, 1), ["a", "b"]), ["", "NaN", "1"]);
  assert.deepEqual(predictedCells(Float32Array.of(Infinity, -Infinity), ["a", "b"]), ["a", "Infinity", "-Infinity"]);
});
