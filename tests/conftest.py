"""What every test can ask for.

Whatever touches a database runs on both: `database_url`, and all that stands on it (`engine`, `session`, `app`,
`client`, `live_server`, `granian_server`), is parametrised with SQLite and PostgreSQL. Nothing may be skipped: where
something is missing, the run ends with a sentence about what to install.
"""

from __future__ import annotations

import base64
import os
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import hypothesis.configuration
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.support import loopback, postgres

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

    from tests.support.browser import Pages
    from tests.support.client import FormClient
    from tests.support.databases import PostgresDatabase, SqliteTemplate
    from tests.support.servers import LiveServer
    from tests.support.smtp import SmtpSink
    from tracker.mail import MemoryMailer
    from tracker.sealing.box import Keyring
    from tracker.settings import Settings

ROOT = Path(__file__).parent.parent
SOCKET_FOLDER = "TRACKER_TEST_POSTGRES_SOCKETS"
"""How the process that started PostgreSQL tells the others where it is."""

hypothesis.configuration.set_hypothesis_home_dir(ROOT / ".cache" / "hypothesis")
# The same examples in every run: a failure here is a failure anywhere. A loaded machine is not one.
hypothesis.settings.register_profile("tracker", derandomize=True, deadline=None)
hypothesis.settings.load_profile("tracker")


class _Servers:
    """PostgreSQL, started once for all processes of a run."""

    def __init__(self) -> None:
        self._started: postgres.PostgresServer | None = None

    def postgres(self) -> postgres.PostgresServer:
        told = os.environ.get(SOCKET_FOLDER)
        if told:
            return postgres.PostgresServer(told)
        if self._started is None:
            try:
                self._started = postgres.start()
            except postgres.NoPostgres as error:
                pytest.exit(str(error), returncode=1)
        return self._started

    def stop(self) -> None:
        if self._started is not None:
            self._started.stop()
            self._started = None


_servers = _Servers()


def pytest_configure(config: pytest.Config) -> None:
    loopback.stay_on_this_machine()
    several = bool(getattr(config.option, "numprocesses", None))
    if several and not hasattr(config, "workerinput") and not config.option.collectonly:
        os.environ[SOCKET_FOLDER] = _servers.postgres().socket_folder


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ.pop(SOCKET_FOLDER, None)
    _servers.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """A suite that passes by skipping says nothing."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be skipped here: {report.longrepr}"
    return report


# Databases


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The key file of every test's installation."""
    path = tmp_path_factory.mktemp("key") / "tracker.key"
    path.write_text(base64.b64encode(bytes(range(32))).decode() + "\n")
    path.chmod(0o400)
    return path


@pytest.fixture(scope="session")
def _sealing_key(key_file: Path) -> dict[str, object]:
    """The one row of keys that a clean database already has, as `flask init` leaves it."""
    from tracker.sealing import keys

    class Catcher:
        def add(self, row: Any) -> None:
            self.row = row

    catcher: Any = Catcher()
    row = keys.add_data_key(catcher, keys.read_key_file(key_file), 1, datetime(2025, 1, 1, tzinfo=UTC))
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory, _sealing_key: dict[str, object]) -> SqliteTemplate:
    from tests.support.databases import SqliteTemplate

    return SqliteTemplate(tmp_path_factory.mktemp("sqlite"), _sealing_key)


