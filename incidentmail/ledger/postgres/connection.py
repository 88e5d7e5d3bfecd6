"""Make a psycopg connection understand the statements that all stores share (rows/statements.py)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Final

import psycopg
from psycopg.rows import TupleRow

from incidentmail.ledger.rows.statements import Cursor, Value

SCHEMA: Final = "incidentmail"
CONNECT_S_MAX: Final = 10
ROWS_AT_ONCE: Final = 500
"""How many rows of a large result are in memory at once."""
_NO_NUL: Final = "\ufffd"
"""What stands for NUL, which a text in PostgreSQL cannot hold. Chained texts never hold it: JSON escapes it."""
_PART: Final = re.compile(r"'[^']*'|\?(\d*)|%")
_numbers: Final = count(1)
Database = psycopg.Connection[TupleRow]


class StatementConnection:
    """A connection for the statements of LedgerRows. Values are put into a statement before it is sent.

    So each statement takes one exchange with the server, and NULL needs no type.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def execute(self, statement: str, values: Sequence[Value] = (), /) -> Cursor:
        return self._cursor().execute(*_prepared(statement, values))

    def executemany(self, statement: str, rows: Iterable[Sequence[Value]], /) -> None:
        cursor = self._cursor()
        for values in rows:
            cursor.execute(*_prepared(statement, values))

    def execute_all(self, statements: Iterable[tuple[str, Sequence[Value]]]) -> None:
        """Execute statements that return nothing with one exchange."""
        cursor = self._cursor()
        made = (cursor.mogrify(*_prepared(statement, values)) for statement, values in statements)
        if together := ";\n".join(made):
            cursor.execute(together.encode())

    def stream(self, statement: str, values: Sequence[Value], *, at_once: int = ROWS_AT_ONCE) -> Iterator[Any]:
        """Yield rows, of which the server sends `at_once` at a time."""
        complete = self._cursor().mogrify(*_prepared(statement, values))
        with self.database.cursor(name=f"rows_{next(_numbers)}") as cursor:
            cursor.itersize = at_once
            yield from cursor.execute(complete.encode())

    def _cursor(self) -> psycopg.ClientCursor[TupleRow]:
        return psycopg.ClientCursor(self.database)


def _prepared(statement: str, values: Sequence[Value]) -> tuple[bytes, dict[str, Value] | list[Value]]:
    clean = [value.replace("\0", _NO_NUL) if type(value) is str else value for value in values]
    translated, is_numbered = _translated(statement)
    return translated, {f"p{number}": value for number, value in enumerate(clean, 1)} if is_numbered else clean


@lru_cache(1000)
def _translated(statement: str) -> tuple[bytes, bool]:
    """Return a statement with psycopg's marks for values, and whether they are numbered.

    >>> _translated("SELECT ?, '?%' WHERE x LIKE ?")
    (b"SELECT %s, '?%%' WHERE x LIKE %s", False)
    >>> _translated("SELECT ?2, ?1")
    (b'SELECT %(p2)s, %(p1)s', True)
    """
    numbered: set[bool] = set()

    def mark(found: re.Match[str]) -> str:
        part = found[0]
        if not part.startswith("?"):
            return part.replace("%", "%%")
        numbered.add(bool(found[1]))
        return f"%(p{found[1]})s" if found[1] else "%s"

    translated = _PART.sub(mark, statement)
    if len(numbered) == 2:
        raise ValueError(f"numbered and other values in one statement: {statement}")
    return translated.encode(), True in numbered


def connect(url: str, *, password: str | None = None) -> Database:
    """Return a connection whose statements find the tables of a ledger. Each statement is a transaction of its own.

    Raise psycopg.OperationalError if the server does not answer or refuses us.
    """
    database = psycopg.connect(
        url, autocommit=True, connect_timeout=CONNECT_S_MAX, application_name="incidentmail", keepalives_idle=30,
        keepalives_interval=10, keepalives_count=3, prepare_threshold=None, password=password,
    )  # fmt: skip
    database.execute(f"SET search_path = {SCHEMA}; SET client_encoding = 'UTF8'".encode())
    return database


def shown_url(url: str) -> str:
    """Return a URL of a database without a password.

    >>> shown_url("postgresql://bot:secret@db.example.com/incidents")
    'postgresql://bot@db.example.com/incidents'
    """
    scheme, _, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    login, at, host = place.rpartition("@")
    return f"{scheme}://{login.partition(':')[0]}{at}{host}{slash}{path.partition('?')[0]}"
