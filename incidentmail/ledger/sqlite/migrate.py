"""Migrate a ledger to the current format: copy it to a new file, verify the copy, and replace the old file.

The old file is kept next to the new one. There is always a complete ledger under the ledger's name: the old one until
the last rename, and the new one after it. An interrupted migration leaves a copy behind, which the next migration
deletes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from incidentmail.errors import LedgerBusyError, LedgerError, LedgerUnavailableError, NoLedgerError, NotPermittedError
from incidentmail.ledger.durable_files import remove_database, sync

from .checksums import register
from .migration_steps import STEPS, Row, Step
from .schema import FORMAT, statements

BUSY_S_MAX = 5.0
ROWS_AT_ONCE = 500
STOP = "stop 'incidentmail serve' and every other command that uses the ledger, then try again"
Progress = Callable[[int, int], None]
"""A callback that receives the number of rows copied so far, and the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """The result of a migration. `backup` is the old file, or None if the ledger was up to date. Heads are in hex."""

    path: Path
    found: str
    format: str
    backup: Path | None
    entries: int
    head: str
    accepted: int
    accepted_head: str


Heads = tuple[int, str, int, str]


def migrate(path: Path, *, progress: Progress = lambda done, total: None) -> Migrated:
    """Migrate the ledger at `path`, and return what was done.

    Raise LedgerBusyError if another process has it open, LedgerUnavailableError if the disk is too small,
    NotPermittedError if the system refuses to read or write a file, NoLedgerError if the ledger does not exist, and
    LedgerError if it is not a ledger of a known format, if the backup already exists or if the copy differs from the
    original.
    """
    if not path.is_file():
        raise NoLedgerError(path)
    try:
        with _locked(path) as old:
            found = _format_of(old, path)
            backup = None
            if found != FORMAT:
                backup = path.with_name(f"{path.name}.format-{found}")
                _check_room(path, backup)
                _replace(path, backup, old, found, progress)
            entries, head, accepted, accepted_head = _heads(old)
    except sqlite3.Error as error:
        raise LedgerError(
            f"{path}: {error}", hint="the ledger is as it was; run 'incidentmail ledger verify'"
        ) from error
    except OSError as error:
        raise NotPermittedError(f"cannot migrate {path}: {error}", hint="the ledger is as it was") from error
    return Migrated(path=path, found=found, format=FORMAT, backup=backup, entries=entries, head=head,
                    accepted=accepted, accepted_head=accepted_head)  # fmt: skip


@contextmanager
def _locked(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the ledger exclusively and merge its write-ahead log. Other processes wait until this connection is closed.

    SQLite leaves WAL mode only if no other process has the file open. Raise LedgerBusyError if another process has it
    open.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_S_MAX, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            raise LedgerBusyError(f"another process has {path} open", hint=STOP) from error
        # The log is merged and deleted. The last reader may have left its index, which is useless now.
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        yield connection


def _format_of(old: sqlite3.Connection, path: Path) -> str:
    tables = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}
    if "meta" not in tables:
        raise LedgerError(f"{path} is not a ledger", hint="check [ledger] url")
    (found,) = old.execute("SELECT value FROM meta WHERE name = 'format'").fetchone() or ("unknown",)
    if found != FORMAT and found not in STEPS:
        raise LedgerError(
            f"{path} has format {found}, which this version cannot migrate to {FORMAT}",
            hint="use the version of incidentmail that wrote it",
        )
    return str(found)


def _check_room(path: Path, backup: Path) -> None:
    """Raise LedgerUnavailableError if the disk is too small, or LedgerError if the name of the backup is taken.

    A migration that was interrupted before its last step may already have given the ledger itself that name.
    """
    if os.path.lexists(backup) and not backup.samefile(path):
        raise LedgerError(
            f"{backup} is there already", hint="it is the back-up of an earlier migration; move it to another place"
        )
    needed, free = path.stat().st_size, free_bytes(path.parent)
    if free < needed:
        raise LedgerUnavailableError(
            f"the copy needs up to {needed:,} bytes, and {path.parent} has {free:,}",
            hint="make room, or move the ledger; nothing was changed",
        )


def free_bytes(folder: Path) -> int:
    """Return the number of free bytes on the disk that holds `folder`."""
    return shutil.disk_usage(folder).free


