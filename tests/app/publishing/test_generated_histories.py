"""Text that must not be published is in no file, for generated histories and whenever pages are written.

Every text of a history contains a unique word, so that each word can be searched for. Pages are written now and then
during the history, and once at its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from examples import histories
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.app.context import AppContext
from incidentmail.app.publishing.publish import publish, publish_if_due
from incidentmail.core import events as e
from incidentmail.core.events import Event
from incidentmail.core.frozen import JsonValue
from incidentmail.core.ids import code_line, plus_address
from incidentmail.core.model import Actor, Holders, Person, Status, Trust
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.teams.team_events import CustomerWordsApproved, IncidentRestricted, MergedFrom, MergedInto
from incidentmail.core.tracking.tracking_events import ItemTracked, RollAnswered

if TYPE_CHECKING:
    from conftest import Installation

PEOPLE = tuple(Person(name=name, address=f"{name.lower()}@example.com") for name in ("Mara", "Tomas", "Bo"))
NAMELESS = Person(name="sam@example.com", address="sam@example.com")
REF = re.compile(r"\b[a-z2-7]{6}-[a-z2-7]{10}\b")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


class History:
    """An organisation with a generated history.

    `secret` holds the words that must be in no file at the end, and `private` those that must not be public.
    """

    def __init__(self, context: AppContext, chance: Random) -> None:
        self.context, self.chance = context, chance
        self.words: dict[str, list[str]] = {}
        self.secret: set[str] = set()
        self.private: set[str] = set()
        self.linked: list[set[str]] = []
        self.numbers = count(1)

    def word(self, name: str) -> str:
        word = f"zq{next(self.numbers)}w"
        self.words.setdefault(name, []).append(word)
        self.private.add(word)
        return word

    def append(self, name: str, *events: Event) -> None:
        person = self.chance.choice((*PEOPLE, NAMELESS))
        with self.context.ledger.transaction() as tx:
            state = tx.incident(name)
            tx.append(
                name, events, actor=Actor(person=person, trust=Trust.MEMBER), at=self.context.now(),
                expected_version=state.version if state else 0, caused_by=None,
            )  # fmt: skip

    def declare(self, index: int) -> str:
        name, ref = f"2026-11-20-zqid{index}w", f"abcde{'abcdefgh'[index]}"
        self.words[name] = [f"zqid{index}w"]
        self.private.add(f"zqid{index}w")
        self.append(
            name,
            e.Declared(
                id=name, ref=ref, origin="o", description=self.text(name), details=self.text(name), phase=1,
                severity=self.chance.choice((1, 2, 3)), commander=self.chance.choice(PEOPLE), impact=self.text(name),
                venue=self.text(name), drill=self.chance.random() < 0.2, declared_at=self.context.now(),
                restricted=(is_closed := self.chance.random() < 0.25), silent=is_closed and self.chance.random() < 0.5,
                roles={"customer_liaison": Holders(people=(PEOPLE[1],)), "scribe": Holders(people=(NAMELESS,))},
            ),
            e.Announced(number=0, message_id=f"<{ref}.o.0.mac@example.com>"),
        )  # fmt: skip
        return name

    def text(self, name: str) -> str:
        """Return a text with a unique word, and sometimes with an address, a password or one of our codes."""
        key = self.context.key
        added = self.chance.choice(
            ("", "", f"ask jo{next(self.numbers)}@example.org", "password: zqhunter2", f"x {code_line(key, 'abcdea')}",
             f"mail {plus_address(key, 'incident-bot@example.com', 'abcdeb')} or bo@example.com")
        )  # fmt: skip
        return f"{self.word(name)} {added}".strip()

    def step(self, names: list[str]) -> None:
        name = self.chance.choice(names)
        self.chance.choice(
            (self.note, self.item, self.unapproved, self.suggested, self.approved, self.restrict, self.merge, self.end,
             self.private_answer)
        )(name, names)  # fmt: skip

    def note(self, name: str, names: list[str]) -> None:
        self.append(name, e.NoteAdded(text=self.text(name)), e.UpdateGiven(text=self.text(name)))

    def item(self, name: str, names: list[str]) -> None:
        kind = self.chance.choice(("action", "decision", "assumption"))
        number = next(self.numbers)
        self.append(name, ItemTracked(number=number, item=kind, text=self.text(name), owner=NAMELESS))  # type: ignore[arg-type]

    def unapproved(self, name: str, names: list[str]) -> None:
        """Record words for customers without an approval, as an earlier version did."""
        words = self.text(name)
        self.secret.add(words.split()[0])
        self.append(name, e.TextChanged(name=CUSTOMER_WORDS, text=words, was=None))

    def suggested(self, name: str, names: list[str]) -> None:
        words = self.text(name)
        self.secret.add(words.split()[0])
        command: dict[str, JsonValue] = {"command": "set_text", "name": CUSTOMER_WORDS, "text": words}
        until = self.context.now() + timedelta(hours=1)
        proposal = e.ProposalMade(
            number=next(self.numbers), command=command, reason="x", trust=Trust.MEMBER, confirmers=PEOPLE,
            expires_at=until,
        )  # fmt: skip
        self.append(name, proposal)

    def approved(self, name: str, names: list[str]) -> None:
        words, by, approver = self.text(name), self.chance.choice(PEOPLE), PEOPLE[1]
        if by != approver:
            self.private.discard(words.split()[0])
        approval = Approval(words=words, by=by, approved_by=approver)
        self.append(
            name, e.TextChanged(name=CUSTOMER_WORDS, text=words, was=None), CustomerWordsApproved(approval=approval)
        )

    def restrict(self, name: str, names: list[str]) -> None:
        if self.chance.random() < 0.3:
            self.append(name, IncidentRestricted())

    def merge(self, name: str, names: list[str]) -> None:
        whole = self.chance.choice(names)
        if whole != name:
            self.linked.append({name, whole})
            self.append(name, MergedInto(into=whole, was=None), e.StatusChanged(status=Status.MERGED, was=Status.OPEN))
            self.append(whole, MergedFrom(incidents=(name,), was=()))

    def end(self, name: str, names: list[str]) -> None:
        self.append(name, e.StatusChanged(status=Status.CLOSED, was=Status.OPEN))

    def private_answer(self, name: str, names: list[str]) -> None:
        words = self.text(name)
        self.secret.add(words.split()[0])
        self.append(name, RollAnswered(person=NAMELESS, text=words))

    def forbidden(self, names: list[str]) -> Iterator[str]:
        """Yield the words that must be in no file: secrets, and those of incidents merged with a restricted one."""
        with self.context.ledger.snapshot() as view:
            closed = {name for name in names if (state := view.incident(name)) and state.restricted}
        while more := {name for group in self.linked if group & closed for name in group} - closed:
            closed |= more
        yield from self.secret
        for name in closed:
            yield from self.words[name]


@histories(25)
@given(st.integers(0, 2**32))
def test_what_must_not_be_published_is_in_no_file(installations: Callable[[], Installation], seed: int) -> None:
    house = installations()
    root = house.path
    house.configure(
        f'[publish]\nfolder = "{root}/site"\npublic = "{root}/status"\n'
        'archive = "https://lists.example.com/{message_id}"\n'
    )
    house.broken = True  # its entries were not decided, so nobody can say how they came about
    chance = Random(seed)
    with house.context() as context:
        history = History(context, chance)
        names = [history.declare(index) for index in range(4)]
        for _ in range(25):
            house.clock.tick(minutes=chance.choice((0, 1, 7)))
            history.step(names)
            if chance.random() < 0.3:
                publish_if_due(context)
        publish_if_due(context)
        by_steps = {name: files(root / name) for name in ("site", "status")}
        check(history, names, by_steps)
        publish(context)
        by_steps = {name: files(root / name) for name in ("site", "status")}
        publish(context, anew=True)
        assert {name: files(root / name) for name in ("site", "status")} == by_steps


def check(history: History, names: list[str], found: dict[str, dict[str, str]]) -> None:
    everything = "\n".join(text for folder in found.values() for text in folder.values())
    public = "\n".join(found["status"].values())
    assert [word for word in history.forbidden(names) if re.search(rf"{word}\b", everything)] == []
    assert [word for word in history.private if re.search(rf"{word}\b", public)] == []
    assert "zqhunter2" not in everything
    assert REF.findall(everything) == []
    assert ADDRESS.findall(everything) == []
    for folder in found.values():
        links = re.findall(r' href="(?!https?:)([^"#]+)', "".join(folder.values()))
        assert set(links) <= set(folder)


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name[0] != "."}
