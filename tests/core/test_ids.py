"""Our names in mail can be read back in any case of letters, and are refused if anything in them was changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.ids import (
    ID_CHARS_MAX,
    Announcement,
    MailName,
    incident_id,
    message_id,
    plus_address,
    proof,
    proves,
    read_message_id,
    read_plus_address,
    read_token_address,
    slug,
    token_address,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
BOT = "incident-bot@example.com"
NAME = MailName("abcdef", "ghijkl", "7")
OURS = message_id(KEY, NAME, "Example.com")
PLUS = plus_address(KEY, BOT, "abcdef")
refs = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=6, max_size=6)
TOLD = Announcement(incident="2026-11-20-x", ref="abcdef", origin="ghijkl", number=7, facts={"severity": 1})


@given(refs, refs, st.integers(0, 999_999).map(str) | st.integers(0, 10**9 - 1).map("p{}".format))
def test_a_message_id_of_ours_is_read_back_in_any_case(ref: str, origin: str, number: str) -> None:
    name = MailName(ref, origin, number)
    text = message_id(KEY, name, "Incidents.Example.com")
    assert len(text) < 78
    for seen in (text, text.upper(), f" {text}\n"):
        assert read_message_id(KEY, seen) == name


@pytest.mark.parametrize(
    "text",
    [
        OURS.replace(".7.", ".8."),
        OURS.replace(".7.", ".p7."),
        OURS.replace(".7.", ".07."),
        OURS.replace(".7.", ".\u0667."),  # an Arabic seven
        OURS.replace("abcdef", "abcdeg"),
        OURS.replace("ghijkl", "ghij\u212al"),  # a Kelvin sign
        message_id(OTHER_KEY, NAME, "example.com"),
        OURS.strip("<>"),
        OURS + OURS,
        OURS.replace("@", "@a b"),
        "",
    ],
)
def test_a_message_id_that_was_tampered_with_is_nobodys(text: str) -> None:
    assert read_message_id(KEY, text) is None


@given(refs)
def test_a_plus_address_of_ours_is_read_back_in_any_case(ref: str) -> None:
    address = plus_address(KEY, BOT, ref)
    for seen in (address, address.upper(), address.title(), f" {address} "):
        assert read_plus_address(KEY, BOT.title(), seen) == ref


@pytest.mark.parametrize(
    "text",
    [
        BOT,
        plus_address(OTHER_KEY, BOT, "abcdef"),
        PLUS.replace("abcdef", "abcdeg"),
        PLUS.replace("example.com", "example.org"),
        PLUS.replace("incident-bot", "incident-bob"),
        PLUS.replace("incident", "inc\u0131dent"),  # a dotless i
        PLUS.replace("+abcdef", "+x+abcdef"),
        PLUS[: PLUS.index(".")] + "@example.com",
        "",
    ],
)
def test_a_plus_address_that_was_tampered_with_is_nobodys(text: str) -> None:
    assert read_plus_address(KEY, BOT, text) is None


def test_the_hash_of_one_kind_of_name_is_none_of_another() -> None:
    mac = OURS.partition("@")[0].rpartition(".")[2]
    assert read_plus_address(KEY, BOT, f"incident-bot+abcdef.{mac}@example.com") is None


@pytest.mark.parametrize(
    "other",
    [
        Announcement(incident="2026-11-20-y", ref="abcdef", origin="ghijkl", number=7, facts={"severity": 1}),
        Announcement(incident="2026-11-20-x", ref="abcdeg", origin="ghijkl", number=7, facts={"severity": 1}),
        Announcement(incident="2026-11-20-x", ref="abcdef", origin="ghijkm", number=7, facts={"severity": 1}),
        Announcement(incident="2026-11-20-x", ref="abcdef", origin="ghijkl", number=8, facts={"severity": 1}),
        Announcement(incident="2026-11-20-x", ref="abcdef", origin="ghijkl", number=7, facts={"severity": 2}),
        Announcement(incident="2026-11-20-x", ref="abcdef", origin="ghijkl", number=7, facts={}),
        Announcement(
            incident="2026-11-20-x", ref="abcdef", origin="ghijkl", number=7, facts={"severity": 1, "phase": 1}
        ),
    ],
)
def test_a_proof_proves_exactly_one_announcement(other: Announcement) -> None:
    claimed = proof(KEY, TOLD)
    assert proves(KEY, TOLD, f" {claimed.upper()} ")
    assert not proves(KEY, other, claimed)
    assert not proves(OTHER_KEY, TOLD, claimed)


def test_the_order_of_facts_is_no_part_of_the_proof_and_any_text_can_be_proven() -> None:
    one = Announcement(incident="i", ref="r", origin="o", number=1, facts={"phase": 1, "said": "\udcff ü"})
    other = Announcement(incident="i", ref="r", origin="o", number=1, facts={"said": "\udcff ü", "phase": 1})
    assert proof(KEY, one) == proof(KEY, other)


@pytest.mark.parametrize("claimed", ["", "é", "\udcff", "a" * 52])
def test_a_claim_that_is_no_proof_proves_nothing(claimed: str) -> None:
    assert not proves(KEY, TOLD, claimed)


@given(st.text(max_size=80), st.integers(min_value=0, max_value=12))
def test_an_incident_id_is_short_ascii_and_free(description: str, before: int) -> None:
    taken: set[str] = set()
    for _ in range(before + 1):
        name = incident_id(description, datetime(2026, 11, 20, tzinfo=UTC), taken.__contains__)
        assert name not in taken
        assert len(name) <= ID_CHARS_MAX
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert not name.endswith("-")
        taken.add(name)


def test_a_long_first_word_is_cut_and_no_word_else_is() -> None:
    assert slug("x" * 60) == "x" * 37
    assert slug("Checkout " + "x" * 60) == "checkout"


@given(refs, st.integers(1, 999_999))
def test_a_token_address_speaks_for_one_mailbox_in_any_case_of_letters(ref: str, number: int) -> None:
    text = token_address(KEY, BOT, ref, number, "mara@example.com")
    assert len(text.partition("@")[0]) <= 64
    for seen in (text, text.upper(), f" {text}\n"):
        assert read_token_address(KEY, BOT, seen, "Mara@example.com") == (ref, number)
    assert read_token_address(KEY, BOT, text, "bo@example.com") is None
    assert read_token_address(OTHER_KEY, BOT, text, "mara@example.com") is None
    assert read_token_address(KEY, BOT, text.replace(f".p{number}.", f".p{number + 1}."), "mara@example.com") is None
    assert read_plus_address(KEY, BOT, text) is None
