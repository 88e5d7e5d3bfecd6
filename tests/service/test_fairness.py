"""Mail that is due is written and sent, however much mail keeps arriving."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.app.sending.flush import Made
from incidentmail.ledger.values import Outcome
from incidentmail.service import serve

if TYPE_CHECKING:
    from conftest import Installation

ROUNDS, ROUND_S = 100, 0.1
NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)


def spam(seq: int) -> Outcome:
    return Outcome(
        seq=seq, received_at=NOW, message_id=None, header_from=None, subject="", disposition="unmatched",
        rule=None, incident=None, trust=None, outcome="filed", reason=None,
    )  # fmt: skip


def test_a_storm_of_mail_keeps_no_follow_up_waiting(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, rounds, made_after = [0.0], [0], list[int]()

    def apply_some(*_: Any, **__: Any) -> list[Outcome]:
        now[0] += ROUND_S
        rounds[0] += 1
        return [spam(rounds[0])] if rounds[0] < ROUNDS else []

    def make_due(*_: Any, **__: Any) -> Made:
        made_after.append(rounds[0])
        return Made(message_ids=("<1@example.com>",))

    monkeypatch.setattr(serve, "apply_some", apply_some)
    monkeypatch.setattr(serve, "make_due", make_due)
    monkeypatch.setattr("incidentmail.service.serve.time.monotonic", lambda: now[0])
    installation.configure('[listen]\nlmtp = "127.0.0.1:0"\n')
    with installation.context() as context:
        service = serve.Service(context)
        woken = list[int]()
        monkeypatch.setattr(service, "_wake_sender", lambda: woken.append(rounds[0]))
        assert service._apply()
    waits = [later - earlier for earlier, later in zip([0, *made_after], made_after, strict=False)]
    assert rounds[0] == ROUNDS
    assert max(waits) * ROUND_S <= 2 * serve.MAKE_EVERY_S
    assert woken == made_after[:-1]
