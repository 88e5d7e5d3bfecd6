"""Write the configuration, the key and an empty ledger."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
from contextlib import suppress
from pathlib import Path

from incidentmail.app.keeping.open_ledger import open_ledger
from incidentmail.app.key_file import is_there, read_key
from incidentmail.config.file import parsed, read_text
from incidentmail.config.load import Config
from incidentmail.errors import ConfigError, NotPermittedError, UsageError

FILE_MODE, FOLDER_MODE = 0o600, 0o700


def write_configuration(path: Path, text: str) -> Path | None:
    """Write the file with mode 0600. If there is an old one, keep it under another name and return its new path.

    Raise UsageError if another program creates the file meanwhile, and NotPermittedError if it cannot be written.
    """
    try:
        path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        kept = _kept(path) if path.exists() else None
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except FileExistsError as error:
        raise exists(path) from error
    except OSError as error:
        raise NotPermittedError(
            f"{path} cannot be written: {error.strerror}", hint="name another file: incidentmail --config FILE init"
        ) from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return kept


def is_in_use(path: Path) -> bool:
    """Return whether there is a configuration that may be in use.

    A configuration without a list, such as one that a package installs, is not in use. A file that cannot be read may
    be in use.
    """
    if not path.exists():
        return False
    try:
        found = parsed(read_text(path), path).get("list")
    except ConfigError:
        return True
    return isinstance(found, dict) and "address" in found


def exists(path: Path) -> UsageError:
    """Return the error saying that an existing configuration is not overwritten."""
    return UsageError(
        f"there is a configuration already: {path}",
        hint="'incidentmail doctor' says whether it works; --replace keeps it under another name and writes a new one",
    )


def make_places(config: Config) -> None:
    """Create the key and an empty ledger.

    If there is a key but no ledger, no ledger is created, because the old one may have been lost. The first command
    that records something reports this. Raise NotPermittedError or LedgerError if the files cannot be created.
    """
    try:
        config.ledger_path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise NotPermittedError(
            f"{config.ledger_path.parent} cannot be made: {error.strerror}", hint="run init as the user of 'serve'"
        ) from error
    begins = not is_there(config.key_path) and not is_there(config.ledger_path)
    read_key(config.key_path)
    if begins and config.ledger.database_url is None:
        open_ledger(config).close()


def check_user(user: str, home: Path) -> None:
    """Raise UsageError if this machine does not have the given user and group."""
    try:
        pwd.getpwnam(user)
        grp.getgrnam(user)
    except KeyError as error:
        raise UsageError(
            f"this machine has no user and group {user!r}",
            hint=f"useradd --system --user-group --home-dir {home} --shell /usr/sbin/nologin {user}",
        ) from error


def hand_over(config: Config, user: str) -> None:
    """Give the key and the ledger to the service's user, and let its group read the configuration."""
    shutil.chown(config.ledger_path.parent, user, user)
    shutil.chown(config.key_path, user, user)
    if is_there(config.ledger_path):
        shutil.chown(config.ledger_path, user, user)
    if config.path is not None:
        shutil.chown(config.path, group=user)
        config.path.chmod(0o640)


def _kept(path: Path) -> Path:
    """Rename an old file to an unused name, and return that name."""
    number = 1
    while True:
        kept = path.with_name(f"{path.name}.old-{number}")
        with suppress(FileExistsError):
            os.link(path, kept)  # unlike rename, it never replaces a file
            path.unlink()
            return kept
        number += 1
