"""What an incident is: its people, its state, and the shapes that the rest of the project passes around."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

from .frozen import Frozen, JsonValue, field, settle
from .text import LINE_CHARS_MAX, TEXT_CHARS_MAX, clip, one_line, paragraphs

ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*",
    re.ASCII,
)


_PLAIN_NAME = re.compile(r"[^\W_]+(?:[ '-][^\W_]+)*")
ADDRESS_CHARS_MAX = 254
"""RFC 5321, erratum 1690: what fits into a path."""
NAME_CHARS_MAX = 80
"""Nobody's name is longer, and the first line of a mail has room for little more."""


def clean_name(text: str) -> str:
    """A person's name: one line, without quotes, angle brackets and whatever stands in brackets.

    A full stop is kept behind initials and titles only, so that no name reads as a sentence of its own in our mails.

    >>> clean_name('Smith, John (IT) "Jack" <'), clean_name("Dr. Alícia S."), clean_name("Incident closed. Mara")
    ('Smith, John Jack', 'Dr. Alícia S.', 'Incident closed Mara')
    """
    if len(text) <= NAME_CHARS_MAX and _PLAIN_NAME.fullmatch(text):
        return text
    plain = one_line(re.sub(r'["<>()\\]', "", re.sub(r"\([^()]*\)", " ", text)))
    return clip(re.sub(r"(?:(?<=\w{5})|(?<=\d))[.!?:;]+(?=\s)", "", plain), NAME_CHARS_MAX).strip(" ,;=")


def clean_line(text: str) -> str:
    """Return `text` as one line. Raise ValueError if it is too long."""
    return _within(one_line(text), LINE_CHARS_MAX)


def clean_text(text: str) -> str:
    """Return `text` as clean paragraphs. Raise ValueError if it is too long."""
    return _within(paragraphs(text), TEXT_CHARS_MAX)


def whole_second(at: datetime) -> datetime:
    """Return `at` in UTC, in whole seconds. Raise ValueError if it has no zone."""
    if at.tzinfo is UTC and not at.microsecond:
        return at
    if at.tzinfo is None:
        raise ValueError("a time needs a zone")
    return at.astimezone(UTC).replace(microsecond=0)


def _within(text: str, chars_max: int) -> str:
    if len(text) > chars_max:
        raise ValueError(f"it has {len(text)} characters, more than {chars_max}")
    return text


Line = str
"""What `clean_line` returns. Values that take one from outside the core clean it when they are made."""
Text = str
"""What `clean_text` returns."""
Instant = datetime
"""What `whole_second` returns."""


class Person(Frozen, kw_only=True):
    """Somebody as we know them: a name to show, and an address where one is known."""

    name: str
    address: str | None = None

    def __post_init__(self) -> None:
        name, address = clean_name(self.name), self.address and self.address.lower()
        if not name:
            raise ValueError("a person needs a name")
        if address is not None and (len(address) > ADDRESS_CHARS_MAX or not ADDRESS.fullmatch(address)):
            raise ValueError(f"{address!r} is no address")
        settle(self, name=name, address=address)

    @classmethod
    def parse(cls, text: str) -> Person:
        """`Mara Lindqvist <mara@example.com>`, a bare address, or a bare name. ValueError when it is none of them.

        >>> Person.parse("Mara Lindqvist <Mara@example.com>")
        Person(name='Mara Lindqvist', address='mara@example.com')
        >>> Person.parse("Tomás R.").address is None
        True
        """
        text = one_line(text)
        found = re.fullmatch(r"(?P<name>[^<>]*)<(?P<address>[^<>\s]+)>", text)
        address = found["address"] if found else (text if "@" in text else None)
        if address is not None and not ADDRESS.fullmatch(address):
            raise ValueError(f"{text!r} is not a person: write a name, or Name <name@example.com>")
        name = clean_name(found["name"] if found else text)
        if found and not name and address:
            name = address
        if not name:
            raise ValueError("a person needs a name or an address")
        return cls(name=name, address=address)

    @classmethod
    def called(cls, name: str, address: str) -> Person:
        """The person at `address`, by the name if there is anything left of it when cleaned."""
        return cls(name=clean_name(name) or address, address=address)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.address and self.address != self.name else self.name

    def same_as(self, other: Person) -> bool:
        """Whether both are the same person: by address where both have one, else by name and address alike.

        >>> Person(name="A", address="a@x.example").same_as(Person(name="Ann", address="A@x.example"))
        True
        """
        if self.address and other.address:
            return self.address == other.address
        return self.name.casefold() == other.name.casefold() and self.address == other.address


