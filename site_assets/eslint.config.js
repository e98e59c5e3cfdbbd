import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Globals of Node that the build scripts and the unit tests use. */
const names = ["process", "Buffer", "console", "setTimeout", "URL", "ReadableStream", "Response"];
const node = Object.fromEntries(names.map((name) => [name, "readonly"]));

export default tseslint.config(
  { ignores: ["node_modules/"] },
  js.configs.recommended,
  {
    files: ["src/**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // An index or a parsed value that is known to be there is written with `!`, once, where it is known.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // It goes over what other scripts have given to every object, too.
      "no-restricted-syntax": ["error", "ForInStatement"],
      "@typescript-eslint/no-unnecessary-condition": "off", // signals and flags change between awaits
    },
  },
  { files: ["build/**/*.mjs", "test/**/*.mjs", "*.js"], languageOptions: { globals: node } },
);
