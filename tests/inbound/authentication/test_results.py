"""Authentication-Results: which fields are trusted, and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.inbound.authentication.results import Server, evidence_of
from incidentmail.inbound.message import Envelope, Message, parse_message

MX = Server(authserv_id="mx.example.com", domains=("example.com",))
OFFICE = Server(authserv_id=None, profile="microsoft365", domains=("example.com",))
PASS = "dmarc=pass (p=reject dis=none) header.from=example.com"


def mail(*fields: str) -> Message:
    head = [*fields, "From: Mara <mara@example.com>", "Subject: Re: x", "", "sev 1", ""]
    return parse_message("\n".join(head).encode(), Envelope(way="lmtp", peer="unix"))


def said(*fields: str, server: Server = MX) -> tuple[str, str]:
    found = evidence_of(mail(*fields), server, "mara@example.com")
    return found.verdict, found.rule


def results(text: str, of: str = "mx.example.com") -> str:
    return f"Authentication-Results: {of}; {text}"


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (results(PASS), ("pass", "dmarc-pass")),
        (results(PASS, "MX.Example.COM 1"), ("pass", "dmarc-pass")),
        (results(PASS, '"mx.example.com"'), ("pass", "dmarc-pass")),
        (results(PASS, '"MX.Example\\.com" 1'), ("pass", "dmarc-pass")),
        (results("dkim=pass header.d=example.com header.b=\"ab/c\"; " + PASS), ("pass", "dmarc-pass")),
        (results("iprev=pass smtp.remote-ip=2001:db8::1; " + PASS), ("pass", "dmarc-pass")),
        (results("spf=pass smtp.mailfrom=\"a;dmarc=fail\"@example.com; " + PASS), ("pass", "dmarc-pass")),
        (results("dmarc=pass header.from=EXAMPLE.com"), ("pass", "dmarc-pass")),
        (results("dkim=pass header.d=example.com"), ("pass", "dkim-pass")),
        (results("dkim=pass header.i=@mail.example.com; dmarc=none header.from=example.com"), ("pass", "dkim-pass")),
        (results("dkim=fail header.d=example.com"), ("none", "unproven")),
        (results("dkim=pass header.d=example.com.evil.test"), ("none", "unproven")),
        (results("dkim=pass header.d=badexample.com"), ("none", "unproven")),
        (results("dkim=pass header.d=com"), ("none", "unproven")),
        (results("spf=pass smtp.mailfrom=example.com"), ("none", "unproven")),
        (results("none"), ("none", "unproven")),
        (results("dmarc=temperror header.from=example.com"), ("none", "unproven")),
        (results("dmarc=fail (p=none) header.from=example.com"), ("fail", "dmarc-fail")),
        (results(f"{PASS}; dmarc=fail header.from=example.com"), ("fail", "dmarc-fail")),
        (results(f"{PASS}; {PASS}"), ("none", "unproven")),
        (results("dmarc=pass header.from=evil.test"), ("fail", "dmarc-other-from")),
        (results("dmarc=pass header.from=example.com header.from=evil.test"), ("fail", "dmarc-other-from")),
        (results("dmarc=pass"), ("fail", "dmarc-other-from")),
        (results("x=y; " + "(" * 500 + PASS), ("fail", "results-unreadable")),
        (results(f'spf=pass smtp.mailfrom="x; {PASS}'), ("fail", "results-unreadable")),
        (results(f"spf=none (x) y) ; {PASS}"), ("fail", "results-unreadable")),
        (results("auth=pass (plain) smtp.auth=Mara@example.com smtp.mailfrom=mara@example.com"), ("pass", "auth-pass")),
        (results("auth=pass smtp.auth=bo@example.com"), ("none", "unproven")),
        (results("auth=pass smtp.auth=mara@example.com; auth=pass smtp.auth=bo@example.com"), ("none", "unproven")),
        (results("auth=fail smtp.auth=mara@example.com"), ("none", "unproven")),
        (results("auth=pass smtp.auth=mara"), ("none", "unproven")),
        (results("auth=pass smtp.auth=mara; " + PASS), ("pass", "dmarc-pass")),
        (results("auth=pass smtp.auth=bo; " + PASS), ("none", "other-login")),
        (results("auth=pass smtp.auth=bo@example.com; " + PASS), ("none", "other-login")),
        (results(PASS + "; auth=pass smtp.auth=bo@example.com"), ("none", "other-login")),
        (results("auth=pass smtp.auth=mara@example.com; auth=pass smtp.auth=bo@example.com; " + PASS),
         ("none", "other-login")),
        (results("auth=pass; spf=pass smtp.mailfrom=bo@example.com; " + PASS), ("none", "other-login")),
        (results("auth=pass; spf=pass smtp.mailfrom=mara@example.com; " + PASS), ("pass", "dmarc-pass")),
        (results("auth=pass; spf=pass smtp.mailfrom=example.com; " + PASS), ("pass", "dmarc-pass")),
        (results("spf=pass smtp.mailfrom=bounces@example.com; " + PASS), ("pass", "dmarc-pass")),
        (results("auth=pass smtp.auth=bo@example.com; dmarc=fail header.from=example.com"), ("fail", "dmarc-fail")),
        (results(PASS, "mx.example.com.evil.test"), ("none", "unproven")),
        (results(PASS, "mx.example.org"), ("none", "unproven")),
        (results(PASS, "=?utf-8?q?mx.example.com?="), ("none", "unproven")),
        (results(PASS, "mx.exa\u200bmple.com"), ("none", "unproven")),
    ],
)  # fmt: skip
def test_only_what_our_server_says_in_a_readable_field_counts(field: str, expected: tuple[str, str]) -> None:
    assert said(field) == expected


def test_a_letter_that_only_looks_like_ours_is_another_servers() -> None:
    """The Kelvin sign becomes k when it is lower-cased; names are compared in ASCII."""
    server = Server(authserv_id="mk.example.com")
    assert said(results(PASS, "m\u212a.example.com"), server=server) == ("none", "unproven")
    assert said(results(PASS, "MK.example.com"), server=server) == ("pass", "dmarc-pass")


TRACE = "Received: from {} by {} with ESMTP; Fri, 20 Nov 2026 14:20:00 +0000"
OURS = TRACE.format("smtp.evil.example", "mx.example.com")
FAIL, GOOD, SPF = results("dmarc=fail header.from=example.com"), results(PASS), results("spf=none")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((SPF, GOOD), "pass"),  # each filter of our server writes a field of its own
        ((GOOD, SPF), "pass"),
        ((FAIL, GOOD), "fail"),
        ((GOOD, FAIL), "fail"),
        ((SPF, GOOD, OURS, FAIL), "pass"),  # below our trace, the sender's
        ((SPF, OURS, GOOD), "none"),
        ((OURS, GOOD), "pass"),  # a filter behind the server writes below its trace
        ((OURS, SPF, GOOD), "none"),  # there the sender could have written the second one
        ((OURS, GOOD, FAIL), "fail"),
        ((OURS, SPF, results("dmarc=pass (")), "fail"),
        ((results(PASS, "other.example"), FAIL), "fail"),  # a filter of another name is behind our server
        ((results(PASS, "other.example"), FAIL, OURS, GOOD), "fail"),
        ((results("spam=no", "other.example"), GOOD, OURS), "pass"),
        ((SPF, results(PASS, "other.example"), GOOD), "none"),
        ((SPF, results(PASS, "other.example"), FAIL), "fail"),
        ((OURS, results(PASS, "other.example"), GOOD), "none"),
        ((results("none"), OURS, GOOD), "none"),  # ours says nothing, so that what follows is the sender's
        ((results("iprev=pass policy.iprev=192.0.2.9"), OURS, GOOD), "none"),
        ((results("none"), GOOD, OURS), "pass"),
        ((SPF, OURS, TRACE.format("x", "mx.example.com"), GOOD), "none"),
    ],
)
def test_all_fields_that_our_server_wrote_on_top_are_read_together(fields: tuple[str, ...], expected: str) -> None:
    assert said(*fields)[0] == expected


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("mx.example.com", "pass"),
        ("mx2.example.com", "pass"),
        ("backend7.internal", "pass"),
        ("[192.0.2.9] (really (mx))", "pass"),
        ("smtp.evil.test (Postfix) by mx.example.com", "pass"),  # a private name says nothing
        ("smtp.evil.example", "none"),
        ("mx.example.com.evil.example", "none"),
    ],
)
def test_a_field_below_the_trace_of_a_strangers_server_is_the_strangers(by: str, expected: str) -> None:
    fields = TRACE.format("smtp.evil.example", "mx.example.com"), TRACE.format("x", by), results(PASS)
    assert said(*fields)[0] == expected


MICROSOFT = (
    "Authentication-Results: spf=pass (sender IP is 192.0.2.41)\n smtp.mailfrom=example.com; dkim=pass (signature was"
    " verified)\n header.d=example.com;dmarc=pass action=none\n header.from=example.com;compauth=pass reason=100"
)
WITHIN = TRACE.format("AM0PR08MB0000.eurprd08.prod.outlook.com", "DB9PR08MB0000.eurprd08.prod.outlook.com")


def test_microsoft_365_is_read_without_a_name_on_top_only() -> None:
    fail = MICROSOFT.replace("dmarc=pass action=none", "dmarc=fail action=oreject")
    assert said(WITHIN, MICROSOFT, server=OFFICE) == ("pass", "dmarc-pass")
    assert said(WITHIN, fail, MICROSOFT, server=OFFICE) == ("fail", "dmarc-fail")
    assert said(results(PASS, "other.example"), MICROSOFT, server=OFFICE) == ("none", "unproven")
    assert said(TRACE.format("x", "smtp.evil.example"), MICROSOFT, server=OFFICE) == ("none", "unproven")
    assert said(MICROSOFT) == ("none", "unproven")


def test_microsoft_365_with_no_policy_proves_by_an_aligned_signature() -> None:
    field = MICROSOFT.replace("dmarc=pass action=none", "dmarc=bestguesspass action=none")
    assert said(field, server=OFFICE) == ("pass", "dkim-pass")
    assert said(field.replace("header.d=example.com", "header.d=none"), server=OFFICE) == ("none", "unproven")


SIGNED = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k; h=From:Subject:Date:To:To; bh=eA==; b=eA=="


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (results("spf=pass smtp.mailfrom=mara@example.com; " + PASS), None),
        (results("spf=pass smtp.mailfrom=bounce@lists.test; " + PASS), {"from", "subject", "date", "to"}),
        (results("dkim=pass header.d=example.com"), {"from", "subject", "date", "to"}),
    ],
)
def test_a_pass_that_rests_on_a_signature_covers_what_is_signed(field: str, expected: set[str] | None) -> None:
    assert evidence_of(mail(field, SIGNED), MX, "mara@example.com").signed == expected


FORWARDED = results("spf=pass smtp.mailfrom=x@forwarder.test; dkim=pass header.d=example.com; " + PASS)
DIRECT = results("spf=pass smtp.mailfrom=mara@example.com; dkim=pass header.d=example.com; " + PASS)


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ((SIGNED,), ("pass", "dmarc-pass")),
        ((SIGNED + "; l=8",), ("fail", "dkim-fail")),
        ((SIGNED, SIGNED + "; l=8"), ("fail", "dkim-fail")),
        ((SIGNED.replace(":Date", ""),), ("fail", "dkim-fail")),
        ((SIGNED.replace(":Subject", ""),), ("fail", "dkim-fail")),
        ((SIGNED, SIGNED.replace("Subject", "Sender")), ("fail", "dkim-fail")),
        ((SIGNED, SIGNED.replace("d=example.com", "d=forwarder.test") + "; l=8"), ("pass", "dmarc-pass")),
    ],
)
def test_a_signature_that_covers_too_little_proves_nobody_unless_the_authors_host_sent_the_mail(
    signatures: tuple[str, ...], expected: tuple[str, str]
) -> None:
    """With l= anybody can append commands; without the subject or the Date they can alter these."""
    assert said(FORWARDED, *signatures) == expected
    assert said(DIRECT, *signatures) == ("pass", "dmarc-pass")


@given(st.text('mx.exalpo;=()"\\ dmrcfksi-/@\u212a\u200b', max_size=200), st.sampled_from(("mx.example.com;", "")))
def test_no_field_of_a_stranger_raises(text: str, start: str) -> None:
    assert said(f"Authentication-Results: {start}{text}")[0] in ("none", "fail", "pass")
    assert said(f"Authentication-Results: {text}", server=OFFICE)[0] in ("none", "fail", "pass")


def test_what_another_server_found_before_microsoft_365_does_not_count() -> None:
    earlier = "Authentication-Results: spf=fail smtp.mailfrom=example.com;dmarc=fail header.from=example.com"
    assert said(WITHIN, MICROSOFT, earlier, server=OFFICE) == ("pass", "dmarc-pass")


@pytest.mark.parametrize(
    "name", ['"mx.example.com.evil.test"', '"mx.example.com"x', '"mx.example.com', '"mx.example.com ;"']
)
def test_a_name_in_quotation_marks_is_ours_only_as_a_whole(name: str) -> None:
    assert said(results(PASS, name))[0] != "pass"


def test_below_our_trace_field_a_name_in_quotation_marks_proves_nothing() -> None:
    """Our server may have left a forged field there, if it removes only fields with its name as it writes it."""
    received = "Received: from a by mx.example.com; Fri, 20 Nov 2026 14:20:00 +0000"
    assert said(received, results(PASS))[0] == "pass"
    assert said(received, results(PASS, '"mx.example.com"'))[0] != "pass"
