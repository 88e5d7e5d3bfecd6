"""Play an incident and write its transcript: commands, mails by people, and every mail that was sent, in order."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TYPE_CHECKING

from received import Received

from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails

FLUSH_MINUTES = 5
LISTS = ("incidents@example.com", "security@example.com", "incident-drills@example.com")
CODE = re.compile(r"(?m)(^ *Ref |Restricted incident )\S+$")
"""The codes of incidents in our mail, which differ in each run."""


@dataclass
class Played:
    """A player with people by first name, each with a mailbox.

    `inbox` holds the mails that were sent, the newest last. `answers_to` holds the Message-IDs of what
    answers a person's mail, by address. `asked` is the number of mails and commands so far.
    """

    installation: Installation
    mails: Mails
    people: dict[str, str]
    lines: list[str] = field(default_factory=list)
    inbox: list[EmailMessage] = field(default_factory=list)
    answers_to: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    asked: int = 0
    seen: set[str] = field(default_factory=set)
    flush_minutes: int = FLUSH_MINUTES

    @property
    def now(self) -> datetime:
        return self.installation.clock.now

    def until(self, time: str) -> None:
        """Let time pass until `time`, such as 14:30 (of the next day, if it has passed today)."""
        hour, minute = map(int, time.split(":"))
        end = self.now.replace(hour=hour, minute=minute)
        end += timedelta(days=end < self.now)
        while self.now < end:
            self.installation.clock.now = min(end, self.now + timedelta(minutes=self.flush_minutes))
            self._flush()

    def types(self, *args: str) -> None:
        """Run a command that must succeed, and add it with its output to the transcript."""
        self.asked += 1
        result = self.installation.ok(*args)
        typed = " ".join(repr(arg) if " " in arg else arg for arg in args)
        self._add(f"$ incidentmail {typed}", result.out + result.err)
        self._note_mails()

    def writes(self, who: str, text: str, *, answers: str = "", outcome: str = "applied") -> None:
        """Reply to the newest list mail that contains `answers`. An empty `outcome` allows any outcome."""
        found = [mail for mail in self.inbox if mail["Incident-Update"] and _holds(mail, answers)]
        self._write(who, text, found[-1], outcome)

    def answers(self, who: str, text: str, *, to: str, outcome: str = "applied") -> None:
        """Reply to the newest private mail to `who` that contains `to`."""
        found = [mail for mail in self.inbox if f"{who}@" in str(mail["To"]) and _holds(mail, to)]
        assert found, f"{self.now:%H:%M}: {who} got no mail that says {to!r}"
        self._write(who, text, found[-1], outcome)

    def answers_invented(self, who: str, text: str, *, person: str) -> None:
        """Reply to the newest mail of an invented person."""
        found = [mail for mail in self.inbox if f"{person} (invented)" in str(mail["From"])]
        self._write(who, text, found[-1], "applied")

    def begins(self, who: str, subject: str, text: str) -> None:
        """Send a new mail to the list."""
        self._ingest(
            who,
            f"writes a new mail to the list: {subject}",
            text,
            self.mails.new(text, sender=self.people[who], subject=subject, at=self.now),
            "applied",
        )

    def ingests(self, who: str, how: str, raw: bytes) -> None:
        """Ingest a mail that a person's program sent for them."""
        self._ingest(who, how, "", raw, "applied")

    def _write(self, who: str, text: str, mail: EmailMessage, outcome: str) -> None:
        raw = self.mails.reply_to(mail, text, self.people[who], at=self.now)
        is_on_list = mail["Incident-Update"] or "(invented)" in str(mail["From"])
        how = "replies on the list" if is_on_list else "answers their private mail"
        self._ingest(who, how, text, raw, outcome)

    def _ingest(self, who: str, how: str, text: str, raw: bytes, outcome: str) -> None:
        self.asked += 1
        self._add(f"> {self.people[who].partition(' <')[0]} {how}", text)
        result = self.installation.ingest(raw)
        assert not outcome or result["outcome"] == outcome, (self.now, who, text, result)
        if result["outcome"] != "applied":
            self.lines.append(f"    ({result['outcome']})")
        self._note_mails(answered=f"{who}@example.com")
        self._flush()

    def _flush(self) -> None:
        self.installation.ok("flush")
        self._note_mails()

    def _note_mails(self, answered: str = "") -> None:
        """Add the mails sent since the last call, and let the list return its mails to us.

        A mail to the address `answered` alone is an answer to that person's mail.
        """
        folder = self.installation.path / "out" / "new"
        for name in sorted({file.name for file in folder.glob("*")} - self.seen):
            self.seen.add(name)
            raw = re.sub(rb"\A(?:(?:Return-Path|Delivered-To):.*\n)*", b"", (folder / name).read_bytes())
            mail = message_from_bytes(raw, _class=Received, policy=policy.default)
            self.inbox.append(mail)
            copies = f", {mail['Cc']}" if mail["Cc"] else ""
            by = f" from {mail['From']}" if "(invented)" in str(mail["From"]) else ""
            self._add(f"= Mail{by} to {mail['To']}{copies}: {mail['Subject']}", mail.get_content())
            addresses = [address for _, address in getaddresses([str(mail["To"])])]
            if addresses[0] in LISTS:
                self.installation.ingest(list_copy(raw, ListStyle(address=addresses[0])))
                continue
            if addresses == [answered]:
                self.answers_to[answered].add(str(mail["Message-ID"]))

    def _add(self, head: str, text: str) -> None:
        indented = "\n".join(f"    {line}".rstrip() for line in text.strip().splitlines())
        self.lines.append(f"\n{self.now:%H:%M} {head}\n{indented}")

    def unasked(self, who: str) -> list[EmailMessage]:
        """Return the private mails to a person that answer no mail of theirs."""
        address = f"{who}@example.com"
        to = [mail for mail in self.inbox if address in [found for _, found in getaddresses([str(mail["To"])])]]
        return [mail for mail in to if str(mail["Message-ID"]) not in self.answers_to[address]]

    @property
    def transcript(self) -> str:
        return self.transcript_from(0)

    def transcript_from(self, line: int) -> str:
        """Return the part of the transcript from this line on."""
        return CODE.sub(r"\1...", "\n".join(self.lines[line:]).lstrip()) + "\n"


def _holds(mail: EmailMessage, words: str) -> bool:
    return words in str(mail["Subject"]) or words in str(mail.get_content())
