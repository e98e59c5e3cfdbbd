// The text of several inputs: a name and a text each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { slicesOf, textsOf } from "../src/kinds/parts";

const PARTS = [
  { name: "age", spec: { kind: "number", shape: [1], default: "3" } },
  { name: "at", spec: { kind: "points", shape: [2], default: "0,0" } },
  { name: "view", spec: { kind: "picture", shape: [4, 3, 1], default: "AA==" } },
];

for (const [text, wanted] of [
  ["age=4; at=0.5,1;0,1; view=AB==", ["4", "0.5,1;0,1", "AB=="]],
  [" view = A=;age=+7 ", ["+7", "0,0", "A="]],
  ["at=1,1", ["3", "1,1", "AA=="]],
  ["4", null],
  ["", null],
  ["agee=4", null],
  ["age=4; age=5", null],
  ["age=4; size=5", null],
]) {
  test(`the text ${text}`, () => { assert.deepEqual(textsOf(text, PARTS), wanted); });
}

test("each part has its place in the vector", () => {
  assert.deepEqual(slicesOf(PARTS), [[0, 1], [1, 3], [3, 15]]);
});
