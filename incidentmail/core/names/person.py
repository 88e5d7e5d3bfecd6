"""Define a person, and clean names, lines, paragraphs and times from outside."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from incidentmail.core.frozen import Frozen, settle
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import HIDDEN, LINE_CHARS_MAX, TEXT_CHARS_MAX, clip, composed, one_line, paragraphs

ADDRESS = lazy_pattern(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*",
    re.ASCII,
)


_PLAIN_NAME = lazy_pattern(r"[^\W_]+(?:[ '-][^\W_]+)*")
_JOINERS = "\u200c\u200d"
"""Invisible characters that affect how adjacent letters are written."""
_BLANK_LETTERS = lazy_pattern("[\u115f\u1160\u2800\u3164\uffa0]")
ADDRESS_CHARS_MAX = 254
"""The maximum length of an address that fits in a path (RFC 5321, erratum 1690)."""
NAME_CHARS_MAX = 80
"""The maximum length of a name: longer than real names, and short enough for the first line of a message."""


def clean_name(text: str) -> str:
    """Return a person's name as one line, without quotes, angle brackets or bracketed text.

    Letters are composed (NFC), so that names can be compared. Invisible characters are removed, except joiners, which
    some scripts need. Full stops are kept only after initials and titles, so that no name looks like a sentence in our
    messages.

    >>> clean_name('Smith, John (IT) "Jack" <'), clean_name("Dr. Alícia S."), clean_name("Incident closed. Mara")
    ('Smith, John Jack', 'Dr. Alícia S.', 'Incident closed Mara')
    """
    if len(text) <= NAME_CHARS_MAX and text.isascii() and _PLAIN_NAME.fullmatch(text):
        return text
    text = composed(text)
    if HIDDEN.search(text):
        text = _BLANK_LETTERS.sub(" ", text) if HIDDEN.sub("", text).strip() else ""
        text = HIDDEN.sub(lambda found: found[0] if found[0] in _JOINERS else "", text)
    plain = one_line(re.sub(r'["<>()\\]', "", re.sub(r"\([^()]*\)", " ", text)))
    return clip(re.sub(r"(?:(?<=\w{5})|(?<=\d))[.!?:;]+(?=\s)", "", plain), NAME_CHARS_MAX).strip(" ,;=")


def clean_line(text: str) -> str:
    """Return `text` as one line. Raise ValueError if it is too long."""
    return _within(one_line(text), LINE_CHARS_MAX)


def clean_text(text: str) -> str:
    """Return `text` as clean paragraphs. Raise ValueError if it is too long."""
    return _within(paragraphs(text), TEXT_CHARS_MAX)


def whole_second(at: datetime) -> datetime:
    """Return `at` in UTC, in whole seconds. Raise ValueError if it has no time zone."""
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
"""A text cleaned by `clean_line`. Values that receive one from outside the core clean it on creation."""
Text = str
"""A text cleaned by `clean_text`."""
Instant = datetime
"""A time cleaned by `whole_second`."""


class Person(Frozen, kw_only=True):
    """A person: a display name, and an address if known."""

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
        """Return the person given as `Name <address>`, `Name address`, an address or a name.

        Raise ValueError for any other text.

        >>> Person.parse("Mara Lindqvist <Mara@example.com>")
        Person(name='Mara Lindqvist', address='mara@example.com')
        >>> Person.parse("Bo bo@example.com") == Person.parse("Bo (bo@example.com)")
        True
        >>> Person.parse("Tomás R.").address is None
        True
        """
        text = one_line(text)
        found = re.fullmatch(r"(?P<name>[^<>]*)<(?P<address>[^<>\s]+)>", text) if "<" in text else None
        if found is None and "@" in text:
            found = re.fullmatch(r"(?P<name>[^<>@]+)[ (](?P<address>[^<>()\s]+@[^<>()\s]+)\)?", text)
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
        """Return the person at `address`, named after the address if the cleaned `name` is empty."""
        return cls(name=clean_name(name) or address, address=address)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.address and self.address != self.name else self.name

    def same_as(self, other: Person) -> bool:
        """Return whether both are the same person: they have the same address or, if neither has one, the same name.

        >>> Person(name="A", address="a@x.example").same_as(Person(name="Ann", address="A@x.example"))
        True
        """
        if self.address and other.address:
            return self.address == other.address
        return self.name.casefold() == other.name.casefold() and self.address == other.address
