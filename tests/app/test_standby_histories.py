"""Subscribers notice nothing if a primary or its standby stops at any moment, in generated histories.

The operator does what docs/running.md says: a promotion sends an update, and an installation that was away is started
muted, until the mail server has delivered what waited for it. If the standby has heard all that the list has posted
when it is promoted, nothing is announced twice. If mail is still on its way then, its change can be announced twice,
but nothing is lost. Changes that an installation recorded but did not announce before it was replaced remain in its own
ledger only.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from examples import seeds

from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.ledger.sqlite.store import SqliteLedger

if TYPE_CHECKING:
    from conftest import Installation, Mails

PEOPLE = ("Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>")
LIST = ListStyle(address="incidents@example.com")
STEPS = 40
STATED = ("severity", "phase", "status", "commander")


class Stopped(BaseException):
    """The process was ended at this moment."""


class Side:
    """One of the two installations, whether it runs, and the mail that is waiting for it on the mail server."""

    def __init__(self, house: Installation) -> None:
        self.house, self.is_up, self.seen = house, True, 0
        self.queue: list[bytes] = []

    @property
    def leads(self) -> bool:
        return bool(self.house.run("status", "--json").json["leads"])

    def mute(self, *, is_muted: bool) -> None:
        text = self.house.config.read_text().replace("[mail]\nmute = true\n", "[mail]\n")
        self.house.config.write_text(text.replace("[mail]\n", "[mail]\nmute = true\n") if is_muted else text)

    def relay(self, *, works: bool) -> None:
        text = self.house.config.read_text()
        maildir, nobody = f"maildir://{self.house.path}/out", "smtp://127.0.0.1:1"
        old, new = (nobody, maildir) if works else (maildir, nobody)
        self.house.config.write_text(text.replace(old, new))


class World:
    """The list between the installations. Its subscribers see each post, and each post waits for both installations."""

    def __init__(self, sides: tuple[Side, Side], mails: Mails, seed: int, *, hears_all: bool) -> None:
        self.sides, self.mails, self.chance, self.hears_all = sides, mails, random.Random(seed), hears_all
        self.clock = sides[0].house.clock
        self.posted: list[EmailMessage] = []
        self.count = 0
        self.promoted: Side | None = None
        """The installation that was promoted and has sent no mail since."""

    def post(self, raw: bytes) -> None:
        for side in self.sides:
            side.queue.append(list_copy(raw, LIST))

    def collect(self) -> None:
        """Post what the installations have sent to the list since the last call."""
        for side in self.sides:
            new = side.house.wire[side.seen :]
            self.posted += side.house.mails[side.seen :]
            side.seen += len(new)
            if new and self.promoted is side:
                self.promoted = None
            for raw in new:
                self.post(raw)

    def act(self, side: Side, act: Callable[[], object]) -> None:
        """Let an installation do something. Sometimes its process ends meanwhile."""
        if not side.is_up:
            return
        try:
            with ending_at(self.chance.randrange(1, 12) if self.chance.random() < 0.2 else None):
                act()
        except Stopped:
            side.is_up = False
        self.collect()

    def deliver(self, side: Side, count: int) -> None:
        for _ in range(min(count, len(side.queue))):
            raw = side.queue[0]
            self.act(side, lambda raw=raw: side.house.ingest(raw))  # type: ignore[misc]
            if not side.is_up:
                return  # the mail server tries it again later
            side.queue.pop(0)

    def start(self, side: Side) -> None:
        """Start it muted until the mail server has delivered what waits, and then let it send what is due.

        If another one was promoted and nobody has heard of it yet, that one has to be started first.
        """
        promoted = self.promoted
        if promoted is not None and promoted is not side:
            return
        side.is_up = True
        side.mute(is_muted=True)
        self.deliver(side, len(side.queue))
        side.mute(is_muted=False)
        if promoted is side:
            self.act(side, lambda: self.promote(side))
        self.act(side, lambda: side.house.run("flush"))

    def step(self) -> None:
        chance, side = self.chance, self.chance.choice(self.sides)
        self.clock.tick(seconds=chance.choice([1, 5, 30, 120, 400]))
        match chance.choices(range(7), weights=(5, 4, 2, 2, 1, 2, 2))[0]:
            case 0:
                self.reply()
            case 1:
                self.deliver(side, chance.randrange(1, 6))
            case 2:
                self.act(side, lambda: side.house.run("flush"))
            case 3:
                self.act(side, lambda: self.command(side))
            case 4:
                side.relay(works=chance.random() < 0.5)
            case 5:
                side = next((one for one in self.sides if one.is_up and one.leads), side)
                side.is_up = False
                self.replace_leader()
            case _:
                for one in self.sides:
                    if not one.is_up:
                        self.start(one)

    def reply(self) -> None:
        self.count += 1
        if self.chance.random() < 0.15:
            text, sender = f"Outage {self.count} began. Sev 2.", self.chance.choice(PEOPLE)
            raw = self.mails.new(text, sender=sender, subject=f"SEV2: outage {self.count}", at=self.clock.now)
            self.post(raw)
        elif self.posted:
            text = self.chance.choice(
                [f"Description: Cards fail, as {self.count} of us see", "sev 1", "sev 2", "phase 2"]
            )
            sender = self.chance.choice(PEOPLE)
            self.post(self.mails.reply_to(self.chance.choice(self.posted), text, sender, at=self.clock.now))

    def command(self, side: Side) -> None:
        """Run a command on an installation, which refuses it if the other one leads."""
        self.count += 1
        names = [one["id"] for one in side.house.ok("list", "--json").json]
        if not names or self.chance.random() < 0.2:
            side.house.run("declare", f"Outage {self.count}", "--severity", "3")
        else:
            which = self.chance.choice(names)
            side.house.run("update", which, "--description", f"Cards fail, as {self.count} of us see")

    def replace_leader(self) -> None:
        """If the installation that leads is down, let the operator perhaps promote the other one."""
        for down, other in (self.sides, self.sides[::-1]):
            if not down.is_up and other.is_up and not other.leads and self.chance.random() < 0.7:
                if self.hears_all:
                    self.deliver(other, len(other.queue))
                self.promoted = other
                self.act(other, lambda other=other: self.promote(other))  # type: ignore[misc]

    def promote(self, side: Side) -> None:
        """Promote an installation. It tells the list, so that the other one hears of it."""
        side.relay(works=True)
        side.house.run("promote", "--yes")

    def settle(self) -> None:
        """Let everything work and all mail arrive, until no mail is left."""
        for side in self.sides:
            side.relay(works=True)
        for side in sorted(self.sides, key=lambda side: side is not self.promoted):
            self.clock.tick(minutes=10)
            with never_ending(self):
                self.start(side)
        for _ in range(8):
            self.clock.tick(minutes=30)
            for side in self.sides:
                while side.queue:
                    side.house.ingest(side.queue.pop(0))
                side.house.run("outbox", "retry")
                side.house.run("flush")
                self.collect()


@contextmanager
def never_ending(world: World) -> Iterator[None]:
    """Let no process end while the block lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.chance, "random", lambda: 1.0)
        yield


