// The numbers of tests/vectors/numerals.json, which Python writes the same way.
import assert from "node:assert/strict";
import { test } from "node:test";
import vectors from "../../tests/vectors/numerals.json";
import { percent, shortest, significant, size, withinText } from "../src/core/number-format";

for (const digits of [1, 3, 5]) {
  test(`significant, ${digits} digits`, () => {
    for (const [value, ...texts] of vectors.significant) {
      assert.equal(significant(Number(value), digits), texts[[1, 3, 5].indexOf(digits)], `${value}`);
    }
  });
}

for (const [name, write] of Object.entries({ percent, shortest, size, within: withinText })) {
  test(name, () => {
    assert.ok(vectors[name].length > 5);
    for (const [value, text] of vectors[name]) assert.equal(write(value), text, `${value}`);
  });
}
