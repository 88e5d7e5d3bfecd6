"""What becomes of a mail: its commands are decided, its events appended, its outcome recorded, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from incidentmail.core.commands import (
    AcceptProposal,
    AddNote,
    AssignRole,
    Command,
    Declare,
    Held,
    NameCommander,
    Refused,
    RejectProposal,
    SetPhase,
    SetSeverity,
    SetText,
    SetTime,
    SetVenue,
    TakeCommand,
)
from incidentmail.core.decide import decide
from incidentmail.core.events import Event, NoteAdded, ProposalMade
from incidentmail.core.leaks import masked_command
from incidentmail.core.model import Actor, Holders, Incident, Person, Trust
from incidentmail.core.notices import notices_for
from incidentmail.core.policy import ANNOUNCES
from incidentmail.core.text import LINE_CHARS_MAX, TEXT_CHARS_MAX, clip, one_line
from incidentmail.core.venue import check_venue
from incidentmail.inbound.authenticate import claimed_list, through_our_list
from incidentmail.inbound.message import Message
from incidentmail.inbound.thread import answered_number, plain_subject
from incidentmail.ledger.port import Accepted, CausedBy, Outcome, OutcomeName, Transaction
from incidentmail.reply.reading import Read, ReadCommand
from incidentmail.reply.understand import Understood

from . import begin
from .answer import answer, described, unreadable
from .copies import is_outdone, still_to_do
from .follow import follow_own_mail
from .match import Match
from .office import Office
from .private import tell_named
from .proposals import Waiting, wait
from .recognise import Recognised, recognise
from .stored import read_accepted
from .verdict import Judgement, Shortfall, in_order, not_done, several_incidents, unread

# Read by nobody: the outcome of each disposition that is no person's.
UNREAD: dict[str, OutcomeName] = {"automatic": "automatic", "bounce": "automatic", "unreadable": "quarantined"}
BACKLOG = "backlog"
"""The rule by which old mail of a mailbox is filed: it changes nothing, declares nothing and needs no look."""

HIDDEN = "the list hides who wrote it; only what is sent to our own address counts there"


@dataclass(frozen=True, slots=True)
class _Decided:
    events: tuple[Event, ...]
    shortfalls: tuple[Shortfall, ...]
    done: tuple[tuple[ReadCommand, str | None], ...]


def judge(
    office: Office, tx: Transaction, accepted: Accepted, message: Message, *, found: Match | None = None,
    at: datetime | None = None,
) -> Outcome:  # fmt: skip
    """Acts on one mail, and notes what its sender is to be told.

    `found` and `at`: the incident that somebody gave it to, and when; else what its fields say, when it came.
    """
    mail = recognise(message, office, tx, received_at=accepted.received_at, as_reply=found is not None, found=found)
    accepted = replace(accepted, received_at=at or accepted.received_at)
    return answer(office, tx, accepted, mail, _judged(office, tx, accepted, mail))


def _judged(office: Office, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement:
    """What becomes of a mail. Own mail first, then machines, then people."""
    if mail.message.envelope.unfetched is not None:
        unfetched = _outcome(accepted, mail, "quarantined", mail.message.envelope.unfetched)
        return Judgement(outcome=replace(unfetched, rule="unfetched", once=None))
    if mail.disposition == "own":
        followed = follow_own_mail(office, tx, accepted, mail)
        outcome = _outcome(accepted, mail, followed.outcome, followed.reason)
        return Judgement(outcome=replace(outcome, rule=followed.rule, incident=followed.incident))
    if mail.disposition in UNREAD:
        return _only(accepted, mail, UNREAD[mail.disposition], "; ".join(mail.message.problems) or None)
    if mail.message.envelope.backlog and mail.rule != "assigned":
        reason = "it lay in the mailbox a day or longer before that was first fetched"
        return Judgement(outcome=replace(_outcome(accepted, mail, "filed", reason), rule=BACKLOG))
    if mail.torn:
        several = several_incidents(_shown(tx, mail.torn))
        outcome = _outcome(accepted, mail, "filed", several.reason)
        return Judgement(outcome=outcome, shortfalls=(several,))
    if mail.seen is not None and not _is_decided_again(mail):
        copy = _outcome(accepted, mail, "duplicate", f"another copy of mail {mail.seen.seq}: {mail.seen.outcome}")
        return Judgement(outcome=replace(copy, once=None, incident=mail.seen.incident))
    if mail.who is None or mail.understood is None:
        problem = mail.message.from_problem
        return _only(accepted, mail, "filed", f"its From cannot be read: {problem}" if problem else HIDDEN)
    if mail.suggested is not None:
        reason = f"it answers no known mail, and only its subject is that of {mail.suggested.id}"
        return Judgement(outcome=replace(_outcome(accepted, mail, "filed", reason), incident=mail.suggested.id))
    if mail.disposition == "unmatched":
        what = "our question" if mail.filed else "no known mail"
        return _only(accepted, mail, "filed", f"it answers {what}, and states neither severity nor commander")
    if mail.trust in (None, Trust.STRANGER):  # the address that only one mailbox was told makes no member of anybody
        return _only(accepted, mail, "refused", mail.belief.why if mail.belief else None)
    tx.know_sender(mail.who)
    actor = Actor(person=mail.who, trust=mail.trust)
    conflict = mail.copies.conflict if mail.copies else None
    told = f"mail {conflict.seq} bears the same Message-ID and another author or text" if conflict else None
    if is_outdone(conflict, mail.who, mail.trust):
        return _only(accepted, mail, "filed", f"{told}, and is believed more")
    if mail.incident is None:
        judged = _declaration(office, tx, accepted, mail, mail.understood, actor)
    else:
        judged = _reply(office, tx, accepted, mail, mail.understood, mail.incident, actor)
    reasons = "; ".join(filter(None, (judged.outcome.reason, told))) or None
    return replace(judged, outcome=replace(judged.outcome, reason=reasons))


def _is_decided_again(mail: Recognised) -> bool:
    """Whether a copy that is believed more may do what an earlier one was refused, or had to wait for."""
    if mail.seen is None or mail.copies is None or mail.copies.before is None:
        return False
    return mail.seen.outcome in ("refused", "held") or bool(mail.incident and mail.seen.reason)


def _shown(tx: Transaction, ids: Sequence[str]) -> list[str]:
    """Ids as their answerer is told them: that of a restricted incident stands in no answer."""
    found = {name: tx.incident(name) for name in ids}
    return ["one that is restricted" if state and state.restricted else name for name, state in found.items()]


def _only(accepted: Accepted, mail: Recognised, name: OutcomeName, reason: str | None) -> Judgement:
    return Judgement(outcome=_outcome(accepted, mail, name, reason), incident=mail.incident)


def _outcome(accepted: Accepted, mail: Recognised, name: OutcomeName, reason: str | None = None) -> Outcome:
    header_from = mail.message.header_from
    return Outcome(
        seq=accepted.seq,
        received_at=accepted.received_at,
        message_id=mail.message.message_id,
        header_from=(mail.who.address if mail.who else None) or (header_from.address if header_from else None),
        subject=mail.message.subject,
        disposition=mail.disposition,
        rule=mail.rule,
        incident=mail.incident.id if mail.incident else None,
        trust=mail.trust.value if mail.trust else None,
        trust_rule=mail.belief.rule if mail.belief and mail.trust else None,
        outcome=name,
        reason=reason,
        once=None
        if name == "filed" or not mail.copies
        else mail.copies.key,  # what was only filed may come again with its thread
    )


def _reply(
    office: Office, tx: Transaction, accepted: Accepted, mail: Recognised, understood: Understood, incident: Incident,
    actor: Actor,
) -> Judgement:  # fmt: skip
    new_text = understood.reading.new_text
    if not new_text.strip():
        nothing = unreadable(mail.message)
        outcome = _outcome(accepted, mail, "refused", str(nothing))
        return Judgement(outcome=outcome, shortfalls=(nothing,), incident=incident)
    if understood.read.wants_brief:
        if mail.message.message_id:
            tx.follow_thread(incident.id, mail.message.message_id)
        outcome = _outcome(accepted, mail, "applied")
        return Judgement(outcome=outcome, incident=incident, wants_brief=True)
    before = mail.copies.before if mail.copies else None
    if before:
        earlier = Actor(person=actor.person, trust=before)
        understood = still_to_do(understood, incident, earlier, office.words.policy)
    decided = _decide(office, accepted, mail, incident, understood, actor)
    if decided.events:
        at = accepted.received_at
        tx.append(
            incident.id, decided.events, actor=actor, at=at, expected_version=incident.version,
            caused_by=_cause(accepted),
        )  # fmt: skip
        begin.note_due(office, tx, incident.id, notices_for(decided.events), at=at, cause=accepted.seq)
        tell_named(office, tx, incident, decided.events, actor=actor, at=at)
    if not before:
        _remember(tx, incident.id, mail.message, new_text)
    elif not (decided.events or decided.shortfalls):
        nothing_more = _outcome(accepted, mail, "duplicate", "a copy that is believed more, and changes no more")
        return Judgement(outcome=replace(nothing_more, once=None))
    shortfalls = decided.shortfalls
    reasons = "; ".join(map(str, shortfalls)) or None
    if any(not isinstance(event, NoteAdded | ProposalMade) for event in decided.events):
        outcome = _outcome(accepted, mail, "applied", reasons)
    elif shortfalls:
        only_held = all(shortfall.kind == "held" for shortfall in shortfalls)
        outcome = _outcome(accepted, mail, "held" if only_held else "refused", reasons)
    else:
        outcome = _outcome(accepted, mail, "note")
    noted = any(isinstance(event, NoteAdded) for event in decided.events)
    return Judgement(outcome=outcome, shortfalls=shortfalls, done=decided.done, noted=noted, incident=incident)


def _decide(
    office: Office, accepted: Accepted, mail: Recognised, incident: Incident, understood: Understood, actor: Actor
) -> _Decided:
    """The events of all commands of one reply, each decided in the state that the ones before it left."""
    read, lines = understood.read, _lines(understood)
    events: list[Event] = []
    done: list[tuple[ReadCommand, str | None]] = []
    shortfalls = [unread(problem) for problem in read.problems]
    now, policy, state = accepted.received_at, office.words.policy, incident
    answering = answered_number(mail.message, key=office.key, ref=incident.ref, first=next(iter(incident.thread), None))

    # Whoever answers from the address that only his mailbox was told has proved, for this, that it is his.
    answerer = Actor(person=actor.person, trust=Trust.VERIFIED) if mail.proposal is not None else actor

    def take(command: Command, asked: ReadCommand | None = None) -> None:
        nonlocal state
        command, _ = masked_command(command)
        line = lines.get(asked.line) if asked else None
        by = answerer if isinstance(command, AcceptProposal | RejectProposal) else actor
        decided = decide(state, command, actor=by, now=now, policy=policy, answering=answering)
        answer = wait(office, state, command, decided, actor=by, now=now) if isinstance(decided, Held) else decided
        read_as = described(office, asked, now) if asked else None
        if isinstance(decided, Held) and isinstance(answer, Waiting):
            own = any(actor.person.same_as(person) for person in decided.confirmers)
            held = not_done(decided, asked, line, read_as=read_as)
            shortfalls.append(replace(held, proposal=answer.number, own=own, is_asked=own and bool(answer.made)))
        elif isinstance(answer, Refused):
            shortfalls.append(not_done(answer, asked, line, read_as=read_as))
        elif asked:
            done.append((asked, line))
        happened = answer.made if isinstance(answer, Waiting) else () if isinstance(answer, Refused) else answer
        events.extend(happened)
        state = begin.preview(state, happened, actor, now)

    for asked in read.commands:
        take(asked.command, asked)
    if read.prose:
        take(AddNote(read.prose, read.at, rides=any(isinstance(event, ANNOUNCES) for event in events)))
    return _Decided(tuple(events), in_order(shortfalls), tuple(done))


def _lines(understood: Understood) -> dict[int, str]:
    return {kept.line.number: kept.line.text.strip() for kept in understood.reading.lines}


def _declaration(
    office: Office, tx: Transaction, accepted: Accepted, mail: Recognised, understood: Understood, actor: Actor
) -> Judgement:
    """A declaration written by hand; or the answer to our question whether an earlier mail is one."""
    message, read = mail.message, understood.read
    filed = tx.accepted(mail.filed) if mail.filed else None
    if filed is not None:
        message, read = _with_its_answer(office, tx, filed, read)
    command, _ = masked_command(declaration(message, read, actor.person, office))
    astray = check_venue(command.venue or "", actor, office.words.policy)
    if astray:  # the incident is announced all the same, without the link
        command = replace(command, venue=None)
    begun = begin.declare(office, tx, command, actor=actor, at=accepted.received_at, caused_by=_cause(accepted))
    shortfalls = tuple(unread(problem) for problem in read.problems)
    shortfalls += (not_done(astray, None, None),) if astray else ()
    if isinstance(begun, Refused):
        refused = not_done(begun, None, None)
        outcome = _outcome(accepted, mail, "refused", str(refused))
        return Judgement(outcome=outcome, shortfalls=(refused, *shortfalls))
    _remember(tx, begun.incident.id, mail.message, understood.reading.new_text)
    if filed is not None:
        _remember(tx, begun.incident.id, message, "")
    mail = replace(mail, incident=begun.incident)
    if not begun.is_new:
        return _only(accepted, mail, "duplicate", "the same person declared it under ten minutes ago")
    lines = _lines(understood)
    done = tuple((asked, lines.get(asked.line)) for asked in read.commands)
    outcome = _outcome(accepted, mail, "applied", "; ".join(map(str, shortfalls)) or None)
    return Judgement(outcome=outcome, shortfalls=shortfalls, done=done, incident=begun.incident)


def _with_its_answer(office: Office, tx: Transaction, filed: Accepted, answered: Read) -> tuple[Message, Read]:
    """A mail that was filed, read again together with what its writer answered to our question."""
    message = read_accepted(filed)
    understood = recognise(message, office, tx, received_at=filed.received_at, is_filed=True).understood
    if understood is None:
        return message, answered
    first = understood.read
    prose = "\n\n".join(filter(None, (first.prose, answered.prose)))
    return message, replace(answered, commands=(*first.commands, *answered.commands), prose=prose)


def declaration(message: Message, read: Read, writer: Person, office: Office) -> Declare:
    """What a hand-written mail declares: its subject describes, its lines state, the rest is the details."""
    last: dict[str, Command] = {c.name: c.command for c in read.commands}
    severity, phase, venue, commander = (last.get(name) for name in ("severity", "phase", "venue", "commander"))
    subject = one_line(plain_subject(message, office.config.lists))
    named = commander.person if isinstance(commander, NameCommander) else None
    restricted = _is_restricted(message, office)
    return Declare(
        description=clip(subject or read.prose.split("\n")[0] or "Something is wrong"),
        details=read.prose if len(subject) <= LINE_CHARS_MAX else f"{subject}\n\n{read.prose}",
        severity=severity.severity if isinstance(severity, SetSeverity) else None,
        phase=phase.phase if isinstance(phase, SetPhase) else None,
        commander=writer if isinstance(commander, TakeCommand) else named,
        venue=clip(venue.venue) if isinstance(venue, SetVenue) else None,
        texts=tuple((c.name, clip(c.text)) for c in last.values() if isinstance(c, SetText) and c.text),
        roles=_roles(read.commands),
        times=tuple((c.name, c.at) for c in last.values() if isinstance(c, SetTime)),
        unsure=tuple(c.name for c in read.commands if c.unsure),
        declared_in=message.message_id if seen_by_list(message, office, restricted=restricted) else None,
        restricted=restricted,
    )


def seen_by_list(message: Message, office: Office, *, restricted: bool) -> bool:
    """Whether everybody on the list that hears of the incident has this mail already."""
    address = office.config.settings.list.restricted if restricted else office.config.list_address
    return address is not None and _reached(message, office, address)


def _is_restricted(message: Message, office: Office) -> bool:
    """Whether a declaration by hand names the restricted list: then nobody else is told what it says."""
    address = office.config.settings.list.restricted
    return address is not None and _reached(message, office, address)


def _reached(message: Message, office: Office, list_address: str) -> bool:
    """Whether `message` came through that list, or is addressed to it."""
    roster = office.roster
    came_through = claimed_list(message, roster) == list_address and through_our_list(message, roster)
    return came_through or list_address in {box.address for box in (*message.to, *message.cc)}


def _roles(commands: Sequence[ReadCommand]) -> tuple[tuple[str, Holders], ...]:
    roles: dict[str, Holders] = {}
    for command in (c.command for c in commands if isinstance(c.command, AssignRole)):
        known = roles.get(command.role, Holders()).people if command.how == "add" else ()
        roles[command.role] = Holders(people=(*known, *command.people), dismissed=command.how == "dismiss")
    return tuple(roles.items())


def _remember(tx: Transaction, incident: str, message: Message, new_text: str) -> None:
    """Replies to this mail belong to the incident, and its words count as quoted from now on, as far as notes go."""
    if message.message_id:
        tx.follow_thread(incident, message.message_id)
    tx.remember_words(incident, new_text[:TEXT_CHARS_MAX])


def _cause(accepted: Accepted) -> CausedBy:
    return CausedBy(seq=accepted.seq, sha256=accepted.sha256)
