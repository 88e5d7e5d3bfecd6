"""Parse our own messages back into the facts that they announce, for a standby and for restoring from an archive.

Header fields hold what the body does not show (addresses, exact times), and the body must agree with them in our own
wording. Otherwise, nothing is returned. The result is trusted only if `Incident-Proof` proves exactly this result
(core/ids.py), so a parsing error can lose a message but not alter an incident.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, product

from incidentmail.core.deeds.closing_lines import follow_up_hints, is_declaration_hint
from incidentmail.core.deeds.state_clauses import AT_THE_END
from incidentmail.core.facts import (
    APPROVAL,
    ROLE_PREFIX,
    SAID,
    TEXT_FACTS,
    json_holders,
    json_person,
    json_time,
    without_empty,
)
from incidentmail.core.frozen import JsonValue, read
from incidentmail.core.ids import Announcement, OurField, read_message_id, read_plus_address
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.subject_prefixes import BRACKET_PREFIX, REPLY_OR_FORWARD_PREFIX
from incidentmail.core.text import fold_case, one_line, paragraphs
from incidentmail.core.time_forms.written_times import NoTime, read_time
from incidentmail.core.words import (
    BROKEN_BEFORE_KEY,
    BROKEN_KEY,
    COORDINATED,
    COORDINATING,
    DRILL_PREFIX,
    DRILL_SENTENCE,
    EARLIER_NEEDED,
    EARLIER_NOT_CONFIRMED,
    INCIDENT_LINE,
    NEEDED,
    NOT_CONFIRMED,
    NOT_NEEDED,
    NOTHING_YET,
    STATUS_SENTENCES,
    Words,
)
from incidentmail.inbound.fields import read_date
from incidentmail.inbound.message import Message
from incidentmail.reply.grammar.key_values import split_key

from .own_facts import as_before_the_end, read_approval, read_merged, read_person, venues
from .parsed import Context

_ESCAPED = re.compile(r"^>(?=From )", re.M)
ESCAPED_MAX = 5
"""The maximum number of lines beginning with `>From ` that are tried both with and without the mark."""
READINGS_MAX = 200
"""The maximum number of possible meanings tried. A message with more was written to waste time."""
_NOTE = r"(?: \((?P<{}>[^\n]{{0,400}}?)\))?"


_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""Exceptions raised by damaged fields. The last one is raised for roles nested a thousand levels deep."""


class _UnreadableError(Exception):
    """Raised if a message does not have the content of one of ours. It is always caught in this file."""


def read_own(
    message: Message, *, key: bytes, address: str, words: Words, ref: str | None = None
) -> Iterator[Announcement]:
    """Yield the announcements that `message` may contain, at most READINGS_MAX. Yield none if it is not in our form.

    `address` is incidentmail's own address. `ref` is the REF of the incident that the message names; it is used if a
    list removed both our Message-ID and our address. `core.ids.proves` decides which announcement is true.
    """
    return islice(_readings(message, key, address, words, ref), READINGS_MAX)


def _readings(message: Message, key: bytes, address: str, words: Words, ref: str | None) -> Iterator[Announcement]:
    unread: set[str] = set()
    for text in _texts(paragraphs(message.text)):
        try:
            yield from _Mail(message, text, key, address, words, ref, unread).announcements()
        except (_UnreadableError, *_DAMAGED):
            continue


def _texts(text: str) -> Iterator[str]:
    """Yield the body, and the forms that it may have had before a relay put `>` before lines starting with `From `."""
    yield text
    pieces = _ESCAPED.split(text)
    if len(pieces) > ESCAPED_MAX + 1:
        yield "".join(pieces)
        return
    for marks in product(("", ">"), repeat=len(pieces) - 1):
        if not all(marks):
            yield "".join(piece + mark for piece, mark in zip(pieces, (*marks, ""), strict=True))


