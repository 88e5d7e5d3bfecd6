"""Verify a ledger in PostgreSQL by its rows and the triggers that guard its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import psycopg

from incidentmail.core.frozen import replace
from incidentmail.errors import LedgerError
from incidentmail.ledger.codec import genesis
from incidentmail.ledger.rows.chain_rows import StoredRows, unmatched_mail
from incidentmail.ledger.values import Verdict
from incidentmail.ledger.verify import bad_newest_entry, bad_newest_mail, removed_in, verify

from . import schema
from .connection import SCHEMA
from .postgres_rows import PostgresView

UNREADABLE: Final = (
    psycopg.Error, LedgerError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError,
)  # fmt: skip
"""Exceptions raised by damaged rows: PostgreSQL's own errors, and those for values of the wrong type or form."""
NEWEST: Final = 100
_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = (1 << bit for bit in range(6))
"""The bits of pg_trigger.tgtype (src/include/catalog/pg_trigger.h)."""
_CHANGE: Final = _BEFORE | _ROW | _UPDATE | _DELETE
_NEXT: Final = _BEFORE | _ROW | _INSERT
GUARDS: Final = {
    **{f"{table}_no_truncate": ("refuse_change", _BEFORE | _TRUNCATE) for table in (*schema.FIXED, *schema.CHAINED)},
    **{f"{table}_no_change": ("refuse_change", _CHANGE) for table in (*schema.FIXED, "accepted", "entries")},
    "bodies_no_change": ("refuse_all_but_removal", _CHANGE),
    "sealed_no_change": ("refuse_all_but_redaction", _CHANGE),
    "accepted_next": ("refuse_all_but_next_mail", _NEXT),
    "bodies_with_their_mail": ("refuse_all_but_new_body", _NEXT),
    "entries_next": ("refuse_all_but_next_entry", _NEXT),
    "sealed_with_its_entry": ("refuse_all_but_newest_text", _NEXT),
}
"""The triggers that keep the record append-only, with their functions and conditions.

Each name begins with the name of the table.
"""
_FUNCTION: Final = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (\w+)\(\) RETURNS trigger .*?AS \$\$(.*?)\$\$", re.DOTALL
)


def verdict_of(view: PostgresView) -> Verdict:
    """Check the whole ledger and report the first fault."""
    try:
        verdict = verify(StoredRows(view))
        if verdict.ok and (reason := next(_faults(view), None)):
            return replace(verdict, ok=False, reason=reason)
    except UNREADABLE as error:
        return Verdict(ok=False, size=0, head="", reason=f"the database is damaged: {' '.join(str(error).split())}")
    return verdict


def quick_fault(view: PostgresView) -> str | None:
    """Return any damage that a quick check of the triggers and the newest rows finds, or None."""
    try:
        rows = StoredRows(view)
        removed = removed_in(rows)
        mail = bad_newest_mail(rows.accepted_rows(newest=NEWEST), view.origin, removed)
        texts = rows.text_rows(newest=NEWEST)
        entry = bad_newest_entry(rows.entry_rows(newest=NEWEST), texts, view.origin, removed)
        return mail or entry or next(_altered_guards(view), None)
    except UNREADABLE as error:
        return f"the database is damaged: {' '.join(str(error).split())}"


def _faults(view: PostgresView) -> Iterator[str]:
    yield from _altered_guards(view)
    yield from unmatched_mail(view.connection)


def _altered_guards(view: PostgresView) -> Iterator[str]:
    """Yield each trigger that is missing, altered or disabled, which would allow unnoticed changes to rows."""
    present = {
        name: ((function, when), is_on)
        for name, function, when, is_on in view.connection.execute(
            "SELECT t.tgname, p.proname, t.tgtype, t.tgenabled = 'A' AND t.tgqual IS NULL AND t.tgattr::text = ''"
            " FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = ?::regnamespace AND NOT t.tgisinternal"
            " AND c.relname = split_part(t.tgname, '_', 1)",
            (SCHEMA,),
        )
    }
    for name, called in GUARDS.items():
        if present.get(name) != (called, True):
            what = "is gone from" if name not in present else "was altered or turned off in"
            yield f"the guard {name} {what} the database: rows could be changed unseen from now on"
    written = {found[1]: found[2] for text in schema.migrations().values() for found in _FUNCTION.finditer(text)}
    sources = dict(
        view.connection.execute("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = ?::regnamespace", (SCHEMA,))
    )
    for name, source in written.items():
        if sources.get(name) != source:
            yield f"the guard {name} was altered in the database: rows could be changed unseen from now on"
    meta = dict(view.connection.execute("SELECT name, value FROM meta"))
    if meta != {"origin": view.origin, "genesis": genesis(view.origin).hex()}:
        yield "what the ledger says about itself (meta) was changed"
