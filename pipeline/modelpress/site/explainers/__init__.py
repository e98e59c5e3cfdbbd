"""Python modules of explainers: each computes an explainer's data in the build.

A module is optional: `<name>.py` in this package, or in the folder `explainers` beside a project's
models.

    OPTIONS: tuple[str, ...]              options of the fence that the module reads
    def resource(options, site) -> Any    JSON-compatible data for `view` and `attach`
    PACKAGES: tuple[str, ...]             optional: the packages whose versions the data depends
                                          on; such data is cached, and may not depend on `site`

The explainer itself is `site_assets/src/explain/<name>.ts`. `resource` raises ValueError with a
sentence for an invalid option.
"""
