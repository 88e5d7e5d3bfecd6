"""Render the text of a message: the sentence about the state, the lines of facts, and what people said.

All terms come from `core/words.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from incidentmail.core.conduct.ended import began_at, ended_at
from incidentmail.core.deeds.state_clauses import AT_THE_END, state_clauses
from incidentmail.core.facts import TEXT_FACTS, fact, old_values
from incidentmail.core.frozen import Frozen, JsonValue
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.model import Holders, Incident, Status
from incidentmail.core.names.name_lists import join_names, shown_address
from incidentmail.core.subject_prefixes import REPLY_OR_FORWARD_PREFIX
from incidentmail.core.teams.team_words import (
    APPROVED_BY_KEY,
    approved_by,
    customer_lines,
    merged_lines,
)
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_duration, show_time
from incidentmail.core.words import (
    BROKEN_BEFORE_KEY,
    BROKEN_KEY,
    DRILL_SENTENCE,
    DURATION_KEY,
    INCIDENT_KEY,
    NOT_CONFIRMED,
    RESTRICTED_LINE,
    STATUS_SENTENCES,
    FieldLine,
    Words,
    in_brackets,
)

from .explaining.abbreviations import Glossary

# Lists know more reply marks than we do, so any short word with a colon counts as one.
_PREFIX = lazy_pattern(rf"\[|[^\W\d_]{{1,12}}(?:\[\d+\])?\s*[:：]|{REPLY_OR_FORWARD_PREFIX.pattern}", re.I)
_PREFIX_SIGNS = frozenset("[:：")
"""The characters that identify a possible subject prefix. Every prefix contains one, and most subjects contain none."""
_SENTENCE_END = lazy_pattern(r"[.!?。！？](?= |$)|[。！？]")
NEEDS_MAX, NEED_CHARS_MAX = 5, 160
BROKEN_CHARS_MAX = 200
"""The maximum length of a text about the problem, so that it fits on a phone's screen together with the state."""
WORD_CHARS_MAX = 60
"""The maximum length of a word that programs do not break when they fold a subject."""


class StateWords(Frozen):
    """The first line of a mail, in the pieces that a page displays separately.

    `before` holds the sentences about a drill and the status, and `rest` those about the commander and the venue. If
    `ended` is true, severity and phase are the incident's last ones.
    """

    before: tuple[str, ...]
    severity: str
    phase: str
    rest: tuple[str, ...]
    ended: bool = False

    def __str__(self) -> str:
        if not self.severity:
            return ""
        severity = f"{self.severity[:1].lower()}{self.severity[1:]}" if self.ended else self.severity
        return " ".join((*self.before, f"{severity}, {self.phase}.", *self.rest))


