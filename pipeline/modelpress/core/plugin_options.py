"""The plugin's options in mkdocs.yml."""

from __future__ import annotations

from typing import Any

from mkdocs.config import Config, config_options
from mkdocs.config.base import ValidationError

from modelpress.core.errors import nearest


class ModelpressConfig(Config):  # type: ignore[misc]
    """The options of `plugins: - modelpress:`."""

    models = config_options.Type(str, default="models")
    """Folder of the model files, relative to `mkdocs.yml`."""

    look = config_options.Type(bool, default=False)
    """Give the whole page Modelpress' look, not only the figures. For the Material theme."""

    offline = config_options.Type(bool, default=False)
    """Store visited pages on the reader's device, and let readers store the whole site."""

    policy = config_options.Type(bool, default=False)
    """Write the Content-Security-Policy into every page, for web hosts that send no headers."""

    glossary = config_options.Type(str, default="")
    """Page that defines terms, relative to `docs_dir`. They are underlined and explained on the
    pages in its folder and below."""

    formulas = config_options.Type(bool, default=True)
    """Render TeX between dollars; switch it off where another extension does."""

    facts = config_options.Type(bool, default=True)
    """Replace facts of models by their values."""

    fact_delimiters = config_options.Type(str, default="{{ }}")
    """What stands before and after a fact, separated by a space."""

    @property
    def delimiters(self) -> str:
        """The delimiters of facts, "" if there are none."""
        return str(self.fact_delimiters) if self.facts else ""

    def validate(self) -> tuple[Any, Any]:
        """Rejects unknown options: MkDocs only warns, and a misspelt option has no effect."""
        failed, warnings = super().validate()
        known = [name for name, _ in self._schema]
        for name in self:
            if name not in known:
                warnings = [each for each in warnings if each[0] != name]
                message = f"There is no such option.{nearest(name, known)}"
                failed.append((name, ValidationError(f"{message} Known are {', '.join(known)}.")))
        if not failed and len(self.fact_delimiters.split()) != 2:
            message = "Two delimiters with a space between are expected, such as '[[ ]]'."
            failed.append(("fact_delimiters", ValidationError(message)))
        if not failed and not self.models.strip():
            failed.append(("models", ValidationError("The name of a folder is expected.")))
        return failed, warnings
