"""Determine from `[ledger] url` where the ledger is: in a file on this machine, or in a database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from incidentmail.core.frozen import Frozen
from incidentmail.errors import ConfigError

_KEYS = ("ledger", "url")
_EXAMPLES = 'write "sqlite:////var/lib/incidentmail/ledger.db", or "postgresql://incidentmail@db.example.com/incidents"'


class LedgerPlace(Frozen, kw_only=True):
    """The location of the ledger.

    `path` is the file of the ledger. If the ledger is in a database, `database_url` is set, and only the files next to
    `path` are used: they let processes on this machine notify each other.
    """

    path: Path
    database_url: str | None = None

    @property
    def name(self) -> str:
        """The name for display: the path, or the URL without its options."""
        return str(self.path) if self.database_url is None else self.database_url.partition("?")[0]

    def exists(self) -> bool:
        """Return whether there is a ledger. For a database, return True; opening it fails if it contains no ledger."""
        return self.database_url is not None or self.path.exists()


def ledger_place(url: str | None, data_dir: Callable[[], Path]) -> LedgerPlace:
    """Return the location that `url` names. Raise ConfigError if the URL names no location or contains a password."""
    if url is None:
        return LedgerPlace(path=data_dir() / "ledger.db")
    if url.startswith("sqlite:////") and not url.endswith("/"):
        return LedgerPlace(path=Path(url.removeprefix("sqlite:///")))
    from .faults import without_password

    shown = without_password(url)
    if not url.startswith(("postgresql://", "postgres://")):
        raise ConfigError(f"[ledger] url = {shown!r} is no ledger", hint=_EXAMPLES, keys=_KEYS)
    try:
        parts = urlsplit(url)
        has_password = parts.password is not None or "password" in dict(parse_qsl(parts.query))
    except ValueError as error:
        raise ConfigError(f"[ledger] url is no URL: {error}", hint=_EXAMPLES, keys=_KEYS) from error
    if has_password:
        raise ConfigError(
            f"[ledger] url = {shown!r} contains a password",
            hint="take it out; set $INCIDENTMAIL_LEDGER_PASSWORD, or [ledger] password_command, or use ~/.pgpass",
            keys=_KEYS,
        )
    if not parts.path.strip("/"):
        raise ConfigError(f"[ledger] url = {shown!r} names no database", hint=_EXAMPLES, keys=_KEYS)
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    return LedgerPlace(path=data_dir() / f"postgresql-{mark}", database_url=url)
