/**
 * The scripts of a page's first answer. Browsers run modules after the theme's scripts, and each import of a module waits
 * for the page's other work once more; a script that is no module runs where the parser meets it. So the modules that a first
 * answer needs become functions in two such scripts: `first-….js` has the entry with all that it imports, `first-KIND-….js`
 * an input or output. The files of these modules stay, for the site's other modules, workers and pages that embed a figure:
 * they pass on what the scripts hold, so that each module runs once on a page.
 */
import { createHash } from "node:crypto";
import { closure } from "./outputs.mjs";
import { partOf } from "./parts.mjs";

const hash = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();

/** Runs parts by name: `made` has their exports by address, since a page may have figures of several sites. */
const RUN = [
  "run=(name,base)=>{",
  "if(!made[base+name]){",
  "const module={exports:{}};",
  "code[name](module,(other)=>run(other,base),async(other)=>code[other]?run(other,base):import(base+other),base+name);",
  "made[base+name]=module.exports",
  "}",
  "return made[base+name]}",
].join("");

/** Returns all files that import one of `names`, statically or dynamically, directly or through others, and these. */
function importers(outputs, names) {
  const found = new Set(names);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const [file, { imports }] of Object.entries(outputs)) {
      if (imports.some(({ path: imported }) => found.has(imported))) found.add(file);
    }
  }
  return [...found].sort();
}

/**
 * Adds the scripts of the first answer to the files of a bundle, and lets the files of their modules pass on what these hold.
 * @param {object} named of `nameEntry`
 * @param {string[]} kinds sources of inputs, outputs and operations that a first answer may need besides the entry
 * @returns {Promise<object>} as `named`, and `first`: {script: name, main: name, scripts: {module: name of its script},
 *   modules: {name: text of the module, where its file holds something else}}
 */
export async function withFirst({ files, outputs, main, worker, styles }, kinds) {
  const chunkOf = (source) => Object.keys(outputs).find((file) => outputs[file].entryPoint === source);
  const own = closure(outputs, main);
  const further = [...new Set(kinds.map(chunkOf).flatMap((name) => closure(outputs, name)))].filter((name) => !own.includes(name));
  // A file's name says its content. That of a file that passes modules on changes with any of them, and so does that of a
  // file that names it.
  const renamed = importers(outputs, [...own, ...further]).filter((name) => /-[0-9A-Z]{8}\.js$/.test(name));
  const salt = hash(`${RUN}\n${renamed.join("\n")}`);
  const names = new Map(renamed.map((name) => [name, name.replace(/-[0-9A-Z]{8}\.js$/, `-${hash(name + salt)}.js`)]));
  const now = (name) => names.get(name) ?? name;
  const anyName = new RegExp(renamed.map((name) => name.replaceAll(".", "\\.")).join("|"), "g");
  const texts = new Map();
  for (const [name, bytes] of files) {
    texts.set(now(name), name.endsWith(".js") ? Buffer.from(Buffer.from(bytes).toString("utf8").replace(anyName, now)) : bytes);
  }
  const described = Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [now(name), { ...output, imports: output.imports.map((each) => ({ ...each, path: now(each.path) })) }]),
  );

  const modules = Object.fromEntries([...own, ...further].map(now).map((name) => [name, texts.get(name).toString("utf8")]));
  const space = `globalThis[Symbol.for("modelpress.parts.${salt}")]`;
  const head = `const{code,made}=${space}??={code:{__proto__:null},made:{}};`;
  const defined = async (name) => `code[${JSON.stringify(name)}]??=function(module,require,later,url){${(await partOf(name, modules[name])).code}};`;
  const write = (prefix, body) => {
    const text = `"use strict";{${head}${body}}\n`;
    const name = `${prefix}-${hash(text)}.js`;
    texts.set(name, Buffer.from(text));
    described[name] = { bytes: text.length, inputs: {}, imports: [], exports: [] };
    return name;
  };
  const scripts = {};
  for (const name of further.map(now)) {
    // One request: a small module that two kinds share is in the scripts of both.
    const whole = closure(described, name).filter((each) => further.map(now).includes(each));
    scripts[name] = write(`first-${name.replace(/-[0-9A-Z]{8}\.js$/, "")}`, (await Promise.all(whole.map(defined))).join(""));
  }
  const parts = (await Promise.all(own.map(now).map(defined))).join("");
  const start = `const at=globalThis.document?.currentScript;if(at)run(${JSON.stringify(now(main))},new URL(".",at.src).href)`;
  const script = write("first", `${parts}const ${RUN};${space}.run??=run;${start}`);
  // Pages have the script already. A page that embeds a figure begins with the entry, a worker with its own.
  const begins = [now(main), now(worker)];
  const whole = { ...modules, [now(worker)]: texts.get(now(worker)).toString("utf8") };
  const imported = (name) => [...(begins.includes(name) ? [script] : []), ...(scripts[name] ? [scripts[name]] : [])];
  for (const [name, needed] of [...Object.keys(modules), now(worker)].map((each) => [each, imported(each)])) {
    const imports = needed.map((each) => `import"./${each}";`).join("");
    const statements = needed.map((each) => ({ path: each, kind: "import-statement" }));
    if (!Object.hasOwn(modules, name)) {
      texts.set(name, Buffer.concat([Buffer.from(imports), texts.get(name)]));
      described[name] = { ...described[name], imports: [...statements, ...described[name].imports] };
      continue;
    }
    const exported = described[name].exports.map((each, i) => [`e${i}`, each]);
    const text =
      `${imports}const m=${space}.run(${JSON.stringify(name)},new URL(".",import.meta.url).href);` +
      exported.map(([local, each]) => `const ${local}=m[${JSON.stringify(each)}];`).join("") +
      `export{${exported.map(([local, each]) => `${local} as ${each}`).join(",")}};\n`;
    texts.set(name, Buffer.from(text));
    described[name] = { ...described[name], imports: statements };
  }
  return { files: texts, outputs: described, main: now(main), worker: now(worker), styles, first: { script, scripts, modules: whole } };
}
