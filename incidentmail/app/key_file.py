"""Read the file of the key that proves our mail: 32 random bytes, created on first use."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from incidentmail.errors import ConfigError, NotPermittedError

KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """Return the key.

    It is created on first use, with mode 0600. Raise NotPermittedError or ConfigError if it is unusable.
    """
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path)
        return _checked(path, path.read_bytes())
    except OSError as error:
        raise _closed_to_us(path, error) from error


def is_there(path: Path) -> bool:
    """Return whether there is such a file. Raise NotPermittedError if the system does not let us look."""
    try:
        return path.exists()
    except OSError as error:
        raise NotPermittedError(
            f"cannot look at {path}: {error.strerror}", hint="run this as the user whose ledger it is"
        ) from error


def key_or_another(path: Path) -> bytes:
    """Return the key.

    If there is none yet, return a random one that is not stored, since no mail was proved with it.
    """
    try:
        return _checked(path, path.read_bytes())
    except FileNotFoundError:
        return secrets.token_bytes(KEY_BYTES)
    except OSError as error:
        raise _closed_to_us(path, error) from error


def _make(path: Path) -> None:
    """Write a key under a temporary name and then rename it, so that no process ever reads an incomplete key.

    If another process is faster, its key is kept.
    """
    new = path.with_name(f"{path.name}.new-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _closed_to_us(path: Path, error: OSError) -> NotPermittedError:
    return NotPermittedError(
        f"cannot open the key {path}: {error.strerror}", hint="check its owner, or [mail] key_file"
    )


def _checked(path: Path, key: bytes) -> bytes:
    """Return the key. Raise ConfigError if others can read or change it, or if it is too short."""
    if path.stat().st_mode & 0o007:
        raise ConfigError(
            f"the key {path} can be read or changed by everybody, who could then write mail in our name",
            hint=f"chmod 0600 {path}; if others may have read it, make a new one, which disowns all earlier mail",
        )
    if len(key) < KEY_BYTES:
        raise ConfigError(
            f"the key {path} has {len(key)} bytes, fewer than {KEY_BYTES}",
            hint="restore it from a back-up; a new key makes all earlier mail a stranger's",
        )
    return key
