"""Turn a declaration that a person wrote by hand, in a mail, into an incident."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from incidentmail.app.alerting.declare import note_declared
from incidentmail.app.begin_incident import begin_incident, besides, says_more
from incidentmail.app.context import AppContext
from incidentmail.app.merging.other_incidents import finder_in
from incidentmail.app.record import record
from incidentmail.core.alerts.proposal import AlertProposal
from incidentmail.core.commands import (
    AddNote,
    AssignRole,
    Command,
    Declare,
    NameCommander,
    Refused,
    SetPhase,
    SetSeverity,
    SetText,
    SetTime,
    SetVenue,
    TakeCommand,
)
from incidentmail.core.decision.roles import holders_after
from incidentmail.core.decision.venue import check_venue
from incidentmail.core.events import NoteAdded
from incidentmail.core.frozen import replace
from incidentmail.core.leaks.leaked_secrets import masked_command
from incidentmail.core.model import Actor, Holders, Incident, Person
from incidentmail.core.policy import Policy, is_permitted
from incidentmail.core.subject_prefixes import without_answer_marks, without_gateway_tags
from incidentmail.core.teams.customer_words import is_about_customers
from incidentmail.core.teams.team_commands import MergeInto, Restrict
from incidentmail.core.text import LINE_CHARS_MAX, clip, one_line
from incidentmail.core.tracking.tracking_commands import TrackingCommand
from incidentmail.core.words import DRILL_PREFIX
from incidentmail.inbound.message import Message
from incidentmail.inbound.thread import plain_subject
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted, OutcomeName
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.parsed import Read, ReadCommand
from incidentmail.reply.understand import Understood

from .addressed_lists import is_drill, is_restricted, seen_by_list
from .beginnings.beginning import Beginning
from .beginnings.filed_before import before_of, with_severity_seen
from .decide_commands import Asked, Decided, asked_in, bound_names, decide_each
from .outcomes import cause, outcome_of, remember
from .recognise import Recognised
from .shortfall import Judgement, Shortfall, in_order, not_done, unread

RESTRICTED_THREAD = Refused(
    reason="your mail answers a thread that not everybody may read, so it was not published as an incident of its own",
    remedy="answer the newest mail about it that you got from us, or begin a new mail",
)


def answers_restricted(view: LedgerView, message: Message) -> bool:
    """Return whether a message answers a restricted incident's thread, whose words must not reach the main list."""
    names = (view.incident_of(one) for one in (*message.in_reply_to, *message.references))
    found = (view.incident(name) for name in dict.fromkeys(names) if name)
    return any(incident is not None and incident.restricted for incident in found)


