"""Provide the statements that create the tables and triggers of a SQLite ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

FORMAT = "6"
"""The format version of the tables. Older ledgers have to be migrated (migrate.py); all others are refused."""
_CHECKED_BEFORE_6 = (
    "incidents", "outcomes", "failures", "deferred", "threads", "earlier_texts", "folders", "folder_mails",
    "folder_marks", "folder_withheld", "notices", "outbox", "outbox_recipients", "private_mails", "senders",
)  # fmt: skip
CHECKED = (*_CHECKED_BEFORE_6, "deliveries", "alerts", "alert_parts", "alert_mails")
"""The tables with a checksum in each row. All others are append-only and chained, or derived from those."""
_WITHOUT_CHECKSUMS = ("3",)
_TOTALS = {
    "INSERT": "total, 0, NEW.checksum",
    "UPDATE": "total, OLD.checksum, NEW.checksum",
    "DELETE": "total, OLD.checksum, 0",
}


def statements(number: str = FORMAT) -> list[str]:
    """Return the schema of a format as separate statements, because `executescript` would commit the transaction."""
    text = Path(__file__).with_name(f"schema_{number}.sql").read_text(encoding="utf-8")
    found, part = [], ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found if number in _WITHOUT_CHECKSUMS else [*found, *_keep_totals(checked_in(number))]


def checked_in(number: str) -> tuple[str, ...]:
    """Return the tables of a format that have a checksum in each row."""
    return CHECKED if number == FORMAT else _CHECKED_BEFORE_6


def _keep_totals(tables: Iterable[str]) -> list[str]:
    """Return the triggers that keep the sum of each table's checksums up to date."""
    return [
        f"CREATE TRIGGER {table}_total_{change.lower()} AFTER {change} ON {table} BEGIN"
        f" UPDATE checksums SET total = total_checksum({values}) WHERE name = '{table}'; END;"
        for table in tables
        for change, values in _TOTALS.items()
    ]
