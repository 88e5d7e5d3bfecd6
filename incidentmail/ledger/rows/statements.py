"""Define what the classes in this room need of a database connection.

Their statements are written once, in the SQL that SQLite and PostgreSQL share, with `?` or `?1` for a value. A store
overrides the few methods that its database does better, or cannot do in this way.
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
    """The part of a connection that the statements use."""

    def execute(self, statement: str, values: Sequence[Value] = ..., /) -> Cursor: ...
    def executemany(self, statement: str, rows: Iterable[Sequence[Value]], /) -> object: ...


class Statements:
    """The base of the classes that read and write rows."""

    connection: Connection
    in_numbers: ClassVar[str] = "(SELECT value FROM json_each(?))"
    """The set of the numbers that `listed` gave, for the operator IN. It holds one value."""
    in_texts: ClassVar[str] = in_numbers
    """The set of the texts that `listed` gave."""
    skip_locked: ClassVar[str] = ""
    """What makes a SELECT lock the row that it finds, and pass over rows that others have locked."""

    def stream(self, statement: str, values: Sequence[Value] = ()) -> Iterator[Any]:
        """Yield the rows of a result that may be larger than the memory."""
        return iter(self.connection.execute(statement, values))

    def execute_all(self, statements: Iterable[tuple[str, Sequence[Value]]]) -> None:
        """Execute many statements that return nothing, one after the other."""
        for statement, values in statements:
            self.connection.execute(statement, values)


def listed(values: Collection[int] | Collection[str]) -> str:
    """Return numbers or texts as one value of a statement, for `in_numbers` or `in_texts`.

    >>> listed({2, 1})
    '[1, 2]'
    """
    return json.dumps(sorted(values))
