"""Three services on one PostgreSQL lose nothing and do nothing twice, whatever is killed (a short `make crash`)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from crash.shared import check


def test_each_mail_is_in_the_ledger_once_and_each_reminder_is_sent_once_though_all_are_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENTMAIL_LEDGER_PASSWORD", "")  # so that what the check sets is undone
    killed, kept, sent = check(tmp_path, 60, 1, random.Random(1))
    assert all(f"{name} 1 times" in killed for name in ("service 0", "service 1", "service 2", "the database"))
    assert "each once, and it holds" in kept
    assert "reminders about 10 incidents, each once" in sent
