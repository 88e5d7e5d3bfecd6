"""The tables and triggers of a SQLite ledger, statement by statement."""

from __future__ import annotations

import sqlite3
from pathlib import Path

FORMAT = "3"
"""The format of the tables. A ledger of an older format must be migrated first (migrate.py); any other is refused."""


def statements(number: str = FORMAT) -> list[str]:
    """Return the schema of that format, statement by statement, because `executescript` would commit on its own."""
    text = Path(__file__).with_name(f"schema_{number}.sql").read_text(encoding="utf-8")
    found, part = [], ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
