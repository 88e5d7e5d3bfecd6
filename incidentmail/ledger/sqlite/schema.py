"""The tables and triggers of a SQLite ledger, statement by statement."""

from __future__ import annotations

import sqlite3
from pathlib import Path

FORMAT = "2"
"""Of the tables: a ledger of another version is refused, and named so."""


def statements() -> list[str]:
    """The schema, statement by statement, because `executescript` would commit on its own."""
    text = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
    found, part = [], ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