def declare_by_hand(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, understood: Understood, actor: Actor
) -> Judgement:
    """Judge a hand-written declaration, or the answer to our question whether an earlier message is one."""
    message, read, asked = mail.message, understood.read, asked_in(understood, actor)
    beginning, alert = mail.beginning, None
    filed = tx.accepted(mail.filed) if mail.filed else None
    if filed is not None:
        before = before_of(context, tx, mail, filed, actor)
        message, beginning, alert = before.message, before.beginning, before.alert
        read = replace(read, prose="\n\n".join(filter(None, (before.prose, read.prose))))
        asked = (*before.asked, *with_severity_seen(asked, before, context.words.policy))
    if answers_restricted(tx, message):
        shortfall = not_done(RESTRICTED_THREAD, None, None)
        outcome = outcome_of(accepted, mail, "refused", str(shortfall))
        return Judgement(outcome=outcome, shortfalls=(shortfall,))
    asked, left_out = bound_names(asked, None)
    stated, apart = _divide(asked, context.words.policy)
    read = replace(read, commands=tuple(one.read for one in stated if one.read))
    command, _ = masked_command(declaration(message, read, actor.person, context, beginning))
    command = replace(command, commander=command.commander or (actor.person if alert else None))  # the answerer leads
    begun = begin_incident(
        context, tx, command, actor=actor, at=mail.decided_at, caused_by=cause(accepted),
        thread=_thread_subject(message, context) if command.declared_in else None, message_id=message.message_id,
    )  # fmt: skip
    problems = (*(unread(problem) for problem in read.problems), *left_out, *_contradicted(command, beginning))
    if isinstance(begun, Refused):
        refused = not_done(begun, None, None)
        outcome = outcome_of(accepted, mail, "refused", str(refused))
        return Judgement(outcome=outcome, shortfalls=(refused, *problems))
    remember(tx, begun.incident.id, mail.message, understood)
    if filed is not None:
        remember(tx, begun.incident.id, message)
        _note_declared(tx, filed, begun.incident, at=mail.decided_at)
    alert, at = alert or answered_alert(tx, message), mail.decided_at
    not_told = note_declared(context, tx, alert, begun.incident.id, by=actor.person, at=at) if alert else ()
    mail = dataclasses.replace(mail, incident=begun.incident)
    if not begun.is_new:
        return _said_again(context, tx, accepted, mail, command, apart, problems, actor)
    done = tuple((one.read, one.line) for one in stated if one.read)
    incident, find = begun.incident, finder_in(tx)
    decided = decide_each(context, Decided(state=incident, done=done), apart, now=mail.decided_at, find=find)
    untold = (*begun.untold, *not_told)
    if decided.events:
        change = record(
            context, tx, incident.id, decided.events, version=incident.version, actor=actor, at=mail.decided_at,
            caused_by=cause(accepted),
        )  # fmt: skip
        incident, untold = change.incident, (*untold, *change.untold)
    shortfalls = in_order((*problems, *decided.shortfalls))
    outcome = outcome_of(accepted, mail, "applied", "; ".join((*map(str, shortfalls), *untold)) or None)
    return Judgement(outcome=outcome, shortfalls=shortfalls, done=decided.done, incident=incident)


def answered_alert(view: LedgerView, message: Message) -> AlertProposal | None:
    """Return the open proposal of the alert in whose thread somebody declares by hand, or None."""
    number = view.alert_of_message((*message.in_reply_to, *message.references))
    found = view.alert(number) if number is not None else None
    return found if found is not None and found.is_open else None


def _note_declared(tx: Transaction, filed: Accepted, incident: Incident, *, at: datetime) -> None:
    """Record which incident a filed message has declared.

    The Message-ID alone does not identify that message, because others may use it too.
    """
    outcome = tx.outcome(filed.seq)
    if outcome is not None and outcome.incident is None:
        tx.revise_outcome(replace(outcome, incident=incident.id), at=at)


def _said_again(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, command: Declare,
    apart: Sequence[Asked], problems: tuple[Shortfall, ...], actor: Actor,
) -> Judgement:  # fmt: skip
    """Judge a second declaration of the same incident. Like a reply, it changes the incident by the facts it adds."""
    incident = mail.incident
    if incident is None:
        raise ValueError("a second declaration needs the incident of the first")
    more = [Asked(command=one, by=actor) for one in besides(command, incident)]
    note = [Asked(command=AddNote(command.details), by=actor)] if says_more(command.details, incident) else []
    decided = decide_each(context, Decided(state=incident), [*more, *apart, *note], now=mail.decided_at)
    shortfalls = in_order((*problems, *decided.shortfalls))
    told = "the same person declared it under ten minutes ago"
    if not decided.events:
        outcome = outcome_of(accepted, mail, "duplicate", "; ".join((told, *map(str, shortfalls))))
        return Judgement(outcome=outcome, shortfalls=shortfalls, incident=incident)
    change = record(
        context, tx, incident.id, decided.events, version=incident.version, actor=actor, at=mail.decided_at,
        caused_by=cause(accepted),
    )  # fmt: skip
    noted = any(isinstance(event, NoteAdded) for event in decided.events)
    name: OutcomeName = "note" if all(isinstance(event, NoteAdded) for event in decided.events) else "applied"
    outcome = outcome_of(accepted, mail, name, "; ".join((told, *map(str, shortfalls), *change.untold)))
    return Judgement(outcome=outcome, shortfalls=shortfalls, done=decided.done, noted=noted, incident=change.incident)


