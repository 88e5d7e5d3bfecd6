"""Provide the statements that create the tables and triggers of a SQLite ledger."""

from __future__ import annotations

import sqlite3
from pathlib import Path

FORMAT = "5"
"""The format of the tables. A ledger of an older format must be migrated first (migrate.py); any other is refused."""
CHECKED = (
    "incidents", "outcomes", "failures", "deferred", "threads", "earlier_texts", "folders", "folder_mails",
    "folder_marks", "folder_withheld", "notices", "outbox", "outbox_recipients", "private_mails", "senders",
)  # fmt: skip
"""The tables whose rows have a checksum. The others are append-only and chained, or are derived from those."""
_WITHOUT_CHECKSUMS = ("3",)
_TOTALS = {
    "INSERT": "total, 0, NEW.checksum",
    "UPDATE": "total, OLD.checksum, NEW.checksum",
    "DELETE": "total, OLD.checksum, 0",
}


def statements(number: str = FORMAT) -> list[str]:
    """Return the schema of that format as single statements, because `executescript` would commit the transaction."""
    text = Path(__file__).with_name(f"schema_{number}.sql").read_text(encoding="utf-8")
    found, part = [], ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found if number in _WITHOUT_CHECKSUMS else [*found, *_keep_totals()]


def _keep_totals() -> list[str]:
    """Return the triggers that keep the sum of each table's checksums up to date."""
    return [
        f"CREATE TRIGGER {table}_total_{change.lower()} AFTER {change} ON {table} BEGIN"
        f" UPDATE checksums SET total = total_checksum({values}) WHERE name = '{table}'; END;"
        for table in CHECKED
        for change, values in _TOTALS.items()
    ]
