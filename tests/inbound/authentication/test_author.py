"""Who is believed to be the author of a mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidentmail.core.model import Trust
from incidentmail.inbound.authentication.author import Provenance, Roster, Verify, believe
from incidentmail.inbound.message import Envelope, Message, parse_message

ROSTER = Roster(
    members=("*@example.com", "guest@elsewhere.example"),
    relays=("127.0.0.1", "10.1.0.0/16", "unix", "pipe"),
    list_address="incidents@example.com",
    own_address="incident-bot@example.com",
)
LOCAL = Envelope(way="lmtp", peer="127.0.0.1")


def mail(*fields: str, envelope: Envelope = LOCAL) -> Message:
    return parse_message("\n".join([*fields, "", "sev 1", ""]).encode(), envelope)


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("Mara <mara@example.com>", Trust.MEMBER),
        ("MARA@EXAMPLE.COM", Trust.MEMBER),
        ("guest@elsewhere.example", Trust.MEMBER),
        ("other@elsewhere.example", Trust.STRANGER),
        ("mara@sub.example.com", Trust.STRANGER),
        ("mara@example.com.evil.test", Trust.STRANGER),
        ("mara@example.com <evil@elsewhere.example>", Trust.STRANGER),
        ('"mara@example.com" <evil@elsewhere.example>', Trust.STRANGER),
        ("mara@example.com, evil@elsewhere.example", Trust.STRANGER),
        ("incident-bot@example.com", Trust.STRANGER),
    ],
)
def test_only_a_single_address_on_the_roster_makes_a_member(sender: str, expected: Trust) -> None:
    assert believe(mail(f"From: {sender}"), ROSTER).trust is expected


def test_two_from_fields_make_a_stranger() -> None:
    assert believe(mail("From: mara@example.com", "From: jayla@example.com"), ROSTER).trust is Trust.STRANGER


@pytest.mark.parametrize(
    ("envelope", "expected"),
    [
        (Envelope(way="smtp", peer="127.0.0.1"), Trust.MEMBER),
        (Envelope(way="smtp", peer="10.1.2.3"), Trust.MEMBER),
        (Envelope(way="lmtp", peer="unix"), Trust.MEMBER),
        (Envelope(way="pipe"), Trust.MEMBER),
        (Envelope(way="smtp", peer="10.2.0.1"), Trust.STRANGER),
        (Envelope(way="smtp", peer="192.0.2.7"), Trust.STRANGER),
        (Envelope(way="smtp", peer="unknown"), Trust.STRANGER),
        (Envelope(way="imap"), Trust.STRANGER),
        (Envelope(way="submission", peer="198.51.100.7"), Trust.MEMBER),
    ],
)
def test_a_members_address_counts_only_on_a_trusted_way(envelope: Envelope, expected: Trust) -> None:
    assert believe(mail("From: mara@example.com", envelope=envelope), ROSTER).trust is expected


MUNGED = "From: Mara Lindqvist via Incidents <incidents@example.com>"
LIST_POST = "List-Post: <mailto:incidents@example.com>"
BY_LIST = replace(LOCAL, reverse_path="incidents-bounces+bot=example.com@example.com")


def test_our_own_list_may_put_the_author_beside_from() -> None:
    fields = (MUNGED, LIST_POST, "Reply-To: incidents@example.com", "Cc: Mara Lindqvist <mara@example.com>")
    message = mail(*fields, envelope=BY_LIST)
    who = Provenance(message=message, roster=ROSTER).author
    assert who is not None
    assert (who.name, who.address) == ("Mara Lindqvist", "mara@example.com")
    assert believe(message, ROSTER).trust is Trust.MEMBER


def test_of_several_beside_from_the_one_that_from_names_wrote_it() -> None:
    cc = "Cc: Bo K. <bo@example.com>, Mara Lindqvist <mara@example.com>, Yusuf A. <yusuf@example.com>"
    who = Provenance(message=mail(MUNGED, LIST_POST, cc, envelope=BY_LIST), roster=ROSTER).author
    assert who is not None
    assert who.address == "mara@example.com"


@pytest.mark.parametrize(
    "fields",
    [
        (MUNGED, "Cc: Mara Lindqvist <mara@example.com>"),
        (MUNGED, LIST_POST, "Cc: Mara Lindqvist <mara@elsewhere.example>"),
        (MUNGED, LIST_POST, "Cc: Bo K. <bo@example.com>, Yusuf A. <yusuf@example.com>"),
        ("From: Mara via Other <other@lists.example>", LIST_POST, "Reply-To: mara@example.com"),
    ],
)
def test_nobody_else_may(fields: tuple[str, ...]) -> None:
    assert believe(mail(*fields, envelope=BY_LIST), ROSTER).trust is Trust.STRANGER


BESIDE = (MUNGED, LIST_POST, "Reply-To: Mara Lindqvist <mara@example.com>")


@pytest.mark.parametrize("verify", ["none", "dkim"])
@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("incidents-bounces@example.com", Trust.MEMBER),
        ("Incidents-Bounces+bot=example.com@Example.com", Trust.MEMBER),
        ("incidents-return-12-bot=example.com@example.com", Trust.MEMBER),
        ("incidents+bncABC@example.com", Trust.MEMBER),
        ("owner-incidents@example.com", Trust.MEMBER),
        ("bounce@bounces.example.net", Trust.MEMBER),
        ("mallory@example.com", Trust.STRANGER),
        ("incidents2@example.com", Trust.STRANGER),
        ("incidents-bounces@lists.example.com", Trust.STRANGER),
        ("incidents-bounces@evil.test", Trust.STRANGER),
        ("security-bounces@example.com", Trust.STRANGER),
        ("", Trust.STRANGER),
        (None, Trust.STRANGER),
    ],
)
def test_a_list_names_the_author_only_with_its_own_envelope_sender(
    verify: Verify, sender: str | None, expected: Trust
) -> None:
    """A member can write List-Post, From and Reply-To into any mail; the envelope sender is checked at submission."""
    roster = replace(ROSTER, verify=verify, bounce_from=("*@bounces.example.net",))
    message = mail(*BESIDE, envelope=replace(LOCAL, reverse_path=sender))
    assert believe(message, roster).trust is expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (("Return-Path: <incidents-bounces@example.com>",), Trust.MEMBER),
        (("Return-Path: <mallory@example.com>", "Return-Path: <incidents-bounces@example.com>"), Trust.STRANGER),
        ((), Trust.STRANGER),
    ],
)
def test_through_a_pipe_the_topmost_Return_Path_is_the_envelope_sender(first: tuple[str, ...], expected: Trust) -> None:
    assert believe(mail(*first, *BESIDE, envelope=Envelope(way="pipe")), ROSTER).trust is expected
