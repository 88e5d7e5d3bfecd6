"""Read, create and rotate the key file. The key, 32 random bytes, authenticates our mail.

Earlier keys are kept beside the file, as `key.1`, `key.2` and so on. They still verify the mail that was sent with
them.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from incidentmail.core.record.keys import Key
from incidentmail.errors import ConfigError, NotPermittedError
from incidentmail.ledger.durable_files import sync

KEY_BYTES = 32


def read_key(path: Path) -> Key:
    """Return the current key and the earlier ones. If there is no key, create one with mode 0600.

    Raise NotPermittedError or ConfigError if the key is unusable.
    """
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(path)
        return with_earlier(path)
    except OSError as error:
        raise _closed_to_us(path, error) from error


def with_earlier(path: Path) -> Key:
    """Return the key at `path` and the earlier ones.

    Raise OSError if a key cannot be read, and ConfigError if it is unusable.
    """
    earlier = tuple(_checked(one, one.read_bytes()) for one in reversed(earlier_files(path)))
    return Key(_checked(path, path.read_bytes()), earlier=earlier)


def earlier_files(path: Path) -> list[Path]:
    """Return the files of the keys that preceded the key at `path`, the oldest first."""
    found = {int(one.suffix[1:]): one for one in path.parent.glob(f"{path.name}.*") if one.suffix[1:].isdecimal()}
    return [found[number] for number in sorted(found)]


def rotate(path: Path) -> Path:
    """Make a new key at `path`, and keep the old one beside it. Return the file of the old key.

    There is a key at `path` at all times. Raise ConfigError if the old key is missing or unusable, and
    NotPermittedError if the files cannot be written.
    """
    try:
        if not path.exists():
            raise ConfigError(f"there is no key at {path}", hint="put the key back from its back-up")
        with_earlier(path)
        numbers = [int(one.suffix[1:]) for one in earlier_files(path)]
        old = path.with_name(f"{path.name}.{max(numbers, default=0) + 1}")
        os.link(path, old)
        new = _written(path)
        new.replace(path)
        sync(path.parent)
    except OSError as error:
        raise _closed_to_us(path, error) from error
    return old


def is_there(path: Path) -> bool:
    """Return whether the file exists. Raise NotPermittedError if the folder may not be read."""
    try:
        return path.exists()
    except OSError as error:
        raise NotPermittedError(
            f"cannot look at {path}: {error.strerror}", hint="run this as the user whose ledger it is"
        ) from error


def key_or_another(path: Path) -> Key:
    """Return the key and the earlier ones.

    If there is no key yet, return a random key without storing it.
    """
    try:
        return with_earlier(path)
    except FileNotFoundError:
        return Key(secrets.token_bytes(KEY_BYTES))
    except OSError as error:
        raise _closed_to_us(path, error) from error


def _make(path: Path) -> None:
    """Write a key under a temporary name and then rename it, so that no process ever reads an incomplete key.

    If another process creates the key first, that key is kept.
    """
    new = _written(path)
    try:
        with suppress(FileExistsError):
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
    sync(path.parent)


def _written(path: Path) -> Path:
    """Write a new key under a temporary name beside `path`, with the same owner as an existing key at `path`."""
    new = path.with_name(f"{path.name}.new-{os.getpid()}-{secrets.token_hex(4)}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        if path.exists():
            before, made = path.stat(), os.fstat(file.fileno())
            if (before.st_uid, before.st_gid) != (made.st_uid, made.st_gid):
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return new


def _closed_to_us(path: Path, error: OSError) -> NotPermittedError:
    return NotPermittedError(
        f"cannot open the key {path}: {error.strerror}", hint="check its owner, or [mail] key_file"
    )


def _checked(path: Path, key: bytes) -> bytes:
    """Return the key. Raise ConfigError if other users can read or change it, or if it is too short."""
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
