"""Find faults in the database itself, not in its chains: in tables, triggers and checksums, or found by SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from incidentmail.ledger.codec import genesis
from incidentmail.ledger.rows.chain_rows import unmatched_mail

from . import checksums
from .schema import FORMAT, statements

SOUND = "ok"
"""The result of SQLite's own check if there is no fault."""


def faults(connection: sqlite3.Connection, origin: str) -> Iterator[str]:
    """Yield every fault. Raise sqlite3.Error if the database cannot be read at all."""
    yield from altered_schema(connection, origin)
    yield from unmatched_mail(connection)
    yield from checksums.faults(connection)
    for (found,) in connection.execute("PRAGMA integrity_check(1)"):
        if found != SOUND:
            yield damaged(found)


def damaged(found: object) -> str:
    """Return a one-line description of a damaged file, with SQLite's message `found`."""
    return f"the database is damaged: {' '.join(str(found).split())}"


def altered_schema(connection: sqlite3.Connection, origin: str) -> Iterator[str]:
    """Yield each table, index or trigger that was removed, altered or added, allowing unnoticed changes to rows.

    Also yield a line if `meta` was changed.
    """
    present = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    wanted = {sql.split()[2]: sql for sql in map(_definition, statements()) if sql}
    for name in sorted(wanted.keys() | present.keys()):
        if present.get(name) != wanted.get(name):
            what = "is gone from" if name not in present else "was altered in" if name in wanted else "was added to"
            kind = "guard" if "TRIGGER" in (present.get(name) or wanted[name]) else "table"
            yield f"the {kind} {name} {what} the database: rows could be changed unseen from now on"
    meta = dict(connection.execute("SELECT name, value FROM meta"))
    if meta != {"format": FORMAT, "origin": origin, "genesis": genesis(origin)}:
        yield "what the ledger says about itself (meta) was changed"


def _definition(statement: str) -> str | None:
    """Return a statement from CREATE onwards, which is the part that SQLite stores, or None if there is no CREATE."""
    start = statement.find("CREATE ")
    return None if start < 0 else statement[start:].strip().rstrip(";")
