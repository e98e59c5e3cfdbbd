/** Source text of the module that holds the exact engine's operations. */
import { readdirSync } from "node:fs";
import path from "node:path";

/** Names of the modules in src/exact/operations/, sorted. */
export function exactOperations(root) {
  return readdirSync(path.join(root, "src/exact/operations")).map((file) => path.basename(file, ".ts")).sort();
}

/** An operation that this part of a site's models needs is in every page's scripts; a rarer one is loaded when needed. */
const COMMON = 1 / 5;

/**
 * Divides the operations of a site's models into the common ones and the rest. slugs: of the models that need the rest.
 * @param {Record<string, string[]>} of names of the modules that each model needs, by slug
 */
export function dividedOperations(of) {
  const models = Object.values(of);
  const names = [...new Set(models.flat())].sort();
  const first = names.filter((name) => models.filter((needed) => needed.includes(name)).length >= COMMON * models.length);
  const rest = names.filter((name) => !first.includes(name));
  const slugs = Object.keys(of).filter((slug) => of[slug].some((name) => rest.includes(name)));
  return { first, rest, slugs };
}

/**
 * @param {string[]} names of the modules that a site's models need
 * @returns {string} the text of a module that exports them by name, as `operations`
 */
export function exactModule(names) {
  const imports = names.map((name, i) => `import * as o${i} from "./src/exact/operations/${name}.ts";\n`);
  const entries = names.map((name, i) => `${JSON.stringify(name)}: o${i},`);
  return `${imports.join("")}export const operations = { ${entries.join(" ")} };\n`;
}