def _replace(path: Path, backup: Path, old: sqlite3.Connection, found: str, progress: Progress) -> None:
    """Copy the ledger step by step, each step into a separate file.

    Verify the last copy, and replace the old ledger with it.
    """
    copies: list[Path] = []
    source, at = old, found
    try:
        while at != FORMAT:
            step = STEPS[at]
            copies.append(path.with_name(f"{path.name}.new-{step.to}"))
            _make_file(copies[-1], like=path)
            _copy(source, copies[-1], step, progress)
            progress = _continued(progress, _rows(source, step))
            if source is not old:
                source.close()
            source, at = sqlite3.connect(copies[-1], isolation_level=None), step.to
        same = _heads(source) == _heads(old)
        source.close()
        # Do this before the last rename, because a process that stopped after it would never remove these copies.
        for copy in copies[:-1]:
            remove_database(copy)
        _prove(copies[-1], same=same)
        sync(copies[-1])
        if not os.path.lexists(backup):
            _keep_old(path, backup)
        sync(path.parent)
        _put_in_place(copies[-1], path)
        sync(path.parent)
    finally:
        if source is not old:
            source.close()
        for copy in copies:
            remove_database(copy)


def _make_file(copy: Path, *, like: Path) -> None:
    """Create an empty file that only its owner can read, with the owner and group of the ledger."""
    remove_database(copy)  # left by an interrupted migration, because only this process has the ledger open
    handle = os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        wanted, made = like.stat(), os.fstat(handle)
        if (wanted.st_uid, wanted.st_gid) != (made.st_uid, made.st_gid):
            os.fchown(handle, wanted.st_uid, wanted.st_gid)
    finally:
        os.close(handle)


def _copy(source: sqlite3.Connection, path: Path, step: Step, progress: Progress) -> None:
    """Copy everything in `source` into an empty file, in the format of the step, then create indexes and triggers.

    No journal is needed, because the file is not used before it is verified and synced.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as new:
        register(new)
        new.execute("PRAGMA journal_mode = OFF")
        new.execute("PRAGMA synchronous = OFF")
        new.execute("BEGIN")
        made = statements(step.to)
        tables = [sql for sql in made if "CREATE TABLE" in sql]
        for sql in tables:
            new.execute(sql)
        _copy_rows(source, new, step, progress)
        step.fill(new)
        for sql in made:
            if sql not in tables:
                new.execute(sql)
        new.execute("COMMIT")


def _copy_rows(source: sqlite3.Connection, new: sqlite3.Connection, step: Step, progress: Progress) -> None:
    done, total = 0, _rows(source, step)
    meta = dict(source.execute("SELECT name, value FROM meta")) | {"format": step.to}
    new.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    for copied in step.tables:
        rows = source.execute(copied.query)
        while some := rows.fetchmany(ROWS_AT_ONCE):
            _insert(new, copied.table, [copied.change(row) for row in some])
            done += len(some)
            progress(done, total)


def _rows(source: sqlite3.Connection, step: Step) -> int:
    """Return the number of rows that the step copies."""
    return sum(source.execute(f"SELECT COUNT(*) FROM ({copied.query})").fetchone()[0] for copied in step.tables)


def _continued(progress: Progress, before: int) -> Progress:
    """Return a callback for the next step that adds the rows copied by the previous steps."""
    return lambda done, total: progress(before + done, before + total)


def _insert(new: sqlite3.Connection, table: str, rows: list[Row]) -> None:
    marks = ", ".join("?" * len(rows[0]))
    new.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _heads(connection: sqlite3.Connection) -> Heads:
    """Return the numbers of entries and accepted messages, each with its last hash."""
    sizes: list[int | str] = []
    for table in ("entries", "accepted"):
        row = connection.execute(f"SELECT seq, hash FROM {table} ORDER BY seq DESC LIMIT 1").fetchone()
        count, last = row or (0, b"")
        sizes += (int(count), last.hex())
    return (int(sizes[0]), str(sizes[1]), int(sizes[2]), str(sizes[3]))


def _prove(copy: Path, *, same: bool) -> None:
    """Recompute the states of all incidents from the entries, as this version interprets them, and verify the copy.

    `same` is false if the copy's heads differ from those of the ledger. Raise LedgerError in that case, or if `verify`
    finds a fault. If the entries cannot be parsed, `verify` names the first such entry.
    """
    from .store import SqliteLedger

    with closing(SqliteLedger(copy)) as ledger:
        with suppress(ValueError, KeyError, TypeError, AttributeError, AssertionError), ledger.transaction() as view:
            for incident in view.ids_with(""):
                view.project_again(incident)
        verdict = ledger.verify()
    if not (same and verdict.ok):
        reason = verdict.reason or "its heads differ"
        raise LedgerError(
            f"the copy does not hold, and was thrown away: {reason}",
            hint="the ledger is as it was; verify it with the version of incidentmail that wrote it",
        )


def _keep_old(path: Path, backup: Path) -> None:
    """Give the old ledger a second name. Raise LedgerError if a file already has that name."""
    try:
        os.link(path, backup)
    except FileExistsError as error:
        raise LedgerError(f"{backup} is there already", hint="move it to another place") from error


def _put_in_place(copy: Path, path: Path) -> None:
    copy.replace(path)
