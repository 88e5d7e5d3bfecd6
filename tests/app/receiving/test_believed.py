"""How much a mail may do if senders are verified: through the list, direct, forged, or sent again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from waiting_mail import apply_all

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
RESULTS = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
FOOTER = "_______________________________________________\nincidents mailing list -- incidents@example.com\n"
STYLES = {
    "plain": ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER),
    "munging": ListStyle(address="incidents@example.com", prefix="[incidents]", footer=FOOTER, munge=True),
}
DMARC = b"Authentication-Results: mx.example.com; dmarc=%s header.from=example.com\r\n"
ALL_THREE = "sev 1\nphase 2\nI am incident commander."


def result(raw: bytes, verdict: bytes = b"pass") -> bytes:
    return DMARC % verdict + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def state(installation: Installation) -> tuple[Any, ...]:
    shown = installation.show("cards")
    return shown["severity"], shown["phase"], shown["commander"]["address"], shown["status"]


LISTS_OWN = (
    b"Authentication-Results: mx.example.com; dmarc=fail header.from=example.com;"
    b" spf=pass smtp.mailfrom=incidents-bounces@example.com\r\n"
)


@pytest.mark.parametrize("said", [b"", LISTS_OWN], ids=["nothing said", "dmarc failed, and the list sent it"])
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_a_mail_through_the_list_changes_severity_phase_and_commander_as_a_members(
    installation: Installation, mails: Mails, style: ListStyle, said: bytes
) -> None:
    """The list breaks its authors' signatures, so that our own server says that DMARC failed."""
    installation.configure(RESULTS)
    mail = installation.declare("Cards fail")
    outcome = installation.ingest(said + list_copy(mails.reply_to(mail, ALL_THREE, JAYLA), style))
    assert (outcome["outcome"], outcome["trust"]) == ("applied", "member")
    assert state(installation) == (1, 2, "jayla@example.com", "open")


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES.keys())
def test_a_mail_that_failed_dmarc_is_a_strangers_although_it_claims_to_come_through_the_list(
    installation: Installation, mails: Mails, style: ListStyle
) -> None:
    installation.configure(RESULTS)
    mail = installation.declare("Cards fail")
    outcome = installation.ingest(DMARC % b"fail" + list_copy(mails.reply_to(mail, ALL_THREE, JAYLA), style))
    assert outcome["outcome"] in ("refused", "filed")
    assert state(installation) == (3, 1, "mara@example.com", "open")


