"""The build's halves of explainers, where they have one.

`<name>.py` in this package, or in the folder `explainers` beside a project's models:

    OPTIONS: tuple[str, ...]              options of the fence that this half takes
    def resource(options, site) -> Any    what JSON can hold, for `view` and `attach`

The explainer itself is `site_assets/src/explain/<name>.ts`. `resource` raises ValueError with a
sentence for an option that can't be.
"""
