"""Holds the tests to this machine: a connection to any other address is refused with an error that says so."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any


class LeftTheMachine(RuntimeError):
    """A test, or what it tests, tried to reach another machine."""


def is_loopback(address: object) -> bool:
    """Whether a socket address stays here. Unix sockets do."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0]).partition("%")[0]
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _guarded(name: str) -> Callable[..., Any]:
    original = getattr(socket.socket, name)

    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[-1]  # sendto() may have flags before it
        if self.family in {socket.AF_INET, socket.AF_INET6} and not is_loopback(address):
            self.close()
            raise LeftTheMachine(f"tests stay on this machine, and this one tried to reach {address}")
        return original(self, *args)

    return guarded


def stay_on_this_machine() -> None:
    """For the rest of the process."""
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _guarded(name))