class Trust(StrEnum):
    """How far we believe that a person is who the mail says (from least to most)."""

    STRANGER = "stranger"
    MEMBER = "member"
    VERIFIED = "verified"
    OPERATOR = "operator"

    @property
    def rank(self) -> int:
        return list(Trust).index(self)


class Actor(Frozen, kw_only=True):
    """Who asks for a change, and how far we believe it."""

    person: Person
    trust: Trust


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    RETRACTED = "retracted"
    MERGED = "merged"


TextField = Literal["backchannel", "impact", "not_affected", "customers_may_be_told"]
TimeField = Literal["started_at", "detected_at", "next_update_at"]
ItemKind = Literal["action", "need", "assumption", "evidence", "ruled_out", "decision", "document"]


class Holders(Frozen, kw_only=True):
    """Who holds a role; `dismissed` says that nobody needs to."""

    people: tuple[Person, ...] = ()
    dismissed: bool = False


class Item(Frozen, kw_only=True):
    """Something kept track of besides the state: an action with its owner, an assumption, a decision."""

    number: int
    kind: ItemKind
    text: Text
    owner: Person | None = None
    done: bool = False
    at: Instant


class Change(Frozen, kw_only=True):
    """One fact that changed: its name (core/facts.py), old and new value as JSON, and who said so when.

    `confirmed_by`: who accepted it, where it waited as a proposal for somebody else's word.
    """

    fact: str
    was: JsonValue
    now: JsonValue
    by: Person
    at: Instant
    confirmed_by: Person | None = None


class Said(Frozen, kw_only=True):
    """Words that ride along with the next follow-up."""

    by: Person
    at: Instant
    text: Text


class Update(Frozen, kw_only=True):
    """A follow-up that went out: its number, when, and what it announced. `undo` reads it, and replies cross it."""

    number: int
    changes: tuple[Change, ...]
    at: Instant


class Naming(Frozen, kw_only=True):
    """Somebody else made the present commander that: `by` whom, and who `was` it before. It can be declined."""

    by: Person
    was: Person


ProposalState = Literal["open", "accepted", "rejected", "expired"]


class Proposal(Frozen, kw_only=True):
    """A command that waits for the word of one of `confirmers`, or of the operator.

    `command` is its JSON (core/command_json.py), `by` and `trust` who asked for it and how far he was believed.
    """

    number: int
    command: JsonValue
    reason: Line
    by: Person
    trust: Trust
    confirmers: tuple[Person, ...]
    made_at: Instant
    expires_at: Instant
    state: ProposalState = "open"
    settled_by: Person | None = None


class Incident(Frozen, kw_only=True):
    """The state of one incident, folded from its events; nothing in it is configuration."""

    id: str
    ref: str
    origin: str
    description: Line
    subject: Line
    details: Text = ""
    status: Status = Status.OPEN
    severity: int
    phase: int
    assumed: tuple[str, ...] = ()
    commander: Person
    offered: Person | None = None
    offered_by: Person | None = None
    named: Naming | None = None
    venue: Line | None = None
    backchannel: Line | None = None
    impact: Line | None = None
    not_affected: Line | None = None
    customers_may_be_told: Line | None = None
    roles: dict[str, Holders] = field(default_factory=dict)
    drill: bool = False
    restricted: bool = False
    silent: bool = False
    """`restricted`: told to a list of its own; the main list hears how bad it is and who leads, `silent`: nothing."""
    declared_at: Instant
    declared_by: Person
    started_at: Instant | None = None
    detected_at: Instant | None = None
    next_update_at: Instant | None = None
    updated_at: Instant
    version: int
    updates: int = 0
    items: tuple[Item, ...] = ()
    unannounced: tuple[Change, ...] = ()
    said: tuple[Said, ...] = ()
    announced: tuple[Update, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    is_announced: bool = False
    thread: tuple[str, ...] = ()
    """Message-IDs of the thread: the first mail of it, and the newest of ours."""

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN
