"""How much mail a severity 1 incident causes in six hours, played through the code that reads, decides, and sends."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import accept_mails, apply_next
from incidentmail.app.sending.flush import flush
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.sqlite.store import SqliteLedger

if TYPE_CHECKING:
    from conftest import Installation, Mails

VARIANTS, STEPS, STEP_MINUTES = 50, 72, 5
COMMANDER_MAX, OTHERS_MAX, MAILS_MIN = 20, 6, 60
PEOPLE = {
    name.split()[0].lower(): f"{name} <{name.split()[0].lower()}@example.com>"
    for name in (
        "Mara Lindqvist", "Ann Lee", "Bo Keller", "Cy Duarte", "Di Okafor", "Ed Novak", "Fay Rossi", "Gus Weber",
    )
}  # fmt: skip
SAID = (
    "The second gateway answers again.", "I see the same errors in Lisbon.", "Restarting node 3.", "Logs are attached.",
    "Action: call the bank", "Action: drain the queue", "Assumption: the certificate has expired",
    "Evidence: the handshake fails since 14:02", "Ruled out: the firewall", "Decision: no deploys today",
    "Need: somebody who knows the gateway", "Note: the bank has called back", "Impact: one in four payments",
)  # fmt: skip
CHANGED = ("sev 2", "sev 1", "phase 0", "phase 1", "Venue: #checkout on Slack", "SME: +me", "no change", "next +45m")
ASKED = ("catch up", "maybe sev 2", "any news?", "should we close this?")
ROLES = (
    f"Deputy: {PEOPLE['ann']}\nCustomer liaison: {PEOPLE['bo']}\nBusiness liaison: {PEOPLE['cy']}",
    f"Customer liaison: {PEOPLE['bo']}\nSME: +{PEOPLE['di']}, +{PEOPLE['ed']}",
    "Business liaison: not needed",
)


@dataclass
class Played:
    """One variant of the incident. What people write is drawn from `chance`; the clock and the code decide the rest."""

    installation: Installation
    mails: Mails
    context: AppContext
    chance: random.Random
    written: int = 0
    seen: set[str] = field(default_factory=set)

    def write(self, who: str, text: str, mail: EmailMessage) -> None:
        raw = self.mails.reply_to(mail, text, PEOPLE[who], "bare", at=self.installation.clock.now)
        accept_mails(self.context, [(raw, Envelope(way="pipe"))])
        while apply_next(self.context) is not None:
            self.written += 1

    def new_mails(self, like: EmailMessage) -> Iterator[EmailMessage]:
        """Yield the private mails sent since the last call, parsed into the class of the mail `like`."""
        for file in sorted((self.installation.path / "out" / "new").glob("*")):
            if file.name not in self.seen:
                self.seen.add(file.name)
                raw = b"\n".join(file.read_bytes().split(b"\n")[2:])  # below what the maildir put above it
                if b"\nIncident-Update: " not in raw:
                    yield message_from_bytes(raw, _class=type(like), policy=policy.default)

    def answer(self, who: str, mail: EmailMessage, text: str) -> None:
        """React to a private mail as people do: most answer a reminder or an offer, and some ignore it."""
        if "next update is due by" in text and self.chance.random() < 0.7:
            self.write(who, self.chance.choice(("no change; next +30m", "News: the bank is on the phone")), mail)
        elif "was not sent" in text and self.chance.random() < 0.5:
            self.write(who, self.chance.choice(("no change; next +30m", "taking command")), mail)
        elif "To take command, reply" in text or "waits for your answer" in text:
            self.write(who, self.chance.choice(("accept", "decline", "I am in a train.")), mail)

    def step(self, declared: EmailMessage) -> None:
        for _ in range(self.chance.choice((0, 1, 1, 1, 2))):
            who = self.chance.choice([*PEOPLE, "mara"])
            self.write(who, self.chance.choice((*SAID, *SAID, *CHANGED)), declared)
        self.installation.clock.tick(minutes=STEP_MINUTES)
        flush(self.context, reminds=True)


def played(installation: Installation, mails: Mails, seed: int) -> tuple[Counter[str], set[str], int]:
    """Return the number of private mails to each person, the people who led, and how many mails people wrote."""
    chance = random.Random(seed)
    declared = installation.declare("Cards fail", "--severity", "1", "-m", "Since 14:07.")
    got: Counter[str] = Counter()
    with installation.context() as context:
        one = Played(installation, mails, context, chance)
        one.write("mara", chance.choice(ROLES), declared)
        for number in range(STEPS):
            if number in (20, 45) and chance.random() < 0.5:
                one.write("mara", f"Commander: {PEOPLE['di']}", declared)
            if number % 12 == 5:
                one.write(chance.choice(list(PEOPLE)), chance.choice(ASKED), declared)
            one.step(declared)
            for mail in [*one.new_mails(declared)]:
                who = str(mail["To"]).partition("<")[2].partition("@")[0] or str(mail["To"]).partition("@")[0]
                got[who] += 1
                one.answer(who, mail, mail.get_content())
    led = [entry["data"]["commander"]["address"] for entry in installation.log() if "commander" in entry["data"]]
    return got, {str(address).partition("@")[0] for address in led}, one.written


@pytest.fixture
def without_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not sync to the disk, which would take most of the time. Durability is tested elsewhere."""
    real, quick = SqliteLedger._connection, set[int]()

    def connection(ledger: SqliteLedger) -> sqlite3.Connection:
        found = real(ledger)
        if id(found) not in quick:
            quick.add(id(found))
            found.execute("PRAGMA synchronous = OFF")
        return found

    monkeypatch.setattr(SqliteLedger, "_connection", connection)
    monkeypatch.setattr("os.fsync", lambda file: None)


@pytest.mark.usefixtures("without_waiting_for_the_disk")
@pytest.mark.parametrize("seed", range(VARIANTS))
def test_nobody_gets_more_mail_than_can_be_read(installation: Installation, mails: Mails, seed: int) -> None:
    got, led, written = played(installation, mails, seed)
    assert written >= MAILS_MIN
    assert {who: count for who, count in got.items() if count > (COMMANDER_MAX if who in led else OTHERS_MAX)} == {}