@contextmanager
def ending_at(count: int | None) -> Iterator[None]:
    """End the process before or after its transaction number `count`."""
    if count is None:
        yield
        return
    begin, left = SqliteLedger._begin, [count]

    @contextmanager
    def counting(self: SqliteLedger, how: str) -> Iterator[Any]:
        left[0] -= how == "IMMEDIATE"
        with begin(self, how) as connection:
            yield connection
            if left[0] == 0 and count % 2:
                raise Stopped
        if left[0] <= 0 and how == "IMMEDIATE":
            raise Stopped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SqliteLedger, "_begin", counting)
        yield


@pytest.fixture
def sides(installation: Installation, installations: Callable[[], Installation]) -> tuple[Side, Side]:
    """A primary that has announced an incident, and a standby with its key."""
    other = installations()
    other.clock = installation.clock
    installation.declare("Cards fail", "--severity", "3")
    shutil.copy(installation.path / "key", other.path / "key")
    other.config.write_text(other.config.read_text().replace("[ledger]\n", "[ledger]\nstandby = true\n"))
    return Side(installation), Side(other)


def update_of(mail: EmailMessage) -> tuple[int, int]:
    return int(mail["Incident-Epoch"] or 0), int(mail["Incident-Update"])


def by_incident(posted: list[EmailMessage]) -> dict[str, list[EmailMessage]]:
    """Return the mails that subscribers have about each incident. Copies of a mail are counted once."""
    found: dict[str, dict[str, EmailMessage]] = {}
    for mail in posted:
        found.setdefault(str(mail["Incident-Id"]), {}).setdefault(str(mail["Message-ID"]), mail)
    return {name: sorted(mails.values(), key=update_of) for name, mails in found.items()}


def changed(mail: EmailMessage) -> set[str]:
    return {name.strip() for name in str(mail["Incident-Changed"] or "").split(",")}


def described(mail: EmailMessage) -> str | None:
    """Return the new description, if the mail announces one."""
    if "description" not in changed(mail):
        return None
    lines = mail.get_content().splitlines()
    found = {name: text for name, _, text in (line.partition(": ") for line in map(str, lines))}
    return found.get("Description", found["What is broken"])


@pytest.mark.parametrize("hears_all", [True, False], ids=["heard", "delayed"])
@pytest.mark.parametrize("seed", seeds(2))
def test_nothing_is_announced_twice_or_lost(sides: tuple[Side, Side], mails: Mails, seed: int, hears_all: bool) -> None:
    world = World(sides, mails, seed, hears_all=hears_all)
    world.collect()
    for _ in range(STEPS):
        world.step()
    world.settle()
    seen = by_incident(world.posted)
    for name, found in seen.items():
        if hears_all:
            numbers = [update_of(mail)[1] for mail in found]
            assert len(set(numbers)) == len(numbers), "two mails have one number"
            told = [text for mail in found if (text := described(mail)) is not None]
            assert len(set(told)) == len(told), "one change was announced twice"
            for before, after in pairwise(found):
                differing = {fact for fact in STATED if before[f"Incident-{fact}"] != after[f"Incident-{fact}"]}
                assert differing <= changed(after), f"{name}: update {update_of(after)[1]} does not say what is new"
    (leader,) = [side for side in sides if side.leads]
    for side in sides:
        assert states_of(side.house, seen).keys() == seen.keys(), "an incident is lost"
    if hears_all:
        for name, state in states_of(leader.house, seen).items():
            last = seen[name][-1]
            said = {"severity": int(last["Incident-Severity"]), "phase": int(last["Incident-Phase"])}
            assert state == {**state, **said}, "the one that leads knows what subscribers heard last"


def states_of(house: Installation, seen: dict[str, list[EmailMessage]]) -> dict[str, dict[str, Any]]:
    facts = ("severity", "phase", "status", "description")
    listed = house.ok("list", "--all", "--json").json
    return {one["id"]: {key: one[key] for key in facts} for one in listed if one["id"] in seen}
