"""The operator gets a mail about each failure once a day, and never about an alarm."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay

from incidentmail.app.receiving import apply as receive
from incidentmail.app.sending.flush import flush
from incidentmail.app.telling.alarms import tell_of_templates
from incidentmail.errors import RenderError

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, SUPPORT, OPERATOR = "incidents@example.com", "support@example.com", "postmaster@example.com"


@pytest.fixture
def relay(installation: Installation) -> Iterator[FaultyRelay]:
    with FaultyRelay() as relay:
        installation.configure(f'[operator]\naddress = "{OPERATOR}"\n', relay=relay.url())
        text = installation.config.read_text().replace("[list]\n", f'[list]\nalways_to = ["{SUPPORT}"]\n')
        installation.config.write_text(text)
        yield relay


def alarms(relay: FaultyRelay) -> list[EmailMessage]:
    return [
        message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
        for to, raw in relay.taken
        if to == (OPERATOR,)
    ]


def later(installation: Installation, **delta: float) -> None:
    installation.clock.tick(**delta)
    with installation.context() as context:
        flush(context)


def test_the_operator_is_told_who_did_not_get_a_mail_and_what_the_relay_said(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[SUPPORT] = "550 5.1.1 no such mailbox"
    installation.run("declare", "Cards fail")
    (told,) = alarms(relay)
    assert (told["Auto-Submitted"], told["Subject"]) == ("auto-generated", f"Mail failed for good: {SUPPORT}")
    text = told.as_string()
    assert "550 5.1.1 no such mailbox" in text and "outbox retry 1" in text
    assert "Cards fail" not in told.as_string()


def test_the_same_failure_is_told_once_a_day(installation: Installation, relay: FaultyRelay) -> None:
    relay.always[SUPPORT] = "550 5.1.1 no such mailbox"
    installation.run("declare", "One")
    installation.run("declare", "Two")
    assert len(alarms(relay)) == 1
    installation.clock.tick(hours=25)
    installation.run("declare", "Three")
    assert len(alarms(relay)) == 2


def test_a_mail_that_was_given_up_is_told(installation: Installation, relay: FaultyRelay) -> None:
    relay.always[LIST] = "450 later"
    installation.run("declare", "Cards fail")
    later(installation, hours=47)
    assert alarms(relay) == []
    later(installation, hours=1)
    later(installation, hours=1)
    assert [told["Subject"] for told in alarms(relay)] == [f"Mail was given up: {LIST}"]


def test_there_is_no_alarm_about_an_alarm(installation: Installation, relay: FaultyRelay) -> None:
    relay.always.update({OPERATOR: "550 nobody here", SUPPORT: "550 nobody here"})
    installation.run("declare", "Cards fail")
    later(installation, hours=1)
    lines = installation.ok("outbox", "list", "--all", "--json").lines
    assert [line["to"] for line in lines if OPERATOR in line["to"]] == [[OPERATOR]]


def test_a_mail_that_was_set_aside_is_told(
    installation: Installation, relay: FaultyRelay, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object) -> None:
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr(receive, "judge", fails)
    outcome = installation.ingest(mails.new("Severity: 1", sender="jayla@example.com", subject="Secret words"))
    assert outcome["outcome"] == "quarantined"
    later(installation, seconds=1)
    (told,) = alarms(relay)
    assert told["Subject"] == "Incoming mail could not be read: number 1"
    assert "a defect of ours" in told.as_string() and "Secret words" not in told.as_string()


def test_a_template_that_failed_is_told_once(installation: Installation, relay: FaultyRelay) -> None:
    fault = RenderError("template email/declaration.txt.j2 line 1: 'nonsense' is undefined", hint="mend it")
    with installation.context() as context:
        tell_of_templates(context, [fault, fault])
        flush(context)
    assert len(alarms(relay)) == 1 and "nonsense" in alarms(relay)[0].as_string()


def test_without_an_operator_nothing_is_mailed_and_status_says_so(installation: Installation) -> None:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        relay.always[LIST] = "550 no"
        installation.run("declare", "Cards fail")
        assert relay.taken == []
    status = installation.run("status", "--json")
    assert status.code == 1 and any("[operator] address" in note for note in status.json["notes"])
    assert status.json["outbox"]["refused"] == 1
