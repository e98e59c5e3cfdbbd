// What a link asks for and a figure doesn't have, as the reader sees it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readLinked } from "../src/figures/failure/link";
import { readRun } from "../src/figures/trainer/link";

// A training of four rows in batches of two, 60 epochs.
const RECORDED = {
  rows: 4, batch: 2, epochs: 60, total: 120, loss: "mse", losses: { mse: "", binary_crossentropy: "" },
  seed: 1, hidden: [8], author: 0, kept: [0, 30, 60], unit: "epoch", speeds: [1],
  recordings: ["adam", "sgd"].map((optimizer) => ({ optimizer, rate: 0.2, scheduled: false })),
};

for (const [text, words, step] of [
  ["rate:fast@3", "rate “fast” (0.2 instead)", 3],
  ["lion,batch:9", "optimizer “lion” (adam instead); batch “9” (2 instead)", 0],
  ["@99999999", "step “99999999” (from 0 to 1200; the first one instead)", 0],
  ["hidden:0x9999,colour:red@2", "hidden “0x9999” (8 instead); “colour” (left out)", 2],
  ["%3Cb%3Ewild%", "optimizer “%3Cb%3Ewild%” (adam instead)", 0],
]) {
  test(`a training's link ${text}`, () => {
    const read = readRun(RECORDED, text);
    assert.equal(read.wrong, `The link asks for what there is not: ${words}.`);
    assert.equal(read.step, step);
  });
}

for (const [text, words, course, step] of [
  ["wrong:99", "step “99” (from 0 to 20; the first one instead)", "wrong", 0],
  ["repaired:3,mended:4", "“mended” (left out)", "repaired", 3],
  ["wrong:-1,repaired:2", "step “-1” (from 0 to 20; the first one instead)", "repaired", 2],
]) {
  test(`a failure's link ${text}`, () => {
    const { wrong, now, steps } = readLinked(text, { wrong: 20, repaired: 20 });
    assert.equal(wrong, `The link asks for what there is not: ${words}.`);
    assert.deepEqual([now, steps[now]], [course, step]);
  });
}
