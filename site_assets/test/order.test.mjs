// The vectors of tests/vectors/order.json, which are NumPy's.
import assert from "node:assert/strict";
import { test } from "node:test";
import vectors from "../../tests/vectors/order.json";
import { order } from "../src/training/data/order";
import { Pcg64 } from "../src/training/data/pcg64";

test("the order of an epoch is NumPy's permutation", () => {
  assert.ok(vectors.order.length > 80);
  for (const { seed, epoch, rows, first, hash } of vectors.order) {
    const found = order(seed, epoch, rows);
    let rolling = 0;
    for (const row of found) rolling = (Math.imul(rolling, 31) + row) >>> 0;
    assert.deepEqual([...found.slice(0, first.length)], first, `${seed} ${epoch} ${rows}`);
    assert.equal(rolling, hash, `${seed} ${epoch} ${rows}`);
  }
});

test("random numbers are NumPy's", () => {
  for (const { seed, numbers } of vectors.random) {
    const generator = new Pcg64(seed);
    assert.deepEqual(numbers.map(() => generator.double()), numbers, `${seed}`);
  }
});

test("sixty thousand rows take a moment", () => {
  for (let i = 0; i < 3; i++) order(1, i, 60000);
  const started = process.cpuUsage().user;
  for (let i = 0; i < 5; i++) order(1, i, 60000);
  assert.ok(process.cpuUsage().user - started < 5 * 50_000, "at most 50 ms of CPU an epoch");
});
