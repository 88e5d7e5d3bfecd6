"""Questions about a restricted incident by people without a part are answered as if it did not exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, BOT, SECRET = "incidents@example.com", "incident-bot@example.com", "security@example.com"
EVE, BO = "Eve <eve@example.com>", "Bo <bo@example.com>"
QUESTIONS = (
    "status", "status?", "catch up", "help", "summary", "any news?", "What is this?", "Who leads this?", "sev?",
    "Is this severity 1?", "sev 1", "phase 2", "close", "taking command", "undo 1", "accept", "decline", "yes",
    "Severity: 1\nCommander: Eve", "SME: Eve <eve@example.com>", "no change", "reopen", "I can help.",
    "Severity 9", "Venue: https://evil.test/", "Status: resolved", "Please add me.",
)  # fmt: skip


@pytest.fixture
def pair(installations: Callable[[], Installation]) -> tuple[Installation, Installation]:
    """Two installations of the same organisation with the same key. Only the first has a restricted incident."""
    first, second = installations(), installations()
    lists = f"[list]\naddress = '{LIST}'\nrestricted = '{SECRET}'\n"
    for house in (first, second):
        text = house.configure().config.read_text()
        house.config.write_text(text.replace(f'[list]\naddress = "{LIST}"\n', lists))
    for house in (first, second):
        house.ok("declare", "Checkout is slow", "--severity", "3")
        (second.path / "key").write_bytes((first.path / "key").read_bytes())
        (second.path / "key").chmod(0o600)
    first.clock.tick(minutes=20)
    second.clock.tick(minutes=20)
    return first, second


def declared(house: Installation) -> EmailMessage:
    house.ok(
        "declare",
        "Somebody reads our mail",
        "--restricted",
        "--severity",
        "2",
        "--sme",
        BO,
        "-m",
        "The key was stolen.",
    )
    return house.mails[-1]


def plus(mail: EmailMessage) -> str:
    return str(mail["Reply-To"]).rpartition(", ")[2]


def code(mail: EmailMessage) -> str:
    return str(mail.get_content()).strip().rpartition("\n")[2]


def reply(mail: EmailMessage, to: str) -> dict[str, Any]:
    return {"subject": f"Re: {mail['Subject']}", "to": to, "more": f"In-Reply-To: {mail['Message-ID']}\n"}


# What a person without a part can know of it, by what they were forwarded or have seen, and how they would ask.
WAYS: dict[str, Callable[[EmailMessage, str], tuple[str, dict[str, Any]]]] = {
    "its Message-ID": lambda mail, text: (text, reply(mail, f"{LIST}, {BOT}")),
    "its Message-ID, to its list": lambda mail, text: (text, reply(mail, f"{SECRET}, {BOT}")),
    "its plus-address, anew": lambda mail, text: (text, {"subject": "A question", "to": plus(mail)}),
    "its plus-address, in reply": lambda mail, text: (text, reply(mail, plus(mail))),
    "its code": lambda mail, text: (
        f"{text}\n\n> {code(mail)}", {"subject": "Re: x", "to": BOT, "more": "References: <x@y.test>\n"}
    ),
    "its subject": lambda mail, text: (text, {"subject": f"Re: {mail['Subject']}", "to": BOT}),
    "a changed plus-address": lambda mail, text: (text, reply(mail, plus(mail).replace("@", "a@"))),
}  # fmt: skip


def told(house: Installation, count: int) -> list[tuple[object, ...]]:
    """Return the private mails since `count`, with random parts (REF, numbers and hashes) made the same."""
    return [
        (
            re.sub(r"\b[a-z2-7]{6}(?:[.-][a-z0-9]{5,10}){1,3}", "ID", f"{mail['Subject']}\n{mail.get_content()}"),
            [
                (name, value if name in ("To", "From", "In-Reply-To", "References") else "")
                for name, value in mail.items()
            ],
        )
        for mail in house.private[count:]
    ]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", QUESTIONS, ids=[text.split("\n")[0] for text in QUESTIONS])
def test_the_answer_is_the_one_for_an_unknown_id(
    pair: tuple[Installation, Installation], mails: Mails, way: str, text: str
) -> None:
    house, other = pair
    mail = declared(house)
    before = house.show(mail["Incident-Id"])
    body, fields = WAYS[way](mail, text)
    raw = mails.new(body, sender=EVE, at=house.clock(), **fields)
    count, others = len(house.private), len(other.private)
    house.ingest(raw)
    other.ingest(raw)
    assert told(house, count) == told(other, others)
    assert house.show(mail["Incident-Id"]) == before


def test_enough_is_asked() -> None:
    assert len(QUESTIONS) >= 25


@pytest.mark.parametrize("text", ["status", "sev 1", "What is this?", "close", "leaving"])
def test_who_was_removed_is_out(pair: tuple[Installation, Installation], mails: Mails, text: str) -> None:
    house, other = pair
    mail = declared(house)
    house.ingest(mails.reply_to(mail, f"SME: -{BO}", "Mara Lindqvist <mara@example.com>", at=house.clock()))
    assert house.show(mail["Incident-Id"])["roles"] == {}
    before, count, others = house.show(mail["Incident-Id"]), len(house.private), len(other.private)
    raw = mails.reply_to(mail, text, BO, at=house.clock(), style="bare")
    house.ingest(raw)
    other.ingest(raw)
    assert told(house, count) == told(other, others)
    assert house.show(mail["Incident-Id"]) == before


@pytest.mark.parametrize("who", [BO, "Mara Lindqvist <mara@example.com>"])
def test_who_holds_a_part_is_briefed(pair: tuple[Installation, Installation], mails: Mails, who: str) -> None:
    house, _ = pair
    mail = declared(house)
    house.ingest(mails.new("status", sender=who, at=house.clock(), **reply(mail, plus(mail))))
    assert "Somebody reads our mail" in house.private[-1].get_content() + str(house.private[-1]["Subject"])
    assert who.rpartition("<")[2].rstrip(">") in str(house.private[-1]["To"])


def test_who_holds_a_part_must_have_had_a_mail_of_it(pair: tuple[Installation, Installation], mails: Mails) -> None:
    house, other = pair
    mail = declared(house)
    count, others = len(house.private), len(other.private)
    raw = mails.new("status", sender=BO, at=house.clock(), **reply(mail, BOT))
    house.ingest(raw)
    other.ingest(raw)
    assert told(house, count) == told(other, others)


RESULTS = "[trust]\nverify = 'authentication-results'\nauthserv_id = 'mx.example.com'\n"
BY_LIST = b"Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=security-bounces@example.com\n"


def through_its_list(raw: bytes) -> bytes:
    """Return the copy of a mail that the restricted list sends, confirmed by our server."""
    return BY_LIST + b"List-Post: <mailto:security@example.com>\n" + raw


@pytest.fixture
def proving(pair: tuple[Installation, Installation]) -> tuple[Installation, Installation]:
    """The same two installations, with a server that confirms senders."""
    for house in pair:
        house.config.write_text(house.config.read_text() + RESULTS)
    return pair


def test_its_list_is_briefed_by_the_lists_own_copy(proving: tuple[Installation, Installation], mails: Mails) -> None:
    house, _ = proving
    mail = declared(house)
    count = len(house.private)
    zoe = "Zoe <zoe@example.com>"
    direct = mails.reply_to(mail, "status", zoe, at=house.clock(), message_id="<z1@mua.example>")
    house.ingest(direct)
    assert len(house.private) == count
    house.ingest(through_its_list(direct))
    assert "The key was stolen." in house.private[-1].get_content()


def test_a_subscriber_acts_by_the_lists_own_copy(proving: tuple[Installation, Installation], mails: Mails) -> None:
    house, _ = proving
    mail = declared(house)
    direct = mails.reply_to(mail, "sev 1", "Zoe <zoe@example.com>", at=house.clock(), message_id="<z1@mua.example>")
    assert house.ingest(direct)["outcome"] == "filed"
    assert house.show(mail["Incident-Id"])["severity"] == 2
    assert [line["seq"] for line in house.ok("inbox", "--json").lines] == [1]
    assert house.ingest(through_its_list(direct))["outcome"] == "applied"
    assert house.show(mail["Incident-Id"])["severity"] == 1
    assert house.ok("inbox", "--json").lines == []


GIVING_ONESELF_A_PART = (
    "taking command", "I am incident commander.", "SME: +Eve <eve@example.com>", "SME: +me", "SME: +eve+1@example.com",
    "joining as SME", "joining", "Customer liaison: me", "Deputy: Eve", "Commander: eve@example.com",
    "Zoe Zz <eve+2@example.com> is incident commander.",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verify"),
    [
        *((text, "none") for text in (*GIVING_ONESELF_A_PART, *QUESTIONS)),
        *((text, "authentication-results") for text in (*GIVING_ONESELF_A_PART, "close", "Venue: https://evil.test/")),
    ],
)
def test_who_only_writes_its_list_into_to_gets_no_part_and_is_told_nothing(
    pair: tuple[Installation, Installation], mails: Mails, text: str, verify: str
) -> None:
    """The list never gets this mail: whether it did is not read from a field that its author wrote."""
    house, _ = pair
    trust = f"[trust]\nverify = '{verify}'\n" + ("authserv_id = 'mx.example.com'\n" if verify != "none" else "")
    house.config.write_text(house.config.read_text() + trust)
    mail = declared(house)
    before, count = house.show(mail["Incident-Id"]), len(house.private)
    for words in (text, "catch up"):
        house.ingest(mails.reply_to(mail, words, EVE, at=house.clock(), style="bare"))
    assert house.show(mail["Incident-Id"]) == before
    assert [sent for sent in house.private[count:] if "eve" in str(sent["To"]).lower()] == []


def test_somebody_removed_does_not_come_back_under_a_sub_address(
    proving: tuple[Installation, Installation], mails: Mails
) -> None:
    house, other = proving
    mail = declared(house)
    raw = mails.reply_to(mail, f"SME: -{BO}", "Mara Lindqvist <mara@example.com>", at=house.clock())
    house.ingest(b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n" + raw)
    before, count, others = house.show(mail["Incident-Id"]), len(house.private), len(other.private)
    for text in ("SME: +me", "taking command", "catch up"):
        raw = through_its_list(mails.reply_to(mail, text, "Bo <bo+1@example.com>", at=house.clock(), style="bare"))
        house.ingest(raw)
        other.ingest(raw)
    assert told(house, count) == told(other, others)
    assert house.show(mail["Incident-Id"]) == before


def test_a_person_whom_its_list_proposes_is_not_asked_before_they_have_a_part(
    proving: tuple[Installation, Installation], mails: Mails
) -> None:
    house, _ = proving
    mail = declared(house)
    count = len(house.private)
    words = "Yusuf A. <yusuf@example.com> is incident commander."
    house.ingest(through_its_list(mails.reply_to(mail, words, "Zoe <zoe@example.com>", at=house.clock())))
    asked = [str(sent["To"]) for sent in house.private[count:]]
    assert any("mara@example.com" in to for to in asked) and not any("yusuf" in to for to in asked)
    question = next(sent for sent in house.private[count:] if "mara@" in str(sent["To"]))
    house.ingest(mails.reply_to(question, "accept", "Mara Lindqvist <mara@example.com>", at=house.clock()))
    assert house.show(mail["Incident-Id"])["commander"]["address"] == "yusuf@example.com"
    assert any("yusuf@example.com" in str(sent["To"]) for sent in house.private)


def test_somebody_to_whom_an_insider_gives_a_part_is_told(
    pair: tuple[Installation, Installation], mails: Mails
) -> None:
    house, _ = pair
    mail = declared(house)
    house.ingest(mails.reply_to(mail, "SME: +zoe@example.com", BO, at=house.clock()))
    assert "zoe@example.com" in str(house.private[-1]["To"])
    house.ingest(mails.reply_to(mail, "catch up", "Zoe <zoe@example.com>", at=house.clock()))
    assert "The key was stolen." in house.private[-1].get_content()


@pytest.mark.parametrize("text", [*GIVING_ONESELF_A_PART, "close", "sev 3", "undo 1", "Venue: room 5", "catch up"])
def test_a_copy_that_nothing_proves_to_be_the_lists_gives_no_part_and_is_not_answered(
    pair: tuple[Installation, Installation], mails: Mails, text: str
) -> None:
    house, _ = pair
    mail = declared(house)
    before, count = house.show(mail["Incident-Id"]), len(house.private)
    copy = b"List-Post: <mailto:security@example.com>\n" + mails.reply_to(mail, text, EVE, at=house.clock())
    house.ingest(copy, "--sender", "security-bounces@example.com")
    after = house.show(mail["Incident-Id"])
    kept = ("roles", "commander", "severity", "phase", "status", "venue", "proposals", "description")
    assert [after[name] for name in kept] == [before[name] for name in kept]
    assert [sent for sent in house.private[count:] if "eve" in str(sent["To"]).lower()] == []


def test_such_a_copy_makes_it_worse(pair: tuple[Installation, Installation], mails: Mails) -> None:
    house, _ = pair
    mail = declared(house)
    copy = b"List-Post: <mailto:security@example.com>\n" + mails.reply_to(
        mail, "sev 1\nSME: +me", EVE, at=house.clock()
    )
    shown = house.ingest(copy, "--sender", "security-bounces@example.com")
    assert (shown["outcome"], house.show(mail["Incident-Id"])["severity"]) == ("applied", 1)
    assert "can only make the incident worse" in shown["reason"]
    assert [one["address"] for one in house.show(mail["Incident-Id"])["roles"]["subject_matter_experts"]] == [
        "bo@example.com"
    ]
