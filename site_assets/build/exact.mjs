/** Source text of the module that holds the exact engine's operations. */
import { readdirSync } from "node:fs";
import path from "node:path";

/** Names of the modules in src/exact/operations/, sorted. */
export function exactOperations(root) {
  return readdirSync(path.join(root, "src/exact/operations")).map((file) => path.basename(file, ".ts")).sort();
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