def test_a_direct_mail_that_passed_is_verified_and_closes_one_that_proves_nothing_does_not(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(RESULTS)
    mail = installation.declare("Cards fail")
    unproven = installation.ingest(mails.reply_to(mail, "close", JAYLA))
    assert (unproven["trust"], state(installation)[3]) == ("member", "open")
    outcome = installation.ingest(result(mails.reply_to(mail, "close", JAYLA)))
    assert (outcome["outcome"], outcome["trust"], state(installation)[3]) == ("applied", "verified", "closed")


def test_a_forged_pass_below_our_servers_fail_changes_nothing(installation: Installation, mails: Mails) -> None:
    installation.configure(RESULTS)
    mail = installation.declare("Cards fail")
    before = installation.show()
    outcome = installation.ingest(result(result(mails.reply_to(mail, ALL_THREE, JAYLA)), b"fail"))
    assert (outcome["outcome"], outcome["trust"]) == ("refused", "stranger")
    assert outcome["reason"] == "mx.example.com says dmarc=fail of a mail that claims example.com"
    assert (installation.show(), len(installation.mails)) == (before, 1)


def test_a_header_split_by_a_bare_CR_is_quarantined_visibly(installation: Installation, mails: Mails) -> None:
    installation.configure(RESULTS)
    raw = result(mails.reply_to(installation.declare("Cards fail"), "sev 1", JAYLA))
    with installation.context() as context:
        split = raw.replace(b"Subject:", b"X-A: 1\rFrom: ceo@example.com\r\nSubject:")
        accept_mails(context, [(split, Envelope(way="lmtp", peer="127.0.0.1"))])
        assert [outcome.outcome for outcome in apply_all(context)] == ["quarantined"]
    (shown,) = installation.ok("inbox", "--json").lines
    assert shown["reason"] == "bare CR in header"
    assert state(installation)[0] == 3
    assert installation.ingest(raw.replace(b"\r\n", b"\n"))["outcome"] == "applied"


@pytest.mark.parametrize(
    "sender",
    ["Us: jayla@example.com;", "jayla@example.com <evil@x.example>", "jayla@example.com\nFrom: evil@x.example"],
)
def test_an_ambiguous_author_changes_nothing(installation: Installation, mails: Mails, sender: str) -> None:
    installation.configure(RESULTS)
    mail = installation.declare("Cards fail")
    assert installation.ingest(result(mails.reply_to(mail, "sev 1", sender)))["outcome"] in ("filed", "quarantined")
    assert state(installation)[0] == 3


def test_a_signed_mail_sent_again_to_another_plus_address_changes_nothing(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(RESULTS)
    first, second = installation.declare("Cards fail"), installation.declare("Search is slow")
    plus = re.findall(r"incident-bot\+[\w.]+@example\.com", second["Reply-To"])[0]
    signed = b"DKIM-Signature: v=1; d=example.com; h=from:subject:date:message-id:to:in-reply-to:references; b=eA==\r\n"
    direct = result(signed + mails.reply_to(first, "sev 1", JAYLA, message_id="<one@example.com>"))
    elsewhere = result(signed + mails.new("sev 1", sender=JAYLA, subject="Re: lunch", to="bo@example.com"))
    for raw in (direct, direct, elsewhere):
        installation.ingest(raw, "--recipient", plus)
    assert [one["outcome"] for one in installation.ok("inbox", "--all", "--json").lines] == [
        "applied",
        "duplicate",
        "filed",
    ]
    assert (installation.show("cards")["severity"], installation.show("search")["severity"]) == (1, 3)


def test_a_signature_that_does_not_cover_the_thread_leaves_a_members_reply(
    installation: Installation, mails: Mails
) -> None:
    """Some large providers sign From, Date, Subject and Message-ID and little else."""
    installation.configure(RESULTS)
    mail = installation.declare("Cards fail")
    signed = b"DKIM-Signature: v=1; d=example.com; h=From:Date:Subject:Message-ID; b=eA==\r\n"
    outcome = installation.ingest(result(signed + mails.reply_to(mail, "sev 1", JAYLA)))
    assert (outcome["outcome"], outcome["trust"]) == ("applied", "member")


FORWARDED = (
    b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com; dkim=pass header.d=example.com;"
    b" spf=pass smtp.mailfrom=x@evil.test\n"
)


@pytest.mark.parametrize("first", [b"", b"spf=pass smtp.mailfrom=example.com; "], ids=["forwarded", "direct"])
def test_a_signed_mail_counts_once_whatever_Message_ID_somebody_gives_it(
    installation: Installation, mails: Mails, first: bytes
) -> None:
    """Many servers do not sign Message-ID."""
    installation.configure(RESULTS)
    mail = installation.declare("Cards fail")
    signed = (
        b"DKIM-Signature: v=1; d=example.com; h=From:To:Subject:Date:In-Reply-To; bh=eA==; b=eA==\n"
        + mails.reply_to(mail, "sev 1", JAYLA, message_id="<one@example.com>")
    )
    head = FORWARDED.replace(b"dmarc=pass", first + b"dmarc=pass") if first else FORWARDED
    assert installation.ingest(head + signed)["outcome"] == "applied"
    installation.ok("update", "cards", "--severity", "3")
    for number, text in enumerate((b"b=eA==", b"b=eA =", b"b=eA==")):
        again = re.sub(rb"(?m)^Message-ID:.*", b"Message-ID: <again%d@evil.test>" % number, signed)
        outcome = installation.ingest(FORWARDED + again.replace(b" b=eA==\n", b" " + text + b"\n"))
        assert (outcome["outcome"], outcome["rule"]) == ("duplicate", "signature-sent-again")
    assert installation.show()["severity"] == 3
    later = signed.replace(b"one@", b"two@").replace(b"14:20:00", b"14:21:00")
    assert installation.ingest(FORWARDED + later)["outcome"] == "applied"


def test_somebody_else_who_signed_in_does_not_close_in_the_authors_name(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(RESULTS)
    raw = mails.reply_to(installation.declare("Cards fail"), "close", JAYLA)
    signed_in = result(raw).replace(b"dmarc=pass", b"auth=pass smtp.auth=eve@example.com; dmarc=pass", 1)
    outcome = installation.ingest(signed_in)
    assert (outcome["outcome"], outcome["trust"], state(installation)[3]) == ("held", "member", "open")


def test_a_forgery_that_takes_the_id_first_does_not_keep_the_genuine_mail_out(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(RESULTS)
    raw = mails.reply_to(installation.declare("Cards fail"), "sev 1", JAYLA, message_id="<one@example.com>")
    forged = [result(raw, b"fail"), result(raw.replace(b"sev 1", b"sev 4"), b"fail")]
    assert [installation.ingest(copy)["outcome"] for copy in forged] == ["refused", "duplicate"]
    assert installation.ingest(result(raw))["outcome"] == "applied"
    assert state(installation)[0] == 1


def test_the_rosters_name_is_shown_and_no_name_of_somebody_elses(installation: Installation, mails: Mails) -> None:
    installation.configure(f'{RESULTS}[people]\n"bo@example.com" = "Bo K."\n"boss@example.com" = "The Boss"\n')
    installation.declare("Cards fail")
    spoofs = ['"The Boss" <bo@example.com>', '"the boss" <jo@example.com>', '"boss@example.com" <kay@example.com>']
    shown = []
    for sender in spoofs:
        installation.ingest(result(mails.reply_to(installation.mails[-1], "taking command", sender)))
        shown.append(installation.show()["commander"])
    assert [one["name"] for one in shown] == ["Bo K.", "jo@example.com", "kay@example.com"]
    assert "The Boss" not in "".join(sent.get_content() for sent in installation.mails[1:])


def test_explain_says_how_far_a_mail_is_believed_and_why(installation: Installation, mails: Mails) -> None:
    installation.configure(RESULTS)
    raw = mails.reply_to(installation.declare("Cards fail"), "sev 1", JAYLA)
    assert (
        "verified by dmarc-pass: mx.example.com says dmarc=pass for example.com"
        in installation.ok("explain", stdin=result(raw)).out
    )
    assert "stranger by dmarc-fail: " in installation.ok("explain", stdin=result(raw, b"fail")).out
    assert "member by unproven: nothing in it proves" in installation.ok("explain", stdin=raw).out
