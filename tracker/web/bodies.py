"""How much may be sent to a route, and where it is kept meanwhile."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any, TypeVar

from flask import Flask, current_app, request
from flask import Request as FlaskRequest

View = TypeVar("View", bound=Callable[..., Any])


class Request(FlaskRequest):
    """Files that are sent stay in memory. By default larger ones are laid down on the disk, unsealed."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()


def takes(most_bytes: int) -> Callable[[View], View]:
    """Declare that more may be sent to a view than to others. Goes under the route decorator."""

    def declare(view: View) -> View:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return declare


def init_app(app: Flask) -> None:
    """Set the limit of each request; to be called before anything that reads what was sent."""
    app.request_class = Request

    @app.before_request
    def _limit() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        most = getattr(view, "most_bytes", None)
        if most is not None:
            request.max_content_length = most
