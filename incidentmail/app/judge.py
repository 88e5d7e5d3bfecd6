"""One mail, read and judged inside a transaction: ours, a machine's, a reply, a declaration, or none of these."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidentmail.core.commands import (
    AddNote,
    AssignRole,
    Command,
    Declare,
    Held,
    NameCommander,
    Refused,
    SetPhase,
    SetSeverity,
    SetText,
    SetTime,
    SetVenue,
    TakeCommand,
)  # fmt: skip
from incidentmail.core.decide import decide
from incidentmail.core.events import Event, NoteAdded
from incidentmail.core.model import Actor, Holders, Incident, Person, Trust
from incidentmail.core.notices import notices_for
from incidentmail.core.policy import ANNOUNCES
from incidentmail.core.text import LINE_CHARS_MAX, clip, one_line
from incidentmail.inbound.authenticate import author, through_our_list, trust_of
from incidentmail.inbound.message import Message
from incidentmail.inbound.screen import Disposition, screen
from incidentmail.inbound.thread import begins_a_thread, thread_keys
from incidentmail.ledger.port import Accepted, CausedBy, Outcome, OutcomeName, Transaction
from incidentmail.reply.reading import Context, Read, ReadCommand
from incidentmail.reply.understand import body_of, understand

from . import begin
from .follow import follow_own_mail
from .office import Office


@dataclass
class Verdict:
    """What was found out about a mail so far; `outcome()` makes the record of it."""

    accepted: Accepted
    message: Message
    disposition: str = "unmatched"
    rule: str | None = None
    incident: str | None = None
    trust: str | None = None
    who: str | None = None
    once: str | None = None

    def outcome(self, name: OutcomeName, reason: str | None = None) -> Outcome:
        message = self.message
        return Outcome(
            seq=self.accepted.seq,
            received_at=self.accepted.received_at,
            message_id=message.message_id,
            header_from=self.who or (message.header_from.address if message.header_from else None),
            subject=message.subject,
            disposition=self.disposition,
            rule=self.rule,
            incident=self.incident,
            trust=self.trust,
            outcome=name,
            reason=reason,
            once=self.once,
        )


def judge(office: Office, tx: Transaction, accepted: Accepted, message: Message) -> Outcome:
    """What becomes of a mail. Own and proven mail first, then machines, then people."""
    verdict = Verdict(accepted, message)
    own = follow_own_mail(office, tx, accepted, message)
    if own is not None:
        verdict.disposition, verdict.rule, verdict.incident = "own", own.rule, own.incident
        return verdict.outcome(own.outcome, own.reason)
    screened = screen(message)
    incident, matched_by, torn = find_incident(office, tx, message)
    verdict.incident = incident.id if incident else None
    verdict.rule = screened.rule or matched_by
    if screened.disposition is not Disposition.PERSON:
        verdict.disposition = screened.disposition.value
        unread = screened.disposition is Disposition.UNREADABLE
        return verdict.outcome(
            "quarantined" if unread else "automatic", "; ".join(message.problems) if unread else None
        )
    if torn:
        return verdict.outcome("filed", f"it answers mails of several incidents: {', '.join(torn)}")
    trust = trust_of(message, office.roster)
    who = author(message, office.roster)
    verdict.trust, verdict.who = trust.value, who.address if who else None
    person = (
        Person(name=office.config.settings.people.get(who.address) or who.name or who.address, address=who.address)
        if who
        else None
    )
    if incident is not None:
        verdict.disposition = "reply"
        return _reply(office, tx, verdict, incident, person, trust)
    if begins_a_thread(message):
        return _new_thread(office, tx, verdict, person, trust)
    return verdict.outcome("filed", "it answers no mail of an incident that is known here")


def find_incident(office: Office, tx: Transaction, message: Message) -> tuple[Incident | None, str | None, list[str]]:
    """The incident a mail belongs to and how that was told; or the several ones that it names."""
    found: dict[str, tuple[Incident, str]] = {}
    for key in thread_keys(message, key=office.key, address=str(office.config.bot.address)):
        incident = tx.incident_by_ref(key.ref) if key.ref else None
        if incident is None and key.message_id:
            id_ = tx.incident_of(key.message_id)
            incident = tx.incident(id_) if id_ else None
        if incident is not None:
            found.setdefault(incident.id, (incident, key.by))
    if len(found) > 1:
        return None, None, sorted(found)
    return (*next(iter(found.values())), []) if found else (None, None, [])


def _context(office: Office, verdict: Verdict, person: Person, incident: Incident | None) -> Context:
    written_at = verdict.message.date
    if written_at is None or abs(written_at - verdict.accepted.received_at).total_seconds() > 86_400:
        written_at = verdict.accepted.received_at
    return Context(
        words=office.words,
        written_at=written_at,
        writer=person,
        declaring=incident is None,
        offered=bool(incident and incident.offered and incident.offered.same_as(person)),
        find=office.person,
    )


def _reply(
    office: Office, tx: Transaction, verdict: Verdict, incident: Incident, person: Person | None, trust: Trust
) -> Outcome:
    if person is None:
        return verdict.outcome("refused", f"its From cannot be read: {verdict.message.from_problem}")
    understood = understand(
        body_of(verdict.message), _context(office, verdict, person, incident), tx.words(incident.id)
    )
    new_text = understood.reading.new_text
    repeated = _count_once(tx, verdict, new_text)
    if repeated:
        return repeated
    if not new_text.strip():
        return verdict.outcome("refused", "no new text was found in it")
    if trust is Trust.STRANGER:
        return verdict.outcome("refused", f"{person.address} is not on the roster, or the mail came from outside")
    events, refused, held = _decide(office, verdict, incident, understood.read, Actor(person=person, trust=trust))
    problems = [f"line {p.line}: {p.reason}; reply '{p.remedy}'" for p in understood.read.problems]
    reasons = "; ".join([*problems, *_told(refused), *_told(held)]) or None
    if events:
        _append(office, tx, verdict, incident, events, Actor(person=person, trust=trust))
    if verdict.message.message_id:
        tx.follow_thread(incident.id, verdict.message.message_id)
    tx.remember_words(incident.id, new_text)
    if any(not isinstance(event, NoteAdded) for event in events):
        return verdict.outcome("applied", reasons)
    if reasons:
        return verdict.outcome("held" if held and not (refused or problems) else "refused", reasons)
    return verdict.outcome("note")


def _decide(
    office: Office, verdict: Verdict, incident: Incident, read: Read, actor: Actor
) -> tuple[list[Event], list[Refused], list[Held]]:
    """The events of all commands of one reply, each decided in the state that the ones before it left."""
    events: list[Event] = []
    refused: list[Refused] = []
    held: list[Held] = []
    now, policy, state = verdict.accepted.received_at, office.words.policy, incident
    for command in [c.command for c in read.commands]:
        decision = decide(state, command, actor=actor, now=now, policy=policy)
        if isinstance(decision, Refused):
            refused.append(decision)
        elif isinstance(decision, Held):
            held.append(decision)
        else:
            events += decision
            state = begin.preview(state, decision, actor, now)
    if read.prose:
        rides = any(isinstance(event, ANNOUNCES) for event in events)
        note = decide(state, AddNote(read.prose, rides=rides), actor=actor, now=now, policy=policy)
        if isinstance(note, Refused):
            refused.append(note)
        elif not isinstance(note, Held):
            events += note
    return events, refused, held


def _append(
    office: Office, tx: Transaction, verdict: Verdict, incident: Incident, events: Sequence[Event], actor: Actor
) -> None:
    at = verdict.accepted.received_at
    tx.append(
        incident.id, events, actor=actor, at=at, expected_version=incident.version, caused_by=_cause(verdict.accepted)
    )
    begin.note_due(office, tx, incident.id, notices_for(tuple(events)), at=at, cause=verdict.accepted.seq)


def _new_thread(office: Office, tx: Transaction, verdict: Verdict, person: Person | None, trust: Trust) -> Outcome:
    """A mail that answers nothing: a declaration where it states a severity or a commander (DESIGN section 5)."""
    if person is None:
        return verdict.outcome("filed", f"its From cannot be read: {verdict.message.from_problem}")
    understood = understand(body_of(verdict.message), _context(office, verdict, person, None))
    names = {command.name for command in understood.read.commands}
    if not names & {"severity", "commander"}:
        return verdict.outcome(
            "filed", "it begins a thread and declares nothing: it states neither severity nor commander"
        )
    verdict.disposition = "declaration"
    repeated = _count_once(tx, verdict, understood.reading.new_text)
    if repeated:
        return repeated
    if trust is Trust.STRANGER:
        return verdict.outcome("refused", f"{person.address} is not on the roster, or the mail came from outside")
    command = declaration(verdict.message, understood.read, person, office)
    actor = Actor(person=person, trust=trust)
    begun = begin.declare(
        office, tx, command, actor=actor, at=verdict.accepted.received_at, caused_by=_cause(verdict.accepted)
    )
    if isinstance(begun, Refused):
        return verdict.outcome("refused", f"{begun.reason}; {begun.remedy}")
    verdict.incident = begun.incident.id
    if not begun.is_new:
        return verdict.outcome("duplicate", "the same person declared it under ten minutes ago")
    if verdict.message.message_id:
        tx.follow_thread(begun.incident.id, verdict.message.message_id)
    tx.remember_words(begun.incident.id, understood.reading.new_text)
    problems = [f"line {p.line}: {p.reason}; reply '{p.remedy}'" for p in understood.read.problems]
    return verdict.outcome("applied", "; ".join(problems) or None)


def declaration(message: Message, read: Read, writer: Person, office: Office) -> Declare:
    """A declaration written by hand: the subject describes it, the lines state it, the rest is its details."""
    last: dict[str, Command] = {c.name: c.command for c in read.commands}
    severity, phase, venue = last.get("severity"), last.get("phase"), last.get("venue")
    commander = last.get("commander")
    subject = one_line(message.subject)
    return Declare(
        description=clip(subject or read.prose.split("\n")[0] or "Something is wrong"),
        details=read.prose if len(subject) <= LINE_CHARS_MAX else f"{subject}\n\n{read.prose}",
        severity=severity.severity if isinstance(severity, SetSeverity) else None,
        phase=phase.phase if isinstance(phase, SetPhase) else None,
        commander=commander.person if isinstance(commander, NameCommander)
        else writer if isinstance(commander, TakeCommand) else None,
        venue=clip(venue.venue) if isinstance(venue, SetVenue) else None,
        texts=tuple((c.name, clip(c.text)) for c in last.values() if isinstance(c, SetText) and c.text),
        roles=_roles(read.commands),
        times=tuple((c.name, c.at) for c in last.values() if isinstance(c, SetTime)),
        unsure=tuple(c.name for c in read.commands if c.unsure),
        declared_in=message.message_id if through_our_list(message, office.roster) else None,
    )  # fmt: skip


def _roles(commands: Sequence[ReadCommand]) -> tuple[tuple[str, Holders], ...]:
    roles: dict[str, Holders] = {}
    for command in (c.command for c in commands if isinstance(c.command, AssignRole)):
        known = roles.get(command.role, Holders()).people if command.how == "add" else ()
        roles[command.role] = Holders(people=(*known, *command.people), dismissed=command.how == "dismiss")
    return tuple(roles.items())


def _count_once(tx: Transaction, verdict: Verdict, new_text: str) -> Outcome | None:
    """The same mail twice (list copy, direct copy, redelivery) counts once: by id, author and new text."""
    date: datetime | None = verdict.message.date
    parts = (verdict.message.message_id or str(date), verdict.who or "", " ".join(new_text.split()))
    key = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    seen = tx.seen(key)
    if seen is None:
        verdict.once = key
        return None
    verdict.incident = verdict.incident or seen.incident
    return verdict.outcome("duplicate", f"another copy of mail {seen.seq}, which was {seen.outcome}")


def _told(answers: Sequence[Refused | Held]) -> list[str]:
    return [f"{answer.reason}; {answer.remedy}" for answer in answers]


def _cause(accepted: Accepted) -> CausedBy:
    return CausedBy(seq=accepted.seq, sha256=accepted.sha256)
