"""Verify a SQLite ledger by its rows and the database itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from incidentmail.core.frozen import replace
from incidentmail.errors import LedgerError
from incidentmail.ledger.rows.chain_rows import StoredRows
from incidentmail.ledger.values import Verdict
from incidentmail.ledger.verify import bad_newest_entry, bad_newest_mail, removed_in, verify

from .database_faults import altered_schema, damaged, faults

if TYPE_CHECKING:
    from .store import SqliteView

UNREADABLE = (
    sqlite3.Error,
    LedgerError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
    OverflowError,
)
"""Exceptions raised by damaged rows: SQLite's own errors, and those for values of the wrong type or form."""

NEWEST: Final = 100
SMALL_BYTES_MAX: Final = 8_000_000
"""The maximum size of a ledger that a quick check reads completely, in 50 ms (SQLite checks 160 MB per second)."""


def verdict_of(view: SqliteView) -> Verdict:
    """Check the whole ledger and report the first fault."""
    try:
        verdict = verify(StoredRows(view))
    except UNREADABLE as error:
        verdict = Verdict(ok=False, size=0, head="", reason=damaged(error))
    if verdict.ok and (reason := next(_faults(view), None)):
        return replace(verdict, ok=False, reason=reason)
    return verdict


def quick_fault(view: SqliteView) -> str | None:
    """Return any damage that a quick check finds, or None. Writes to a damaged ledger may be lost.

    The newest messages and entries are always checked. Tables that are not chained are checked only if the ledger is no
    larger than `SMALL_BYTES_MAX` bytes.
    """
    try:
        return next(_quick_faults(view), None)
    except UNREADABLE as error:
        return damaged(error)


def _quick_faults(view: SqliteView) -> Iterator[str]:
    connection, rows = view.connection, StoredRows(view)
    ((pages,), (bytes_each,)) = (connection.execute(f"PRAGMA page_{what}").fetchone() for what in ("count", "size"))
    is_small = pages * bytes_each <= SMALL_BYTES_MAX
    yield from (faults if is_small else altered_schema)(connection, view.origin)
    removed = removed_in(rows)
    mail = bad_newest_mail(rows.accepted_rows(newest=NEWEST), view.origin, removed)
    texts = rows.text_rows(newest=NEWEST)
    entry = bad_newest_entry(rows.entry_rows(newest=NEWEST), texts, view.origin, removed)
    yield from (reason for reason in (mail, entry) if reason)


def _faults(view: SqliteView) -> Iterator[str]:
    try:
        yield from faults(view.connection, view.origin)
    except UNREADABLE as error:
        yield damaged(error)
