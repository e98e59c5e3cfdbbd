"""Turns pages and artefacts into a site: Markdown extension, fences and published files."""
