"""Create the configured ledger from an export, with the same entries, messages, hashes and origin."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from incidentmail.config.load import Config
from incidentmail.core.frozen import Frozen
from incidentmail.errors import NotPermittedError, UnreadableInputError, UsageError
from incidentmail.ledger.durable_files import remove_database, sync
from incidentmail.ledger.sqlite.from_export import Progress, make_from_export
from incidentmail.ledger.sqlite.read_only import verify_file


class Imported(Frozen, kw_only=True):
    """The new ledger: its file and origin, the sizes and heads (in hex) of both chains, and the number of other rows.

    `has_key` is true if there is a key at the configured path.
    """

    path: str
    origin: str
    entries: int
    head: str
    accepted: int
    accepted_head: str
    rows: int
    has_key: bool


def import_record(config: Config, name: str, lines: Iterable[bytes], *, progress: Progress) -> Imported:
    """Create the configured ledger from the lines of the export `name`, and verify it.

    The new file has a temporary name until it is verified. Raise UsageError if there is a ledger already, or if the
    configured ledger is in a database; UnreadableInputError if the export is incomplete or was changed; and
    NotPermittedError if the file cannot be written.
    """
    path = config.ledger_path
    if config.ledger.database_url is not None:
        raise UsageError(
            "a ledger is imported into a file",
            hint="set [ledger] url to a file (sqlite:////path/ledger.db); then move it with 'incidentmail ledger copy'",
        )
    if os.path.lexists(path):
        raise _exists(path)
    part = path.with_name(f"{path.name}.importing")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_database(part)
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        made = make_from_export(part, lines, name=name, progress=progress)
        verdict = verify_file(part)
        if reason := verdict.reason or made.fault:
            where = f"entry {verdict.first_bad}: " if verdict.first_bad is not None else ""
            raise UnreadableInputError(
                f"{name} is not as it was exported: {where}{reason}",
                hint="take another copy of the file; nothing was imported",
            )
        _finish(part, path)
    except OSError as error:
        raise NotPermittedError(
            f"cannot write {error.filename or part}: {error.strerror or error}", hint="check [ledger] url"
        ) from error
    finally:
        remove_database(part)
    first = made.header
    return Imported(
        path=str(path), origin=first.origin, entries=first.entries, head=first.head, accepted=first.accepted,
        accepted_head=first.accepted_head, rows=made.rows, has_key=config.key_path.exists(),
    )  # fmt: skip


def _finish(part: Path, path: Path) -> None:
    """Sync the file, then give it its final name. A ledger created in the meantime is never overwritten."""
    sync(part)
    try:
        os.link(part, path)
    except FileExistsError as error:
        raise _exists(path) from error
    sync(path.parent)


def _exists(path: Path) -> UsageError:
    return UsageError(f"there is a ledger, {path}", hint="move it to another place first, with -wal and -shm")
