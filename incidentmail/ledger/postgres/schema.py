"""Create and update a ledger's tables in PostgreSQL by numbered migrations, and grant the service its privileges."""

from __future__ import annotations

import re
import secrets
from functools import cache
from pathlib import Path
from typing import Final

from psycopg import sql

from incidentmail.core.ids import base32
from incidentmail.ledger.codec import genesis

from .connection import SCHEMA, Database

CHAINED: Final = ("accepted", "bodies", "entries", "sealed")
"""The tables that the service's role can only read and append to."""
FIXED: Final = ("migrations", "meta")
"""The tables that the service's role can only read."""
REMOVING: Final = ("remove_text(bigint, text)", "remove_bodies(bigint, bigint)")
"""The functions with which the service removes what the newest entry names. Triggers refuse all other removals."""
_FOLDER: Final = Path(__file__).with_name("migrations")
_NUMBERED: Final = re.compile(r"\d{4}\.sql")
MIGRATING: Final = "SELECT pg_advisory_xact_lock(1766745449, 1)"


@cache
def migrations() -> dict[int, str]:
    """Return a mapping from each migration's number to its statements, in order."""
    found = sorted(path for path in _FOLDER.iterdir() if _NUMBERED.fullmatch(path.name))
    return {int(path.stem): path.read_text(encoding="utf-8") for path in found}


def newest() -> int:
    """Return the number of the newest migration, which this version of the program requires."""
    return max(migrations())


def present(database: Database) -> int:
    """Return the number of the last migration applied to the database, or 0 if it has no ledger."""
    (table,) = database.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.migrations",)).fetchone() or (None,)
    if table is None:
        return 0
    (number,) = database.execute(f"SELECT max(number) FROM {SCHEMA}.migrations").fetchone() or (0,)
    return int(number or 0)


def migrate(database: Database, *, origin: str | None = None) -> list[int]:
    """Apply the missing migrations in the current transaction. Return their numbers.

    A new ledger gets the given `origin`, or a random one if `origin` is None.
    """
    done = []
    database.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(SCHEMA)))
    database.execute(MIGRATING)
    before = present(database)
    for number, statements in migrations().items():
        if number > before:
            database.execute(statements.encode())
            database.execute("INSERT INTO migrations (number) VALUES (%s)", (number,))
            done.append(number)
    if before == 0:
        begin(database, origin or base32(secrets.token_bytes(5), 6))
    return done


def begin(database: Database, origin: str) -> None:
    """Record the origin of a new ledger."""
    with database.cursor() as cursor:
        values = (("origin", origin), ("genesis", genesis(origin).hex()))
        cursor.executemany("INSERT INTO meta VALUES (%s, %s)", values)


def grant(database: Database, role: str) -> None:
    """Grant a role the privileges that the service needs.

    They allow it to append to the record, and to remove the texts and messages that a redaction names.
    """
    who, schema = sql.Identifier(role), sql.Identifier(SCHEMA)
    tables = [name for (name,) in database.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (SCHEMA,))]
    database.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, who))
    for table in tables:
        rights = "SELECT" if table in FIXED else "SELECT, INSERT"
        if table not in (*FIXED, *CHAINED):
            rights = "SELECT, INSERT, UPDATE, DELETE"
        named = sql.Identifier(SCHEMA, table)
        database.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(named, who))
        database.execute(sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(rights), named, who))
    for function in REMOVING:
        database.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {}.{} TO {}").format(schema, sql.SQL(function), who))


def tables_with(database: Database, rights: str) -> list[str]:
    """Return the ledger's tables on which the current role has any of these privileges."""
    rows = database.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        " AND has_table_privilege(format('%%I.%%I', schemaname, tablename), %s) ORDER BY 1",
        (SCHEMA, rights),
    )
    return [name for (name,) in rows]


def rights_too_many(database: Database) -> list[str]:
    """Return the chained tables that the current role could change if no trigger prevented it."""
    return [name for name in tables_with(database, "UPDATE, DELETE, TRUNCATE") if name in (*FIXED, *CHAINED)]


def rights_lacking(database: Database) -> list[str]:
    """Return the tables to which the current role cannot append."""
    able = tables_with(database, "INSERT")
    return [name for name in tables_with(database, "SELECT") if name not in (*FIXED, *able)] if able else [*CHAINED]
