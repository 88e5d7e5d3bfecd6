"""Problems that only concern strangers are counted and shown on request, because anybody can cause them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import reports
from faulty_relay import FaultyRelay

if TYPE_CHECKING:
    from conftest import Installation, Mails

ALICIA, EVE = "Alícia <alicia@example.com>", "Eve <eve@evil.test>"
NOT_THE_PIPE = '[trust]\nrelays = ["127.0.0.1"]\n'
LONG = f"X-Long: {'x' * 100_000}\n"


def test_unreadable_mail_of_an_untrusted_peer_is_only_counted(installation: Installation, mails: Mails) -> None:
    installation.configure(NOT_THE_PIPE)
    outcome = installation.ingest(mails.new("Buy", sender=EVE, subject="Offer", more=LONG))
    assert (outcome["outcome"], outcome["trust"]) == ("quarantined", "stranger")
    status = installation.ok("status")
    assert status.out.startswith("incidentmail works\n")
    assert "1 mail was unreadable and no member's within a week" in " ".join(status.out.split())
    inbox = installation.ok("inbox")
    assert inbox.out == "" and "1 mail of strangers, about no incident of ours" in inbox.err
    assert "set aside" in installation.ok("inbox", "--all").out


def test_unreadable_mail_of_our_own_server_may_be_a_members_and_is_shown(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Severity: 1", sender=ALICIA, subject="Cards fail", more=LONG))
    assert installation.run("status").code == 1 and "set aside" in installation.ok("inbox").out


def test_refused_mail_of_strangers_does_not_fill_the_inbox(installation: Installation, mails: Mails) -> None:
    for number in range(3):
        raw = mails.new("Buy", sender=EVE, subject=f"Re: offer {number}", more="In-Reply-To: <x@y.example>\n")
        assert installation.ingest(raw)["outcome"] == "refused"
    inbox = installation.ok("inbox")
    assert inbox.out == "" and "3 mails of strangers, about no incident of ours" in inbox.err
    assert installation.ok("inbox", "--json").lines == []


def test_a_colleague_whose_address_is_missing_on_the_roster_is_still_shown(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, "sev 1", "Alícia <alicia@home.example>"))
    assert "alicia@home.example" in installation.ok("inbox").out


def test_an_answer_to_a_stranger_that_is_refused_needs_nobodys_attention(
    installation: Installation, mails: Mails
) -> None:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        for address, reply in (("eve@evil.test", "550 5.1.1 no such user"), ("eva@evil.test", "450 4.4.3 no answer")):
            relay.always[address] = reply
            raw = mails.new("Buy", sender=address, subject="Re: offer", more="In-Reply-To: <x@y.example>\n")
            installation.ingest(raw)
            installation.run("flush")
        assert len(installation.ok("outbox", "list", "--all", "--json").lines) == 2
        status = installation.ok("status", "--json").json
        assert (status["attention"], status["outbox"]["refused"], status["outbox"]["tried"]) == ([], 0, 0)


def test_a_report_about_an_answer_is_not_believed_since_no_mail_system_writes_one(
    installation: Installation, mails: Mails
) -> None:
    """An answer leaves with a null reverse-path (RFC 3834 section 3.3), to which nobody sends reports."""
    raw = mails.new("Buy", sender=EVE, subject="Re: offer", more="In-Reply-To: <x@y.example>\n")
    installation.ingest(raw)
    (answer,) = installation.private
    outcome = installation.ingest(reports.dsn(answer, "eve@evil.test"))
    assert outcome["outcome"] == "automatic" and "null reverse-path" in str(outcome["reason"])
    assert installation.ok("status", "--json").json["attention"] == []
