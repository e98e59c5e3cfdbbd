"""Looks the packages of both lock files up among known vulnerabilities: `make audit`.

    python -m tests.audit PIP_AUDIT    the program pip-audit, from an environment of its own

Exit codes: 0 all packages were looked up and none has a known hole; 1 some have; 3 some, or
all, could not be looked up. That is no answer, and it is not to be taken for a good one: pip-audit
itself ends with 0 and "No known vulnerabilities found" where it has reached nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelpress.core.errors import shortened
from modelpress.node.bundle import assets_root, ensure_node

ROOT = Path(__file__).resolve().parent.parent
VULNERABLE, NOT_CHECKED = 1, 3
TIMEOUT_S = 300


@dataclass(frozen=True)
class Audit:
    """What was found out about the packages of one lock file.

    checked   how many were looked up
    found     a line for each known vulnerability
    missing   why something was not looked up; '' where all was
    """

    lock: str
    checked: int = 0
    found: tuple[str, ...] = ()
    missing: str = ""

    def __str__(self) -> str:
        lines = [f"{self.lock}: {self.checked} packages looked up, {len(self.found)} known holes."]
        lines += [f"  {line}" for line in self.found]
        if self.missing:
            lines.append(f"  Not checked: {self.missing}")
            lines.append("  Next: run `make audit` where the package indexes can be reached.")
        return "\n".join(lines)

    @property
    def exit_code(self) -> int:
        if self.found:
            return VULNERABLE
        return NOT_CHECKED if self.missing else 0


def of_python(said: str, words: str) -> Audit:
    """From pip-audit's JSON and what it said besides."""
    lock = "requirements.lock"
    try:
        listed: list[dict[str, Any]] = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(lock, missing=_last(words))
    skipped = [each["name"] for each in listed if "skip_reason" in each]
    found = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for each in listed
        for hole in each.get("vulns", ())
    ]
    missing = ""
    if skipped and len(skipped) == len(listed):
        missing = "none of the packages: the index could not be reached, or does not know them."
    elif skipped:
        missing = f"{', '.join(skipped)}: the index does not know them."
    return Audit(lock, len(listed) - len(skipped), tuple(found), missing)


def of_node(said: str, words: str) -> Audit:
    """From npm's JSON and what it said besides."""
    lock = "site_assets/package-lock.json"
    try:
        report = json.loads(said)
        count = int(report["metadata"]["dependencies"]["total"])
        holes = report["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Audit(lock, missing=_last(words))
    found = [
        f"{name}: through {via}"
        if isinstance(via, str)
        else f"{name} {via['range']}: {via['severity']}, {via['title']}"
        for name, hole in sorted(holes.items())
        for via in hole["via"]
    ]
    return Audit(lock, count, tuple(found))


def audit_python(program: str) -> Audit:
    """Runs pip-audit over requirements.lock, as it stands: nothing is resolved or installed."""
    lock = str(ROOT / "requirements.lock")
    options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    return of_python(*_run([program, *options, "-r", lock], ROOT))


def audit_node() -> Audit:
    """Runs `npm audit` over package-lock.json."""
    npm = ensure_node().with_name("npm")
    return of_node(*_run([str(npm), "audit", "--json"], assets_root()))


def _run(command: list[str], folder: Path) -> tuple[str, str]:
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", str(error)
    return done.stdout, done.stderr


def _last(words: str) -> str:
    """What an unreachable index comes to in a tool's own words, the last of them."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    lines = [line for line in lines if "complete log" not in line]
    return shortened(" / ".join(lines[-2:]) or "no answer.", 300)


def main() -> None:
    audits = [audit_python(sys.argv[1]), audit_node()]
    for audit in audits:
        print(audit)
    codes = [audit.exit_code for audit in audits]
    sys.exit(VULNERABLE if VULNERABLE in codes else max(codes))


if __name__ == "__main__":
    main()
