"""Use file locks to indicate whether `serve` is running, and whether it sends mail.

The operating system releases these locks when the process ends, even after a crash.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from incidentmail.errors import LedgerBusyError, NotPermittedError
from incidentmail.ledger.sqlite.same_file import Identity, identity_of

RUNNING, MUTED, READING = "serve", "muted", "reading"
"""The suffixes of the lock files beside the ledger."""
TURN_S_MAX = 30.0
"""How long to wait for the reading lock. Three attempts to parse the worst message within the limits take less time."""
TURN_LOOK_S = 0.005


@contextmanager
def marked_as_running(ledger: Path, *, muted: bool = False) -> Iterator[None]:
    """Mark the service as running on this ledger while the block lasts.

    If `muted` is true, also mark that the service sends nothing. Several services may share a ledger.
    """
    handles = [_open(_path(ledger, mark)) for mark in (RUNNING, *([MUTED] if muted else []))]
    try:
        for handle in handles:
            fcntl.flock(handle, fcntl.LOCK_SH)
        os.ftruncate(handles[0], 0)
        os.pwrite(handles[0], _name(identity_of(ledger)), 0)
        yield
    finally:
        for handle in handles:
            os.close(handle)


class ReadingTurn:
    """A lock that lets only one process at a time parse and decide mail.

    Without the lock, two processes would parse the same message, and each would count an attempt.
    """

    def __init__(self, ledger: Path) -> None:
        self._path = _path(ledger, READING)
        self._handle: int | None = None

    def take(self) -> None:
        """Acquire the lock, unless this process holds it already.

        Raise LedgerBusyError if another process holds the lock for too long.
        """
        if self._handle is not None:
            return
        handle = _open(self._path)
        until = time.monotonic() + TURN_S_MAX
        while not _is_locked(handle):
            if time.monotonic() > until:
                os.close(handle)
                raise LedgerBusyError(
                    "another process reads the mail",
                    hint="that process, 'incidentmail serve' or the next 'incidentmail flush' decides what waits",
                )
            time.sleep(TURN_LOOK_S)
        self._handle = handle

    def take_at_once(self) -> bool:
        """Acquire the lock if no other process holds it. Return whether this process now holds it."""
        if self._handle is None:
            handle = _open(self._path)
            if not _is_locked(handle):
                os.close(handle)
                return False
            self._handle = handle
        return True

    def leave(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_running(ledger: Path) -> bool:
    """Return whether a service is running on this ledger, on this machine."""
    return _is_held(_path(ledger, RUNNING))


def runs_on_another_file(ledger: Path) -> bool:
    """Return whether a service is still using a file of this name that was replaced or removed after it was opened."""
    if not is_running(ledger):
        return False
    noted = _path(ledger, RUNNING).read_bytes()
    return bool(noted) and noted != _name(identity_of(ledger))


def runs_muted(ledger: Path) -> bool:
    """Return whether a service on this machine was started with the stop switch on."""
    return _is_held(_path(ledger, MUTED))


def _is_held(path: Path) -> bool:
    """Return whether a process holds this lock. The lock file is not created."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise _closed_to_us(path, error) from error
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(
            folder, fcntl.LOCK_EX
        )  # processes that check take turns, so that none of them is mistaken for the service
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)
        os.close(folder)


def _name(identity: Identity | None) -> bytes:
    return b" ".join(b"%d" % part for part in identity or ())


def _path(ledger: Path, mark: str) -> Path:
    return ledger.with_name(f"{ledger.name}.{mark}")


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _closed_to_us(path, error) from error


def _closed_to_us(path: Path, error: OSError) -> NotPermittedError:
    return NotPermittedError(
        f"cannot open {path}: {error.strerror}", hint="check its owner; it belongs to whoever runs 'serve'"
    )
