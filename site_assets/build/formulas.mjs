/**
 * Renders formulas as MathML. Reads JSON from standard input and writes JSON to standard output.
 *
 *   {"formulas": {key: [TeX, display mode]}} → {key: {"html": MathML} | {"wrong": error message}}
 */
import { text } from "node:stream/consumers";
import temml from "temml";

function render([tex, displayMode]) {
  try {
    return { html: temml.renderToString(tex, { displayMode, throwOnError: true, strict: true, wrap: "none" }) };
  } catch (error) {
    return { wrong: error.message };
  }
}

const { formulas } = JSON.parse(await text(process.stdin));
const rendered = Object.entries(formulas).map(([key, formula]) => [key, render(formula)]);
process.stdout.write(JSON.stringify(Object.fromEntries(rendered)));
