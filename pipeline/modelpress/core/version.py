"""The version of Modelpress; `pyproject.toml` reads it here."""

__version__ = "0.1.0"
