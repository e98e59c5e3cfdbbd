/**
 * Libraries and esbuild's helpers iterate over objects with `for … in`. If another script of the page has extended
 * `Object.prototype`, as old libraries do, such loops also visit the inherited names.
 */

const LOOP = /\bfor\s*\(\s*((?:const|let|var)\s+)?([\w$]+)\s+in\b/g;

/** Returns the script with each `for (name in object)` changed to iterate only over the object's own names. */
export function overOwnNames(script) {
  let result = "";
  let last = 0;
  for (const found of script.matchAll(LOOP)) {
    const start = found.index + found[0].length;
    const end = closing(script, start);
    if (end < 0 || found.index < last) continue;
    // Object(undefined) has no names, so the loop is empty, as before. The object may be `a, b`, hence the parentheses.
    const object = overOwnNames(script.slice(start, end));
    result += `${script.slice(last, found.index)}for(${found[1] ?? ""}${found[2]} of Object.keys(Object((${object.trim()}))))`;
    last = end + 1;
  }
  return result + script.slice(last);
}

/** Index of the parenthesis that closes the one before `start`; -1 if there is none. */
function closing(script, start) {
  let depth = 1;
  for (let at = start; at < script.length; at += 1) {
    if (script[at] === "(") depth += 1;
    if (script[at] === ")") depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}
