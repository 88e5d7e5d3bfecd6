"""Run the statements that all stores share (rows/statements.py) on a psycopg connection."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple

import psycopg
from psycopg.rows import TupleRow

from incidentmail.ledger.rows.statements import Cursor, Value

SCHEMA: Final = "incidentmail"
CONNECT_S_MAX: Final = 10
CHARS_WAITING_MAX: Final = 1_000_000
"""The total length of waiting statements at which they are sent."""
ROWS_AT_ONCE: Final = 500
"""The number of rows of a large result that are in memory at a time."""
_NO_NUL: Final = "\ufffd"
"""The replacement for NUL, which PostgreSQL cannot store in text. Chained texts never contain it: JSON escapes it."""
_PART: Final = re.compile(r"'[^']*'|\?(\d*)|%")
_numbers: Final = count(1)
Database = psycopg.Connection[TupleRow]


class StatementConnection:
    """A connection for the statements of LedgerRows. Values are inserted into a statement before it is sent.

    As a result, NULL needs no explicit type. A statement without a result is held until the next one with a result, or
    until the commit, and is sent together with it, because a round trip to the server usually takes longer than a
    statement.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting = _Waiting()

    @property
    def database(self) -> Database:
        """The underlying connection. All waiting statements are sent first."""
        self.send()
        return self._database

    def execute(self, statement: str, values: Sequence[Value] = (), /) -> Cursor:
        translated, prepared = _prepared(statement, values)
        made = self._cursor().mogrify(translated.text, prepared)
        if not translated.is_silent:
            return self._run(made)
        later = self._waiting.add(made, self.send)
        if self._waiting.chars > CHARS_WAITING_MAX:
            self.send()
        return later

    def executemany(self, statement: str, rows: Iterable[Sequence[Value]], /) -> None:
        for values in rows:
            self.execute(statement, values)

    def send(self, last: str | None = None) -> None:
        """Send the waiting statements, and then the statement `last`."""
        if last is not None or self._waiting.statements:
            self._run(last)

    def _run(self, last: str | None) -> Cursor:
        """Run the waiting statements and then `last`. Return the result of `last`."""
        waiting, self._waiting = self._waiting, _Waiting()
        cursor = self._cursor()
        cursor.execute(";\n".join((*waiting.statements, *([] if last is None else [last]))).encode())
        for _ in waiting.statements:
            waiting.counts.append(cursor.rowcount)
            cursor.nextset()
        return cursor

    def stream(self, statement: str, values: Sequence[Value], *, at_once: int = ROWS_AT_ONCE) -> Iterator[Any]:
        """Yield the rows. The server sends `at_once` of them at a time."""
        translated, prepared = _prepared(statement, values)
        complete = self._cursor().mogrify(translated.text, prepared)
        with self.database.cursor(name=f"rows_{next(_numbers)}") as cursor:
            cursor.itersize = at_once
            yield from cursor.execute(complete.encode())

    def _cursor(self) -> psycopg.ClientCursor[TupleRow]:
        return psycopg.ClientCursor(self._database)


class _Waiting:
    """Statements waiting to be sent and, afterwards, the numbers of rows that they changed."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.counts: list[int] = []
        self.chars = 0

    def add(self, statement: str, send: Callable[[], None]) -> _Later:
        self.statements.append(statement)
        self.chars += len(statement)
        return _Later(self, len(self.statements) - 1, send)


class _Later:
    """The result of a statement that may not have been sent yet. It has no rows."""

    def __init__(self, among: _Waiting, number: int, send: Callable[[], None]) -> None:
        self._among, self._number, self._send = among, number, send

    @property
    def rowcount(self) -> int:
        """The number of rows changed. The statement is sent if necessary."""
        if not self._among.counts:
            self._send()
        return self._among.counts[self._number]

    def fetchone(self) -> None:
        return None

    def fetchall(self) -> list[Any]:
        return []

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class _Translated(NamedTuple):
    """A statement with psycopg placeholders. `is_silent` is true if it has no result."""

    text: bytes
    is_numbered: bool
    is_silent: bool


def _prepared(statement: str, values: Sequence[Value]) -> tuple[_Translated, dict[str, Value] | list[Value]]:
    clean = [value.replace("\0", _NO_NUL) if type(value) is str else value for value in values]
    found = _translated(statement)
    return found, {f"p{number}": value for number, value in enumerate(clean, 1)} if found.is_numbered else clean


@lru_cache(1000)
def _translated(statement: str) -> _Translated:
    """Return a statement with psycopg placeholders.

    >>> _translated("SELECT ?, '?%' WHERE x LIKE ?")
    _Translated(text=b"SELECT %s, '?%%' WHERE x LIKE %s", is_numbered=False, is_silent=False)
    >>> _translated("DELETE FROM x WHERE y = ?2 OR z = ?1")
    _Translated(text=b'DELETE FROM x WHERE y = %(p2)s OR z = %(p1)s', is_numbered=True, is_silent=True)
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
    is_silent = statement.startswith(("INSERT ", "UPDATE ", "DELETE ")) and " RETURNING " not in statement
    return _Translated(translated.encode(), True in numbered, is_silent)


def connect(url: str, *, password: str | None = None) -> Database:
    """Return a connection in the ledger's schema, with autocommit.

    Raise psycopg.OperationalError if the server does not answer or refuses the connection.
    """
    database = psycopg.connect(
        url, autocommit=True, connect_timeout=CONNECT_S_MAX, application_name="incidentmail", keepalives_idle=30,
        keepalives_interval=10, keepalives_count=3, prepare_threshold=None, password=password,
    )  # fmt: skip
    database.execute(f"SET search_path = {SCHEMA}; SET client_encoding = 'UTF8'".encode())
    return database


def shown_url(url: str) -> str:
    """Return a database URL without its password.

    >>> shown_url("postgresql://bot:secret@db.example.com/incidents")
    'postgresql://bot@db.example.com/incidents'
    """
    scheme, _, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    login, at, host = place.rpartition("@")
    return f"{scheme}://{login.partition(':')[0]}{at}{host}{slash}{path.partition('?')[0]}"
