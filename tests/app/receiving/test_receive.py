"""Mail from everywhere (munged, doubled, automatic, foreign, our own, poisonous) has exactly one outcome each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from waiting_mail import apply_all

from incidentmail.app.receiving import apply as receive
from incidentmail.app.receiving.apply import accept_mails
from incidentmail.app.receiving.judge import judge
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.errors import LedgerBusyError
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
FOOTER = "_______________________________________________\nincidents mailing list -- incidents@example.com\n"
PLAIN = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER)
MUNGING = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER, munge=True)
WRAPPING = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER, wrap=True)


@pytest.mark.parametrize("style", [PLAIN, MUNGING, WRAPPING], ids=["plain", "munging", "wrapping"])
def test_what_comes_through_the_list_is_its_authors(installation: Installation, mails: Mails, style: ListStyle) -> None:
    mail = installation.declare("Cards fail")
    outcome = installation.ingest(list_copy(mails.reply_to(mail, "taking command", JAYLA), style))
    assert (outcome["outcome"], outcome["from"]) == ("applied", "jayla@example.com")
    assert installation.show()["commander"]["address"] == "jayla@example.com"


@pytest.mark.parametrize("list_first", [False, True])
@pytest.mark.parametrize("style", [PLAIN, MUNGING], ids=["plain", "munging"])
@pytest.mark.parametrize("quoting", ["top", "bottom", "outlook", "naked", "bare"])
def test_the_list_copy_and_the_direct_copy_count_once(
    installation: Installation, mails: Mails, style: ListStyle, quoting: str, list_first: bool
) -> None:
    direct = mails.reply_to(installation.declare("Cards fail"), "sev 1\n\nÜberall.", JAYLA, quoting)
    copies = [direct, list_copy(direct, style)]
    outcomes = [installation.ingest(raw)["outcome"] for raw in (copies[::-1] if list_first else copies)]
    assert outcomes == ["applied", "duplicate"]
    assert len(installation.mails) == 2


@pytest.mark.parametrize("style", [PLAIN, MUNGING, WRAPPING], ids=["plain", "munging", "wrapping"])
def test_our_own_mail_back_from_the_list_changes_nothing(installation: Installation, style: ListStyle) -> None:
    installation.declare("Cards fail", "-m", "Since 14:07.")
    installation.ok("update", "--severity", "1")
    before = installation.show()
    outcomes = [installation.ingest(list_copy(raw, style)) for raw in installation.wire]
    assert {outcome["disposition"] for outcome in outcomes} == {"own"}
    assert (installation.show(), len(installation.mails)) == (before, 2)


def test_a_reply_to_the_copy_that_the_list_gave_a_new_id_finds_its_incident(
    installation: Installation, mails: Mails
) -> None:
    installation.declare("Cards fail")
    returned = list_copy(installation.wire[0], PLAIN).replace(b"Message-ID: <", b"Message-ID: <new.")
    installation.ingest(returned)
    id_ = returned.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    more = f"In-Reply-To: {id_}\n"
    outcome = installation.ingest(mails.new("sev 1", sender=JAYLA, subject="Re: Cards fail", more=more))
    assert outcome["outcome"] == "applied"


AUTOMATIC = {
    "vacation": "Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\n",
    "exchange": "X-MS-Exchange-Inbox-Rules-Loop: x@example.com\nAuto-Submitted: auto-generated\n",
    "gmail": "X-Autoreply: yes\nPrecedence: bulk\n",
    "junk": "Precedence: junk\n",
}


@pytest.mark.parametrize("more", AUTOMATIC.values(), ids=AUTOMATIC.keys())
def test_an_answer_of_a_machine_changes_nothing_and_is_not_answered(
    installation: Installation, mails: Mails, more: str
) -> None:
    mail = installation.declare("Cards fail")
    outcome = installation.ingest(mails.reply_to(mail, "sev 1\nI am away. taking command", JAYLA, more=more))
    assert (outcome["outcome"], outcome["disposition"], len(installation.mails)) == ("automatic", "automatic", 1)
    assert installation.show()["severity"] == 3


def test_an_out_of_office_known_by_its_subject_only_changes_nothing(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    raw = mails.reply_to(mail, "sev 1", JAYLA, "bare").replace(b"Subject: Re: ", b"Subject: Out of Office: Re: ")
    assert installation.ingest(raw)["outcome"] == "automatic"


def test_a_bounce_changes_nothing_and_is_not_answered(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    raw = mails.reply_to(mail, "sev 1", "MAILER-DAEMON@example.com", "naked")
    assert installation.ingest(raw)["outcome"] == "automatic"
    outcome = installation.ingest(mails.reply_to(mail, "sev 1", JAYLA), "--sender", "")
    assert (outcome["disposition"], len(installation.mails), installation.show()["severity"]) == ("bounce", 1, 3)


def test_outlook_users_and_list_members_are_no_machines(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    more = "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\nPrecedence: list\nList-Id: <incidents.example.com>\n"
    assert installation.ingest(mails.reply_to(mail, "sev 1", JAYLA, more=more))["outcome"] == "applied"


@pytest.mark.parametrize(
    "sender", ["Eve <eve@evil.test>", '"jayla@example.com" <eve@evil.test>', "jayla@example.com.evil.test"]
)
def test_a_stranger_changes_nothing_and_hears_nothing(installation: Installation, mails: Mails, sender: str) -> None:
    mail = installation.declare("Cards fail")
    before = installation.show()
    for text in ("sev 1", "close", "Your code is 493021", "Coordinating via https://evil.test/"):
        assert installation.ingest(mails.reply_to(mail, text, sender))["outcome"] in ("refused", "filed")
    assert (installation.show(), len(installation.mails)) == (before, 1)


def test_a_mail_that_claims_to_be_from_us_commands_nothing(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    assert (
        installation.ingest(mails.reply_to(mail, "sev 1", "Incidents <incident-bot@example.com>"))["outcome"]
        == "refused"
    )
    assert installation.ingest(mails.reply_to(mail, "sev 1", "incidents@example.com"))["outcome"] in (
        "refused",
        "filed",
    )
    assert installation.show()["severity"] == 3


def test_two_froms_are_nobodys(installation: Installation, mails: Mails) -> None:
    raw = mails.reply_to(installation.declare("Cards fail"), "sev 1", JAYLA)
    assert installation.ingest(b"From: eve@evil.test\n" + raw)["outcome"] == "filed"
    assert installation.show()["severity"] == 3


def test_a_reply_that_answers_two_incidents_is_filed(installation: Installation, mails: Mails) -> None:
    first, second = installation.declare("Cards fail"), installation.declare("Search is slow")
    raw = mails.reply_to(first, "sev 1", JAYLA, more=f"Cc: {second['Reply-To']}\n")
    outcome = installation.ingest(raw)
    assert (outcome["outcome"], outcome["incident"]) == ("filed", None)
    assert outcome["reason"].count("2026-11-20-") == 2
    assert [incident["severity"] for incident in installation.ok("list", "--json").json] == [3, 3]


def test_a_poison_message_is_set_aside_after_three_tries_and_the_next_one_flows(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = installation.declare("Cards fail")
    tries: list[int] = []

    def poisoned(context: Any, tx: Any, accepted: Any, reading: Any) -> Any:
        outcome = judge(context, tx, accepted, reading)
        if "poison" in reading.message.text:
            tries.append(accepted.seq)
            raise UnboundLocalError("cannot \x1b[2J access")
        return outcome

    monkeypatch.setattr(receive, "judge", poisoned)
    with installation.context() as context:
        raws = [mails.reply_to(mail, text, JAYLA) for text in ("sev 4\n\npoison", "sev 1")]
        accept_mails(context, [(raw, Envelope(way="pipe")) for raw in raws])
        outcomes = apply_all(context)
    assert [outcome.outcome for outcome in outcomes] == ["quarantined", "applied"]
    assert tries == [1, 1, 1]
    (shown,) = installation.ok("inbox", "--json").lines
    assert (shown["seq"], shown["outcome"], shown["from"]) == (1, "quarantined", "jayla@example.com")
    assert "\x1b" not in installation.ok("inbox").out
    assert installation.show()["severity"] == 1


def test_a_busy_ledger_is_not_held_against_the_mail(
    installation: Installation, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = installation.declare("Cards fail")

    def busy(*_: Any) -> Any:
        raise LedgerBusyError("the ledger is busy")

    with installation.context() as context:
        accept_mails(context, [(mails.reply_to(mail, "sev 1", JAYLA), Envelope(way="pipe"))])
        monkeypatch.setattr(receive, "judge", busy)
        for _ in range(4):
            with pytest.raises(LedgerBusyError):
                apply_all(context)
        monkeypatch.undo()
        assert [outcome.outcome for outcome in apply_all(context)] == ["applied"]


NASTY = {
    "nothing but a header": b"From: jayla@example.com\n",
    "no header": b"sev 1\n",
    "zero bytes": b"\0" * 2000,
    "an empty From": b"From: <\nTo: \"\nMessage-ID: <\nDate: Mon, 99 Foo 99999\n\nsev 1\n",
    "a bare CR in the header": b"From: jayla@example.com\nX-A: 1\rFrom: ceo@example.com\nSubject: x\n\nSeverity 1.\n",
    "an unknown charset": b"From: jayla@example.com\nContent-Type: text/plain; charset=utf-99\n\nSeverity 1\xff\n",
    "deep nesting": b"From: jayla@example.com\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(300)
    ),
    "many brackets": b"From: " + b"(" * 9000 + b"\n\nSeverity 1.\n",
}  # fmt: skip


@pytest.mark.parametrize("raw", NASTY.values(), ids=NASTY.keys())
def test_whatever_comes_in_has_an_outcome_and_exits_0(installation: Installation, raw: bytes) -> None:
    outcome = installation.ingest(raw)
    assert outcome["outcome"] in ("filed", "quarantined", "refused", "applied")
    if outcome["outcome"] != "applied":
        assert installation.mails == []


def test_a_mute_house_records_everything_and_sends_nothing_by_itself(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    loud = installation.config.read_text()
    installation.config.write_text(loud.replace("[mail]\n", "[mail]\nmute = true\n"))
    installation.ingest(mails.reply_to(mail, "sev 1", JAYLA))
    installation.ingest(mails.new("Severity 2.", sender=BO, subject="Search is slow"))
    assert installation.show("cards")["severity"] == 1
    assert len(installation.mails) == 1
    installation.config.write_text(loud)
    installation.ok("outbox", "retry")
    assert len(installation.mails) == 3


def test_a_follow_up_window_is_for_serve_and_ingest_tells_at_once(installation: Installation, mails: Mails) -> None:
    from incidentmail.app.sending.announce import announce

    mail = installation.declare("Cards fail", "--severity", "2")
    with installation.context() as context:
        for text in ("phase 2", "sev 3"):
            accept_mails(context, [(mails.reply_to(mail, text, JAYLA), Envelope(way="pipe"))])
            apply_all(context)
            installation.clock.tick(seconds=15)
            assert announce(context).message_ids == () or text == "sev 3"
    with installation.context() as context, context.ledger.snapshot() as view:
        assert [update.number for update in view.incidents(everything=True)[0].announced] == [1]
