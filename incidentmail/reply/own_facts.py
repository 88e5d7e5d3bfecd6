"""Parse single facts in our own messages, from header fields and from lines of the body."""

from __future__ import annotations

import json
import re

from incidentmail.core.facts import json_approval
from incidentmail.core.frozen import JsonValue, read
from incidentmail.core.names.person import ADDRESS, Person
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.team_words import (
    APPROVED_BY_KEY,
    FOR_CUSTOMERS_KEY,
    FROM_BEFORE_THE_END,
    LAST_FOR_CUSTOMERS_KEY,
    MERGED_FROM_KEY,
    MERGED_INTO_KEY,
    approved_by,
)
from incidentmail.core.words import in_brackets


def read_approval(field: str | None, words: JsonValue, lines: list[str]) -> JsonValue:
    """Return the approval of the text for customers as JSON, or None if there is none.

    `field` is our header field that names the people, and `words` is the text in the body. Raise ValueError if the
    lines of the body name other people.
    """
    written = [line.partition(": ")[2] for line in lines if line.startswith(f"{APPROVED_BY_KEY}: ")]
    if field is None or not isinstance(words, str):
        if written:
            raise ValueError("the body names an approver, and the field does not")
        return None
    approval = read(Approval, {**json.loads(field), "words": words})
    for person in (approval.by, approval.approved_by):  # some names are followed by addresses
        written = [line.replace(f" <{person.address}>", "") for line in written]
    if written != [approved_by(approval)]:
        raise ValueError("the body and the field name other approvers")
    return json_approval(approval)


def as_before_the_end(line: str) -> str:
    """Return a line about text for customers as it was before the incident ended. Return other lines unchanged.

    >>> as_before_the_end("Last approved for customers: Cards fail. (from before the end)")
    'Approved for customers: Cards fail.'
    """
    last = f"{LAST_FOR_CUSTOMERS_KEY}: "
    if not line.startswith(last):
        return line
    return f"{FOR_CUSTOMERS_KEY}: {line.removeprefix(last).removesuffix(in_brackets(FROM_BEFORE_THE_END))}"


def read_merged(lines: list[str]) -> dict[str, JsonValue]:
    """Return the incident into which this one was merged (or None), and the list of those merged into this one."""
    into, parts = _value(lines, MERGED_INTO_KEY), _value(lines, MERGED_FROM_KEY)
    merged: list[JsonValue] = [*parts.split(", ")] if parts else []
    return {"merged_into": into.partition(" (")[0] if into else None, "merged_from": merged}


def _value(lines: list[str], key: str) -> str | None:
    return next((line.partition(": ")[2] for line in lines if line.startswith(f"{key}: ")), None)


def read_person(text: str) -> Person:
    """Return the person in `Incident-Commander`, as written by `str(Person)`."""
    name, bracket, address = text.removesuffix(">").rpartition(" <")
    if bracket and text.endswith(">"):
        return Person(name=name, address=address)
    return Person(name=text, address=text if ADDRESS.fullmatch(text) else None)


def venues(text: JsonValue) -> list[JsonValue]:
    """Return the venue with and without each trailing `(was ...)`, which may be part of the venue's name."""
    if isinstance(text, str) and text.endswith(")"):
        return [*(text[: found.start()] for found in re.finditer(r" (?=\(was )", text)), text]
    return [text]
