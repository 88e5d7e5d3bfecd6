"""Threats to authorship, one after another, with verification by our own server's results."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidentmail.core.model import Trust
from incidentmail.inbound.authentication.author import Roster, believe
from incidentmail.inbound.authentication.results import Server
from incidentmail.inbound.authentication.signed_thread import claimed_thread, proven_thread
from incidentmail.inbound.message import Envelope, Message, parse_message

ROSTER = Roster(
    members=("*@example.com",),
    relays=("127.0.0.1", "unix", "pipe"),
    list_address="incidents@example.com",
    own_address="incident-bot@example.com",
    verify="authentication-results",
    server=Server(authserv_id="mx.example.com", domains=("example.com",)),
)
LOCAL = Envelope(way="lmtp", peer="127.0.0.1")
MARA = "From: Mara <mara@example.com>"
PASS = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com"
FAIL = "Authentication-Results: mx.example.com; dmarc=fail header.from=example.com"
LIST_POST = "List-Post: <mailto:incidents@example.com>"


def mail(*fields: str, envelope: Envelope = LOCAL, end: str = "\n") -> Message:
    return parse_message(end.join([*fields, "Subject: Re: Cards fail", "", "sev 1", ""]).encode(), envelope)


@pytest.mark.parametrize(
    ("fields", "trust", "rule"),
    [
        ((PASS, MARA), Trust.VERIFIED, "dmarc-pass"),
        ((MARA,), Trust.MEMBER, "unproven"),
        ((FAIL, MARA), Trust.STRANGER, "dmarc-fail"),
        ((PASS, "From: Eve <eve@evil.test>"), Trust.STRANGER, "not-on-roster"),
        ((FAIL, LIST_POST, MARA), Trust.STRANGER, "dmarc-fail"),
        (
            (f"{FAIL}; spf=pass smtp.mailfrom=incidents-bounces@example.com", LIST_POST, MARA),
            Trust.MEMBER,
            "through-list",
        ),
        ((PASS, LIST_POST, MARA), Trust.MEMBER, "through-list"),
    ],
)
def test_a_direct_copy_proves_and_a_list_copy_shows_membership(
    fields: tuple[str, ...], trust: Trust, rule: str
) -> None:
    belief = believe(mail(*fields), ROSTER)
    assert (belief.trust, belief.rule) == (trust, rule)


@pytest.mark.parametrize(
    "fields",
    [
        (FAIL, PASS, MARA),
        (FAIL, MARA, PASS),
        (FAIL, PASS.replace("mx.example.com;", "MX.EXAMPLE.COM;"), MARA),
        (FAIL.replace("mx.example.com;", "mx.example.com 1 (b);"), PASS, MARA),
        (PASS.replace("dmarc=pass", "dmarc=pass header.from=evil.test; dmarc=fail"), MARA),
        ("Authentication-Results: mx.example.com; " + "(" * 500 + "; dmarc=pass header.from=example.com", PASS, MARA),
        (PASS.replace("header.from=example.com", "header.from=evil.test"), MARA),
    ],
)
def test_a_forged_result_below_our_servers_own_is_a_strangers(fields: tuple[str, ...]) -> None:
    assert believe(mail(*fields), ROSTER).trust is Trust.STRANGER


@pytest.mark.parametrize("split", ["\r", "\n", "\0"], ids=["CR", "LF", "NUL"])
def test_a_header_split_by_a_bare_break_names_nobody(split: str) -> None:
    for fields in ((PASS, f"X-A: 1{split}From: ceo@example.com", MARA), (PASS, f"X-A: 1{split}From: ceo@example.com")):
        message = mail(*fields, end="\r\n")
        assert message.header_from is None
        assert believe(message, ROSTER).trust is Trust.STRANGER


@pytest.mark.parametrize(
    "fields",
    [
        ("From: mara@example.com", "From: evil@x.example"),
        ("From: evil@x.example", "From: mara@example.com"),
        ("From: Us: mara@example.com;",),
        ("From: mara@example.com <evil@x.example>",),
        ("From: mara@example.com, evil@x.example",),
        ("From: =?utf-8?q?mara=40example=2Ecom?= <evil@x.example>",),
        ("From: <=?utf-8?q?mara?=@example.com>",),
        ("From: (mara@example.com) evil@x.example",),
        ('From: "mara@example.com" <evil@x.example>',),
        ("From:",),
        (),
    ],
)
def test_an_ambiguous_author_is_a_stranger_whatever_was_proven(fields: tuple[str, ...]) -> None:
    assert believe(mail(PASS, *fields), ROSTER).trust is Trust.STRANGER


@pytest.mark.parametrize(
    "sender",
    [
        "\u212aim@example.com",
        "m\u0430ra@example.com",
        "mara@\u0435xample.com",
        "ma\u200bra@example.com",
        "mara@exam\u202eple.com",
    ],
    ids=["Kelvin sign", "Cyrillic a", "Cyrillic e", "zero width", "bidi"],
)
def test_an_address_that_only_looks_like_a_members_is_none(sender: str) -> None:
    roster = replace(ROSTER, members=("kim@example.com", "mara@example.com"))
    assert believe(mail(PASS, f"From: {sender}"), roster).trust is Trust.STRANGER
    assert believe(mail(PASS, "From: KIM@EXAMPLE.COM"), roster).trust is Trust.VERIFIED


@pytest.mark.parametrize(
    ("fields", "reverse_path", "expected"),
    [
        ((FAIL,), "incidents-bounces+mara=example.com@example.com", Trust.STRANGER),
        ((FAIL,), "incidents-bounces@lists.example.com", Trust.STRANGER),
        ((FAIL,), None, Trust.STRANGER),
        ((f"{FAIL}; dkim=pass header.d=lists.example.com",), None, Trust.STRANGER),
        ((f"{FAIL}; dkim=pass header.d=example.com",), "incidents-bounces@example.com", Trust.STRANGER),
        ((f"{FAIL}; dkim=pass header.d=bounces.example.net",), None, Trust.MEMBER),
        ((f"{FAIL}; dkim=pass header.d=evil.test",), None, Trust.STRANGER),
        (
            (FAIL, "Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=x@lists.example.com"),
            None,
            Trust.STRANGER,
        ),
        ((f"{FAIL}; spf=pass smtp.mailfrom=x@bounces.example.net",), None, Trust.MEMBER),
        ((f"{FAIL}; spf=pass smtp.mailfrom=bounces.example.net",), "x@bounces.example.net", Trust.MEMBER),
        (("Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=x@evil.test", FAIL), None, Trust.STRANGER),
        (("Authentication-Results: mx.example.com; spf=none", FAIL), None, Trust.STRANGER),
        ((FAIL,), "eve@evil.test", Trust.STRANGER),
        ((f"{FAIL}; spf=fail smtp.mailfrom=example.com",), "incidents-bounces@example.com", Trust.STRANGER),
        ((f"{FAIL}; spf=softfail smtp.mailfrom=example.com",), None, Trust.STRANGER),
        ((f"{FAIL}; spf=pass smtp.mailfrom=example.com",), None, Trust.STRANGER),
        ((f"{FAIL}; spf=pass smtp.mailfrom=example.com",), "jo@example.com", Trust.STRANGER),
        ((f"{FAIL}; spf=pass smtp.mailfrom=example.com",), "incidents-bounces@example.com", Trust.MEMBER),
        ((f"{FAIL}; spf=pass smtp.mailfrom=incidents-bounces@example.com",), None, Trust.MEMBER),
        ((f"{FAIL}; spf=pass smtp.mailfrom=jo@example.com",), "incidents-bounces@example.com", Trust.STRANGER),
        (
            (f"{FAIL}; spf=pass smtp.mailfrom=example.com; auth=pass smtp.auth=jo@example.com",),
            "incidents-bounces@example.com",
            Trust.STRANGER,
        ),
        ((f"{FAIL}; spf=pass smtp.mailfrom=incidents-bounces@lists.example.com",), None, Trust.STRANGER),
        ((f"{FAIL}; spf=none smtp.helo=lists.example.com",), None, Trust.STRANGER),
        ((f"{FAIL}; spf=pass smtp.mailfrom=eve@evil.test",), None, Trust.STRANGER),
        ((f"{FAIL}; spf=none smtp.mailfrom=evil.test",), None, Trust.STRANGER),
    ],
)
def test_list_fields_do_not_excuse_a_forgery_that_the_list_did_not_send(
    fields: tuple[str, ...], reverse_path: str | None, expected: Trust
) -> None:
    envelope = Envelope(way="lmtp", peer="127.0.0.1", reverse_path=reverse_path)
    roster = replace(ROSTER, bounce_from=("*@bounces.example.net",))
    assert believe(mail(*fields, LIST_POST, MARA, envelope=envelope), roster).trust is expected


ELSEWHERE = replace(ROSTER, list_address="incidents@lists.example.net", other_lists=("security@secure.example.org",))
MUNGED = ("From: Mara via Incidents <incidents@lists.example.net>", "Reply-To: Mara <mara@example.com>")
SAYS = "Authentication-Results: mx.example.com; "
OUR_TRACE = "Received: from smtp.evil.example by mx.example.com with ESMTP; Fri, 20 Nov 2026 14:20:00 +0000"
POSTED = {
    "list": "List-Post: <mailto:incidents@lists.example.net>",
    "second": "List-Post: <mailto:security@secure.example.org>",
}
LISTS_PASS = f"{SAYS}spf=pass smtp.mailfrom=incidents-bounces@lists.example.net; dkim=pass header.d=lists.example.net"


SIGNED_BY_LIST = "DKIM-Signature: v=1; d=lists.example.net; h=from:reply-to:subject:date:to:message-id; b=eA=="


@pytest.mark.parametrize(
    ("post", "fields", "expected"),
    [
        # The list's own host handed these over.
        ("list", (f"{SAYS}dmarc=pass header.from=lists.example.net", *MUNGED), Trust.MEMBER),
        ("list", (FAIL, LISTS_PASS, MARA), Trust.MEMBER),
        ("list", (LISTS_PASS, FAIL, MARA), Trust.MEMBER),
        ("second", (f"{FAIL}; spf=pass smtp.mailfrom=security-bounces@secure.example.org", MARA), Trust.MEMBER),
        ("list", (f"{FAIL}; spf=pass smtp.mailfrom=lists.example.net", MARA), Trust.MEMBER),
        ("list", (f"{SAYS}dkim=pass header.d=lists.example.net", *MUNGED), Trust.MEMBER),
        ("list", (f"{SAYS}dkim=pass header.d=lists.example.net", SIGNED_BY_LIST, *MUNGED), Trust.MEMBER),
        # It did not hand over these.
        ("list", (f"{SAYS}dmarc=fail header.from=lists.example.net", *MUNGED), Trust.STRANGER),
        ("list", (f"{SAYS}dmarc=pass header.from=evil.test", *MUNGED), Trust.STRANGER),
        ("list", (f"{SAYS}dmarc=pass header.from=lists.example.net", MARA), Trust.STRANGER),
        (
            "list",
            (
                f"{SAYS}dmarc=fail header.from=lists.example.net",
                f"{SAYS}dmarc=pass header.from=lists.example.net",
                *MUNGED,
            ),
            Trust.STRANGER,
        ),
        ("second", (FAIL, LISTS_PASS, MARA), Trust.STRANGER),
        ("list", (f"{FAIL}; spf=pass smtp.mailfrom=b@secure.example.org", MARA), Trust.STRANGER),
        ("second", (f"{FAIL}; spf=pass smtp.mailfrom=b@secure.example.org", MARA), Trust.STRANGER),
        ("list", (f"{SAYS}dmarc=none; spf=none smtp.mailfrom=x@nx.lists.example.net", *MUNGED), Trust.STRANGER),
        (
            "list",
            (f"{SAYS}dmarc=none; spf=none smtp.mailfrom=incidents-bounces@lists.example.net", *MUNGED),
            Trust.STRANGER,
        ),
        (
            "list",
            (f"{SAYS}dmarc=pass header.from=lists.example.net", SIGNED_BY_LIST.replace(":reply-to", ""), *MUNGED),
            Trust.STRANGER,
        ),
        ("list", (f"{SAYS}dkim=pass header.d=lists.example.net", SIGNED_BY_LIST + "; l=8", *MUNGED), Trust.STRANGER),
        (
            "list",
            (f"{SAYS}dkim=pass header.d=lists.example.net", SIGNED_BY_LIST, *MUNGED, "Cc: bo@example.com"),
            Trust.STRANGER,
        ),
        # The forger wrote the pass, below what our server wrote.
        ("list", (FAIL, OUR_TRACE, LISTS_PASS, MARA), Trust.STRANGER),
        ("list", (OUR_TRACE, FAIL, LISTS_PASS, MARA), Trust.STRANGER),
        ("list", (OUR_TRACE, FAIL, LISTS_PASS, PASS, MARA), Trust.STRANGER),
        ("list", (FAIL, LISTS_PASS.replace("mx.example.com", "mx.example.org"), MARA), Trust.STRANGER),
    ],
)
def test_only_the_lists_own_host_excuses_a_failed_dmarc(post: str, fields: tuple[str, ...], expected: Trust) -> None:
    assert believe(mail(*fields, POSTED[post]), ELSEWHERE).trust is expected


def test_an_untrusted_way_is_named_before_anything_else_is_believed() -> None:
    belief = believe(mail(PASS, MARA, envelope=Envelope(way="smtp", peer="192.0.2.7")), ROSTER)
    assert (belief.trust, belief.rule) == (Trust.STRANGER, "untrusted-way")
    assert "192.0.2.7" in belief.why


def test_whoever_logs_in_to_hand_mail_in_cannot_write_our_servers_word_into_it() -> None:
    submitted = Envelope(way="submission", peer="192.0.2.7")
    belief = believe(mail(PASS, MARA, envelope=submitted), ROSTER)
    assert (belief.trust, belief.rule) == (Trust.MEMBER, "unproven")


def test_a_forgery_in_the_lists_name_is_told_as_one() -> None:
    envelope = Envelope(way="lmtp", peer="127.0.0.1", reverse_path="eve@evil.test")
    belief = believe(mail(FAIL, LIST_POST, MARA, envelope=envelope), ROSTER)
    assert belief.why.endswith("it did not come through the list, as it claims")


def test_what_names_the_incident_must_be_signed_where_a_signature_is_the_proof() -> None:
    signature = "DKIM-Signature: v=1; d=example.com; h=from:subject:date:message-id:in-reply-to; b=eA=="
    thread = ("In-Reply-To: <a@example.com>", "References: <b@example.com>", "To: incident-bot+x@example.com")
    envelope = Envelope(way="lmtp", peer="127.0.0.1", forward_paths=("incident-bot+other@example.com",))
    message = mail(PASS, MARA, signature, *thread, envelope=envelope)
    belief = believe(message, ROSTER)
    proven = proven_thread(message, belief)
    assert (proven.in_reply_to, proven.references, proven.to) == (("<a@example.com>",), (), ())
    assert proven.envelope.forward_paths == ()
    found = claimed_thread(message, belief, ROSTER)
    assert found is not None
    claimed, lesser = found
    assert (claimed.in_reply_to, claimed.references) == (("<a@example.com>",), ("<b@example.com>",))
    assert (claimed.to, claimed.envelope.forward_paths) == ((), ())  # anybody can send a signed mail on to an address
    assert (lesser.trust, lesser.rule) == (Trust.MEMBER, "unsigned-thread")


@pytest.mark.parametrize(
    "fields",
    [
        ("To: bo@example.com", "In-Reply-To: <a@x.example>"),
        ("To: incident-bot+x@example.com", "To: incidents@example.com"),
    ],
    ids=["signed to somebody else", "a second To"],
)
def test_a_signed_mail_that_was_not_meant_for_us_is_no_reply_at_all(fields: tuple[str, ...]) -> None:
    signature = "DKIM-Signature: v=1; d=example.com; h=from:subject:date:message-id:to; b=eA=="
    message = mail(PASS, MARA, signature, *fields)
    assert claimed_thread(message, believe(message, ROSTER), ROSTER) is None


SIGNED = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k; h=From:Subject:Date:Message-ID:To; bh=x; b=y"
HOLDS = "Authentication-Results: mx.example.com; dkim=pass header.d=example.com"


def test_a_signed_text_that_is_read_anew_proves_nobody_though_our_server_says_that_it_holds() -> None:
    plain, parts = "Content-Type: text/plain", 'Content-Type: multipart/mixed; boundary="b"'
    assert believe(mail(HOLDS, SIGNED, MARA, plain), ROSTER).trust is Trust.VERIFIED
    assert believe(mail(HOLDS, SIGNED, MARA, parts, plain), ROSTER).trust is Trust.STRANGER
    text = "Thanks.\n--b\nContent-Type: text/plain\n\nclose\n--b--\n"
    raw = "\n".join([HOLDS, SIGNED, MARA, parts, "Subject: Re: Cards fail", "", text]).encode()
    reread = parse_message(raw, LOCAL)
    assert (reread.text.strip(), believe(reread, ROSTER).trust) == ("close", Trust.STRANGER)


def test_a_signature_vouches_for_the_domain_that_signed_and_no_other_that_it_names() -> None:
    other = "Authentication-Results: mx.example.com; dkim=pass header.i=@example.com header.d=evil.test"
    assert believe(mail(other, MARA), ROSTER).trust is Trust.MEMBER


@pytest.mark.parametrize("spf", ["fail", "softfail"])
def test_no_author_is_taken_from_beside_the_list_if_its_host_did_not_send_the_mail(spf: str) -> None:
    word = f"{SAYS}spf={spf} smtp.mailfrom=x-bounces@lists.example.net"
    assert believe(mail(word, POSTED["list"], *MUNGED), ELSEWHERE).trust is Trust.STRANGER
