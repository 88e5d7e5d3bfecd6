"""Questions about a restricted incident by people without a part: each is answered as if it did not exist."""

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
    """The same organisation with the same key twice: only the first has a restricted incident."""
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
    """The private mails since `count`, with what is random in each the same: REF, numbers and hashes."""
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
    house.ingest(mails.new("status", sender=who, subject="Re: x", to=plus(mail), at=house.clock()))
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


def test_a_member_of_its_list_still_acts(pair: tuple[Installation, Installation], mails: Mails) -> None:
    house, _ = pair
    mail = declared(house)
    house.ingest(mails.reply_to(mail, "sev 1", "Zoe <zoe@example.com>", at=house.clock()))
    assert house.show(mail["Incident-Id"])["severity"] == 1
