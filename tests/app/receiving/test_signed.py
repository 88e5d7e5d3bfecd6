"""Signatures of mail are checked here, with our own keys and a name server on loopback."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from waiting_mail import apply_all

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.app.receiving.check_signatures import RETRY_AFTER
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails, Names, Signer

JAYLA = "Jayla M. <jayla@example.com>"
KEY = "k._domainkey.example.com"
ALL_THREE = "sev 1\nphase 2\nI am incident commander."
FOOTER = "_______________________________________________\nincidents mailing list -- incidents@example.com\n"
PLAIN = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER)
MUNGING = ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER, munge=True)


@pytest.fixture
def signed_house(installation: Installation, names: Names, signer: Signer) -> Installation:
    """An installation that checks signatures, and the key of example.com in DNS."""
    names.records[KEY] = signer.record
    more = f'[trust]\nverify = "dkim"\nresolver = "{names.address}"\nresolver_timeout = "1s"\n'
    return installation.configure(more + 'arc_sealers = ["lists.example.com"]\n')


def state(installation: Installation) -> tuple[Any, ...]:
    shown = installation.show("cards")
    return shown["severity"], shown["phase"], shown["commander"]["address"], shown["status"]


def test_a_direct_mail_with_a_signature_that_holds_is_verified(
    signed_house: Installation, mails: Mails, signer: Signer
) -> None:
    mail = signed_house.declare("Cards fail")
    unsigned = signed_house.ingest(mails.reply_to(mail, "close", JAYLA))
    assert (unsigned["trust"], state(signed_house)[3]) == ("member", "open")
    outcome = signed_house.ingest(signer.sign(mails.reply_to(mail, "close", JAYLA)))
    assert (outcome["trust"], state(signed_house)[3]) == ("verified", "closed")
    assert "verified by dkim-pass" in signed_house.ok("inbox", "--all").out


@pytest.mark.parametrize("style", [PLAIN, MUNGING], ids=["plain", "munging"])
def test_a_mail_through_the_list_that_broke_its_signature_changes_all_three_as_a_members(
    signed_house: Installation, mails: Mails, signer: Signer, names: Names, style: ListStyle
) -> None:
    mail = signed_house.declare("Cards fail")
    outcome = signed_house.ingest(list_copy(signer.sign(mails.reply_to(mail, ALL_THREE, JAYLA)), style))
    assert (outcome["outcome"], outcome["trust"]) == ("applied", "member")
    assert state(signed_house) == (1, 2, "jayla@example.com", "open")
    assert names.asked == []


def test_an_ordinary_reply_by_list_and_directly_counts_once(
    signed_house: Installation, mails: Mails, signer: Signer
) -> None:
    direct = signer.sign(mails.reply_to(signed_house.declare("Cards fail"), ALL_THREE, JAYLA))
    outcomes = [signed_house.ingest(raw) for raw in (direct, list_copy(direct, PLAIN))]
    assert [(one["outcome"], one["trust"]) for one in outcomes] == [("applied", "verified"), ("duplicate", "member")]
    assert state(signed_house) == (1, 2, "jayla@example.com", "open")


def test_text_appended_to_a_signed_mail_changes_nothing(
    signed_house: Installation, mails: Mails, signer: Signer
) -> None:
    raw = mails.reply_to(signed_house.declare("Cards fail"), "Thanks.", JAYLA, "bare")
    before = signed_house.show()
    for signed in (signer.sign(raw, length=True), signer.sign(raw), signer.sign(raw, covers="from:date:message-id")):
        outcome = signed_house.ingest(
            signed.replace(b"Thanks.", b"sev 1") if b"l=" not in signed else signed + b"sev 1\r\n"
        )
        assert (outcome["outcome"] == "applied", outcome["trust"]) == (False, "stranger")
    assert (signed_house.show(), len(signed_house.mails)) == (before, 1)


def test_a_signed_mail_sent_again_to_another_plus_address_changes_nothing(
    signed_house: Installation, mails: Mails, signer: Signer
) -> None:
    first, second = signed_house.declare("Cards fail"), signed_house.declare("Search is slow")
    plus = re.findall(r"incident-bot\+[\w.]+@example\.com", second["Reply-To"])[0]
    direct = signer.sign(mails.reply_to(first, "sev 1", JAYLA))
    elsewhere = signer.sign(mails.new("sev 2", sender=JAYLA, subject="Re: lunch", to="bo@example.com"))
    dressed = f"To: {plus}\r\n".encode() + elsewhere
    outcomes = [signed_house.ingest(raw, "--recipient", plus) for raw in (direct, direct, elsewhere)]
    assert [one["outcome"] for one in outcomes] == ["applied", "duplicate", "filed"]
    answering = f"In-Reply-To: {second['Message-ID']}\r\n".encode() + elsewhere
    assert [signed_house.ingest(raw)["outcome"] for raw in (dressed, answering)] == ["filed", "filed"]
    assert (state(signed_house)[0], signed_house.show("search")["severity"]) == (1, 3)


@pytest.mark.parametrize("silent", [None, ""], ids=["no answer", "SERVFAIL"])
def test_a_name_server_that_cannot_tell_now_holds_back_one_mail_which_is_applied_once(
    signed_house: Installation, mails: Mails, signer: Signer, names: Names, silent: str | None
) -> None:
    mail = signed_house.declare("Cards fail")
    names.records[KEY] = silent
    waiting = signer.sign(mails.reply_to(mail, "taking command", JAYLA))
    assert signed_house.ok("ingest", "--json", stdin=waiting).out == ""
    assert "waits: DNS " in signed_house.ok("inbox").out
    assert signed_house.ingest(mails.reply_to(mail, "phase 2", "Bo K. <bo@example.com>"))["outcome"] == "applied"
    asked = len(names.asked)
    with signed_house.context() as context:
        assert apply_all(context) == []  # not before its time
    assert len(names.asked) == asked
    names.records[KEY] = signer.record
    signed_house.clock.tick(seconds=RETRY_AFTER[0].total_seconds())
    with signed_house.context() as context:
        assert [(one.outcome, one.trust) for one in apply_all(context)] == [("applied", "verified")]
        assert apply_all(context) == []
    assert signed_house.ingest(waiting)["outcome"] == "duplicate"
    assert state(signed_house)[1:3] == (2, "jayla@example.com")
    assert "waits" not in signed_house.ok("inbox").out


def test_a_name_server_that_never_tells_leaves_the_mail_a_members(
    signed_house: Installation, mails: Mails, signer: Signer, names: Names
) -> None:
    mail = signed_house.declare("Cards fail")
    names.records[KEY] = ""
    with signed_house.context() as context:
        accept_mails(context, [(signer.sign(mails.reply_to(mail, "sev 1", JAYLA)), Envelope(way="pipe"))])
        for wait in RETRY_AFTER:
            assert apply_all(context) == []
            signed_house.clock.tick(seconds=wait.total_seconds())
        (outcome,) = apply_all(context)
    assert (outcome.outcome, outcome.trust, outcome.trust_rule) == ("applied", "member", "dns-failed")
    assert state(signed_house)[0] == 1


def test_a_name_that_does_not_exist_is_a_failure_at_once(
    signed_house: Installation, mails: Mails, signer: Signer, names: Names
) -> None:
    mail = signed_house.declare("Cards fail")
    del names.records[KEY]
    outcome = signed_house.ingest(signer.sign(mails.reply_to(mail, "sev 1", JAYLA)))
    assert (outcome["outcome"], outcome["trust"]) == ("refused", "stranger")
    assert f"there is no key at {KEY}" in outcome["reason"]


def test_a_strangers_mail_makes_us_ask_nobody(
    signed_house: Installation, mails: Mails, signer: Signer, names: Names
) -> None:
    mail = signed_house.declare("Cards fail")
    raw = mails.reply_to(mail, "sev 1", "Eve <eve@evil.test>")
    assert signed_house.ingest(signer.sign(raw, domain="evil.test"))["trust"] == "stranger"
    assert names.asked == []


def test_a_copy_that_a_listed_sealer_passed_on_is_verified(
    signed_house: Installation, mails: Mails, signer: Signer, names: Names
) -> None:
    names.records["k._domainkey.lists.example.com"] = signer.record
    copy = list_copy(mails.reply_to(signed_house.declare("Cards fail"), "close", JAYLA), PLAIN)
    sealed = signer.seal(copy, domain="lists.example.com", found="dmarc=pass header.from=example.com")
    outcome = signed_house.ingest(sealed)
    assert (outcome["outcome"], outcome["trust"], state(signed_house)[3]) == ("applied", "verified", "closed")


def test_explain_checks_the_signature_and_says_when_it_cannot(
    signed_house: Installation, mails: Mails, signer: Signer, names: Names
) -> None:
    raw = signer.sign(mails.reply_to(signed_house.declare("Cards fail"), "sev 1", JAYLA))
    assert "verified by dkim-pass: a signature of example.com holds" in signed_house.ok("explain", stdin=raw).out
    names.records[KEY] = ""
    assert "member by dns-failed: its signature could not be checked" in signed_house.ok("explain", stdin=raw).out


def test_a_copy_to_us_that_is_added_to_a_signed_mail_for_somebody_else_changes_nothing(
    signed_house: Installation, mails: Mails, signer: Signer
) -> None:
    mail = signed_house.declare("Cards fail")
    elsewhere = signer.sign(mails.new("sev 1", sender=JAYLA, subject="Re: lunch", to="bo@example.com"))
    added = f"Cc: incident-bot@example.com\r\nIn-Reply-To: {mail['Message-ID']}\r\n".encode()
    assert signed_house.ingest(added + elsewhere)["outcome"] == "filed"
    assert signed_house.show("cards")["severity"] == 3


NEITHER = "from:subject:date:message-id"


def test_an_unsigned_address_does_not_choose_the_incident(
    signed_house: Installation, mails: Mails, signer: Signer
) -> None:
    """Some providers sign neither To nor In-Reply-To: who gets such a mail can send it on to any plus-address."""
    first, second = signed_house.declare("Cards fail"), signed_house.declare("Search is slow")
    plus = re.findall(r"incident-bot\+[\w.]+@example\.com", second["Reply-To"])[0]
    written = signer.sign(mails.reply_to(first, "sev 1", JAYLA, "bare"), covers=NEITHER)
    head, _, body = written.partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.startswith((b"To:", b"In-Reply-To:", b"References:"))]
    bare = b"\r\n".join(kept) + b"\r\n\r\n" + body
    for dressed in (
        f"To: {plus}\r\n".encode() + bare,
        f"To: incident-bot@example.com\r\nCc: {plus}\r\n".encode() + bare,
        f"To: {plus}\r\nReply-To: {plus}\r\nIn-Reply-To: {second['Message-ID']}\r\n".encode() + bare,
    ):
        assert signed_house.ingest(dressed, "--recipient", plus)["outcome"] == "filed"
    assert signed_house.show("search")["severity"] == 3
    assert signed_house.ingest(written)["outcome"] == "applied"
    assert state(signed_house)[0] == 1


def test_a_reply_of_a_provider_that_signs_neither_counts_as_a_members(
    signed_house: Installation, mails: Mails, signer: Signer
) -> None:
    mail = signed_house.declare("Cards fail")
    outcome = signed_house.ingest(signer.sign(mails.reply_to(mail, "sev 1", JAYLA, "bare"), covers=NEITHER))
    assert (outcome["outcome"], outcome["trust"], state(signed_house)[0]) == ("applied", "member", 1)


def test_nobody_is_answered_at_our_own_plus_address(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    plus = str(mail["Reply-To"]).rpartition(", ")[2]
    outcome = installation.ingest(mails.reply_to(mail, "taking command", f"Bo <{plus}>"))
    assert (outcome["outcome"], outcome["trust"]) == ("refused", "stranger")
    assert installation.private == []
