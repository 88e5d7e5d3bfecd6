"""Open the configured ledger, in a file or in a database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from incidentmail.config.ledger_place import LedgerPlace
from incidentmail.config.load import Config
from incidentmail.errors import ConfigError
from incidentmail.ledger.sqlite.read_only import SqliteReader
from incidentmail.ledger.sqlite.store import SqliteLedger

if TYPE_CHECKING:
    from incidentmail.ledger.postgres.store import PostgresLedger


def open_ledger(config: Config) -> SqliteLedger | PostgresLedger:
    """Open the ledger. A file is created on first use; the tables of a database are created by `ledger migrate`.

    Raise LedgerError or NotPermittedError if it cannot be opened, and ConfigError if a required package is missing.
    """
    if config.ledger.database_url is None:
        return SqliteLedger(config.ledger_path)
    return _database(config)


def open_reader(config: Config) -> SqliteReader | PostgresLedger:
    """Open the ledger read-only. A file that does not exist counts as an empty ledger."""
    return open_place(config.ledger, config.ledger_password)


def open_copy(path: Path) -> SqliteReader:
    """Open a ledger in a file, such as a back-up, read-only."""
    return SqliteReader(path)


def open_place(place: LedgerPlace, password: Callable[[], str | None]) -> SqliteReader | PostgresLedger:
    """Open the ledger at `place` read-only. If it is in a database, call `password` to get the password."""
    if place.database_url is None:
        return SqliteReader(place.path)
    return _postgres(place.database_url, password(), looks_only=True)


def _database(config: Config) -> PostgresLedger:
    found = _postgres(str(config.ledger.database_url), config.ledger_password(), looks_only=False)
    if not config.key_path.exists():
        _check_is_new(found, config)
    # The files beside this path tell the processes of this machine about each other.
    config.ledger_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def _postgres(url: str, password: str | None, *, looks_only: bool) -> PostgresLedger:
    check_package()
    from incidentmail.ledger.postgres.store import PostgresLedger

    return PostgresLedger(url, password=password, looks_only=looks_only)


def _check_is_new(ledger: PostgresLedger, config: Config) -> None:
    """Raise ConfigError if the ledger has entries, because it was then created with another machine's key."""
    with ledger.snapshot() as view:
        if view.head().size == 0:
            return
    ledger.close()
    raise ConfigError(
        f"there is no key at {config.key_path}, and the ledger {config.ledger.name} was begun with one",
        hint="copy the key from the machine that began it, with mode 0600",
        keys=("mail", "key_file"),
    )


def check_package() -> None:
    """Raise ConfigError if the package for PostgreSQL is missing."""
    try:
        import incidentmail.ledger.postgres.connection  # noqa: F401
    except ImportError as error:
        raise ConfigError(
            f"[ledger] url names PostgreSQL, and its package cannot be loaded: {error}",
            hint="pip install 'incidentmail[postgres]'",
            keys=("ledger", "url"),
        ) from error
