"""What the embedded store does when the disk fails under it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidentmail.core.frozen import JsonValue
from incidentmail.errors import LedgerUnavailableError
from incidentmail.ledger.sqlite.store import SqliteLedger

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
BIG: tuple[bytes, dict[str, JsonValue]] = (b"x" * 1_000_000, {})


def test_after_a_full_disk_the_file_is_opened_and_its_head_read_anew(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    assert ledger.store_mails([(b"one", {})], at=AT) == [1]
    with ledger.snapshot() as view:
        full = view.connection
        full.execute("PRAGMA max_page_count = 1")  # as full as the file is now, on this connection
    with pytest.raises(LedgerUnavailableError):
        ledger.store_mails([BIG, BIG], at=AT)
    assert ledger.store_mails([BIG], at=AT) == [2]
    with ledger.snapshot() as view:
        assert view.connection is not full
    assert ledger.verify().ok
    ledger.close()
