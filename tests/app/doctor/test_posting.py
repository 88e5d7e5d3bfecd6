"""`doctor --round-trip` posts a marked test mail to the list, waits for it, and reports what the list changed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from scripted_imap import ScriptedImap

from incidentmail.app.doctor.finding import Finding
from incidentmail.app.doctor.list_effects import effects
from incidentmail.app.doctor.round_trip import round_trip
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation

LIST, BOT = "incidents@example.com", "incident-bot@example.com"
FOOTER = "_____\nincidents mailing list\nTo leave it, write to incidents-leave@example.com"


def posted(installation: Installation) -> bytes:
    """Return the test mail as it was sent to the list."""
    (mail,) = installation.private
    return mail.as_bytes()


def travelled(installation: Installation, style: ListStyle | None) -> list[Finding]:
    """Return the findings if the list returns a copy in this style while we wait, or never if `style` is None."""
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        assert style is None or len(waits) < 3, "the copy was not noticed"
        if len(waits) == 1 and style is not None:
            installation.ingest(list_copy(posted(installation), style))

    with installation.context() as context:
        return list(round_trip(context, wait_s=600 if style else 0.05, sleep=sleep))


def test_what_the_list_did_is_said(installation: Installation) -> None:
    (found,) = travelled(installation, ListStyle(address=LIST, prefix="[incidents]", footer=FOOTER))
    assert found.check == "list"
    assert found.level == "ok"
    assert "puts '[incidents]' before the subject, adds a footer" in found.what


def test_a_list_that_changes_nothing_is_said_too(installation: Installation) -> None:
    (found,) = travelled(installation, ListStyle(address=LIST))
    assert found.level == "ok"
    assert "it changes nothing; no signature is on the copy" in found.what


def test_a_list_that_rewrites_from_is_said(installation: Installation) -> None:
    (found,) = travelled(installation, ListStyle(address=LIST, munge=True))
    assert "rewrites From" in found.what


def test_a_mail_that_does_not_come_back_is_a_failure(installation: Installation) -> None:
    (found,) = travelled(installation, None)
    assert (found.check, found.level) == ("list", "failure")
    assert "did not come back within 0 s" in found.what
    assert found.cure is not None
    assert BOT in found.cure


def test_a_relay_that_does_not_take_it_is_a_failure(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:1")
    (found,) = travelled(installation, None)
    assert found.level == "failure"
    assert "Connection refused" in found.what


def test_the_test_mail_says_that_nothing_has_happened_and_declares_nothing(installation: Installation) -> None:
    travelled(installation, ListStyle(address=LIST))
    (mail,) = installation.private
    assert mail["To"] == LIST
    assert mail["Subject"] == f"[test] incidentmail checks {LIST}"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Nothing has happened, and nobody has to do anything." in mail.get_content()
    assert installation.ok("list", "--all").out == ""
    assert installation.ok("inbox", "--all", "--json").lines[0]["outcome"] == "duplicate"


def test_a_mailbox_is_fetched_if_the_service_does_not_run(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", "secret")
    with ScriptedImap() as imap:
        installation.configure(f'[imap]\nurl = "{imap.url}"\n')

        def sleep(_: float) -> None:
            assert not imap.mails, "the copy was not noticed"
            imap.deliver(list_copy(posted(installation), ListStyle(address=LIST)), arrived_at=installation.clock.now)

        with installation.context() as context:
            (found,) = round_trip(context, wait_s=600, sleep=sleep)
    assert found.level == "ok"
    assert "returned our mail" in found.what


SENT = (
    b"From: Incidents <incident-bot@example.com>\r\nReply-To: incidents@example.com, incident-bot+a.b@example.com\r\n"
    b"Subject: Cards fail\r\nMessage-ID: <a@example.com>\r\nIncident-Id: x\r\nIncident-Proof: y\r\n\r\nSeverity 2.\r\n"
)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"Subject: Cards", b"Subject: [x] Cards", "puts '[x]' before the subject"),
        (b"Subject: Cards fail", b"Subject: Held", "rewrites the subject"),
        (b"Incidents <incident-bot@", b"Incidents via List <incidents@", "rewrites From"),
        (b", incident-bot+a.b@example.com", b"", "replaces Reply-To"),
        (b"Incident-Proof: y\r\n", b"", "takes our header fields out"),
        (b"<a@example.com>", b"<b@lists.example>", "gives it another Message-ID"),
        (b"Severity 2.\r\n", b"Severity 2.\r\n____\r\nleave\r\n", "adds a footer"),
        (b"Severity 2.", b"U2V2ZXJpdHkgMi4=", "rewrites the text"),
    ],
)
def test_each_change_of_a_list_is_seen_alone(before: bytes, after: bytes, said: str) -> None:
    assert before in SENT
    words = effects(SENT, SENT.replace(before, after), BOT).in_words()
    assert words == f"it {said}; no signature is on the copy"


def test_a_copy_with_endless_fields_is_shown_in_part() -> None:
    prefix, signature = b"[" + b"x" * 5000 + b"] ", b"DKIM-Signature: v=1; d=example.com; s=k%d; b=x\r\n"
    copy = b"".join(signature % number for number in range(500)) + SENT.replace(b"Subject: ", b"Subject: " + prefix)
    found = effects(SENT, copy, BOT)
    assert len(found.signatures) == 5
    assert len(found.in_words()) < 200


def test_a_copy_without_changes_has_none() -> None:
    assert effects(SENT, b"Received: x\r\nList-Id: <l>\r\n" + SENT, BOT).in_words().startswith("it changes nothing")
