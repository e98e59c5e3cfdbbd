/** Modules that only a site's bundle has, and whose contents nothing needs that draws in Node. */
export const absent = {
  name: "absent",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: "absent" }));
    onLoad({ filter: /./, namespace: "absent" }, () => ({ contents: "export const inputs = {}, outputs = {};" }));
  },
};