def _stated_as_broken(lines: Iterable[str]) -> str | None:
    """Return what a follow-up says is broken. A mail whose description is the same states it only there."""
    keys = (f"{BROKEN_KEY}: ", f"{BROKEN_BEFORE_KEY}: ")
    return next((line.partition(": ")[2] for line in lines if line.startswith(keys)), None)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A message that may be ours, with one possible form of its text.

    `unread` holds first lines that have already been tried and rejected, since most forms begin with the same line.
    """

    message: Message
    text: str
    key: bytes
    address: str
    words: Words
    ref: str | None
    unread: set[str]

    def announcements(self) -> Iterator[Announcement]:
        number, epoch = int(self._field(OurField.UPDATE)), int(self.message.field(OurField.EPOCH) or 0)
        origin = self._field(OurField.LEDGER).split(";")[0].strip()
        changed = [name.strip() for name in (self.message.field(OurField.CHANGED) or "").split(",") if name.strip()]
        state, middle, lines = self._parts(number)
        facts = {**self._state(state, "status" in changed), **self._fields(lines)}
        for description in self._descriptions() if number == 0 and not facts["description"] else [facts["description"]]:
            for venue in venues(facts.get("venue")):
                whole = {**facts, "venue": venue, "description": description}
                if number == 0:
                    chosen = self._declared(whole, middle)
                else:
                    chosen = {name: whole.get(name) for name in changed}
                    chosen |= {SAID: middle} if middle else {}
                id_, ref = self._field(OurField.ID), self._ref()
                yield Announcement(incident=id_, ref=ref, origin=origin, number=number, facts=chosen, epoch=epoch)

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
        found = next((ref for ref in refs if ref), self.ref)
        if found is None:
            raise _UnreadableError("no REF")
        return found

    def _parts(self, number: int) -> tuple[str, str, list[str]]:
        """Return the state line, the middle part, and the lines of facts, without the footer of a list.

        The facts are above the hint. In follow-ups, the text below the state line says what is broken.
        """
        blocks = self.text.split("\n\n")
        firsts = [block.split("\n")[0] for block in blocks]
        hints = follow_up_hints(number)
        ends = [i for i, line in enumerate(firsts) if (line in hints if number else is_declaration_hint(line))]
        if not ends or ends[-1] < 2:
            raise _UnreadableError("no hint")
        state, *broken = blocks[0].split("\n")
        return state, "\n\n".join(blocks[1 : ends[-1] - 1]), [*broken, *blocks[ends[-1] - 1].split("\n")]

    def _state(self, line: str, status_changed: bool) -> dict[str, JsonValue]:
        """Return the severity, phase, status, commander, venue and so on if the first line and the fields agree.

        Names of severities and phases are not compared, because they may have been renamed since.
        """
        if line in self.unread:
            raise _UnreadableError("the first line and the fields differ")
        status, drill = Status(self._field(OurField.STATUS)), self.message.field(OurField.DRILL) == "yes"
        restricted = self.message.field(OurField.RESTRICTED)
        severity, phase = int(self._field(OurField.SEVERITY)), int(self._field(OurField.PHASE))
        commander = read_person(self._field(OurField.COMMANDER))
        before = [DRILL_SENTENCE] if drill else []
        # If the incident was closed and reopened before this follow-up, the line contains both sentences.
        any_status = "|".join(re.escape(sentence) for sentence in STATUS_SENTENCES.values())
        statuses = f"(?:(?:{any_status}) )?" if status_changed else ""
        if status_changed or status is not Status.OPEN:
            statuses += re.escape(f"{STATUS_SENTENCES[status]} ")
        titles = "|".join(re.escape(title) for title in (self.words.title, "incident commander"))
        severities = rf"(?:{AT_THE_END} severity|Severity)" if status is not Status.OPEN else "Severity"
        found = re.fullmatch(
            "".join(re.escape(f"{sentence} ") for sentence in before)
            + statuses
            + f"{severities} {severity}"
            + _NOTE.format("severity")
            + re.escape(f", phase {phase}")
            + _NOTE.format("phase")
            + re.escape(f". {commander.name}")
            + f"(?: <{re.escape(str(commander.address))}>)?"
            + (" is " if status is Status.OPEN else " (?:is|was) ")
            + f"(?:{titles})"
            + _NOTE.format("commander")
            + rf"\.(?: (?:{COORDINATING}|{COORDINATED}) (?P<venue>.{{1,700}})\.)?",
            line,
        )
        if not found:
            self.unread.add(line)
            raise _UnreadableError("the first line and the fields differ")
        return {
            "severity": severity,
            "phase": phase,
            "status": status.value,
            "drill": drill,
            "restricted": restricted is not None,
            "silent": restricted == "silent",
            "commander": json_person(commander),
            "venue": found["venue"],
            "assumed": [
                name
                for name in ("severity", "phase", "commander")
                if (found[name] or "").rpartition("; ")[2] in (NOT_CONFIRMED, EARLIER_NOT_CONFIRMED)
            ],
        }

    def _fields(self, lines: list[str]) -> dict[str, JsonValue]:
        """Return the facts in the `Key: value` lines: texts, times and roles."""
        context = Context(words=self.words, written_at=self._date(), writer=Person(name="nobody"))
        values = dict(found for line in map(as_before_the_end, lines) if (found := split_key(line, context)))
        if any(line.startswith(INCIDENT_LINE) and line != INCIDENT_LINE + self._field(OurField.ID) for line in lines):
            raise _UnreadableError("another incident")
        facts: dict[str, JsonValue] = {"description": values.get("description") or _stated_as_broken(lines)}
        if "customers_may_be_told" not in values and Status(self._field(OurField.STATUS)) is Status.OPEN:
            raise _UnreadableError("no customers_may_be_told line, which every mail of an open incident has")
        for text in TEXT_FACTS:
            facts[text] = None if values.get(text) == NOTHING_YET else values.get(text)
        field = self.message.field(OurField.CUSTOMER_WORDS)
        facts[APPROVAL] = read_approval(field, facts["customers_may_be_told"], lines)
        facts |= read_merged(lines)
        for name in ("started_at", "detected_at"):
            facts[name] = self._past(values[name]) if name in values else None
        return {**facts, "next_update_at": self._next_update(values.get("next_update_at")), **self._roles(values)}

    def _next_update(self, text: str | None) -> str | None:
        """Return the time in the header field as JSON, if `text`, from the body, gives the same time.

        Return None for a time derived from the severity: nobody stated it, so it is not a fact.
        """
        field = self.message.field(OurField.NEXT_UPDATE)
        instant = read_date(field) if field else None
        if (instant is None) != (text is None):
            raise _UnreadableError("next update")
        if instant is None or text is None:
            return None
        instant = instant.astimezone(UTC)
        if not re.fullmatch(rf"by (?:{instant:%Y-%m-%d} )?{instant:%H:%M} UTC(?: \([^()]*\))?", text):
            raise _UnreadableError("next update")
        return None if self.message.field(OurField.NEXT_UPDATE_FROM) else json_time(instant)

    def _roles(self, values: dict[str, str]) -> dict[str, JsonValue]:
        """Return the holders of each role from the header field. Raise if the body has different roles or names."""
        roles: dict[str, JsonValue] = {}
        for key, people in json.loads(self.message.field(OurField.ROLES) or "{}").items():
            holders = Holders(dismissed=True) if people == NOT_NEEDED else read(Holders, {"people": people})
            title = self.words.keys.get(fold_case(self.words.key(ROLE_PREFIX + key)), ROLE_PREFIX + key)
            names = NOT_NEEDED if holders.dismissed else join_names(holders.people)
            # The role's description in brackets may have been reworded since.
            written = values.pop(title, "")
            for person in holders.people:  # some names are followed by addresses
                written = written.replace(f" <{person.address}>", "")
            if names and not re.fullmatch(re.escape(names) + r"(?: \([^()]*\))?", written):
                raise _UnreadableError(f"role {key}")
            roles[ROLE_PREFIX + key] = json_holders(holders)
        needed = (NEEDED, EARLIER_NEEDED)
        unnamed = [key for key, value in values.items() if key.startswith(ROLE_PREFIX) and not value.startswith(needed)]
        if unnamed:
            raise _UnreadableError(f"role {unnamed[0]}")
        return roles

    def _descriptions(self) -> Iterable[str]:
        """Yield the possible descriptions in the subject, longest first, without reply, drill and list prefixes."""
        subject, found = one_line(self.message.subject), dict[str, None]()
        while True:
            found |= dict.fromkeys((subject.removeprefix(DRILL_PREFIX), subject))
            prefix = REPLY_OR_FORWARD_PREFIX.match(subject) or BRACKET_PREFIX.match(subject)
            if prefix is None or prefix.end() == len(subject):
                return found
            subject = subject[prefix.end() :]

    def _declared(self, facts: dict[str, JsonValue], middle: str) -> dict[str, JsonValue]:
        declared_at = read_date(self._field(OurField.DECLARED))
        if declared_at is None:
            raise _UnreadableError(OurField.DECLARED)
        facts = {**facts, "details": middle, "declared_at": json_time(declared_at.astimezone(UTC))}
        return without_empty({name: value for name, value in facts.items() if name != "status"})

    def _past(self, text: str) -> JsonValue:
        at = read_time(text, written_at=self._date(), nearest="last")
        if isinstance(at, NoTime):
            raise _UnreadableError(at)
        return json_time(at)

    def _date(self) -> datetime:
        if self.message.date is None:
            raise _UnreadableError("no Date")
        return self.message.date.astimezone(UTC)
