"""Invitations to a retrospective, and the answers of calendars, pass a real Mailman 3 and a real Dovecot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

import pytest
from calendar_answers import SHAPES, WITH_COMMANDS, entry_bytes, entry_of, invited
from patience import PATIENCE_S
from real_dovecot import PASSWORD, Dovecot
from real_mailman import Mailman

if TYPE_CHECKING:
    from conftest import Installation, Sink

LIST, BOT = "incidents@example.com", "incident-bot@example.com"
ANN, BO, MARA = "Ann Lee <ann@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
TEAMS: dict[str, dict[str, Any]] = {
    "team@example.com": {},
    "munging@example.com": {"dmarc_mitigate_action": "munge_from", "dmarc_mitigate_unconditionally": True},
    "wrapping@example.com": {"dmarc_mitigate_action": "wrap_message", "dmarc_mitigate_unconditionally": True},
}
PLACE = "Room 2; left, at the end of a corridor whose name is so long that its line has to be folded: größer"


@pytest.fixture(scope="module")
def mailman() -> Iterator[Mailman]:
    with Mailman() as server:
        for address, settings in TEAMS.items():
            server.make_list(address, (BOT, "ann@example.com"), **settings)
        server.make_list(LIST, (BOT, "ann@example.com", "bo@example.com"), reply_goes_to_list="point_to_list")
        yield server


@pytest.fixture
def mailbox() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def closed(installation: Installation, more: str = "") -> Installation:
    installation.configure(f'[people]\n"ann@example.com" = "Ann Lee"\n"bo@example.com" = "Bo K."\n{more}')
    installation.config.write_text('timezones = ["Europe/Berlin"]\n' + installation.config.read_text())
    installation.declare("Größere Störung: cards fail", "--severity", "2")
    installation.ok("close", "-m", "Works again")
    return installation


def invitations(installation: Installation, address: str) -> list[EmailMessage]:
    return [one for one in installation.private if address in str(one["To"]) and "Retrospective" in str(one["Subject"])]


def distributed(mailman: Mailman, sink: Sink, raw: bytes, address: str, to: str, *, taken: int) -> bytes:
    """Return the copy of a post that the list sends to one subscriber."""
    mailman.post(raw, address, str(parseaddr(str(message_from_bytes(raw)["From"]))[1]))
    give_up_at = time.monotonic() + PATIENCE_S
    while True:
        copies = [copy for for_, copy in sink.taken[taken:] if to in for_]
        if copies:
            return copies[0]
        assert time.monotonic() < give_up_at, f"{mailman.held(address)}\n{mailman.log}"
        time.sleep(0.05)


def read_from(mailbox: Dovecot, raw: bytes, name: str) -> bytes:
    """Return the mail that a mail program gets over IMAP after it was delivered."""
    mailbox.deliver(raw, name)
    client = mailbox.client()
    try:
        client.select("INBOX")
        _, (numbers,) = client.search(None, "ALL")
        _, parts = client.fetch(numbers.split()[-1].decode(), "(RFC822)")
    finally:
        client.logout()
    return next(bytes(part[1]) for part in parts if isinstance(part, tuple))


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def calendar_part(mail: EmailMessage) -> EmailMessage:
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    assert isinstance(part, EmailMessage)
    return part


@pytest.mark.parametrize("address", TEAMS)
def test_an_invitation_to_a_team_arrives_as_it_was_sent(
    installation: Installation, mailman: Mailman, mailbox: Dovecot, sinks: Callable[..., Sink], address: str
) -> None:
    sink = sinks(mailman.smtp_port)
    closed(installation).ok("retro", "plan", "2026-12-03 14:00 UTC", address, "--place", PLACE)
    (sent,) = invitations(installation, address)
    copy = distributed(mailman, sink, sent.as_bytes(), address, "ann@example.com", taken=0)
    seen = parsed(read_from(mailbox, copy, "1.m.host"))
    assert "mailing list" in seen.as_string()  # the list has added its footer
    part = calendar_part(seen)
    assert entry_bytes(seen) == entry_bytes(sent)
    assert (part.get_param("method"), part.get_param("charset")) == ("REQUEST", "utf-8")
    (event,) = entry_of(seen).walk("VEVENT")
    assert str(event["LOCATION"]) == PLACE
    assert str(event["ORGANIZER"]).startswith("mailto:incident-bot+")
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    answer = SHAPES["gmail"](invited(seen), ANN, "ACCEPTED", installation.clock.now)
    assert installation.ingest(answer, "--recipient", invited(seen).organizer)["outcome"] == "applied"
    (people,) = [one["retro"]["planned"]["people"] for one in [installation.show("cards")]]
    assert {one["person"]["address"]: one["answer"] for one in people} == {address: None, "ann@example.com": "accepted"}


@pytest.mark.parametrize("shape", SHAPES)
def test_answers_that_are_fetched_or_come_through_the_list_change_nothing_but_the_record(
    installation: Installation, mailman: Mailman, mailbox: Dovecot, sinks: Callable[..., Sink],
    monkeypatch: pytest.MonkeyPatch, shape: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", PASSWORD)
    sink = sinks(mailman.smtp_port)
    closed(installation, f'[imap]\nurl = "{mailbox.url}"\n')
    installation.ok("fetch")  # the first time, what is there already counts as old
    installation.ok("retro", "plan", "2026-12-03 14:00 UTC", ANN, BO)
    to = {who: invited(invitations(installation, parseaddr(who)[1])[0]) for who in (ANN, BO)}
    before, sent = installation.show("cards"), (len(installation.mails), len(installation.private))
    installation.clock.tick(minutes=5)
    now = installation.clock.now

    mailbox.deliver(SHAPES[shape](to[ANN], ANN, "ACCEPTED", now, comment=WITH_COMMANDS), "answer.m.host")
    installation.ok("fetch")
    raw = SHAPES[shape](to[BO], BO, "DECLINED", now, comment=WITH_COMMANDS)
    to_all = raw.replace(b"\nSubject: ", f"\nCc: {LIST}\nSubject: ".encode(), 1)  # else the list would hold it
    copy = distributed(mailman, sink, to_all, LIST, BOT, taken=0)
    installation.ingest(copy, "--sender", LIST.replace("@", "-bounces@"), "--recipient", BOT)

    after = installation.show("cards")
    assert {name for name in after if after[name] != before[name]} == {"retro", "version", "updated_at"}
    people = after["retro"]["planned"]["people"]
    assert {one["person"]["address"]: one["answer"] for one in people} == {
        "ann@example.com": "accepted", "bo@example.com": "declined",
    }  # fmt: skip
    assert [one["kind"] for one in installation.log("cards")[-2:]] == ["retro_answered.v1"] * 2
    installation.ok("flush")
    assert (len(installation.mails), len(installation.private)) == sent
    assert {one["outcome"] for one in installation.ok("inbox", "--all", "--json").lines} == {"applied"}
    assert installation.ok("ledger", "verify", "--json").json["ok"]
