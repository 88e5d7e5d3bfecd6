"""Administer a database with privileges that the service lacks: create tables and grant privileges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

from incidentmail.errors import LedgerDamagedError, UsageError
from incidentmail.ledger.rows.record_rows import KnownStates

from . import schema
from .connection import SCHEMA, StatementConnection, connect, shown_url
from .postgres_rows import PostgresView
from .proof import verdict_of
from .store_errors import VERSION_MIN, StoreErrors

NUMBERED: Final = ("earlier_texts", "folders", "notices", "outbox", "private_mails", "deliveries")
"""The tables whose rows are numbered by the database."""


class Administration(StoreErrors):
    """A connection as the role that owns the tables."""

    def __init__(self, url: str, *, password: str | None = None) -> None:
        """Connect to the database.

        Raise LedgerUnavailableError, NotPermittedError or LedgerError under the same conditions as `PostgresLedger`.
        """
        self.name = shown_url(url)
        try:
            self._database = connect(url, password=password)
        except psycopg.Error as error:
            raise self.cannot_connect(error) from error
        if (found := self._database.info.server_version) < VERSION_MIN:
            self.close()
            raise self.too_old(found)

    def migrate(self, *, origin: str | None = None, role: str | None = None) -> tuple[list[int], int]:
        """Apply the missing migrations, and grant `role` its privileges. Return the numbers applied and the newest."""
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

    @contextmanager
    def new_ledger(self, *, origin: str, role: str | None = None) -> Iterator[PostgresView]:
        """Create a ledger with this origin, grant `role` its privileges, and yield a view through which to fill it.

        The ledger is kept if it verifies after the block; otherwise the database does not change. Raise UsageError if
        the database already has a ledger, and LedgerDamagedError if the new ledger does not verify.
        """
        try:
            if schema.present(self._database):
                raise UsageError(
                    f"the database {self.name} has a ledger already",
                    hint="name a new database; a ledger is never copied into another one",
                )
            with self._database.transaction():
                schema.migrate(self._database, origin=origin)
                if role is not None:
                    schema.grant(self._database, role)
                view = PostgresView(StatementConnection(self._database), origin, KnownStates())
                yield view
                view.connection.send()
                self._number_on()
                if not (verdict := verdict_of(view)).ok:
                    raise LedgerDamagedError(
                        f"the copy does not hold, and was thrown away: {verdict.reason}",
                        hint="run 'incidentmail ledger verify' on the ledger that you copy",
                    )
        except psycopg.Error as error:
            raise self.as_ledger_error(error) from error

    def _number_on(self) -> None:
        """Advance the sequences of numbered tables past their rows, whose numbers come from another database."""
        for table in NUMBERED:
            name = sql.Identifier(SCHEMA, table)
            self._database.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({}, 'id'), MAX(id)) FROM {} HAVING MAX(id) IS NOT NULL"
                ).format(sql.Literal(f"{SCHEMA}.{table}"), name)
            )

    def close(self) -> None:
        self._database.close()
