/** Turns modules of the bundle, as they are split and minified there, into functions of their imports. */
import { build, transform } from "esbuild";
import { BuildError } from "./errors.mjs";
import { overOwnNames } from "./own_names.mjs";

const LATER = "modelpress-later:"; // marks dynamic imports

/** Resolves imports to file names without folders, and marks dynamic ones. */
const naming = {
  name: "modelpress-parts",
  setup(builder) {
    builder.onResolve({ filter: /.*/ }, ({ path: imported, kind, importer }) => {
      if (kind === "entry-point") return undefined;
      if (!imported.startsWith("./")) throw new BuildError(`${importer} imports ${imported}, which is not a file of the bundle.`);
      const name = imported.slice(2);
      return { path: kind === "dynamic-import" ? LATER + name : name, external: true };
    });
  },
};

const IMPORT = /^import(?:(?:\*as ([\w$]+)|\{([^}]*)\})from)?"([^"]+)";/;
const EXPORT = /export\{([^}]*)\};?\s*$/;

/** Returns the pairs of a clause such as `a as b,c`. */
const pairs = (clause) => clause.split(",").filter(Boolean).map((each) => (each.includes(" as ") ? each.split(" as ") : [each, each]));

/** Returns a module with its imports and exports, which esbuild puts first and last, as statements of a function. */
function asStatements(script) {
  let code = script.trim();
  let head = "";
  for (let found = IMPORT.exec(code); found; found = IMPORT.exec(code)) {
    const [whole, all, some, from] = found;
    const left = all ? `const ${all}=` : some ? `const{${pairs(some).map(([theirs, local]) => `${theirs}:${local}`).join(",")}}=` : "";
    head += `${left}require("${from}");`;
    code = code.slice(whole.length).trimStart();
  }
  const [clause = "", exported = ""] = EXPORT.exec(code) ?? [];
  if (clause) code = code.slice(0, -clause.length);
  const tail = exported ? `module.exports={${pairs(exported).map(([local, theirs]) => `${theirs}:${local}`).join(",")}}` : "";
  return head + code + tail;
}

/**
 * Returns a module as the body of a function of `module`, `require`, `later`, which stands for `import()`, and `url`, which
 * stands for `import.meta.url`; and the names of its static imports.
 */
export async function partOf(name, contents) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, sourcefile: name, loader: "js", resolveDir: "/" },
    bundle: true,
    write: false,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    logLevel: "silent",
    format: "esm",
    metafile: true,
    define: { "import.meta.url": "url" },
    plugins: [naming],
  });
  const code = asStatements(outputFiles[0].text).replace(/\bimport\("modelpress-later:([^"]+)"\)/g, 'later("$1")');
  if (code.includes(LATER) || /\bimport\.meta\b/.test(code)) throw new BuildError(`${name} imports in a way that scripts do not support.`);
  await transform(`(module,require,later,url)=>{${code}}`); // throws where an import or export is left
  const [{ imports }] = Object.values(metafile.outputs);
  return { code: overOwnNames(code).trim(), imports: imports.map((each) => each.path).filter((each) => !each.startsWith(LATER)) };
}
