/**
 * Libraries walk over objects by `for … in`, and so do esbuild's own helpers. In a page whose other scripts have
 * extended `Object.prototype`, as old libraries do, they would find those names too.
 */

const LOOP = /\bfor\s*\(\s*((?:const|let|var)\s+)?([\w$]+)\s+in\b/g;

/** The script with each `for (name in object)` going over the object's own names alone. */
export function overOwnNames(script) {
  let made = "";
  let last = 0;
  for (const found of script.matchAll(LOOP)) {
    const start = found.index + found[0].length;
    const end = closing(script, start);
    if (end < 0 || found.index < last) continue;
    // Object(…) of nothing has no names, as the loop has no turns. More parentheses: the object may be `a, b`.
    const object = overOwnNames(script.slice(start, end));
    made += `${script.slice(last, found.index)}for(${found[1] ?? ""}${found[2]} of Object.keys(Object((${object.trim()}))))`;
    last = end + 1;
  }
  return made + script.slice(last);
}

/** Place of the parenthesis that closes the one opened before `start`; -1 where none does. */
function closing(script, start) {
  let depth = 1;
  for (let at = start; at < script.length; at += 1) {
    if (script[at] === "(") depth += 1;
    if (script[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
