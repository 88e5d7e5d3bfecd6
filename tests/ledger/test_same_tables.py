"""Both databases have the same tables and columns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from real_postgresql import PASSWORD, RealPostgresql

from incidentmail.ledger.postgres.connection import SCHEMA, Database, connect
from incidentmail.ledger.sqlite.store import SqliteLedger

ONLY_SQLITE = {"checksums"}
"""Tables of SQLite only. Any program that may write its file can edit it, so rows that can change have checksums."""
ONLY_POSTGRES = {"migrations"}
OF_ITS_OWN = {"incidents": {"origin", "epoch", "leader", "next_update_at", "silent", "version", "rowid"}}
"""Columns in PostgreSQL for values that SQLite reads from the JSON of `state`."""
KINDS = {"INTEGER": {"bigint", "integer"}, "TEXT": {"text"}, "BLOB": {"bytea"}, "ANY": {"text"}}


class Column(NamedTuple):
    """A column: its type as the database names it, whether it may be NULL, and its place in the primary key."""

    kind: str
    is_nullable: bool
    in_key: bool


Tables = dict[str, dict[str, Column]]


@pytest.fixture
def of_sqlite(tmp_path: Path) -> Iterator[Tables]:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger, ledger.snapshot() as view:
        names = [row[0] for row in view.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        yield {
            table: {
                name: Column(kind, not not_null and not in_key, in_key > 0)
                for _, name, kind, not_null, _, in_key, hidden in view.connection.execute(
                    f"PRAGMA table_xinfo({table})"
                )
                if not hidden
            }
            for table in names
        }


@pytest.fixture
def connection(postgresql: RealPostgresql, database: str) -> Iterator[Database]:
    with connect(postgresql.url(database), password=PASSWORD) as found:
        yield found


@pytest.fixture
def of_postgres(connection: Database) -> Tables:
    found: Tables = {}
    for table, name, kind, is_nullable, in_key in connection.execute(
        "SELECT c.relname, a.attname, CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, NULL)"
        " ELSE format_type(t.oid, NULL) END, NOT a.attnotnull, COALESCE(a.attnum = ANY (i.indkey), false)"
        " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid"
        " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
        " WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped",
        (SCHEMA,),
    ):
        found.setdefault(table, {})[name] = Column(kind, is_nullable, in_key)
    return found


def test_both_have_the_same_tables(of_sqlite: Tables, of_postgres: Tables) -> None:
    assert of_sqlite.keys() - ONLY_SQLITE == of_postgres.keys() - ONLY_POSTGRES


def test_each_table_has_the_same_columns(of_sqlite: Tables, of_postgres: Tables) -> None:
    for table in of_sqlite.keys() - ONLY_SQLITE:
        assert of_sqlite[table].keys() == of_postgres[table].keys() - OF_ITS_OWN.get(table, set()), table


def test_each_column_means_the_same(of_sqlite: Tables, of_postgres: Tables) -> None:
    for table in of_sqlite.keys() - ONLY_SQLITE:
        for name, column in of_sqlite[table].items():
            other = of_postgres[table][name]
            assert other.kind in KINDS[column.kind], (table, name)
            assert other[1:] == column[1:], (table, name)


def test_both_refuse_the_same_values_as_second_ones(tmp_path: Path, connection: Database) -> None:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger, ledger.snapshot() as view:
        of_sqlite = {
            (table, *(row[2] for row in view.connection.execute(f"PRAGMA index_info({index})")))
            for (table,) in view.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for _, index, is_unique, origin, _ in view.connection.execute(f"PRAGMA index_list({table})").fetchall()
            if is_unique and origin == "u"
        }
    of_postgres = {
        (table, *columns)
        for table, columns in connection.execute(
            "SELECT conrelid::regclass::text, (SELECT array_agg(attname::text ORDER BY place) FROM"
            " unnest(conkey) WITH ORDINALITY AS k (number, place) JOIN pg_attribute ON attrelid = conrelid"
            " AND attnum = number) FROM pg_constraint WHERE contype = 'u' AND connamespace = %s::regnamespace",
            (SCHEMA,),
        )
    }
    assert of_sqlite
    assert of_sqlite == of_postgres
