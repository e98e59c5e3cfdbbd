"""From pages and artefacts to a site: Markdown extension, MkDocs plugin, bundle."""
