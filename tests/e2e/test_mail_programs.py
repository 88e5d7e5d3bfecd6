"""Ten mail programs answer through four kinds of list of a real Mailman; state, notes and threads are right."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import thread_judges
from mail_programs import BETWEEN, PROGRAMS, Answer
from patience import PATIENCE_S
from real_dovecot import Dovecot
from real_mailman import Mailman

if TYPE_CHECKING:
    from conftest import Installation, Sink

BOT, JAYLA, MARA = "incident-bot@example.com", "jayla@example.com", "mara@example.com"
LISTS: dict[str, dict[str, Any]] = {
    "plain@example.com": {"reply_goes_to_list": "point_to_list"},
    "munging@example.com": {"dmarc_mitigate_action": "munge_from", "dmarc_mitigate_unconditionally": True},
    "wrapping@example.com": {"dmarc_mitigate_action": "wrap_message", "dmarc_mitigate_unconditionally": True},
    "anonymous@example.com": {"anonymous_list": True},
}
DESCRIPTION = "Checkout is rejecting card payments"
VERIFIES = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'


@pytest.fixture(scope="module")
def mailman() -> Iterator[Mailman]:
    with Mailman() as server:
        for address, settings in LISTS.items():
            server.make_list(address, (BOT, JAYLA, MARA), **settings)
        yield server


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


@dataclass
class Conversation:
    """An incident on one list, with a subscriber's mailbox."""

    installation: Installation
    mailman: Mailman
    sink: Sink
    address: str
    mailbox: list[bytes] = field(default_factory=list)
    announced: int = 0

    def distribute(self, raw: bytes) -> bytes:
        """Post a mail. Return the copy that each subscriber gets."""
        before = len(self.sink.taken)
        self.mailman.post(raw, self.address, parseaddr(str(parsed(raw)["From"]))[1])
        give_up_at = time.monotonic() + PATIENCE_S
        while not (copies := [copy for to, copy in self.sink.taken[before:] if BOT in to]):
            assert time.monotonic() < give_up_at, f"{self.mailman.held(self.address)}\n{self.mailman.log}"
            time.sleep(0.02)
        self.mailbox.append(copies[0])
        return copies[0]

    def take(self, raw: bytes, *, by_list: bool) -> dict[str, Any]:
        envelope = ("--sender", self.address.replace("@", "-bounces@")) if by_list else ()
        return self.installation.ingest(raw, *envelope, "--recipient", BOT)

    def announcements(self) -> None:
        """Let the mails that we have sent to the list since then reach it and come back."""
        for raw in self.installation.wire[self.announced :]:
            self.announced += 1
            assert self.take(self.distribute(raw), by_list=True)["rule"] == "own-mail-returned"

    def answer(
        self, program: str, *, top: str = "", between: tuple[tuple[str, str], ...] = (), who: str = JAYLA,
        newest: bool = False,
    ) -> dict[str, Any]:  # fmt: skip
        """Answer to all the newest mail from us, or from anybody if `newest` is true. Return the outcome."""
        self.installation.clock.tick(minutes=2)
        mails = [parsed(raw) for raw in self.mailbox]
        seen = next(mail for mail in reversed(mails) if newest or mail["Incident-Update"] or inner(mail))
        number = len(self.mailbox)
        raw = PROGRAMS[program](
            Answer(
                seen=seen, sender=f"{who.partition('@')[0].title()} L. <{who}>", at=self.installation.clock.now,
                message_id=f"<{number}.{self.address.partition('@')[0]}@mua.example>", top=top, between=between,
            )
        )  # fmt: skip
        self.installation.clock.tick(minutes=1)
        is_hidden = self.address.startswith("anonymous")
        if is_hidden:  # its mails name the list alone: people add our address by hand
            raw = raw.replace(b"\nTo: ", f"\nTo: {BOT}, ".encode(), 1)
        to = {address for _, address in getaddresses([str(parsed(raw)[name]) for name in ("To", "Cc")])}
        is_direct = any(address.startswith("incident-bot") for address in to)
        assert self.address in to and (is_direct or newest), to
        copy, direct_first = self.distribute(raw), number % 2 == 0
        took = [self.take(raw, by_list=False)] if is_direct and direct_first else []
        took.append(self.take(copy, by_list=True))
        took += [self.take(raw, by_list=False)] if is_direct and not direct_first else []
        if is_hidden:
            hidden = took.pop(1 if direct_first else 0)
            assert (hidden["outcome"], "hides who wrote it" in hidden["reason"]) == ("filed", True), (program, hidden)
        assert [one["outcome"] for one in took[1:]] == ["duplicate"] * (len(took) - 1), (program, took)
        assert took[0]["from"] == who, (program, took)
        return took[0]


