"""What each migration copies: every table of the old format into one of the new, row by row.

A step is never changed once released: it writes the format of its own number, whatever format is the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .packing import pack

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Copied:
    """A table of the new format: the query that reads its rows from the old one, and what becomes of each."""

    table: str
    query: str
    change: Callable[[Row], Row] = field(default=lambda row: row)


@dataclass(frozen=True, slots=True)
class Step:
    """From one format to the next. It names all tables but `meta`, of which only the format changes."""

    to: str
    tables: tuple[Copied, ...]


def _as_it_is(*tables: str) -> Iterator[Copied]:
    return (Copied(table, f"SELECT * FROM {table}") for table in tables)


def _packed(column: int) -> Callable[[Row], Row]:
    return lambda row: (*row[:column], pack(row[column]), *row[column + 1 :])


TO_3 = Step(
    to="3",
    tables=(
        Copied("accepted", "SELECT seq, received_at, envelope, sha256, hash FROM accepted ORDER BY seq"),
        Copied("bodies", "SELECT seq, raw FROM accepted ORDER BY seq", _packed(1)),
        Copied("outbox", "SELECT * FROM outbox", _packed(5)),
        Copied("private_mails", "SELECT * FROM answers"),
        Copied("earlier_texts", "SELECT id, incident, CAST(text AS BLOB) FROM words", _packed(2)),
        *_as_it_is(
            "entries", "sealed", "incidents", "pending", "outcomes", "failures", "deferred", "threads", "folders",
            "folder_mails", "folder_marks", "folder_withheld", "notices", "outbox_recipients", "senders",
        ),
    ),
)  # fmt: skip

STEPS: dict[str, Step] = {"2": TO_3}
"""The step that leads away from each format; a ledger goes through as many as it needs."""
