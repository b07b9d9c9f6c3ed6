"""Telling a monitor outside that all is well. When that stops, the monitor tells people: a dead scheduler cannot."""

from __future__ import annotations

import http.client
import logging
import ssl
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

SECONDS = 10


def ping(url: str) -> bool:
    """Ask for an address of an outside monitor, once, without following it anywhere; whether it answered well.

    The address is a secret of the collective and never logged. Nothing is sent but the bare request.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=ssl.create_default_context())
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    )
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.warning("the outside monitor could not be told that all is well: %s", type(error).__name__)
        return False
    finally:
        connection.close()
    if status >= 300:
        log.warning("the outside monitor answered with %d", status)
    return status < 300
