"""Every setting, what it means, and what is refused. They come from the environment, with the prefix ``TRACKER_``.

Only the edge reads settings: the application factory, commands, the scheduler. Everything below is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "TRACKER_"
DEMO_SECRET = "demo: not a secret"  # noqa: S105  refused everywhere but in a demo
_MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls", "folder")


class BadSettings(Exception):
    """The application cannot start like this; ``faults`` says why, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _setting(help_text: str, *, least: int = 1, **kwargs: Any) -> Any:
    return field(metadata={"help": help_text, "least": least}, **kwargs)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one installation."""

    database_url: str = _setting("Where the data is: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.")
    secret_key: str = _setting("Signs cookies: at least 32 random characters, kept secret.", repr=False)
    key_file: Path = _setting("The file with the key that seals what must be sealed; keep it apart from backups.")
    smtp_url: str = _setting(
        "The mail server: smtps://USER:PASSWORD@HOST, smtp+starttls://…, smtp://… (loopback only), "
        "or folder:///PATH to keep mails as files.",
        repr=False,
    )
    mail_from: str = _setting("The sender of all mail: NAME <ADDRESS>.")
    bounce_address: str | None = _setting(
        "An address at which the mail server hands bounces to `flask mail bounced`, such as bounces@post.example.org; "
        "it must take bounces+anything@ too. Not set: bounces are not read.",
        default=None,
    )
    public_url: str = _setting("The address of the site as people type it, such as https://post.example.org.")
    collective: str = _setting("The name of the collective, shown on pages.", default="")
    zone: str = _setting("The IANA time zone of the collective, for days that belong to nobody.", default="UTC")
    demo: bool = _setting("1: this is a demo. Allows the demo's accounts, secret and mailbox.", default=False)
    demo_of_real_people: bool = _setting("1: the demo shows people of a published source.", default=False)
    session_idle_minutes: int = _setting("How long a volunteer may do nothing before signing in again.", default=120)
    session_hours: int = _setting("How long a session lasts at most.", default=24)
    coordinator_idle_minutes: int = _setting("The same for coordinators and admins.", default=30)
    coordinator_session_hours: int = _setting("The same for coordinators and admins.", default=12)
    invitation_hours: int = _setting("How long an invitation can be accepted.", default=72)
    plan_seconds: int = _setting("How often the scheduler works out what is due.", default=60)
    send_seconds: int = _setting("How often the scheduler sends.", default=15)
    senders: int = _setting(
        "How many connections the scheduler opens to the mail server when much is due. "
        "When its process is killed, each may repeat one mail.",
        default=1,
    )
    scans_folder: Path | None = _setting(
        "The folder for sealed scans of replies, the same on all machines. Not set: beside the SQLite database.",
        default=None,
    )
    argon2_kib: int = _setting("Memory of one passphrase check, in KiB.", least=8, default=46 * 1024)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def scans_path(self) -> Path | None:
        """Where scans are kept; None with PostgreSQL as long as nobody has said where."""
        if self.scans_folder is not None or not self.database_url.startswith("sqlite:///"):
            return self.scans_folder
        database = Path(self.database_url.removeprefix("sqlite:///").partition("?")[0])
        return database.parent / "scans"

    @property
    def mail_domain(self) -> str:
        return self.mail_from.rpartition("@")[2].rstrip("> ")

    @property
    def invitation_lasts(self) -> timedelta:
        return timedelta(hours=self.invitation_hours)

    def check(self) -> None:
        """Refuse what must not run; raises BadSettings with every fault."""
        faults = [*self._faults_of_addresses(), *self._faults_of_secrets()]
        for each in fields(self):
            if each.type == "int" and getattr(self, each.name) < each.metadata["least"]:
                faults.append(f"{PREFIX}{each.name.upper()} must be at least {each.metadata['least']}.")
        if faults:
            raise BadSettings(faults)

    def _faults_of_addresses(self) -> list[str]:
        faults = []
        if not re.fullmatch(r"sqlite:///.+|postgresql(\+psycopg)?://.*/[^/?]+(\?.*)?", self.database_url):
            faults.append(f"{PREFIX}DATABASE_URL must be like sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.")
        faults += self._faults_of_mail_server()
        if not re.fullmatch(r"[^<>\r\n]* ?<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+", self.mail_from):
            faults.append(f"{PREFIX}MAIL_FROM must be an address, or a name and an address in angle brackets.")
        if self.bounce_address is not None and not re.fullmatch(r"[\w.-]{1,12}@[A-Za-z0-9.-]+", self.bounce_address):
            faults.append(f"{PREFIX}BOUNCE_ADDRESS must be an address with at most 12 letters before the @.")
        if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]]+(:\d+)?", self.public_url):
            faults.append(f"{PREFIX}PUBLIC_URL must be like https://post.example.org, without a path.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            faults.append(f"{PREFIX}ZONE: there is no time zone {self.zone!r}.")
        return faults

    def _faults_of_mail_server(self) -> list[str]:
        mail = urlsplit(self.smtp_url)
        if mail.scheme not in _MAIL_SCHEMES:
            return [f"{PREFIX}SMTP_URL must begin with one of {', '.join(_MAIL_SCHEMES)}, then ://."]
        if mail.scheme == "folder":
            return [] if mail.path.startswith("/") else [f"{PREFIX}SMTP_URL: folder:// needs a whole path behind it."]
        try:
            has_host = bool(mail.hostname) and (mail.port is None or mail.port > 0)
        except ValueError:
            has_host = False
        if not has_host:
            return [f"{PREFIX}SMTP_URL must name a host, and a port that is a number if it names one."]
        if mail.scheme == "smtp" and mail.hostname not in ("localhost", "127.0.0.1", "::1"):
            return [f"{PREFIX}SMTP_URL: plain smtp:// is for this machine only; use smtps or smtp+starttls."]
        return []

    def _faults_of_secrets(self) -> list[str]:
        if self.demo:
            return []
        faults = []
        if self.secret_key == DEMO_SECRET or len(self.secret_key) < 32 or len(set(self.secret_key)) < 10:
            faults.append(f"{PREFIX}SECRET_KEY must be at least 32 random characters, not the demo's.")
        host = urlsplit(self.public_url).hostname or ""
        if not self.is_https and not host.endswith(".onion") and host not in ("localhost", "127.0.0.1"):
            faults.append(f"{PREFIX}PUBLIC_URL must be https (an onion address may be http).")
        return faults


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the environment; raises BadSettings naming every missing or unreadable one."""
    faults: list[str] = []
    values: dict[str, Any] = {}
    known = {PREFIX + each.name.upper(): each for each in fields(Settings)}
    for variable, each in known.items():
        text = environment.get(variable)
        if text is None:
            if each.default is each.default_factory:  # both MISSING: there is no default
                faults.append(f"{variable} is not set. {each.metadata['help']}")
            continue
        try:
            values[each.name] = _read(str(each.type), text)
        except ValueError:
            faults.append(f"{variable} is not readable: {each.metadata['help']}")
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in known and not variable.startswith(PREFIX + "TEST_"):
            faults.append(f"{variable} is no setting of the tracker.")
    if faults:
        raise BadSettings(faults)
    settings = Settings(**values)
    settings.check()
    return settings


def _read(kind: str, text: str) -> Any:
    if kind == "int":
        return int(text)
    if kind in ("Path", "Path | None"):
        if not text:
            raise ValueError(text)
        return Path(text)
    if kind == "bool":
        if text not in ("0", "1"):
            raise ValueError(text)
        return text == "1"
    return text
