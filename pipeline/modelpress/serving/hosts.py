"""Checks Host headers for `modelpress serve` against DNS rebinding: a web page must not reach the
site under its own name, pointed to this machine."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable

EVERYWHERE = ("", "0.0.0.0", "::")  # listens on all addresses of the machine
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{0,5})?")


def host_of(header: str) -> str | None:
    """Returns the host of a Host header, lower case and without the port; None if malformed."""
    match = _HOST.fullmatch(header.strip())
    return match[1].strip("[]").rstrip(".").lower() if match else None


class Hosts:
    """The accepted hosts.

    listening: the host that the server listens on. Names must be known, and addresses must be this
    machine's. A server that listens on all addresses accepts any address: a page can point a name
    to this machine, but not an address. further: names that the user allows.
    """

    def __init__(self, listening: str, further: Iterable[str] = ()) -> None:
        self._everywhere = listening in EVERYWHERE
        self._names = {"localhost", listening.lower(), *(name.lower() for name in further)}
        if self._everywhere:
            name = socket.gethostname().lower()
            self._names |= {name, f"{name.partition('.')[0]}.local"}

    def allow(self, host: str) -> bool:
        """Returns whether `host`, as returned by `host_of`, is accepted."""
        if host in self._names or host.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return self._everywhere or address.is_loopback or str(address) in self._names
