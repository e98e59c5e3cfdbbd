// Smooth maps: their shades and lines lie where the function says.
import assert from "node:assert/strict";
import { test } from "node:test";
import { heat, middles } from "../src/explore/draw/heat";
import { halfPlane, inFractions, rangeOf, straightLine } from "../src/explore/draw/half-plane";

const AXES = [[-4, 4], [-1, 3]];
const LINEAR = [3, -2, 0.7];
/** Points of an SVG path, in units of the axes. */
const placesOf = (d) => [...d.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [AXES[0][0] + (x / 1000) * 8, AXES[1][0] + (1 - y / 1000) * 4]);
const valueAt = ([x, y]) => LINEAR[0] * x + LINEAR[1] * y + LINEAR[2];

test("a neuron's line and half-planes are exact", () => {
  const linear = inFractions(LINEAR, ...AXES);
  const [low, high] = rangeOf(linear);
  assert.ok(Math.abs(low + 17.3) < 1e-9 && Math.abs(high - 14.7) < 1e-9);
  for (const level of [-9, 0, 5]) {
    const ends = placesOf(straightLine(linear, level));
    assert.equal(ends.length, 2);
    for (const end of ends) assert.ok(Math.abs(valueAt(end) - level) < 0.003, `${end} at ${level}`);
    for (const corner of placesOf(halfPlane(linear, level))) assert.ok(valueAt(corner) > level - 0.003);
  }
  assert.equal(straightLine(linear, 40), "");
  assert.equal(halfPlane(linear, 40), "");
  assert.equal(placesOf(halfPlane(linear, -40)).length, 4);
});

test("the shades of a sampled map follow its levels", () => {
  const n = 25;
  const places = middles(...AXES, n);
  const values = Array.from({ length: n * n }, (_, i) => valueAt([places[2 * i], places[2 * i + 1]]) / 20);
  const found = [...heat(values, n).matchAll(/<path( class="mp-low")? fill-opacity="([\d.]+)" d="([^"]*)"/g)];
  assert.ok(found.length > 20);
  found.filter(([, low]) => !low).slice(0, 10).forEach(([, , opacity, d], k) => {
    assert.equal(opacity, (1 / (20 - k)).toFixed(3));
    const inside = placesOf(d).filter(([x, y]) => Math.abs(x) < 3.8 && y > -0.9 && y < 2.9);
    assert.ok(inside.length > 5);
    for (const place of inside) assert.ok(Math.abs(valueAt(place) / 20 - (k + 0.5) / 20) < 0.003, `${place} of shade ${k + 1}`);
  });
});
