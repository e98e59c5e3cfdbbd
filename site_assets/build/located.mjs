/** What the bundle holds because a file is there: elements and styles. Nothing lists them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { BuildError } from "./errors.mjs";
import { fileOf, NONE } from "./packages.mjs";

/** The folders of `styles/` in the order of the cascade; within one the order is alphabetical. */
export const PAGE_STYLES = ["base", "plots", "kinds", "common", "figures", "explain", "pages", "frame"];

/** Those of a figure by itself, in another site's page. */
export const FIGURE_STYLES = ["base", "plots", "kinds", "frame"];

const ELEMENT = /^export const ELEMENT = "([^"]+)";/m;

/** Files below `folder` with this ending, as paths within it, sorted. */
function filesIn(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => name.split(path.sep).join("/"))
    .sort();
}

/**
 * A module of the elements that a page may hold: the selector that a file below `src/` declares, and the file's loader.
 * The file exports `ELEMENT`, the selector, and `start`, which brings those on the page to life. So do the scripts of
 * the fences of other packages.
 */
export function elementsSource(root, extensions = NONE) {
  const found = filesIn(path.join(root, "src"), ".ts").flatMap((name) => {
    const declared = ELEMENT.exec(readFileSync(path.join(root, "src", name), "utf8"));
    return declared ? [`[${JSON.stringify(declared[1])}, () => import(${JSON.stringify(`./src/${name}`)})],`] : [];
  });
  for (const [fence, module] of Object.entries(extensions.scripts.figures ?? {})) {
    const declared = ELEMENT.exec(readFileSync(fileOf(extensions, module), "utf8"));
    if (!declared) throw new BuildError(`${fileOf(extensions, module)}, the script of the fence "${fence}", must export its selector: export const ELEMENT = "modelpress-${fence}";`);
    found.push(`[${JSON.stringify(declared[1])}, () => import(${JSON.stringify(module)})],`);
  }
  return `export const elements = [\n  ${found.join("\n  ")}\n];\n`;
}

/** Imports of all styles in these folders of `styles/`, then of those of other packages. */
export function stylesSource(root, folders, { styles } = NONE) {
  const files = folders.flatMap((folder) => filesIn(path.join(root, "styles", folder), ".css").map((name) => `${folder}/${name}`));
  return [...files.map((name) => `./styles/${name}`), ...styles].map((name) => `@import ${JSON.stringify(name)};\n`).join("");
}

const RENDER = /^export function render\(/m;

/** A module of what the build draws: the `render` of each file below `src/figures/` that exports one, by its path. */
export function rendersSource(root) {
  const folder = path.join(root, "src", "figures");
  const names = filesIn(folder, ".ts").filter((name) => RENDER.test(readFileSync(path.join(folder, name), "utf8")));
  const imports = names.map((name, i) => `import { render as r${i} } from ${JSON.stringify(`./src/figures/${name}`)};\n`);
  const entries = names.map((name, i) => `${JSON.stringify(name.slice(0, -".ts".length))}: r${i},`);
  return `${imports.join("")}export const renders = { ${entries.join(" ")} };\n`;
}
