/**
 * Draws formulas. Reads JSON on standard input, prints JSON on standard output.
 *
 *   {"formulas": {key: [TeX, by itself rather than in a line]}} → {key: {"html": MathML} | {"wrong": sentence}}
 */
import { text } from "node:stream/consumers";
import temml from "temml";

function draw([tex, displayMode]) {
  try {
    return { html: temml.renderToString(tex, { displayMode, throwOnError: true, strict: true, wrap: "none" }) };
  } catch (error) {
    return { wrong: error.message };
  }
}

const { formulas } = JSON.parse(await text(process.stdin));
const drawn = Object.entries(formulas).map(([key, formula]) => [key, draw(formula)]);
process.stdout.write(JSON.stringify(Object.fromEntries(drawn)));
