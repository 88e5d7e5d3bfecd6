"""Find faults of the database itself, apart from its chains: tables, triggers, checksums, and SQLite's own check."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from incidentmail.ledger.codec import genesis

from . import checksums
from .schema import FORMAT, statements

SOUND = "ok"
"""The answer of SQLite's own check if it finds nothing."""


def faults(connection: sqlite3.Connection, origin: str) -> Iterator[str]:
    """Yield every fault. Raise sqlite3.Error if the database cannot be read at all."""
    yield from altered_schema(connection, origin)
    yield from _unmatched_mail(connection)
    yield from checksums.faults(connection)
    for (found,) in connection.execute("PRAGMA integrity_check(1)"):
        if found != SOUND:
            yield damaged(found)


def damaged(found: object) -> str:
    """Return SQLite's message about a damaged file, on one line."""
    return f"the database is damaged: {' '.join(str(found).split())}"


def altered_schema(connection: sqlite3.Connection, origin: str) -> Iterator[str]:
    """Yield each table, index or trigger that was removed, altered or added, because rows could then be changed
    unnoticed.

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


def _unmatched_mail(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the faults of accepted mail.

    These are messages that are missing at the end, or have no outcome or a wrong state, and bodies without a message.
    """
    (unmatched,) = connection.execute(
        "SELECT MIN(seq) FROM (SELECT seq FROM accepted UNION SELECT seq FROM outcomes UNION SELECT seq FROM pending)"
        " WHERE (seq IN (SELECT seq FROM accepted)) IS NOT"
        " (seq IN (SELECT seq FROM outcomes UNION SELECT seq FROM pending))"
    ).fetchone()
    if unmatched is not None:
        yield f"accepted mail {unmatched} is gone, or what became of it"
    (twice,) = connection.execute("SELECT MIN(seq) FROM pending WHERE seq IN (SELECT seq FROM outcomes)").fetchone()
    if twice is not None:
        yield f"accepted mail {twice} waits to be read, though it was read"
    (body,) = connection.execute("SELECT MIN(seq) FROM bodies WHERE seq NOT IN (SELECT seq FROM accepted)").fetchone()
    if body is not None:
        yield f"there is a body of mail {body}, and no such mail was accepted"


def _definition(statement: str) -> str | None:
    """Return the statement from CREATE on, which is the part that SQLite stores, or None if it creates nothing."""
    start = statement.find("CREATE ")
    return None if start < 0 else statement[start:].strip().rstrip(";")
