"""Keep a retrospective in a file that people edit, and update it without losing any of their text.

The new file replaces the old one in one step. If somebody has changed the old one outside the places meant for their
text, it is kept beside the new one under another name. A lock file, held while an editor is open, keeps two people on
one machine from overwriting each other's work.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen
from incidentmail.errors import IncidentMailError, NotPermittedError, UsageError
from incidentmail.report.retro.contents import Retro
from incidentmail.report.retro.human_parts import Written, read_parts
from incidentmail.report.retro.markdown import markdown

FILE_BYTES_MAX = 4 * 1024 * 1024
"""A retrospective takes some ten kB. A larger file is damaged, or not a retrospective."""

PAGE = b"<!doctype html>"


class BeingEditedError(IncidentMailError):
    """Somebody else has this retrospective open in an editor."""

    exit_code = 75


class Kept(Frozen, kw_only=True, gc=True):
    """A file that was written. If the previous file was changed by hand, `earlier` is its new path."""

    path: Path
    is_new: bool
    words: int
    earlier: Path | None = None


def default_path(context: AppContext, incident: str) -> Path:
    """Return the path where the retrospective of an incident is kept."""
    folder = context.config.settings.retro.folder or context.config.ledger_path.parent / "retrospectives"
    return folder / f"{incident}.md"


def parts_in(path: Path, incident: str) -> Mapping[str, str]:
    """Return the texts that people wrote into the retrospective at `path`, by place, or {} if there is no file.

    Raise UsageError if the file is not the retrospective of `incident`.
    """
    written = _read(path, incident)
    return written.parts if written else {}


def keep(context: AppContext, retro: Retro, path: Path) -> Kept:
    """Write the retrospective to `path`, with the text that people wrote into the file there.

    Raise UsageError if that file is not this retrospective, and NotPermittedError if it cannot be written.
    """
    before = _read(path, retro.id)
    parts = before.parts if before else {}
    text = markdown(retro, context.templates, context.config.settings.timezones, parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        earlier = _put_aside(path, context.now()) if before and not (before.is_ours and before.is_whole) else None
        _replace(path, text, mode=0o600 if retro.is_restricted else 0o640)
    except OSError as error:
        raise _cannot_write(path, error) from error
    return Kept(path=path, is_new=before is None, words=len(parts), earlier=earlier)


def keep_page(path: Path, html: str, *, is_restricted: bool) -> None:
    """Write the retrospective as a web page to `path`. An older page is replaced, because people do not edit pages.

    Raise UsageError if another kind of file is there, and NotPermittedError if the page cannot be written.
    """
    try:
        if path.exists() and not path.read_bytes()[: len(PAGE)].lower() == PAGE:
            raise UsageError(f"{path} is another file", hint="choose another name, or move it away")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        _replace(path, html, mode=0o600 if is_restricted else 0o640)
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> NotPermittedError:
    return NotPermittedError(
        f"cannot write {path}: {error.strerror or error}", hint="choose another place with -o FILE"
    )


@contextmanager
def being_edited(path: Path) -> Iterator[None]:
    """Hold the lock of a file while the file is written and edited. Raise BeingEditedError if it is already held."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _cannot_write(path, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BeingEditedError(f"somebody is editing {path}", hint="wait until they have closed it") from error
        yield
    finally:
        os.close(lock)


def _read(path: Path, incident: str) -> Written | None:
    try:
        raw = path.read_bytes() if path.stat().st_size <= FILE_BYTES_MAX else b""
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotPermittedError(f"cannot read {path}: {error.strerror or error}", hint="choose another file") from error
    found = read_parts(raw.decode("utf-8", "replace"))
    if found is None or found.id != incident:
        of = f"the retrospective of {found.id}" if found else "another file"
        raise UsageError(f"{path} is {of}", hint="choose another name, or move it away")
    return found


def _put_aside(path: Path, now: datetime) -> Path:
    """Rename a file that somebody has changed by hand to an unused name, and return that name."""
    number = 0
    while True:
        more = f"-{number}" if number else ""
        aside = path.with_name(f"{path.stem}.{now:%Y-%m-%dT%H%M%S}{more}{path.suffix}")
        try:
            os.link(path, aside)
        except FileExistsError:
            number += 1
            continue
        return aside


def _replace(path: Path, text: str, *, mode: int) -> None:
    part = path.with_name(f".{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