def inner(mail: EmailMessage) -> bool:
    """Return whether a mail wraps one of our mails."""
    wrapped = next((part for part in mail.walk() if part.get_content_type() == "message/rfc822"), None)
    return wrapped is not None and wrapped.get_content()["Incident-Update"] is not None


def notes(installation: Installation) -> list[str]:
    return [str(entry["data"]["text"]) for entry in installation.log() if entry["kind"].startswith("note_added")]


def timeline(installation: Installation) -> list[tuple[str, str]]:
    """Return the kind and the author of each entry that was caused by mail."""
    entries = [entry for entry in installation.log() if entry["caused_by"]]
    return [(entry["kind"].partition(".")[0], entry["actor"]["address"]) for entry in entries]


def rows_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize("address", LISTS)
def test_ten_mail_programs_change_the_state_leave_their_words_and_keep_one_thread(
    installation: Installation, mailman: Mailman, sinks: Callable[..., Sink], tmp_path: Path, address: str
) -> None:
    installation.configure(VERIFIES)
    installation.config.write_text(installation.config.read_text().replace("incidents@example.com", address))
    talk = Conversation(installation, mailman, sinks(mailman.smtp_port), address)
    installation.declare(DESCRIPTION, "--severity", "4", "-m", "One in five is declined.\n\nWho knows the bank?")
    talk.announcements()
    for count, program in enumerate(PROGRAMS):
        severity, text = count % 3 + 1, f"We look at part {count}, thanks."
        took = talk.answer(program, top=f"sev {severity}")
        assert took["outcome"] == "applied", (program, took)
        assert installation.show()["severity"] == severity, program
        talk.announcements()
        took = talk.answer(program, top=text)
        assert took["outcome"] == "note", (program, took)
        assert notes(installation)[-1] == text, program
        if program in BETWEEN:
            first, second = f"Half of the shops in part {count}.", f"Not wrong, says {count}."
            top = "See below." if address.startswith("munging") else ""
            took = talk.answer(program, top=top, between=(("Severity ", first), ("Wrong?", second)))
            assert took["outcome"] == "note", (program, took)
            assert rows_of(notes(installation)[-1]) == [*rows_of(top), first, second], program
        took = talk.answer(program, top=f"Thanks, says Mara {count}.", who=MARA, newest=True)
        assert (took["outcome"], notes(installation)[-1]) == ("note", f"Thanks, says Mara {count}."), (program, took)
    assert Counter(timeline(installation)) == {
        ("severity_changed", JAYLA): len(PROGRAMS), ("note_added", JAYLA): len(PROGRAMS) + len(BETWEEN),
        ("note_added", MARA): len(PROGRAMS),
    }  # fmt: skip
    assert len(talk.mailbox) == 1 + 4 * len(PROGRAMS) + len(BETWEEN)
    assert thread_judges.by_subject(talk.mailbox) == 1
    assert thread_judges.by_gmails_rule(talk.mailbox) == 1
    assert thread_judges.by_notmuch(tmp_path, talk.mailbox) == 1
    with Dovecot() as dovecot:
        assert thread_judges.by_dovecot(dovecot, talk.mailbox, "REFS") == 1
