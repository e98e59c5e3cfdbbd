/**
 * Modules and styles of other packages, which add kinds, fences and explainers. In the bundle a file has the name
 * `package:soundkinds/sound.ts`, wherever the package is installed.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { BuildError } from "./errors.mjs";

const NAMESPACE = "package";
const SUFFIXES = ["", ".ts", ".js", ".mjs", "/index.ts", "/index.js"];

/** What a configuration without extensions stands for. */
export const NONE = { scripts: {}, styles: [], folders: {}, packages: [] };

/** Returns whether a module is one of another package. */
export const isForeign = (module) => module.startsWith(`${NAMESPACE}:`);

/** Returns esbuild's name of a module: that of its entry point in the metadata. */
export const entryPointOf = (module) => module.replace(/^\.\//, "");

/** Returns the file of a module of another package. */
export function fileOf({ folders }, module) {
  const [top, ...rest] = module.slice(NAMESPACE.length + 1).split("/");
  return path.join(folders[top], ...rest);
}

/**
 * Returns the plugin that finds these modules and what they import: files of their own package, modules of Modelpress
 * as `modelpress/core/dom`, and npm packages, their own first, then those of Modelpress.
 */
export function packagesPlugin(root, extensions) {
  return {
    name: "modelpress-packages",
    setup(build) {
      const relay = async (imported, args, resolveDir) => {
        const found = await build.resolve(imported, { kind: args.kind, resolveDir, namespace: "file", importer: "" });
        return found.errors.length ? null : { path: found.path, namespace: found.namespace, external: found.external, sideEffects: found.sideEffects };
      };
      build.onResolve({ filter: /^package:/ }, (args) => ({ path: args.path.slice(NAMESPACE.length + 1), namespace: NAMESPACE }));
      build.onResolve({ filter: /.*/, namespace: NAMESPACE }, async (args) => {
        const own = args.path.match(/^modelpress\/(.+)$/);
        if (own) {
          const found = await relay(`./src/${own[1]}`, args, root);
          return found ?? { errors: [{ text: `${args.importer} imports ${args.path}: Modelpress has no such module.` }] };
        }
        if (args.path.startsWith(".")) return { path: within(extensions, args), namespace: NAMESPACE };
        const folder = path.dirname(fileOf(extensions, `${NAMESPACE}:${args.importer}`));
        const found = (await relay(args.path, args, folder)) ?? (await relay(args.path, args, root));
        return found ?? { errors: [{ text: `${args.importer} imports ${args.path}, which neither its package nor Modelpress brings.` }] };
      });
      build.onLoad({ filter: /.*/, namespace: NAMESPACE }, (args) => {
        const file = fileOf(extensions, `${NAMESPACE}:${args.path}`);
        return { contents: readFileSync(file), loader: "default", resolveDir: path.dirname(file) };
      });
    },
  };
}

/** Returns the name of a file that another one imports by a relative path, which stays in its package. */
function within(extensions, { importer, path: imported }) {
  const wanted = path.posix.join(path.posix.dirname(importer), imported);
  const [top] = importer.split("/");
  if (!wanted.startsWith(`${top}/`)) throw new BuildError(`${importer} imports ${imported}, which is outside its package.`);
  for (const suffix of SUFFIXES) {
    const file = fileOf(extensions, `${NAMESPACE}:${wanted}${suffix}`);
    if (existsSync(file) && statSync(file).isFile()) return wanted + suffix;
  }
  throw new BuildError(`${importer} imports ${imported}: ${fileOf(extensions, `${NAMESPACE}:${wanted}`)} does not exist.`);
}

/** What a module of each role exports, as its contract says. */
const EXPORTS = { inputs: "attach", outputs: "attach", explainers: "default", figures: "start" };

/** Throws if a module of another package lacks what its contract asks. */
export function requireExports({ scripts }, results) {
  for (const [role, modules] of Object.entries(scripts)) {
    for (const [name, module] of Object.entries(modules)) {
      if (!isForeign(module)) continue;
      const outputs = results.flatMap(({ metafile }) => Object.values(metafile.outputs));
      const exported = outputs.find(({ entryPoint }) => entryPoint === module)?.exports ?? [];
      if (!exported.includes(EXPORTS[role])) {
        const found = exported.length ? `it exports ${exported.join(", ")}` : "it exports nothing";
        const wanted = EXPORTS[role] === "default" ? "a default, made by `explainer`" : `a function \`${EXPORTS[role]}\``;
        throw new BuildError(`${module.slice(NAMESPACE.length + 1)}, the script of "${name}", must export ${wanted}; ${found}.`);
      }
    }
  }
}
