"""Mail that `ingest` stored but could not decide is processed by the next `ingest` or `flush`; `status` mentions it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.app.serve_lock import ReadingTurn, marked_as_running
from incidentmail.cli.mail.outcomes_shown import print_outcome
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    import pytest
    from conftest import Installation, Mails

    from incidentmail.ledger.values import Outcome

BO = "Bo K. <bo@example.com>"


def leave_unread(installation: Installation, *raws: bytes) -> None:
    """Store mails without processing them, like an `ingest` that was stopped."""
    with installation.context() as context:
        accept_mails(context, [(raw, Envelope(way="pipe")) for raw in raws])


def declaration(mails: Mails, subject: str) -> bytes:
    return mails.new("Severity: 1", sender=BO, subject=subject, message_id=f"<{subject[-1]}@mua.example>")


def test_flush_reads_what_nobody_has_read_and_tells_the_list(installation: Installation, mails: Mails) -> None:
    leave_unread(installation, declaration(mails, "Flood in hall 1"))
    assert "1 mail was read\n" in installation.ok("flush").out
    assert installation.show()["severity"] == 1 and len(installation.mails) == 1
    assert "was read" not in installation.ok("flush").out


def test_status_says_that_flush_reads_it(installation: Installation, mails: Mails) -> None:
    leave_unread(installation, declaration(mails, "Flood in hall 1"))
    installation.clock.tick(minutes=2)
    (line,) = installation.run("status", "--json").json["attention"]
    assert line == (
        "1 accepted mail was not read yet, came 2 minutes ago; 'incidentmail flush' reads what waits, from cron every "
        "minute"
    )


def test_an_ingest_reads_on_for_others_that_waited_in_vain(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two wait: one came before this mail, and one while it was read."""
    leave_unread(installation, declaration(mails, "Flood in hall 1"))

    def another_comes(outcome: Outcome, *, as_json: bool) -> None:
        print_outcome(outcome, as_json=as_json)
        leave_unread(installation, declaration(mails, "Fire in hall 2"))

    monkeypatch.setattr("incidentmail.cli.mail.ingest.print_outcome", another_comes)
    installation.ingest(mails.new("Lunch is served.", sender=BO, subject="Lunch"))
    shown = [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines]
    assert shown == ["applied", "filed", "applied"]
    assert len(installation.mails) == 2


def test_what_another_process_reads_is_left_to_it(installation: Installation, mails: Mails) -> None:
    leave_unread(installation, declaration(mails, "Flood in hall 1"))
    turn = ReadingTurn(installation.ledger)
    assert turn.take_at_once()
    assert "was read" not in installation.ok("flush").out
    turn.leave()
    with marked_as_running(installation.ledger):
        assert "was read" not in installation.ok("flush").out
    assert "1 mail was read" in installation.ok("flush").out


def test_a_mail_that_was_put_off_is_missed_once_its_time_has_come(installation: Installation, mails: Mails) -> None:
    leave_unread(installation, declaration(mails, "Flood in hall 1"))
    with installation.context() as context, context.ledger.transaction() as tx:
        accepted = tx.next_pending()
        assert accepted is not None
        tx.defer(
            accepted.seq, until=installation.clock.now + timedelta(minutes=5), reason="the name server does not answer"
        )
    installation.clock.tick(minutes=4)
    assert "was read" not in installation.ok("flush").out
    assert installation.ok("status", "--json").json["inbox"]["deferred"] == 1
    installation.clock.tick(minutes=2)
    assert installation.run("status", "--json").json["inbox"]["waiting"] == 1
    assert "1 mail was read" in installation.ok("flush").out