@pytest.fixture(scope="session")
def _worker(request: pytest.FixtureRequest) -> str:
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(scope="session")
def _postgres_database(_worker: str, _sealing_key: dict[str, object]) -> Iterator[PostgresDatabase]:
    from tests.support.databases import PostgresDatabase

    database = PostgresDatabase(_servers.postgres(), f"tests_{_worker}", _sealing_key)
    yield database
    database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A clean database with all tables and a sealing key. On one kind only:
    `@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)`.
    """
    if request.param == "sqlite":
        template: SqliteTemplate = request.getfixturevalue("_sqlite_template")
        return template.fresh(tmp_path)
    database: PostgresDatabase = request.getfixturevalue("_postgres_database")
    return database.fresh()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path, _worker: str) -> Iterator[str]:
    """A database with nothing in it, for the migrations and for first starts."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server, name = _servers.postgres(), f"empty_{_worker}_{secrets.token_hex(4)}"
    yield server.create_database(name)
    server.drop_database(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    from tracker.db import make_engine

    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def keyring(key_file: Path, _sealing_key: dict[str, object]) -> Keyring:
    """The keys of every test's database, in use."""
    from tracker.sealing import column, keys
    from tracker.sealing.box import Keyring

    file_key, wrapped = keys.read_key_file(key_file), _sealing_key["wrapped"]
    assert isinstance(wrapped, bytes)
    unlocked = Keyring({1: keys._unwrap(wrapped, 1, file_key)}, active=1)
    column.unlock(unlocked)
    return unlocked


@pytest.fixture
def session(engine: Engine, keyring: Keyring) -> Iterator[Session]:
    """A session as the application makes them, for arranging and looking.

    `client` commits it before every request, and forgets what it had read, so that the two see each other's work. With
    `live_server` commit yourself: on SQLite an open session keeps everybody else from writing.
    """
    from tracker.db import make_sessions

    with make_sessions(engine)() as made:
        yield made


# The application


@pytest.fixture
def settings(database_url: str, key_file: Path, tmp_path: Path) -> Settings:
    from tests.support.servers import HOST, free_port
    from tracker.settings import Settings

    return Settings(
        database_url=database_url,
        secret_key="a secret of the tests, long enough to pass the check",
        key_file=key_file,
        smtp_url=f"folder://{tmp_path / 'outbox'}",
        mail_from="Tracker <post@tracker.example>",
        # Where live_server and granian_server answer, so that a link in a mail can be followed.
        public_url=f"http://{HOST}:{free_port()}",
        argon2_kib=8,
        scans_folder=tmp_path / "scans",
    )


@pytest.fixture
def mailer() -> MemoryMailer:
    """Keeps what the application sends: `mailer.sent`."""
    from tracker.mail import MemoryMailer

    return MemoryMailer()


@pytest.fixture
def app(settings: Settings, mailer: MemoryMailer, keyring: Keyring) -> Iterator[Flask]:
    """The application as it runs, CSRF protection and all, except that its mail stays in `mailer`."""
    from tracker.app import create_app
    from tracker.printing.jobs import press_of

    made = create_app(settings)
    made.testing = True
    parts = made.extensions["tracker"]
    parts.mailer = mailer
    yield made
    # A print that is still being made would write into the next test's database.
    press_of(made).wait()
    parts.engine.dispose()


@pytest.fixture
def client(app: Flask, session: Session) -> FormClient:
    """Somebody at a browser, not signed in. `client.post_form(url, data)` fills in the form that is there."""
    return new_client(app, session)


@pytest.fixture
def new_visitor(app: Flask, session: Session) -> Any:
    """Somebody else at another browser, each time it is called."""
    return lambda: new_client(app, session)


def new_client(app: Flask, session: Session) -> FormClient:
    from tests.support.client import FormClient

    def share() -> None:
        session.commit()
        session.expire_all()

    app.test_client_class = FormClient
    made = app.test_client()
    assert isinstance(made, FormClient)
    made.before_each = share
    return made


@pytest.fixture
def count_statements(app: Flask) -> Any:
    """`with count_statements() as asked: client.get("/"); assert len(asked) <= 8, str(asked)`."""
    from tests.support.statements import counting

    return lambda: counting(app.extensions["tracker"].engine)


# Servers and browsers


@pytest.fixture
def live_server(app: Flask, settings: Settings) -> Iterator[LiveServer]:
    """The application on a port of its own, in a thread of this process: `live_server.url`, and `mailer` works."""
    from tests.support.servers import serving

    with serving(app, settings.public_url) as server:
        yield server


@pytest.fixture
def granian_server(settings: Settings, tmp_path: Path) -> Iterator[LiveServer]:
    """The application as production runs it: wsgi.py under granian, in processes of its own."""
    from tests.support.servers import granian

    with granian(settings, tmp_path / "granian.log") as server:
        yield server


@pytest.fixture
def smtp_sink(tmp_path: Path) -> Iterator[SmtpSink]:
    """A mail server: `smtp_sink.url`, `.messages`, `.fail("data 451", times=1)`, `.work()`."""
    from tests.support.smtp import SmtpSink

    with SmtpSink(tmp_path / "smtp") as sink:
        yield sink


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from tests.support.browser import NoBrowser, find_chromium, running_browser

    try:
        find_chromium()
    except NoBrowser as error:
        pytest.exit(str(error), returncode=1)
    with running_browser() as running:
        yield running


@pytest.fixture
def page_factory(browser: Browser) -> Iterator[Pages]:
    """`page_factory(width=360)` is a page without scripts; `page_factory(js=True)` has them; see Pages."""
    from tests.support.browser import Pages

    pages = Pages(browser)
    yield pages
    pages.close()


@pytest.fixture(autouse=True)
def _nobody_else_runs(request: pytest.FixtureRequest) -> Iterator[None]:
    """A thread that a test leaves behind disturbs another one, which then fails without a reason."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before and not thread.daemon]
    # One that is at its last line is on its way out.
    for thread in left:
        thread.join(5)
    left = [thread for thread in left if thread.is_alive()]
    assert not left, f"left behind: {left}"