class Wording(Frozen, kw_only=True):
    """The wording of an organisation: its lexicon, the time zones shown next to UTC, and its abbreviations.

    `with_address` holds the addresses shown next to the names of people in roles. `first_with_address` holds the
    addresses that are also shown in the first line, and `asked_with_address` those that are shown in questions and next
    to people who confirmed a change.
    """

    words: Words
    zones: Sequence[str] = ()
    glossary: Glossary = Glossary({})
    with_address: frozenset[str] = frozenset()
    first_with_address: frozenset[str] = frozenset()
    asked_with_address: frozenset[str] = frozenset()

    def state(self, incident: Incident, was: Mapping[str, JsonValue] | None = None) -> str:
        """Return the first line of a message: severity, phase, commander and venue, with old values if changed."""
        return str(self.state_words(incident, was))

    def state_words(self, incident: Incident, was: Mapping[str, JsonValue] | None = None) -> StateWords:
        """Return the first line of a message, in pieces."""
        was = was or {}
        parts = [DRILL_SENTENCE] if incident.drill else []
        if "status" in was or incident.status is not Status.OPEN:
            parts += [*_status_between(incident, was), STATUS_SENTENCES[incident.status]]
        notes = (self._note(incident, was, name) for name in ("severity", "phase"))
        severity, phase = state_clauses(self.words, incident, *notes)
        if ended := not incident.is_open:
            parts[-1] = f"{parts[-1]} {AT_THE_END}"
        commander = f"{incident.commander.name}{shown_address(incident.commander, self.first_with_address)}"
        rest = [self.words.commander_sentence(commander, self._note(incident, was, "commander"), ended=ended)]
        if incident.venue:
            old = was.get("venue")
            rest.append(self.words.venue_sentence(incident.venue, old if isinstance(old, str) else None, ended=ended))
        return StateWords(tuple(parts), severity, phase, tuple(rest), ended)

    def state_now(self, incident: Incident) -> str:
        """Return the state as a sentence that is not parsed as a command if somebody quotes it."""
        severity, phase = self.words.severity_clause(incident.severity), self.words.phase_clause(incident.phase)
        parts = [DRILL_SENTENCE.rstrip(".").lower()] if incident.drill else []
        parts += [] if incident.is_open else [f"the incident is {incident.status}"]
        at_the_end = "" if incident.is_open else "it was "
        parts += [f"{at_the_end}{severity[:1].lower()}{severity[1:]}, {phase}"]
        parts += [f"{self.words.title} {incident.commander.name}"]
        parts += [f"people coordinate via {incident.venue}"] if incident.venue and incident.is_open else []
        is_corrected = incident.description != incident.subject  # the subject of every mail states the first one
        broken = incident.impact or (incident.description if is_corrected else "")
        parts += [f"what is broken: {clip(broken, BROKEN_CHARS_MAX)}"] if broken and incident.is_open else []
        return f"As it stands: {'; '.join(parts).removesuffix('.')}."

    def fields(
        self, incident: Incident, on: date, was: Mapping[str, JsonValue] | None = None, *, with_id: bool = False,
        without: Collection[str] = (),
    ) -> list[FieldLine]:  # fmt: skip
        """Return the lines below the details: effects, words for customers, roles, and what comes next.

        `without` names the facts that are stated elsewhere in the mail.
        """
        key, lines = self.words.key, [RESTRICTED_LINE] if incident.restricted else []
        if "description" not in without and (
            incident.description != incident.subject
            or "description" in (was or {})
            or _may_be_altered(incident.subject)
        ):
            lines.append(FieldLine(key("description"), incident.description))
        lines += merged_lines(incident)
        for name in TEXT_FACTS:
            value = getattr(incident, name)
            if name in without:
                continue
            if name == "customers_may_be_told":
                lines += customer_lines(incident, key(name))
            elif value:
                lines.append(FieldLine(key(name), value))
        if incident.approved_words:
            lines.append(FieldLine(APPROVED_BY_KEY, approved_by(incident.approved_words, self.asked_with_address)))
        lines += self.needs(incident) if "need" not in without else []
        lines += [FieldLine(key(n), show_time(t, self.zones, on)) for n, t in _past_times(incident) if t is not None]
        old_venue = (was or {}).get("venue")
        if old_venue and not incident.venue:
            lines.append(FieldLine(key("venue"), f"none{in_brackets(f'was {old_venue}')}"))
        if incident.commander.address in self.with_address:
            commander = join_names([incident.commander], with_address=self.with_address)
            lines.append(FieldLine(key("commander"), commander))
        missing = self.words.policy.missing_roles(incident) if incident.is_open else ()
        for role in self.words.role_keys(incident):
            held = incident.roles.get(role, Holders())
            line = self.words.role_line(role, held, missing=role in missing, with_address=self.with_address)
            lines += [line] if line else []
        planned = incident.clock.next_commander if incident.is_open else None
        if planned is not None:
            then = f"{planned.to.name} at {show_time(planned.at, self.zones, on)}"
            lines.append(FieldLine(key("next_commander"), then))
        if incident.next_update_at:
            lines.append(FieldLine(key("next_update_at"), f"by {show_time(incident.next_update_at, self.zones, on)}"))
        if (ended := ended_at(incident)) is not None:
            lines.append(FieldLine(DURATION_KEY, show_duration(ended - began_at(incident))))
        if with_id:
            lines.append(FieldLine(INCIDENT_KEY, incident.id))
        return lines

    def broken(self, incident: Incident, *, states_impact: bool = True) -> FieldLine:
        """Return the line that describes the problem: impact, first sentence of the details, or description.

        Once the incident has ended, the line is in the past, unless the mail is the first that states this impact.
        """
        if incident.impact and (incident.is_open or states_impact):
            return FieldLine(self.words.key("impact"), incident.impact)
        key = BROKEN_KEY if incident.is_open else BROKEN_BEFORE_KEY
        is_corrected = incident.description != incident.subject
        said = "" if is_corrected else first_sentence(incident.details)  # a corrected description is newer
        return FieldLine(key, incident.impact or clip(said or incident.description, BROKEN_CHARS_MAX))

    def stated_as_broken(self, incident: Incident, broken: FieldLine) -> tuple[str, ...]:
        """Return the facts that the line `broken` states, so that no other line needs to repeat them."""
        repeats = broken.key in (BROKEN_KEY, BROKEN_BEFORE_KEY) and broken.value == incident.description
        return ("impact", "description") if repeats else ("impact",)

    def needs(self, incident: Incident) -> list[FieldLine]:
        """Return a line with each open need and its owner, for at most the NEEDS_MAX newest needs."""
        needs = [item for item in incident.items if item.kind == "need" and not item.done] if incident.is_open else []
        owned = [(clip(one_line(item.text), NEED_CHARS_MAX), item.owner.name if item.owner else None) for item in needs]
        return [FieldLine(self.words.key("need"), f"{text}{in_brackets(owner)}") for text, owner in owned[-NEEDS_MAX:]]

    def said(self, incident: Incident, on: date) -> str:
        """Return who changed or said what since the last message, with one paragraph for each person and time."""
        from .authorship import paragraphs  # a declaration has none

        return "\n\n".join(paragraphs(incident, self.words, self.zones, on, with_address=self.asked_with_address))

    def _note(self, incident: Incident, was: Mapping[str, JsonValue], name: str) -> str | None:
        if name in incident.assumed:
            return NOT_CONFIRMED
        if name not in was:
            return None
        old = was[name]
        if name == "commander" and isinstance(old, dict):
            return f"was {old['name']}" if old["name"] != incident.commander.name else f"was {NOT_CONFIRMED}"
        return f"was {old}" if old != getattr(incident, name) else f"was {NOT_CONFIRMED}"


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, on one line.

    >>> first_sentence("Cards fail at db1.example.com. Invoices work.")
    'Cards fail at db1.example.com.'
    """
    line = one_line(text.split("\n\n")[0])
    end = _SENTENCE_END.search(line)
    return line[: end.start() + 1] if end else line


def _may_be_altered(subject: str) -> bool:
    """Return whether lists or relays may change a subject, in which case the body must also contain the description.

    >>> _may_be_altered("Checkout is down"), _may_be_altered("AW: checkout"), _may_be_altered("[eu] checkout is down")
    (False, True, True)
    """
    has_prefix = not _PREFIX_SIGNS.isdisjoint(subject) and bool(_PREFIX.match(subject))
    return has_prefix or "=?" in subject or any(len(word) > WORD_CHARS_MAX for word in subject.split())


def changes(incident: Incident) -> dict[str, JsonValue]:
    """Return a mapping from each fact that the next follow-up announces as changed to its old value.

    A fact that has returned to its old value is omitted, unless it was only assumed and is now confirmed. Status and
    description are always included if they changed, because a message does not state them otherwise: `Incident
    reopened.`
    """
    confirmed = {c.fact for c in incident.unannounced if c.was == c.now or c.fact in ("status", "description")}
    before = old_values(incident.unannounced)
    return {name: was for name, was in before.items() if name in confirmed or was != fact(incident, name)}


def _status_between(incident: Incident, was: Mapping[str, JsonValue]) -> list[str]:
    """Return a sentence about the status if the incident was both closed and reopened since the last message."""
    if was.get("status") != incident.status.value:
        return []
    between = [Status(str(change.was)) for change in incident.unannounced if change.fact == "status"]
    return [STATUS_SENTENCES[between[-1]]] if between else []


def _past_times(incident: Incident) -> list[tuple[str, datetime | None]]:
    return [("started_at", incident.started_at), ("detected_at", incident.detected_at)]
