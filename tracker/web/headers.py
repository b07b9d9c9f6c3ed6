"""The same headers on every answer: nothing from elsewhere, nothing inline, nothing kept by the browser."""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Not no-referrer: the check against forged requests needs the referrer on our own pages under HTTPS.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}


FOR_PROGRAMS = {"calendars.feed": {"Cache-Control": "private", "Referrer-Policy": "no-referrer"}}
"""Where other values hold, by endpoint: a calendar program keeps what it has read and asks whether that has changed,
and its address is a secret that must not go on to wherever an entry leads. Refusals are pages like any other."""


def init_app(app: Flask, *, https: bool) -> None:
    """Set the headers; HSTS only where the site is reached by HTTPS (an onion service is not)."""

    @app.after_request
    def _set(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if https:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        # Style and script carry nothing personal and are asked for by a name that changes with their content.
        cacheable = request.endpoint == "static" and "v" in request.args
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if cacheable else "no-store"
        if response.status_code in (200, 304):
            response.headers.update(FOR_PROGRAMS.get(request.endpoint or "", {}))
        response.headers.pop("Server", None)
        return response
