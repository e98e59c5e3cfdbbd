"""Which Host headers `modelpress serve` answers, so that no web page reaches the site by a name of
its own that it points to this machine (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable

EVERYWHERE = ("", "0.0.0.0", "::")  # listens on all addresses of the machine
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{0,5})?")


def host_of(header: str) -> str | None:
    """The name or address in a Host header, lower case and without the port; None for nonsense."""
    match = _HOST.fullmatch(header.strip())
    return match[1].strip("[]").rstrip(".").lower() if match else None


class Hosts:
    """The hosts that are answered.

    listening: what the server was told to listen on. Names need to be known; of addresses, those
    of this machine alone are, unless it listens on all of them: then any address will do, since a
    page can point a name to this machine, but not an address. further: names the user allows.
    """

    def __init__(self, listening: str, further: Iterable[str] = ()) -> None:
        self._everywhere = listening in EVERYWHERE
        self._names = {"localhost", listening.lower(), *(name.lower() for name in further)}
        if self._everywhere:
            name = socket.gethostname().lower()
            self._names |= {name, f"{name.partition('.')[0]}.local"}

    def allow(self, host: str) -> bool:
        """Whether `host`, as `host_of` returns it, is answered."""
        if host in self._names or host.endswith(".localhost"):
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return self._everywhere or address.is_loopback or str(address) in self._names
