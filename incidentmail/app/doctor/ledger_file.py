"""Examine the ledger file: its location, permissions, free space, format, damage, and the age of its back-up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from incidentmail.app.keeping.backup import last_back_up
from incidentmail.app.serve_lock import runs_on_another_file
from incidentmail.core.times import show_duration
from incidentmail.errors import IncidentMailError
from incidentmail.ledger.free_space import free_bytes
from incidentmail.ledger.sqlite.read_only import SqliteReader

from .finding import REST, Finding, failed, failure, ok, warning

CHECK, BACK_UP = "ledger", "back-up"
FREE_BYTES_MIN = 100_000_000
"""If less than this is free, a few large messages can fill the disk."""
BACK_UP_AGE_MAX = timedelta(days=7)


def ledger_file(path: Path, now: datetime) -> Iterator[Finding]:
    """Yield findings on whether the ledger can be read and written, and whether a quick check finds damage."""
    if not path.exists():
        yield from _place(path)
        return
    found = [*_rights(path), *_space(path), *_content(path)]
    yield from found
    if not found:
        yield ok(CHECK, f"{path}, {path.stat().st_size / 1_000_000:.1f} MB; a quick check found no damage")
    if not any(one.level == "failure" for one in found):
        yield from _back_up(path, now)


def _place(path: Path) -> Iterator[Finding]:
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield failure(
            CHECK, f"there is no ledger yet, and it cannot be made: {folder} cannot be written; {REST}",
            "run this as the user of 'serve', or set [ledger] url to a place of yours",
        )  # fmt: skip
        return
    yield ok(CHECK, f"none yet; the first command that records something makes {path}")


def _rights(path: Path) -> Iterator[Finding]:
    if not os.access(path, os.R_OK):
        return  # reading its content fails too, and that failure is reported
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK | os.X_OK):
        yield failure(CHECK, f"{path} cannot be written by this user; {REST}", "run this as the user of 'serve'")
    if path.stat().st_mode & 0o077:
        yield warning(CHECK, f"others can read {path}, which holds all mail", f"chmod 0600 {path}")
    if runs_on_another_file(path):
        yield failure(
            CHECK,
            f"'serve' runs on another file than {path}: no mail is accepted; {REST}",
            "put the file back, restart 'serve'",
        )


def _space(path: Path) -> Iterator[Finding]:
    try:
        free = free_bytes(path)
    except OSError as error:
        yield warning(CHECK, f"the free space of its disk is not known: {error.strerror}", "look at the disk")
        return
    if free < FREE_BYTES_MIN:
        yield failure(CHECK, f"only {free / 1_000_000:.0f} MB are free on its disk; {REST}", "make room on that disk")


def _content(path: Path) -> Iterator[Finding]:
    try:
        with closing(SqliteReader(path)) as reader:
            reader.check()
    except IncidentMailError as error:
        yield failed(CHECK, error, cure="incidentmail ledger verify", without=REST)


def _back_up(path: Path, now: datetime) -> Iterator[Finding]:
    last = last_back_up(path)
    if last is None:
        return  # another program may make the back-ups
    age = now - last.at
    if age > BACK_UP_AGE_MAX:
        cure = f"incidentmail ledger backup --replace {last.path}"
        yield warning(BACK_UP, f"the last one is {show_duration(age)} old: {last.path}", cure)
    else:
        yield ok(BACK_UP, f"made {show_duration(age)} ago: {last.path}")
