"""The verdict on a SQLite ledger: its chains, then the database itself. Damage of any kind is named, never raised."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from incidentmail.core.frozen import replace
from incidentmail.errors import LedgerError
from incidentmail.ledger.values import Verdict
from incidentmail.ledger.verify import verify

from .database_faults import damaged, faults
from .proof_rows import SqliteRows
from .record_rows import RecordRows

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
"""What reading damaged rows may raise: SQLite's own errors, and those of values that have another type or form."""


def verdict_of(view: RecordRows) -> Verdict:
    """Check the whole ledger and name the first thing that is wrong."""
    try:
        verdict = verify(SqliteRows(view))
    except UNREADABLE as error:
        verdict = Verdict(ok=False, size=0, head="", reason=damaged(error))
    if verdict.ok and (reason := next(_faults(view), None)):
        return replace(verdict, ok=False, reason=reason)
    return verdict


def _faults(view: RecordRows) -> Iterator[str]:
    try:
        yield from faults(view.connection, view.origin)
    except UNREADABLE as error:
        yield damaged(error)
