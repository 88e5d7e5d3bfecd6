"""Back up the ledger while it is in use, and record the time of the last back-up."""

from __future__ import annotations

import json
import os
import shlex
from contextlib import closing
from datetime import datetime
from pathlib import Path

from incidentmail.core.frozen import Frozen
from incidentmail.errors import LedgerDamagedError, NoLedgerError, NotPermittedError, UsageError
from incidentmail.ledger.durable_files import sync
from incidentmail.ledger.sqlite.read_only import SqliteReader, verify_file
from incidentmail.ledger.values import Verdict

ELSEWHERE = "name a file on another disk or machine that only you can read"


class BackUp(Frozen, kw_only=True):
    """A back-up that was made and verified. `secrets` is the archive of key and configuration, if one was made."""

    path: Path
    size_bytes: int
    verdict: Verdict
    secrets: Path | None = None


class BackedUp(Frozen, kw_only=True):
    """The time of the last back-up, and its file."""

    at: datetime
    path: str


def back_up(ledger: Path, copy: Path, *, now: datetime, is_replacing: bool = False) -> BackUp:
    """Write a verified copy of the ledger at `ledger` to `copy`, and note the time. The ledger can be used meanwhile.

    The copy has a temporary name until it is verified. Raise UsageError if `copy` is the ledger itself, or if it exists
    and `is_replacing` is false; LedgerDamagedError if the copy does not pass the checks; and NotPermittedError if it
    cannot be written.
    """
    if not ledger.exists():
        raise NoLedgerError(ledger)
    if copy.exists() and copy.samefile(ledger):
        raise UsageError(f"{copy} is the ledger itself", hint=ELSEWHERE)
    if copy.exists() and not is_replacing:
        raise UsageError(f"{copy} exists", hint="choose another name, or add --replace")
    part = copy.with_name(f"{copy.name}.part")
    try:
        _make_empty(part)
        with closing(SqliteReader(ledger)) as reader:
            reader.copy_to(part)
        verdict = verify_file(part)
        if not verdict.ok:
            part.unlink()
            raise LedgerDamagedError(
                f"the copy does not hold: {verdict.reason}",
                hint="run 'incidentmail ledger verify' on the ledger itself",
            )
        _finish(part, copy)
        _note(ledger, BackedUp(at=now, path=str(copy.absolute())))
        return BackUp(path=copy, size_bytes=copy.stat().st_size, verdict=verdict)
    except OSError as error:
        raise NotPermittedError(f"cannot write {copy}: {error.strerror or error}", hint=_elsewhere(copy)) from error


def _elsewhere(copy: Path) -> str:
    """Return what to do if `copy` cannot be written."""
    if not copy.parent.exists():
        return f"create the folder: mkdir -p {shlex.quote(str(copy.parent))}"
    return ELSEWHERE


def archive_secrets(archive: Path, files: dict[str, Path], *, is_replacing: bool = False) -> Path:
    """Write `files` to a tar archive with mode 0600, under the given names. Files that do not exist are left out.

    Raise UsageError if the archive exists and `is_replacing` is false, and NotPermittedError if a file cannot be read
    or written.
    """
    import io
    import tarfile  # imported here so that `status`, which asks for the last back-up, starts faster

    if archive.exists() and not is_replacing:
        raise UsageError(f"{archive} exists", hint="choose another name, or add --replace")
    part = archive.with_name(f"{archive.name}.part")
    try:
        _make_empty(part)
        with part.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
            for name, source in files.items():
                if source.exists():
                    content = source.read_bytes()
                    info = tarfile.TarInfo(name)
                    info.size, info.mode, info.mtime = len(content), 0o600, source.stat().st_mtime
                    tar.addfile(info, io.BytesIO(content))
        _finish(part, archive)
    except OSError as error:
        raise NotPermittedError(f"cannot write {archive}: {error.strerror or error}", hint=ELSEWHERE) from error
    return archive


def last_back_up(ledger: Path) -> BackedUp | None:
    """Return when `ledger` was last backed up with `ledger backup`, or None if this is not known."""
    try:
        said = json.loads(_note_of(ledger).read_text())
        return BackedUp(at=datetime.fromisoformat(said["at"]), path=str(said["path"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _note(ledger: Path, backed_up: BackedUp) -> None:
    """Write the time of the back-up to a file beside the ledger. This file is not part of the record."""
    note = _note_of(ledger)
    part = note.with_name(f"{note.name}.part")
    _make_empty(part)
    part.write_text(json.dumps({"at": backed_up.at.isoformat(), "path": backed_up.path}))
    part.replace(note)


def _note_of(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}.backed-up")


def _make_empty(path: Path) -> None:
    """Create an empty file with mode 0600. If an interrupted back-up has left such a file there, remove it first."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _finish(part: Path, path: Path) -> None:
    """Give the file its final name once its content has been written to the disk."""
    for where in (part, part.parent):
        sync(where)
        if where == part:
            part.replace(path)
