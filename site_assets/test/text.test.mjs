// The texts of tests/vectors/text.json, with the numbers that Keras gives them.
import assert from "node:assert/strict";
import { test } from "node:test";
import vectors from "../../tests/vectors/text.json";
import { Tokens } from "../src/inputs/widgets/tokens";

const vocabularies = new Map(vectors.vocabularies);
const unknown = new Map(vectors.unknown);

test("texts", () => {
  assert.ok(vectors.texts.length > 200);
  for (const [standardize, split, length, text, values, tidy, decoded] of vectors.texts) {
    const tokens = new Tokens({
      vocabulary: vocabularies.get(split), length, standardize, split, unknown: unknown.get(split),
    });
    const where = JSON.stringify([standardize, split, length, text]);
    assert.deepEqual(Array.from(tokens.encode(text)), values, where);
    assert.equal(tokens.tidy(text), tidy, where);
    assert.equal(tokens.decode(values), decoded, where);
  }
});
