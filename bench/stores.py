"""The generated collective in databases: made once a day as SQLite files in .cache/bench, copied for every run.

PostgreSQL is a private server with a durable disk, as in production, filled by COPY from the SQLite file.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, insert
from sqlalchemy.schema import CreateIndex

import tracker.models  # noqa: F401  every table
from bench.collective import Collective
from bench.letters import COLUMNS, Letters
from tests.support import postgres
from tests.support.postgres import PostgresServer
from tracker import migrate
from tracker.db import Base, make_engine, make_sessions
from tracker.letters.changes import count_everything
from tracker.sealing.keys import add_data_key, load_keyring, read_key_file, write_key_file
from tracker.transit.actions import recount

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"

GENERATOR = ("names.py", "collective.py", "people.py", "post.py", "court.py", "letters.py", "stores.py")

# The tests' server forgets everything for speed; here a commit has to reach the disk, and statistics are kept.
_POSTGRES = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
}


class Store:
    """The SQLite files of one day's collective, one for each size of its archive, and their key."""

    def __init__(self, today: date, say: Callable[[str], None]) -> None:
        self.today = today
        self.folder = CACHE / f"{today}-{_digest()}"
        self.key_file = self.folder / "key"
        self._say = say

    def file(self, letters: int) -> Path:
        return self.folder / f"{letters}.db"

    def make(self, *sizes: int) -> None:
        """Make the files that are not there yet, from the smallest to the largest."""
        if all(self.file(size).exists() for size in sizes):
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for other in CACHE.iterdir():
            if other.is_dir() and other != self.folder:
                shutil.rmtree(other, ignore_errors=True)
        if not self.key_file.exists():
            write_key_file(self.key_file)
        # Made under another name: another run may be reading what is there.
        growing = self.folder / f"growing-{os.getpid()}.db"
        letters, done = _begin(growing, self.key_file, self.today), 0
        for size in sorted(sizes):
            begun = time.monotonic()
            _append(growing, letters, done, size)
            made = growing.with_suffix(".made")
            shutil.copyfile(growing, made)
            made.replace(self.file(size))
            self._say(f"made a collective with {size:,} letters in {time.monotonic() - begun:.1f} s")
            done = size
        growing.unlink()

    def copy(self, letters: int, folder: Path) -> str:
        """A database of its own to measure on; gives its URL."""
        path = folder / f"{letters}.db"
        shutil.copyfile(self.file(letters), path)
        return f"sqlite:///{path}"

    def load(self, letters: int, server: PostgresServer) -> str:
        """The same on PostgreSQL."""
        name = f"bench_{letters}"
        server.drop_database(name)
        url = server.create_database(name)
        begun = time.monotonic()
        engine = make_engine(url)
        indexes = _create(engine, Base.metadata.tables["letter"])
        with (
            closing(sqlite3.connect(f"{self.file(letters).as_uri()}?mode=ro", uri=True)) as source,
            closing(engine.raw_connection()) as target,
        ):
            _copy_rows(source, target.driver_connection)
        with engine.begin() as connection:
            for index in indexes:
                connection.execute(CreateIndex(index))
        with server.connect(name) as plain:
            plain.execute("VACUUM ANALYZE")
        engine.dispose()
        self._say(f"loaded {letters:,} letters into PostgreSQL in {time.monotonic() - begun:.1f} s")
        return url


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A private server, gone with everything in it at the end."""
    postgres.OPTIONS.update(_POSTGRES)
    server = postgres.start()
    try:
        yield server
    finally:
        server.stop()


def _digest() -> str:
    """Of everything that the files follow from: this generator, the tables and how values are stored."""
    code = ROOT / "tracker"
    sources = [ROOT / "bench" / name for name in GENERATOR]
    sources += [*code.glob("*/models.py"), *code.glob("*/rules.py"), *code.glob("sealing/*.py")]
    sources += [*code.glob("transit/*.py")]
    sources += [code / name for name in ("db.py", "partial_date.py", "prisoners/names.py")]
    sources += [code / "letters" / name for name in ("changes.py", "queries.py", "waiting.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()[:12]


def _create(engine: Engine, letter: Table) -> list[Any]:
    """All tables; gives the indexes of the largest one, which are quicker made when its rows are there."""
    kept = list(letter.indexes)
    letter.indexes.clear()
    try:
        Base.metadata.create_all(engine)
    finally:
        letter.indexes.update(kept)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    return sorted(kept, key=lambda index: str(index.name))


def _begin(path: Path, key_file: Path, today: date) -> Letters:
    """A file with everything but the letters."""
    engine = make_engine(f"sqlite:///{path}")
    indexes = _create(engine, Base.metadata.tables["letter"])
    now = datetime.combine(today, datetime.min.time(), UTC)
    file_key = read_key_file(key_file)
    with make_sessions(engine)() as session:
        add_data_key(session, file_key, 1, now)
        session.commit()
        keyring = load_keyring(session, file_key)
    assert keyring is not None
    collective = Collective(today, keyring)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (migrate.newest(),))
        # A prisoner's rows stand before those that name them; each batch is one INSERT with many rows.
        for table in Base.metadata.sorted_tables:
            for rows in _alike(collective.tables.get(table.name, [])):
                connection.execute(insert(table), rows)
        for index in indexes:
            connection.execute(CreateIndex(index))
    engine.dispose()
    return Letters(collective)


def _alike(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows in groups with the same columns: a bulk insert takes its columns from the first."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(frozenset(row), []).append(row)
    yield from groups.values()


def _append(path: Path, letters: Letters, first: int, last: int) -> None:
    """Put in the letters from one number to another, and let the application count what is kept beside them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'letter' AND sql IS NOT NULL"
        indexes = connection.execute(made).fetchall()
        connection.execute("BEGIN")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        holes = ", ".join("?" * len(COLUMNS))
        put = f"INSERT INTO letter ({', '.join(COLUMNS)}) VALUES ({holes})"
        connection.executemany(put, letters.between(first, last))
        for _, statement in indexes:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
    engine = make_engine(f"sqlite:///{path}")
    with make_sessions(engine)() as session:
        count_everything(session)
        recount(session)
        session.commit()
    engine.dispose()


def _copy_rows(source: sqlite3.Connection, target: Any) -> None:
    """Every row as it is: what SQLite keeps is what PostgreSQL reads."""
    with target.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no check of foreign keys, and so in any order
        for name in [table.name for table in Base.metadata.sorted_tables] + ["alembic_version"]:
            columns = [row[1] for row in source.execute(f"PRAGMA table_info({name})")]
            listed = ", ".join(f'"{column}"' for column in columns)
            rows = source.execute(f"SELECT {listed} FROM {name}")
            with cursor.copy(f"COPY {name} ({listed}) FROM STDIN") as copy:
                while some := rows.fetchmany(2000):
                    copy.write("".join("\t".join(map(_as_text, row)) + "\n" for row in some))
    target.commit()


def _as_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value).translate(_ESCAPES)


_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})
