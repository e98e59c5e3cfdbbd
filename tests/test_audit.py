"""The supply chain: every package of both lock files has a hash, and an audit that has reached
nothing says so."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.audit import NOT_CHECKED, VULNERABLE, audit_node, audit_python, of_python

ROOT = Path(__file__).resolve().parent.parent


def test_every_python_package_has_a_version_and_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text()
    assert "://" not in text
    entries = [
        " ".join(entry.split())
        for entry in re.sub(r"^#.*\n", "", text, flags=re.M).replace("\\\n", "").split("\n")
        if entry.strip()
    ]
    assert len(entries) > 100
    for entry in entries:
        assert re.fullmatch(
            r"[a-z0-9._-]+==[^ ;]+( ; [^-]+?)?( --hash=sha256:[0-9a-f]{64})+", entry
        ), entry


def test_every_node_package_has_a_version_and_a_hash() -> None:
    lock = json.loads((ROOT / "site_assets/package-lock.json").read_bytes())
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert lock["lockfileVersion"] == 3
    assert len(packages) > 100
    for name, each in packages.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+\S*", each["version"]), name
        assert re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", each["integrity"]), name
        assert "resolved" not in each, name


def listed(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


GOOD = {"name": "good", "version": "1.0", "vulns": []}
BAD = {
    "name": "bad",
    "version": "1.0",
    "vulns": [{"id": "X-1", "fix_versions": ["1.1"], "aliases": [], "description": "A hole."}],
}
UNKNOWN = {"name": "unknown", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (listed(GOOD, GOOD), 0, "2 packages looked up, 0 known holes."),
        (listed(GOOD, BAD), VULNERABLE, "bad 1.0: X-1, mended in 1.1"),
        (listed(BAD, UNKNOWN), VULNERABLE, "Not checked: unknown"),
        (listed(GOOD, UNKNOWN), NOT_CHECKED, "Not checked: unknown: the index does not know"),
        (listed(UNKNOWN), NOT_CHECKED, "0 packages looked up, 0 known holes.\n  Not checked: none"),
        ("", NOT_CHECKED, "Not checked: ERROR: x / Failed to connect"),
        ("[]", NOT_CHECKED, "Next: run `make audit` where"),
    ],
)
def test_what_pip_audit_says(said: str, status: int, words: str) -> None:
    audit = of_python(said, "ERROR: x\nFailed to connect")
    assert audit.exit_code == status
    assert words in str(audit)


def test_a_tool_that_is_not_there_has_checked_nothing() -> None:
    audit = audit_python("/no/such/pip-audit")
    assert audit.exit_code == NOT_CHECKED
    assert "/no/such/pip-audit" in str(audit)


class Registry(BaseHTTPRequestHandler):
    """Answers npm's question for advisories with `advisories`; None: refuses."""

    advisories: dict[str, Any] | None = None

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.advisories is None:
            self.send_error(405)
            return
        body = json.dumps(self.advisories).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Registry]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("npm_config_fetch_retries", "0")
        yield Registry
        server.shutdown()


HOLE = {
    "id": 1,
    "url": "",
    "title": "A hole",
    "severity": "high",
    "vulnerable_versions": "<1.0.0",
    "cwe": [],
    "cvss": {"score": 7, "vectorString": None},
}


@pytest.mark.parametrize(
    ("advisories", "status", "words"),
    [
        ({}, 0, "packages looked up, 0 known holes."),
        ({"fflate": [HOLE]}, VULNERABLE, "fflate <1.0.0: high, A hole"),
        (None, NOT_CHECKED, "Not checked: "),
    ],
)
def test_what_npm_says(
    registry: type[Registry], advisories: dict[str, Any] | None, status: int, words: str
) -> None:
    registry.advisories = advisories
    audit = audit_node()
    assert audit.exit_code == status, str(audit)
    assert words in str(audit)
    assert (audit.checked > 100) == (advisories is not None)
