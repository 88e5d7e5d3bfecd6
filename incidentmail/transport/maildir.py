"""Deliver mail into a Maildir, for trials, for tests, and for relays that collect files.

Each message is a single file, which is either complete or absent: it is written under `tmp`, synced and renamed into
`new`, and then the directory is synced.
"""

from __future__ import annotations

import itertools
import os
import socket
import time
from pathlib import Path

from incidentmail.errors import RelayUnavailableError

_counter = itertools.count()


def deliver(path: Path, raw: bytes, *, reverse_path: str, forward_paths: tuple[str, ...]) -> None:
    """Store one message durably, with LF line endings. Raise RelayUnavailableError if it cannot be written.

    The envelope is kept in the way that mail servers keep it: a `Return-Path` field (RFC 5321 section 4.4) and, for
    each recipient, a `Delivered-To` field are added before the message's own header. Missing directories are created
    with mode 0700.
    """
    trace = [f"Return-Path: <{reverse_path}>", *(f"Delivered-To: {address}" for address in forward_paths)]
    content = "".join(f"{line}\n" for line in trace).encode("ascii", "replace") + raw.replace(b"\r\n", b"\n")
    name = f"{time.time():.6f}".replace(".", ".M") + f"P{os.getpid()}Q{next(_counter)}.{_host()}"
    temporary = path / "tmp" / name
    try:
        for folder in (path, path / "cur", path / "new", path / "tmp"):
            folder.mkdir(mode=0o700, parents=folder is path, exist_ok=True)
        _write(temporary, content)
        temporary.rename(path / "new" / name)
        _sync(path / "new")
    except OSError as error:
        reason = error.strerror or str(error)
        raise RelayUnavailableError(
            f"cannot write to the maildir {path}: {reason}", relay=f"maildir://{path}"
        ) from error


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        file.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Sync a directory, because a rename is durable only once its directory is synced."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _host() -> str:
    """Return the host name, escaping characters that are not allowed in a Maildir file name."""
    return socket.gethostname().replace("/", "\\057").replace(":", "\\072") or "localhost"
