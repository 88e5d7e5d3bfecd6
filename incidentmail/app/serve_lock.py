"""Is `serve` running? A lock that the system lets go of when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from incidentmail.errors import NotPermittedError


@contextmanager
def marked_as_running(ledger: Path) -> Iterator[None]:
    """Says so for as long as the block lasts. Several services may share a ledger."""
    handle = _open(ledger)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def is_running(ledger: Path) -> bool:
    """Whether some service runs on this ledger, on this machine. It makes no file that the service could not open."""
    if not _path(ledger).exists():
        return False
    folder = os.open(ledger.parent, os.O_RDONLY)
    handle = _open(ledger)
    try:
        fcntl.flock(
            folder, fcntl.LOCK_EX
        )  # who asks takes turns, so that nobody takes another who asks for the service
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)
        os.close(folder)


def _path(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}.serve")


def _open(ledger: Path) -> int:
    path = _path(ledger)
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise NotPermittedError(
            f"cannot open {path}: {error.strerror}", hint="check its owner; it belongs to whoever runs 'serve'"
        ) from error
