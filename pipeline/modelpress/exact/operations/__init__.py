"""The operations of graphs, one a module; see `modelpress.exact.operation`."""

# key: folder