def _contradicted(command: Declare, beginning: Beginning | None) -> tuple[Shortfall, ...]:
    """Return a shortfall if the subject states another severity than the text. In that case, the text counts."""
    subject = beginning.subject if beginning else None
    if subject is None or not subject.declares or subject.severity in (None, command.severity):
        return ()
    return (
        Shortfall(
            kind="unread", reason=f"the subject states severity {subject.severity}, and the text {command.severity}",
            remedy=f"sev {subject.severity}", line=0, text=subject.line,
        ),
    )  # fmt: skip


def _thread_subject(message: Message, context: AppContext) -> str:
    """Return the subject of a list message without reply marks, in the form that mail programs keep in the thread."""
    subject = without_answer_marks(one_line(plain_subject(message, context.config.lists)))
    mark = DRILL_PREFIX.strip()
    subject = one_line(subject.removeprefix(mark)) if subject.startswith(mark) else subject
    return clip(subject)


def _divide(asked: Sequence[Asked], policy: Policy) -> tuple[list[Asked], list[Asked]]:
    """Split the commands into those that are part of the declaration, and those decided like a reply right after it.

    The second group contains commands that the author may not give alone, a refused venue, words for customers, and
    commands that only add to the record.
    """
    stated: list[Asked] = []
    apart: list[Asked] = []
    for one in asked:
        command = one.command
        alone = is_permitted(None, command, one.by, policy) and not is_about_customers(command)
        alone = alone and not isinstance(command, TrackingCommand | MergeInto | Restrict)
        if isinstance(command, SetVenue) and check_venue(command.venue, one.by, policy):
            alone = False
        (stated if alone else apart).append(one)
    return stated, apart


def declaration(
    message: Message, read: Read, writer: Person, context: AppContext, beginning: Beginning | None = None
) -> Declare:
    """Return the declaration in a hand-written message.

    The subject is the description, lines state facts, and the rest is the details. The subject may also state the
    severity. If the list has seen the subject, the thread keeps it unchanged.
    """
    last: dict[str, Command] = {c.name: c.command for c in read.commands}
    severity, phase, venue, commander = (last.get(name) for name in ("severity", "phase", "venue", "commander"))
    subject = without_gateway_tags(one_line(plain_subject(message, context.config.lists)))
    subject = (beginning.title if beginning else "") or without_answer_marks(subject)
    subject_states = beginning is not None and beginning.subject is not None and beginning.subject.declares
    stated = beginning.subject.severity if subject_states and beginning and beginning.subject else None
    named = commander.person if isinstance(commander, NameCommander) else None
    restricted, drill = is_restricted(message, context), is_drill(message, context, subject)
    return Declare(
        description=clip(subject or read.prose.split("\n")[0] or "Something is wrong"),
        details=read.prose if len(subject) <= LINE_CHARS_MAX else f"{subject}\n\n{read.prose}",
        severity=severity.severity if isinstance(severity, SetSeverity) else stated,
        phase=phase.phase if isinstance(phase, SetPhase) else None,
        commander=writer if isinstance(commander, TakeCommand) else named,
        venue=clip(venue.venue) if isinstance(venue, SetVenue) else None,
        texts=tuple((c.name, clip(c.text)) for c in last.values() if isinstance(c, SetText) and c.text),
        roles=_roles(read.commands),
        times=tuple((c.name, c.at) for c in last.values() if isinstance(c, SetTime)),
        unsure=tuple(c.name for c in read.commands if c.unsure),
        declared_in=message.message_id if seen_by_list(message, context, drill=drill, restricted=restricted) else None,
        drill=drill,
        restricted=restricted,
    )


def _roles(commands: Sequence[ReadCommand]) -> tuple[tuple[str, Holders], ...]:
    roles: dict[str, Holders] = {}
    for command in (c.command for c in commands if isinstance(c.command, AssignRole)):
        roles[command.role] = holders_after(roles.get(command.role, Holders()), command)
    return tuple((role, held) for role, held in roles.items() if held.people or held.dismissed)
