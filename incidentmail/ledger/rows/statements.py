"""Define the methods of a database connection that the classes in this package need.

Their statements are written once, in the SQL common to SQLite and PostgreSQL, with `?` or `?1` for a value. A store
overrides the few methods for which its database needs or allows different statements.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Protocol

Value = int | float | str | bytes | None


class Cursor(Protocol):
    """The result of a statement."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """The methods of a database connection that the classes in this package use."""

    def execute(self, statement: str, values: Sequence[Value] = ..., /) -> Cursor: ...
    def executemany(self, statement: str, rows: Iterable[Sequence[Value]], /) -> object: ...


class Statements:
    """The base class of the classes that read and write rows."""

    connection: Connection
    in_numbers: ClassVar[str] = "(SELECT value FROM json_each(?))"
    """The right-hand side of `IN` for numbers passed as a single value (see `listed`)."""
    in_texts: ClassVar[str] = in_numbers
    """The right-hand side of `IN` for texts passed as a single value."""
    skip_locked: ClassVar[str] = ""
    """The clause that makes a SELECT lock its rows and skip rows locked by others."""

    def stream(self, statement: str, values: Sequence[Value] = ()) -> Iterator[Any]:
        """Yield the rows of a result that may be too large to hold in memory."""
        return iter(self.connection.execute(statement, values))

    def execute_all(self, statements: Iterable[tuple[str, Sequence[Value]]]) -> None:
        """Execute statements without results, one after the other."""
        for statement, values in statements:
            self.connection.execute(statement, values)


def listed(values: Collection[int] | Collection[str]) -> str:
    """Return numbers or texts as a single value for `in_numbers` or `in_texts`.

    >>> listed({2, 1})
    '[1, 2]'
    """
    return json.dumps(sorted(values))
