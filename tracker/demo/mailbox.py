"""The local outbox of a demo, read in the browser: mail that would have gone out, kept as files."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from tracker.access import Audience
from tracker.web.access import open_to
from tracker.web.parts import parts

SHOWN = 100

bp = Blueprint("mailbox", __name__, url_prefix="/mailbox")


@dataclass(frozen=True)
class KeptMail:
    """A mail in the folder."""

    name: str
    to: str
    subject: str
    date: str
    text: str


def _folder() -> Path:
    return Path(parts().settings.smtp_url.removeprefix("folder://"))


def _read(file: Path) -> KeptMail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return KeptMail(
        name=file.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=body.get_content() if body else "",
    )


@bp.get("/")
@open_to(Audience.ANYONE)
def index() -> ResponseReturnValue:
    files = sorted(_folder().glob("*.eml"), reverse=True)
    return render_template("mailbox/index.html", mails=[_read(file) for file in files[:SHOWN]], total=len(files))


@bp.get("/<name>")
@open_to(Audience.ANYONE)
def show(name: str) -> ResponseReturnValue:
    kept = {file.stem: file for file in _folder().glob("*.eml")}
    if name not in kept:
        abort(404)
    return render_template("mailbox/show.html", mail=_read(kept[name]))
