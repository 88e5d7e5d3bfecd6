"""List the tables that each migration copies, row by row, from an old format to the next one.

A released step never changes: it always writes the format of its own number, even if a newer one exists.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from incidentmail.ledger.rows.packing import pack

from .checksums import begin_totals

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class TableCopy:
    """A table of the new format, the query for its rows in the old format, and a function that converts each row."""

    table: str
    query: str
    change: Callable[[Row], Row] = field(default=lambda row: row)


@dataclass(frozen=True, slots=True)
class Step:
    """A migration to the next format. It lists all tables except `meta`, in which only the format changes.

    After the rows are copied, `fill` writes the values derived from them.
    """

    to: str
    tables: tuple[TableCopy, ...]
    fill: Callable[[sqlite3.Connection], None] = field(default=lambda connection: None)


def _unchanged(*tables: str) -> Iterator[TableCopy]:
    return (TableCopy(table, f"SELECT * FROM {table}") for table in tables)


def _but_checksums(*tables: str) -> Iterator[TableCopy]:
    """Yield copies of tables whose last column is the checksum of the others, which is recomputed."""
    return (TableCopy(table, f"SELECT * FROM {table}", lambda row: row[:-1]) for table in tables)


def _packed(column: int) -> Callable[[Row], Row]:
    return lambda row: (*row[:column], pack(row[column]), *row[column + 1 :])


TO_3 = Step(
    to="3",
    tables=(
        TableCopy("accepted", "SELECT seq, received_at, envelope, sha256, hash FROM accepted ORDER BY seq"),
        TableCopy("bodies", "SELECT seq, raw FROM accepted ORDER BY seq", _packed(1)),
        TableCopy("outbox", "SELECT * FROM outbox", _packed(5)),
        TableCopy("private_mails", "SELECT * FROM answers"),
        TableCopy("earlier_texts", "SELECT id, incident, CAST(text AS BLOB) FROM words", _packed(2)),
        *_unchanged(
            "entries", "sealed", "incidents", "pending", "outcomes", "failures", "deferred", "threads", "folders",
            "folder_mails", "folder_marks", "folder_withheld", "notices", "outbox_recipients", "senders",
        ),
    ),
)  # fmt: skip

TO_4 = Step(
    to="4",
    tables=tuple(
        _unchanged(
            "accepted", "bodies", "entries", "sealed", "incidents", "pending", "outcomes", "failures", "deferred",
            "threads", "earlier_texts", "folders", "folder_mails", "folder_marks", "folder_withheld", "notices",
            "outbox", "outbox_recipients", "private_mails", "senders",
        )
    ),
    fill=partial(begin_totals, number="4"),
)  # fmt: skip

TO_5 = Step(
    to="5",
    tables=(
        *_unchanged("accepted", "bodies", "entries", "sealed", "pending"),
        TableCopy(
            "outbox_recipients",
            # Until now, a delay had the time of a failure, for a recipient for whom the mail had not failed.
            "SELECT mail, address, state, reply, sent_at, IIF(state = 'sent', failed_at, NULL),"
            " IIF(state = 'sent', NULL, failed_at), NULL FROM outbox_recipients",
        ),
        TableCopy(
            "private_mails",
            "SELECT id, kind, address, incident, at, digest, content, ref, filed, NULL FROM private_mails",
        ),
        *_but_checksums(
            "incidents", "outcomes", "failures", "deferred", "threads", "earlier_texts", "folders", "folder_mails",
            "folder_marks", "folder_withheld", "notices", "outbox", "senders",
        ),
    ),
    fill=partial(begin_totals, number="5"),
)  # fmt: skip

TO_6 = Step(
    to="6",
    tables=(
        *_unchanged("accepted", "bodies", "entries", "sealed", "pending"),
        *_but_checksums(
            "incidents", "outcomes", "failures", "deferred", "threads", "earlier_texts", "folders", "folder_mails",
            "folder_marks", "folder_withheld", "notices", "outbox", "outbox_recipients", "private_mails", "senders",
        ),
    ),
    fill=begin_totals,
)  # fmt: skip

STEPS: dict[str, Step] = {"2": TO_3, "3": TO_4, "4": TO_5, "5": TO_6}
"""A mapping from each older format to the migration from it. A ledger goes through all the migrations it needs."""
