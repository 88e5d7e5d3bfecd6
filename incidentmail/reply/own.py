"""Our own mail read back into the facts that it announces: how a standby follows, and how an archive is a back-up.

The body is read by the same grammar as anybody's; header fields add what a body does not show (addresses, whole
instants). Wherever body and fields disagree there is nothing to read. What comes out is believed only if
`Incident-Proof` proves exactly it (core/ids.py), so a misreading can lose a mail but not alter an incident.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue, ValidationError

from incidentmail.core.facts import ROLE_PREFIX, SAID, TEXT_FACTS, json_holders, json_person, json_time
from incidentmail.core.ids import Announcement, read_message_id, read_plus_address
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.text import one_line, paragraphs
from incidentmail.core.times import read_time
from incidentmail.core.words import (
    ASSUMED,
    COORDINATING,
    DECLARATION_HINT,
    DRILL_SENTENCE,
    NOT_NEEDED,
    NOTHING_YET,
    STATUS_SENTENCES,
    Words,
    follow_up_hint,
)  # fmt: skip
from incidentmail.inbound.fields import read_date
from incidentmail.inbound.message import Message

from .reading import Context
from .sentences import Found, scan
from .values import split_key

_REPLY_PREFIX = re.compile(r"^(?:re|aw|sv|antw)\s*:\s*", re.I | re.A)
_LIST_PREFIX = re.compile(r"^\[[^\[\]]{1,60}\]\s*")


class _UnreadableError(Exception):
    """The mail does not say what one of ours says; never leaves this file."""


def read_own(message: Message, *, key: bytes, address: str, words: Words) -> Iterator[Announcement]:
    """What `message` announces, if it has our form: usually one reading, never more than a few.

    `address` is the tool's own. Whether one of them is true is for `core.ids.proves` to say.
    """
    try:
        yield from _Mail(message, key, address, words).announcements()
    except (_UnreadableError, ValidationError, ValueError, KeyError, TypeError, AttributeError):
        return


@dataclass(frozen=True, slots=True)
class _Mail:
    message: Message
    key: bytes
    address: str
    words: Words

    def announcements(self) -> Iterator[Announcement]:
        number = int(self._field("incident-update"))
        origin = self._field("incident-ledger").split(";")[0].strip()
        state, middle, fields = self._parts(number)
        facts = dict(self._state(state))
        facts.update(self._fields(fields))
        for description in self._descriptions() if number == 0 else [""]:
            for venue in _venues(facts.pop("venue", None)) if "venue" in facts else [None]:
                whole = {**facts, "venue": venue}
                chosen = self._declared(whole, description, middle) if number == 0 else self._changed(whole, middle)
                yield Announcement(
                    incident=self._field("incident-id"), ref=self._ref(), origin=origin, number=number, facts=chosen
                )
                facts["venue"] = venue

    def _field(self, name: str) -> str:
        value = self.message.field(name)
        if value is None:
            raise _UnreadableError(name)
        return one_line(value)

    def _ref(self) -> str:
        name = read_message_id(self.key, self.message.message_id or "")
        if name:
            return name.ref
        refs = (read_plus_address(self.key, self.address, box.address) for box in self.message.reply_to)
        found = next((ref for ref in refs if ref), None)
        if found is None:
            raise _UnreadableError("no REF")
        return found

    def _parts(self, number: int) -> tuple[str, str, list[str]]:
        """The state line, what stands in the middle, and the lines before the hint; a list's footer is left out."""
        text = re.sub(r"^>(?=From )", "", paragraphs(self.message.text), flags=re.M)
        blocks = text.split("\n\n")
        hint = DECLARATION_HINT if number == 0 else follow_up_hint(number)
        ends = [i for i, block in enumerate(blocks) if block.split("\n")[0] == hint]
        if not ends or ends[-1] < 2:
            raise _UnreadableError("no hint")
        return blocks[0], "\n\n".join(blocks[1 : ends[-1] - 1]), blocks[ends[-1] - 1].split("\n")

    def _state(self, line: str) -> Iterator[tuple[str, JsonValue]]:
        """Severity, phase, status, commander, venue and what is assumed, as the first line and the fields both say."""
        status = Status(self._field("incident-status"))
        drill = self.message.field("incident-drill") is not None
        if drill:
            line = _without(line, DRILL_SENTENCE)
        if status is not Status.OPEN or line.startswith(STATUS_SENTENCES[Status.OPEN]):
            line = _without(line, STATUS_SENTENCES[status])
        commander = Person.parse(self._field("incident-commander"))
        rest, _, venue = line.partition(f" {COORDINATING} ")
        context = Context(words=self.words, written_at=self._date(), writer=commander, names=(commander.name,))
        found = {f.name: f.value for f in scan(rest, context, first_line=False) if isinstance(f, Found)}
        expected = {
            "severity": int(self._field("incident-severity")),
            "phase": int(self._field("incident-phase")),
            "commander": json_person(Person(name=commander.name)),
        }
        if found != expected:
            raise _UnreadableError("the first line and the fields differ")
        yield "severity", expected["severity"]
        yield "phase", expected["phase"]
        yield "status", status.value
        yield "drill", drill
        yield "commander", json_person(commander)
        if venue:
            yield "venue", venue.removesuffix(".")
        yield "assumed", [name for name in ("severity", "phase", "commander") if self._assumed(rest, name, commander)]

    def _assumed(self, line: str, name: str, commander: Person) -> bool:
        if name == "commander":
            return self.words.commander_sentence(commander.name, ASSUMED) in line
        return bool(re.search(rf"\b{name} \d+ \((?:[^()]*; )?{ASSUMED}\)", line, re.I))

    def _fields(self, lines: list[str]) -> Iterator[tuple[str, JsonValue]]:
        context = Context(words=self.words, written_at=self._date(), writer=Person(name="nobody"))
        said = dict(found for line in lines if (found := split_key(line, context)))
        for text in TEXT_FACTS:
            yield text, None if said.get(text) in (None, NOTHING_YET) else said[text]
        for name in ("started_at", "detected_at"):
            yield name, self._past(said[name]) if name in said else None
        next_update = self.message.field("incident-next-update")
        instant = read_date(next_update) if next_update else None
        if (instant is None) != ("next_update_at" not in said):
            raise _UnreadableError("next update")
        if instant and not said["next_update_at"].startswith(_by(instant.astimezone(UTC))):
            raise _UnreadableError("next update")
        yield "next_update_at", json_time(instant.astimezone(UTC)) if instant else None
        yield "description", said.get("description")
        yield from self._roles(said)

    def _roles(self, said: dict[str, str]) -> Iterator[tuple[str, JsonValue]]:
        raw = json.loads(self.message.field("incident-roles") or "{}")
        for key, people in raw.items():
            holders = Holders(dismissed=True) if people == NOT_NEEDED else Holders.model_validate({"people": people})
            line = self.words.role_line(key, holders, missing=False)
            title = self.words.key(ROLE_PREFIX + key)
            if line is not None and said.pop(ROLE_PREFIX + key, None) != line.removeprefix(f"{title}: "):
                raise _UnreadableError(f"role {key}")
            yield ROLE_PREFIX + key, json_holders(holders)
        unnamed = [key for key, value in said.items() if key.startswith(ROLE_PREFIX) and not value.startswith("wanted")]
        if unnamed:
            raise _UnreadableError(f"role {unnamed[0]}")

    def _descriptions(self) -> Iterator[str]:
        """The subject without what replies, drills and lists put before it, as little as possible taken off first."""
        subject = one_line(self.message.subject)
        while True:
            yield from (subject.removeprefix("[drill] "), subject)
            shorter = _REPLY_PREFIX.sub("", subject) if _REPLY_PREFIX.match(subject) else _LIST_PREFIX.sub("", subject)
            if shorter == subject or not shorter:
                return
            subject = shorter

    def _declared(self, facts: dict[str, JsonValue], description: str, middle: str) -> dict[str, JsonValue]:
        declared_at = read_date(self._field("incident-declared"))
        if declared_at is None:
            raise _UnreadableError("Incident-Declared")
        del facts["status"]
        facts |= {"description": description, "details": middle, "declared_at": json_time(declared_at.astimezone(UTC))}
        return {name: value for name, value in facts.items() if value not in (None, "", [], False)}

    def _changed(self, facts: dict[str, JsonValue], middle: str) -> dict[str, JsonValue]:
        names = [name.strip() for name in (self.message.field("incident-changed") or "").split(",") if name.strip()]
        chosen: dict[str, JsonValue] = {name: facts.get(name) for name in names}
        return {**chosen, SAID: middle} if middle else chosen

    def _past(self, text: str) -> JsonValue:
        at = read_time(text, written_at=self._date(), nearest="last")
        if isinstance(at, str):
            raise _UnreadableError(at)
        return json_time(at)

    def _date(self) -> datetime:
        if self.message.date is None:
            raise _UnreadableError("no Date")
        return self.message.date.astimezone(UTC)


def _by(instant: datetime) -> tuple[str, str]:
    return instant.strftime("by %H:%M UTC"), instant.strftime("by %Y-%m-%d %H:%M UTC")


def _without(line: str, sentence: str) -> str:
    if not line.startswith(sentence):
        raise _UnreadableError(sentence)
    return line.removeprefix(sentence).lstrip()


def _venues(text: JsonValue) -> list[JsonValue]:
    """The venue with and without `(was ...)` behind it."""
    if isinstance(text, str) and text.endswith(")") and " (was " in text:
        return [text[: text.rindex(" (was ")], text]
    return [text]
