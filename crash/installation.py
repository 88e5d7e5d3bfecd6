"""A service to be mistreated, the messages that it is sent, and what it answered."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bench.servers import write_config
from bench.sessions import Mail, send_all
from incidentmail.app.begin_incident import Begun, begin_incident
from incidentmail.app.context import open_context
from incidentmail.app.keeping.open_ledger import open_reader
from incidentmail.app.receiving.apply import NEVER_READ
from incidentmail.config.load import load
from incidentmail.core.commands import Declare
from incidentmail.core.events import NoteAdded
from incidentmail.core.ids import plus_address

INCIDENTS: Final = 10
SESSIONS: Final = 8
WAIT_S: Final = 60.0
SET_ASIDE_SHARE_MAX: Final = 0.005
SERVE: Final = ("incidentmail", "serve", "--json")


class Broken(Exception):
    """A promise was broken."""


@dataclass
class Installation:
    """`taken` holds the names of the messages that were answered 250, `waiting` those that must be sent (again)."""

    folder: Path
    taken: set[str] = field(default_factory=set)
    waiting: dict[str, bytes] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    made: int = 0
    set_aside: list[int] = field(default_factory=list)
    declared_ago: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.config, self.ledger = self._configure(), self.folder / "ledger.db"
        context = open_context(load(str(self.config)), lambda: datetime.now(UTC) - self.declared_ago)
        with context.ledger.transaction() as tx:
            found = [
                begin_incident(context, tx, command, actor=context.operator(), at=context.now(), caused_by=None)
                for command in map(self._declaration, range(INCIDENTS))
            ]
        bot = str(context.config.bot.address)
        self._addresses = [
            plus_address(context.key, bot, begun.incident.ref) for begun in found if isinstance(begun, Begun)
        ]
        context.close()

    def _configure(self) -> Path:
        """Write the configuration, and return its path."""
        return write_config(self.folder)

    def _declaration(self, number: int) -> Declare:
        return Declare(description=f"Load {number}", severity=3)

    def write(self, count: int) -> None:
        """Add `count` more replies, a note each, to those that wait to be sent."""
        for number in range(self.made, self.made + count):
            name = f"<note.{number}@crash.example>"
            to = self._addresses[number % INCIDENTS]
            self.waiting[name] = (
                f"From: Mara Lindqvist <mara@example.com>\r\nTo: {to}\r\nSubject: Re: Load\r\n"
                f"Date: Fri, 20 Nov 2026 14:08:00 +0000\r\nMessage-ID: {name}\r\n\r\n"
                f"Look {number} at the gateway says: {'x' * (number * 37 % 3000)}\r\n"
            ).encode()
        self.made += count

    def send(self, port: int, *, sessions: int = SESSIONS) -> None:
        """Send what waits, as long as somebody answers. What was answered 250 no longer waits."""

        def told(name: str, code: int) -> None:
            self.answers[code] += 1
            if code == 250:
                self.taken.add(name)
                self.waiting.pop(name)

        mails: list[Mail] = list(self.waiting.items())
        try:
            asyncio.run(send_all(port, mails, sessions=sessions, told=told))
        except OSError:
            self.answers[0] += 1  # nobody listens any more

    @contextmanager
    def served(
        self, *, under: Sequence[str] = (), module: Sequence[str] = SERVE, killed: bool = False
    ) -> Iterator[tuple[int, int]]:
        """Run a service. Yield its port, and the process to kill (not strace's).

        `killed` says that it may die inside the block.
        """
        name, *words = module
        command = [*under, sys.executable, "-m", name, "--config", str(self.config), *words]
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        assert process.stdout is not None
        line = process.stdout.readline()
        is_traced = bool(under) and under[0] == "strace"  # all else becomes the service, whose children read its mail
        pid = (_children(process.pid) or [process.pid])[0] if is_traced else process.pid
        try:
            if line:
                yield int(json.loads(line)["listening"][0]["address"].rpartition(":")[2]), pid
            elif killed:
                yield 0, 0
            else:
                raise Broken(f"serve did not start: {(self.folder / 'serve.log').read_text()[-500:]}")
        finally:
            if process.poll() is None and pid and Path(f"/proc/{pid}").exists():
                os.kill(pid, signal.SIGTERM)
            process.communicate(timeout=WAIT_S)

    def settle(self) -> None:
        """Serve without mistreatment until everything is accepted and read. Then everything must be there once."""
        with self.served() as (port, _):
            self.send(port)
        self.assign_set_aside()
        if self.waiting:
            raise Broken(f"{len(self.waiting)} mails were not taken by a healthy service: {dict(self.answers)}")
        self.check()

    def check(self) -> None:
        """Raise Broken unless the ledger holds and each message answered 250 is a note in it exactly once."""
        ledger = open_reader(load(str(self.config)))
        try:
            verdict = ledger.verify()
            with ledger.snapshot() as view:
                notes = [
                    e.caused_by.seq for e in view.entries() if isinstance(e.recorded.event, NoteAdded) and e.caused_by
                ]
                names = view.message_ids(notes)
                unread = view.pending()
        finally:
            ledger.close()
        counted = Counter(names[seq] for seq in notes)
        if not verdict.ok:
            raise Broken(f"the ledger does not hold: {verdict.reason}")
        if unread:
            raise Broken(f"{unread} mails were never read")
        if lost := self.taken - counted.keys():
            raise Broken(f"{len(lost)} of {len(self.taken)} mails answered 250 are not in the ledger: {min(lost)}")
        if twice := [name for name, times in counted.items() if times > 1]:
            raise Broken(f"{len(twice)} mails are in the ledger twice: {twice[0]}")

    def assign_set_aside(self) -> None:
        """Have messages read once more that were set aside, as an operator would. Raise Broken if there are too many.

        A message is set aside if the service was killed three times while it was being read.
        """
        ledger = open_reader(load(str(self.config)))
        try:
            with ledger.snapshot() as view:
                self.set_aside = [outcome.seq for outcome in view.outcomes() if outcome.reason == NEVER_READ]
                mails = [mail for seq in self.set_aside if (mail := view.accepted(seq))]
                incidents = view.incidents(everything=True)
        finally:
            ledger.close()
        if len(mails) > len(self.taken) * SET_ASIDE_SHARE_MAX:
            raise Broken(f"{len(mails)} messages were set aside, more than so many kills explain")
        for mail in mails:
            incident = next(one.id for one in incidents if one.ref.encode() in mail.raw)
            words = ("inbox", "assign", str(mail.seq), incident)
            command = [sys.executable, "-m", "incidentmail", "--config", str(self.config), *words]
            done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_S)
            if done.returncode:
                raise Broken(f"message {mail.seq} was set aside, and cannot be assigned: {done.stderr}")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
