"""Every column of text is searched when words are removed, or is listed here as one without words."""

from __future__ import annotations

import sqlite3

import pytest

from incidentmail.ledger.kept_tables import KEPT
from incidentmail.ledger.rows.removal_rows import WORDY
from incidentmail.ledger.sqlite.checksums import register
from incidentmail.ledger.sqlite.schema import statements

CHAINED = {"meta", "accepted", "bodies", "entries", "sealed"}
"""The tables of the record. Entries name the texts and bodies to remove; the rest are hashes, numbers and ids."""
REMOVED_BY_CODE = {
    ("earlier_texts", "text"), ("outbox", "raw"), ("deliveries", "payload"), ("senders", "folded"),
    ("senders", "address"), ("senders", "name"), ("incidents", "state"),
}  # fmt: skip
"""Packed values, whole rows, and computed values. `removal_rows.py` has a function that removes words from each."""
WORDLESS = {
    "an id of an incident, which is made of its first description and stays": {
        ("incidents", "id"), ("outcomes", "incident"), ("threads", "incident"), ("earlier_texts", "incident"),
        ("notices", "incident"), ("outbox", "incident"), ("private_mails", "incident"), ("deliveries", "incident"),
    },
    "random letters": {("incidents", "ref"), ("private_mails", "ref"), ("deliveries", "name")},
    "a time": {
        ("incidents", "declared_at"), ("incidents", "expires_at"), ("outcomes", "decided_at"), ("deferred", "until"),
        ("folders", "opened_at"), ("folders", "looked_at"), ("notices", "due_at"), ("outbox", "queued_at"),
        ("outbox", "next_attempt_at"), ("outbox", "leased_until"), ("outbox", "sent_at"), ("outbox", "returned_at"),
        ("outbox", "missed_at"), ("outbox_recipients", "sent_at"), ("outbox_recipients", "delayed_at"),
        ("outbox_recipients", "failed_at"), ("private_mails", "at"), ("deliveries", "queued_at"),
        ("deliveries", "next_attempt_at"), ("deliveries", "leased_until"), ("deliveries", "sent_at"),
        ("alert_parts", "last_at"),
    },
    "one of a few words of ours": {
        ("incidents", "status"), ("outcomes", "disposition"), ("outcomes", "rule"), ("outcomes", "trust"),
        ("outcomes", "outcome"), ("outcomes", "trust_rule"), ("notices", "kind"), ("outbox", "state"),
        ("outbox_recipients", "state"), ("private_mails", "kind"), ("deliveries", "state"), ("deliveries", "event"),
        ("alerts", "state"), ("checksums", "name"),
    },
    "a Message-ID": {("outcomes", "message_id"), ("threads", "message_id"), ("outbox", "message_id")},
    "a hash": {
        ("outcomes", "copy_key"), ("private_mails", "digest"), ("alert_parts", "key"), ("folder_mails", "sha256"),
    },
    "an address, which stays in the envelopes as well": {
        ("notices", "recipient"), ("outbox", "reverse_path"), ("outbox_recipients", "address"),
        ("private_mails", "address"), ("private_mails", "cause"),
    },
    "a name in the configuration, or of a process": {
        ("folders", "name"), ("deliveries", "hook"), ("outbox", "leased_by"), ("deliveries", "leased_by"),
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def columns() -> set[tuple[str, str]]:
    """The columns with text or bytes of all tables that are not chained."""
    database = sqlite3.connect(":memory:")
    register(database)
    for statement in statements():
        database.execute(statement)
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        (table, name)
        for table in tables
        if table not in CHAINED
        for name, kind in database.execute("SELECT name, type FROM pragma_table_info(?)", (table,))
        if kind in ("TEXT", "BLOB", "ANY")
    }


def test_every_column_of_text_is_searched_for_words_or_has_none(columns: set[tuple[str, str]]) -> None:
    searched = {(wordy.table, column) for wordy in WORDY for column in wordy.texts}
    groups = [searched, REMOVED_BY_CODE, *WORDLESS.values()]
    assert set().union(*groups) == columns
    assert sum(map(len, groups)) == len(columns), "a column is in two groups"


def test_every_packed_value_is_one_that_code_removes() -> None:
    assert {(table.name, table.packed) for table in KEPT if table.packed} <= REMOVED_BY_CODE
