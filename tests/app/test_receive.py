"""Mail from everywhere: munged, doubled, automatic, foreign, our own, poisonous. Each has one outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.app import receive
from incidentmail.app.judge import judge
from incidentmail.app.receive import accept, apply_all
from incidentmail.errors import LedgerBusyError
from incidentmail.inbound.message import Envelope
from incidentmail.transport.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import House, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
FOOTER = "_______________________________________________\nincidents mailing list -- incidents@example.com\n"
PLAIN = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER)
MUNGING = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER, munge=True)
WRAPPING = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER, wrap=True)


@pytest.mark.parametrize("style", [PLAIN, MUNGING, WRAPPING], ids=["plain", "munging", "wrapping"])
def test_what_comes_through_the_list_is_its_authors(house: House, mails: Mails, style: ListStyle) -> None:
    mail = house.declare("Cards fail")
    outcome = house.ingest(list_copy(mails.reply_to(mail, "taking command", JAYLA), style))
    assert (outcome["outcome"], outcome["from"]) == ("applied", "jayla@example.com")
    assert house.show()["commander"]["address"] == "jayla@example.com"


@pytest.mark.parametrize("list_first", [False, True])
@pytest.mark.parametrize("style", [PLAIN, MUNGING], ids=["plain", "munging"])
@pytest.mark.parametrize("quoting", ["top", "bottom", "outlook", "naked", "bare"])
def test_the_list_copy_and_the_direct_copy_count_once(
    house: House, mails: Mails, style: ListStyle, quoting: str, list_first: bool
) -> None:
    direct = mails.reply_to(house.declare("Cards fail"), "sev 1\n\nÜberall.", JAYLA, quoting)
    copies = [direct, list_copy(direct, style)]
    outcomes = [house.ingest(raw)["outcome"] for raw in (copies[::-1] if list_first else copies)]
    assert outcomes == ["applied", "duplicate"]
    assert len(house.mails) == 2


@pytest.mark.parametrize("style", [PLAIN, MUNGING, WRAPPING], ids=["plain", "munging", "wrapping"])
def test_our_own_mail_back_from_the_list_changes_nothing(house: House, style: ListStyle) -> None:
    house.declare("Cards fail", "-m", "Since 14:07.")
    house.ok("update", "--severity", "1")
    before = house.show()
    outcomes = [house.ingest(list_copy(raw, style)) for raw in house.wire]
    assert {outcome["disposition"] for outcome in outcomes} == {"own"}
    assert (house.show(), len(house.mails)) == (before, 2)


def test_a_reply_to_the_copy_that_the_list_gave_a_new_id_finds_its_incident(house: House, mails: Mails) -> None:
    house.declare("Cards fail")
    returned = list_copy(house.wire[0], PLAIN).replace(b"Message-ID: <", b"Message-ID: <new.")
    house.ingest(returned)
    id_ = returned.partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    more = f"In-Reply-To: {id_}\n"
    outcome = house.ingest(mails.new("sev 1", sender=JAYLA, subject="Re: Cards fail", more=more))
    assert outcome["outcome"] == "applied"


AUTOMATIC = {
    "vacation": "Auto-Submitted: auto-replied (vacation)\nPrecedence: bulk\n",
    "exchange": "X-MS-Exchange-Inbox-Rules-Loop: x@example.com\nAuto-Submitted: auto-generated\n",
    "gmail": "X-Autoreply: yes\nPrecedence: bulk\n",
    "junk": "Precedence: junk\n",
}


@pytest.mark.parametrize("more", AUTOMATIC.values(), ids=AUTOMATIC.keys())
def test_an_answer_of_a_machine_changes_nothing_and_is_not_answered(house: House, mails: Mails, more: str) -> None:
    mail = house.declare("Cards fail")
    outcome = house.ingest(mails.reply_to(mail, "sev 1\nI am away. taking command", JAYLA, more=more))
    assert (outcome["outcome"], outcome["disposition"], len(house.mails)) == ("automatic", "automatic", 1)
    assert house.show()["severity"] == 3


def test_an_out_of_office_known_by_its_subject_only_changes_nothing(house: House, mails: Mails) -> None:
    mail = house.declare("Cards fail")
    raw = mails.reply_to(mail, "sev 1", JAYLA, "bare").replace(b"Subject: Re: ", b"Subject: Out of Office: Re: ")
    assert house.ingest(raw)["outcome"] == "automatic"


def test_a_bounce_changes_nothing_and_is_not_answered(house: House, mails: Mails) -> None:
    mail = house.declare("Cards fail")
    raw = mails.reply_to(mail, "sev 1", "MAILER-DAEMON@example.com", "naked")
    assert house.ingest(raw)["outcome"] == "automatic"
    outcome = house.ingest(mails.reply_to(mail, "sev 1", JAYLA), "--sender", "")
    assert (outcome["disposition"], len(house.mails), house.show()["severity"]) == ("bounce", 1, 3)


def test_outlook_users_and_list_members_are_no_machines(house: House, mails: Mails) -> None:
    mail = house.declare("Cards fail")
    more = "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply\nPrecedence: list\nList-Id: <incidents.example.com>\n"
    assert house.ingest(mails.reply_to(mail, "sev 1", JAYLA, more=more))["outcome"] == "applied"


@pytest.mark.parametrize(
    "sender", ["Eve <eve@evil.test>", '"jayla@example.com" <eve@evil.test>', "jayla@example.com.evil.test"]
)
def test_a_stranger_changes_nothing_and_hears_nothing(house: House, mails: Mails, sender: str) -> None:
    mail = house.declare("Cards fail")
    before = house.show()
    for text in ("sev 1", "close", "Your code is 493021", "Coordinating via https://evil.test/"):
        assert house.ingest(mails.reply_to(mail, text, sender))["outcome"] in ("refused", "filed")
    assert (house.show(), len(house.mails)) == (before, 1)


def test_a_mail_that_claims_to_be_from_us_commands_nothing(house: House, mails: Mails) -> None:
    mail = house.declare("Cards fail")
    assert house.ingest(mails.reply_to(mail, "sev 1", "Incidents <incident-bot@example.com>"))["outcome"] == "refused"
    assert house.ingest(mails.reply_to(mail, "sev 1", "incidents@example.com"))["outcome"] in ("refused", "filed")
    assert house.show()["severity"] == 3


def test_two_froms_are_nobodys(house: House, mails: Mails) -> None:
    raw = mails.reply_to(house.declare("Cards fail"), "sev 1", JAYLA)
    assert house.ingest(b"From: eve@evil.test\n" + raw)["outcome"] == "filed"
    assert house.show()["severity"] == 3


def test_a_reply_that_answers_two_incidents_is_filed(house: House, mails: Mails) -> None:
    first, second = house.declare("Cards fail"), house.declare("Search is slow")
    raw = mails.reply_to(first, "sev 1", JAYLA, more=f"Cc: {second['Reply-To']}\n")
    outcome = house.ingest(raw)
    assert (outcome["outcome"], outcome["incident"]) == ("filed", None)
    assert outcome["reason"].count("2026-11-20-") == 2
    assert [incident["severity"] for incident in house.ok("list", "--json").json] == [3, 3]


def test_a_poison_message_is_set_aside_after_three_tries_and_the_next_one_flows(
    house: House, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = house.declare("Cards fail")
    tries: list[int] = []

    def poisoned(office: Any, tx: Any, accepted: Any, message: Any) -> Any:
        outcome = judge(office, tx, accepted, message)
        if "poison" in message.text:
            tries.append(accepted.seq)
            raise UnboundLocalError("cannot \x1b[2J access")
        return outcome

    monkeypatch.setattr(receive, "judge", poisoned)
    with house.office() as office:
        raws = [mails.reply_to(mail, text, JAYLA) for text in ("sev 4\n\npoison", "sev 1")]
        accept(office, [(raw, Envelope(way="pipe")) for raw in raws])
        outcomes = apply_all(office)
    assert [outcome.outcome for outcome in outcomes] == ["quarantined", "applied"]
    assert tries == [1, 1, 1]
    (shown,) = house.ok("inbox", "--json").lines
    assert (shown["seq"], shown["outcome"], shown["from"]) == (1, "quarantined", "jayla@example.com")
    assert "\x1b" not in house.ok("inbox").out
    assert house.show()["severity"] == 1


def test_a_busy_ledger_is_not_held_against_the_mail(
    house: House, mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = house.declare("Cards fail")

    def busy(*_: Any) -> Any:
        raise LedgerBusyError("the ledger is busy")

    with house.office() as office:
        accept(office, [(mails.reply_to(mail, "sev 1", JAYLA), Envelope(way="pipe"))])
        monkeypatch.setattr(receive, "judge", busy)
        for _ in range(4):
            with pytest.raises(LedgerBusyError):
                apply_all(office)
        monkeypatch.undo()
        assert [outcome.outcome for outcome in apply_all(office)] == ["applied"]


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
def test_whatever_comes_in_has_an_outcome_and_exits_0(house: House, raw: bytes) -> None:
    outcome = house.ingest(raw)
    assert outcome["outcome"] in ("filed", "quarantined", "refused", "applied")
    if outcome["outcome"] != "applied":
        assert house.mails == []


def test_a_mute_house_records_everything_and_sends_nothing_by_itself(house: House, mails: Mails) -> None:
    mail = house.declare("Cards fail")
    loud = house.config.read_text()
    house.config.write_text(loud.replace("[mail]\n", "[mail]\nmute = true\n"))
    house.ingest(mails.reply_to(mail, "sev 1", JAYLA))
    house.ingest(mails.new("Severity 2.", sender=BO, subject="Search is slow"))
    assert house.show("cards")["severity"] == 1
    assert len(house.mails) == 1
    house.config.write_text(loud)
    house.ok("outbox", "retry")
    assert len(house.mails) == 3


def test_a_follow_up_window_is_for_serve_and_ingest_tells_at_once(house: House, mails: Mails) -> None:
    from incidentmail.app.announce import announce

    mail = house.declare("Cards fail", "--severity", "2")
    with house.office() as office:
        for text in ("phase 2", "sev 3"):
            accept(office, [(mails.reply_to(mail, text, JAYLA), Envelope(way="pipe"))])
            apply_all(office)
            house.clock.tick(seconds=15)
            assert announce(office) == [] or text == "sev 3"
    with house.office() as office, office.ledger.reading() as view:
        assert [update.number for update in view.incidents(everything=True)[0].announced] == [1]
