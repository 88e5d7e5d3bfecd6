"""DKIM and ARC signatures that are checked here: which are valid, and which count as broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.model import Trust
from incidentmail.errors import DnsUnavailableError
from incidentmail.inbound.authentication import dkim_signature as signature
from incidentmail.inbound.authentication.author import Roster, believe, to_examine
from incidentmail.inbound.authentication.evidence import Evidence
from incidentmail.inbound.authentication.examine import examine
from incidentmail.inbound.authentication.results import Server
from incidentmail.inbound.limits import SIGNATURES_MAX, SIGNED_FIELDS_MAX
from incidentmail.inbound.message import Envelope, parse_message

if TYPE_CHECKING:
    from conftest import Mails, Signer

ROSTER = Roster(
    members=("*@example.com",), relays=("unix",), list_address="incidents@example.com",
    own_address="incident-bot@example.com", verify="dkim", sealers=("lists.example.com",),
)  # fmt: skip
NOW = datetime.now(UTC)
MARA = "Mara <mara@example.com>"
COVERED = "from:subject:date:message-id"


def found(raw: bytes, record: bytes | None) -> Evidence:
    message = parse_message(raw, Envelope(way="lmtp", peer="unix"))
    return examine(raw, message, ROSTER, "example.com", look_up=lambda name: record, at=NOW)


@pytest.fixture
def plain(mails: Mails) -> bytes:
    return mails.new("sev 1", sender=MARA, subject="Re: Cards fail", to="incident-bot@example.com")


def test_a_signature_of_the_authors_domain_proves_the_author(signer: Signer, plain: bytes) -> None:
    evidence = found(signer.sign(plain), signer.record)
    assert (evidence.verdict, evidence.rule) == ("pass", "dkim-pass")
    assert evidence.signed is not None
    assert {"from", "subject", "date", "message-id", "to"} <= evidence.signed
    assert found(signer.sign(plain).replace(b"\r\n", b"\n"), signer.record) == evidence  # as a pipe hands it in


@pytest.mark.parametrize("domain", ["example.com", "mail.example.com"])
def test_a_domain_below_the_authors_vouches_for_it_too(signer: Signer, plain: bytes, domain: str) -> None:
    assert found(signer.sign(plain, domain=domain), signer.record).verdict == "pass"


def test_text_appended_behind_l_counts_not(signer: Signer, plain: bytes) -> None:
    evidence = found(signer.sign(plain, length=True) + b"sev 4\r\n", signer.record)
    assert (evidence.verdict, "l= lets anybody append" in evidence.why) == ("fail", True)
    assert found(signer.sign(plain) + b"sev 4\r\n", signer.record).verdict == "fail"


@pytest.mark.parametrize("domain", ["evil.test", "badexample.com", "example.com.evil.test", "com", "example.c\u043em"])
def test_another_domains_signature_says_nothing(signer: Signer, plain: bytes, domain: str) -> None:
    signed = signer.sign(plain).replace(b"d=example.com", b"d=" + domain.encode())
    assert found(signed, signer.record).verdict == "none"


@pytest.mark.parametrize("missing", ["subject", "date", "message-id"])
def test_what_a_reader_goes_by_must_be_signed(signer: Signer, plain: bytes, missing: str) -> None:
    covers = ":".join(name for name in COVERED.split(":") if name != missing)
    evidence = found(signer.sign(plain, covers=covers), signer.record)
    assert (evidence.verdict, f"does not cover {missing}" in evidence.why) == ("fail", True)


@pytest.mark.parametrize(
    "field", [b"Subject: Close", b"Message-ID: <x@x.example>", b"Date: Fri, 20 Nov 2026 14:00:00 +0000"]
)
def test_a_second_field_on_top_is_not_signed(signer: Signer, plain: bytes, field: bytes) -> None:
    assert found(field + b"\r\n" + signer.sign(plain), signer.record).verdict == "fail"


def test_a_second_field_of_the_thread_is_not_signed(signer: Signer, plain: bytes) -> None:
    evidence = found(b"To: incident-bot+other@example.com\r\n" + signer.sign(plain), signer.record)
    assert evidence.signed is not None
    assert "to" not in evidence.signed


def test_a_line_that_only_the_checker_skips_counts_not(signer: Signer, plain: bytes) -> None:
    """dkimpy passes over a line `From x`; for a reader the header ends there, and a command could stand below."""
    signed = signer.sign(plain).replace(b"\r\n\r\n", b"\r\nFrom x\r\nSeverity: 1\r\n\r\n", 1)
    evidence = found(signed, signer.record)
    assert (evidence.verdict, "two ways" in evidence.why) == ("fail", True)


PARTS = "Thanks. This is what the bank sent:\n\n--bank\nContent-Type: text/plain\n\nclose\n--bank--"
REREAD = b"Content-Type: multipart/mixed; boundary=bank\r\n"


@pytest.mark.parametrize("covers", [COVERED, f"{COVERED}:content-type"])
def test_a_signed_text_is_not_read_anew_by_a_content_type_on_top(signer: Signer, mails: Mails, covers: str) -> None:
    signed = signer.sign(mails.new(PARTS, sender=MARA, subject="Re: Cards fail"), covers=covers)
    assert found(signed, signer.record).verdict == "pass"
    assert parse_message(REREAD + signed, Envelope(way="pipe")).text.strip() == "close"
    assert found(REREAD + signed, signer.record).verdict == "fail"


def test_nor_by_one_in_place_of_the_unsigned_own(signer: Signer, mails: Mails) -> None:
    signed = signer.sign(mails.new(PARTS, sender=MARA, subject="Re: Cards fail"), covers=COVERED)
    head, _, body = signed.partition(b"\r\n\r\n")
    own = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-")]
    changed = REREAD + b"\r\n".join(own) + b"\r\n\r\n" + body
    evidence = found(changed, signer.record)
    assert (evidence.verdict, "before the first part" in evidence.why) == ("fail", True)


def test_parts_under_an_unsigned_content_type_prove_their_author(signer: Signer, plain: bytes) -> None:
    head, _, body = plain.partition(b"\n\n")
    own = b"\n".join(line for line in head.split(b"\n") if not line.startswith(b"Content-"))
    parts = b"\n--b\nContent-Type: text/plain\n\n%b\n--b--\n" % body
    for preamble in (b"", b"This is a multi-part message in MIME format."):
        raw = own + b'\nContent-Type: multipart/mixed; boundary="b"\n\n' + preamble + parts
        assert found(signer.sign(raw, covers=COVERED), signer.record).verdict == "pass"


def test_a_mail_too_large_to_be_read_is_not_checked(signer: Signer, plain: bytes) -> None:
    over = parse_message(signer.sign(plain) + b"\r\n" * 400_001, Envelope(way="lmtp", peer="unix"))
    assert to_examine(over, ROSTER) is None


def test_a_signature_that_has_expired_counts_not(signer: Signer, plain: bytes) -> None:
    stamp = int((NOW - timedelta(minutes=1)).timestamp())
    assert "expired" in found(signer.sign(plain, more=f"x={stamp}"), signer.record).why
    later = int((NOW + timedelta(days=1)).timestamp())
    assert found(signer.sign(plain, more=f"x={later}"), signer.record).verdict == "pass"


def test_a_key_that_is_missing_withdrawn_weak_or_for_testing_proves_nothing(
    signer: Signer, plain: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = signer.sign(plain)
    testing = signer.record.replace(b"k=rsa;", b"k=rsa; t=y;")
    for record in (None, b"", b"v=DKIM1; p=", b"v=DKIM1; k=rsa; p=AAAA", b"=;=", b"\xff\x00", testing):
        assert found(signed, record).verdict == "fail", record
    assert signature.KEY_BITS_MIN == 1024
    monkeypatch.setattr(signature, "KEY_BITS_MIN", 4096)
    assert found(signed, signer.record).verdict == "fail"


def test_sha1_proves_nothing_any_more(signer: Signer, plain: bytes) -> None:
    assert "rsa-sha1" in found(signer.sign(plain).replace(b"a=rsa-sha256", b"a=rsa-sha1"), signer.record).why


def test_one_good_signature_among_broken_ones_is_enough_and_only_some_are_tried(signer: Signer, plain: bytes) -> None:
    signed = signer.sign(plain)
    broken = signed.partition(b"From:")[0].replace(b"bh=", b"bh=AAAA")
    assert found(broken * 2 + signed, signer.record).verdict == "pass"
    assert found(broken * SIGNATURES_MAX + signed, signer.record).verdict == "fail"


@pytest.mark.parametrize(
    "tags",
    ["v=1", "d=example.com", "d=example.com; d=example.com", "v=1; a=rsa-sha256; d=example.com; s=; h=; b=",
     "v=1; a=rsa-sha256; d=example.com; s=..; h=from:subject:date:message-id; bh=x; b=x",
     "v=1; a=rsa-sha256; c=odd/odd; d=example.com; s=k; h=from:subject:date:message-id; bh=AAAA; b=AAAA",
     "v=1; a=rsa-sha256; d=example.com; s=k; x=\u0661; h=from:subject:date:message-id; bh=AAAA; b=AAAA",
     ";" * 4000, "=" * 4000, "h=" + "from:" * 1000 + "; d=example.com"],
)  # fmt: skip
def test_a_damaged_signature_proves_nothing_and_raises_nothing(signer: Signer, plain: bytes, tags: str) -> None:
    assert found(b"DKIM-Signature: " + tags.encode() + b"\r\n" + plain, signer.record).verdict in ("none", "fail")


def test_a_signature_over_blanks_without_end_is_not_checked(signer: Signer, plain: bytes) -> None:
    raw = signer.sign(plain) + b" \t" * 500_000 + b"x\r\n"
    assert "blanks" in found(raw, signer.record).why


def test_blanks_everywhere_cost_no_memory_and_make_nobody_a_stranger(signer: Signer, plain: bytes) -> None:
    evidence = found(signer.sign(plain) + b"x y z\r\n" * 130_000, signer.record)
    assert (evidence.verdict, evidence.rule) == ("none", "not-checked")


def test_a_name_server_that_cannot_tell_is_no_verdict(signer: Signer, plain: bytes) -> None:
    def unsure(name: str) -> bytes | None:
        raise DnsUnavailableError(name)

    raw = signer.sign(plain)
    message = parse_message(raw, Envelope(way="lmtp", peer="unix"))
    with pytest.raises(DnsUnavailableError, match=r"k\._domainkey\.example\.com"):
        examine(raw, message, ROSTER, "example.com", look_up=unsure, at=NOW)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ((f"From: {MARA}",), "example.com"),
        (("From: Eve <eve@evil.test>",), None),
        ((f"From: {MARA}", "From: x@example.com"), None),
        ((f"From: {MARA}", "List-Post: <mailto:incidents@example.com>"), None),
        ((f"From: {MARA}", "List-Post: <mailto:incidents@example.com>", "ARC-Seal: i=1"), "example.com"),
    ],
)
def test_dns_is_asked_only_for_members_whose_mail_could_prove_more(
    fields: tuple[str, ...], expected: str | None
) -> None:
    raw = "\n".join([*fields, "", "sev 1"]).encode()
    assert to_examine(parse_message(raw, Envelope(way="lmtp", peer="unix")), ROSTER) == expected
    assert to_examine(parse_message(raw, Envelope(way="smtp", peer="192.0.2.7")), ROSTER) is None


PASS = "dmarc=pass header.from=example.com"


@pytest.mark.parametrize(
    ("domain", "results", "expected"),
    [
        ("lists.example.com", PASS, "sealed"),
        ("lists.example.com", "dkim=pass header.d=example.com", "sealed"),
        ("lists.example.com", "dmarc=fail header.from=example.com", "none"),
        ("lists.example.com", "dmarc=pass header.from=evil.test", "none"),
        ("lists.evil.test", PASS, "none"),
    ],
)
def test_a_seal_counts_only_from_a_listed_sealer_that_found_a_pass(
    signer: Signer, plain: bytes, domain: str, results: str, expected: str
) -> None:
    sealed = signer.seal(b"List-Post: <mailto:incidents@example.com>\n" + plain, domain=domain, found=results)
    evidence = found(sealed, signer.record)
    assert evidence.verdict == expected
    raw = parse_message(sealed, Envelope(way="lmtp", peer="unix"))
    assert believe(raw, ROSTER).trust is Trust.MEMBER


def test_a_broken_or_forged_seal_counts_not(signer: Signer, plain: bytes) -> None:
    sealed = signer.seal(b"List-Post: <mailto:incidents@example.com>\n" + plain, domain="lists.example.com", found=PASS)
    assert found(sealed + b"sev 4\r\n", signer.record).verdict == "none"
    assert found(sealed.replace(b"dmarc=pass", b"dmarc=past"), signer.record).verdict == "none"
    assert found(sealed.replace(b"i=1", b"i=2"), signer.record).verdict == "none"
    assert found(sealed, None).verdict == "none"


def test_our_own_server_may_say_that_the_seals_hold(signer: Signer, plain: bytes) -> None:
    sealed = signer.seal(b"List-Post: <mailto:incidents@example.com>\n" + plain, domain="lists.example.com", found=PASS)
    roster = replace(ROSTER, verify="authentication-results", server=Server(authserv_id="mx.example.com"))

    def trust(said: bytes) -> Trust:
        field = b"Authentication-Results: mx.example.com; " + said + b"; dmarc=fail header.from=example.com\r\n"
        return believe(parse_message(field + sealed, Envelope(way="lmtp", peer="unix")), roster).trust

    assert [trust(said) for said in (b"arc=pass", b"arc=fail", b"arc=pass; arc=fail", b"spf=none")] == [
        Trust.VERIFIED, Trust.STRANGER, Trust.STRANGER, Trust.STRANGER,
    ]  # fmt: skip


@given(st.text("v=1;adshbx: \t./+rsfomujectidg-ABC", max_size=200))
def test_no_signature_of_a_stranger_raises(signer: Signer, tags: str) -> None:
    head = f"DKIM-Signature: a=rsa-sha256; d=example.com; s=k; h=from:subject:date:message-id; {tags}\r\n"
    raw = f"{head}From: {MARA}\r\nSubject: x\r\nDate: x\r\nMessage-ID: <a@x.example>\r\n\r\nsev 1\r\n".encode()
    assert found(raw, signer.record).verdict in ("none", "fail")


def test_a_signature_that_lists_thousands_of_fields_covers_nothing() -> None:
    many = ":".join(["from", "subject", "date", "message-id", *["x"] * SIGNED_FIELDS_MAX])
    assert signature.covered([("from", "a")], {"h": many}) == frozenset()


def test_more_signatures_of_one_domain_than_are_checked_cover_nothing() -> None:
    field = "DKIM-Signature: v=1; d=example.com; h=from:subject\r\n"
    whole, nothing = frozenset({"from", "subject"}), frozenset[str]()
    for count, covered in ((SIGNATURES_MAX, whole), (SIGNATURES_MAX + 1, nothing)):
        message = parse_message((field * count + "From: a@example.com\r\n\r\n").encode(), Envelope(way="pipe"))
        assert signature.covered_by(message, "example.com") == covered
