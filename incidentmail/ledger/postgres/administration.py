"""Do to a database what the role of the service may not do: create tables, and give rights."""

from __future__ import annotations

import psycopg

from . import schema
from .connection import connect, shown_url
from .store_errors import VERSION_MIN, StoreErrors


class Administration(StoreErrors):
    """A connection of the role that owns the tables."""

    def __init__(self, url: str, *, password: str | None = None) -> None:
        """Connect. Raise LedgerUnavailableError, NotPermittedError or LedgerError as `PostgresLedger` does."""
        self.name = shown_url(url)
        try:
            self._database = connect(url, password=password)
        except psycopg.Error as error:
            raise self.cannot_connect(error) from error
        if (found := self._database.info.server_version) < VERSION_MIN:
            self.close()
            raise self.too_old(found)

    def migrate(self, *, origin: str | None = None, role: str | None = None) -> tuple[list[int], int]:
        """Apply what is missing, and give `role` its rights. Return the numbers applied, and the newest number."""
        try:
            found = schema.present(self._database)
            if found > schema.newest():
                raise self.other_format(found, schema.newest())
            with self._database.transaction():
                done = schema.migrate(self._database, origin=origin)
                if role is not None:
                    schema.grant(self._database, role)
        except psycopg.Error as error:
            raise self.as_ledger_error(error) from error
        return done, schema.newest()

    def close(self) -> None:
        self._database.close()
