"""The licence of an installed package."""

from __future__ import annotations

from importlib.metadata import Distribution

# Licence names in packages' metadata → SPDX identifier.
_SPDX = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
}


def license_of(distribution: Distribution) -> str:
    """Returns the SPDX identifier of a package's licence, or its name; '' for none."""
    metadata = distribution.metadata
    if "License-Expression" in metadata:
        return str(metadata["License-Expression"])
    classified = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    stated = str(metadata["License"]).strip() if "License" in metadata else ""
    words = classified[0] if classified else stated
    first = words.splitlines()[0] if words else ""
    return _SPDX.get(first, first)
