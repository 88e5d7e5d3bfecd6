"""A declaration written by hand: what its mail says becomes an incident."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from incidentmail.app.begin_incident import begin_incident
from incidentmail.app.context import AppContext
from incidentmail.app.record import record
from incidentmail.core.commands import (
    AddItem,
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
from incidentmail.core.leaks.leaked_secrets import masked_command
from incidentmail.core.model import Actor, Holders, Person, Trust
from incidentmail.core.policy import Policy, is_permitted
from incidentmail.core.text import LINE_CHARS_MAX, clip, one_line
from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.message import Message
from incidentmail.inbound.thread import plain_subject
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted
from incidentmail.reply.parsed import Read, ReadCommand
from incidentmail.reply.understand import Understood

from .decide_commands import Asked, Decided, asked_in, decide_each
from .outcomes import cause, only, outcome_of, remember
from .recognise import Recognised, recognise
from .shortfall import Judgement, in_order, not_done, unread
from .stored_mail import read_accepted


def declare_by_hand(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, understood: Understood, actor: Actor
) -> Judgement:
    """Judge a declaration written by hand, or the answer to our question whether an earlier mail is one."""
    message, read, asked = mail.message, understood.read, asked_in(understood, actor)
    filed = tx.accepted(mail.filed) if mail.filed else None
    if filed is not None:
        message, first, prose = _filed_before(context, tx, filed, actor)
        read = dataclasses.replace(read, prose="\n\n".join(filter(None, (prose, read.prose))))
        asked = (*first, *asked)
    stated, apart = _divide(asked, context.words.policy)
    read = dataclasses.replace(read, commands=tuple(one.read for one in stated if one.read))
    command, _ = masked_command(declaration(message, read, actor.person, context))
    begun = begin_incident(context, tx, command, actor=actor, at=mail.decided_at, caused_by=cause(accepted))
    problems = tuple(unread(problem) for problem in read.problems)
    if isinstance(begun, Refused):
        refused = not_done(begun, None, None)
        outcome = outcome_of(accepted, mail, "refused", str(refused))
        return Judgement(outcome=outcome, shortfalls=(refused, *problems))
    remember(tx, begun.incident.id, mail.message, understood.extraction.new_text)
    if filed is not None:
        remember(tx, begun.incident.id, message, "")
    mail = dataclasses.replace(mail, incident=begun.incident)
    if not begun.is_new:
        return only(accepted, mail, "duplicate", "the same person declared it under ten minutes ago")
    done = tuple((one.read, one.line) for one in stated if one.read)
    decided = decide_each(context, Decided(state=begun.incident, done=done), apart, now=mail.decided_at)
    incident = begun.incident
    untold = begun.untold
    if decided.events:
        change = record(
            context, tx, incident.id, decided.events, version=incident.version, actor=actor, at=mail.decided_at,
            caused_by=cause(accepted),
        )  # fmt: skip
        incident, untold = change.incident, (*untold, *change.untold)
    shortfalls = in_order((*problems, *decided.shortfalls))
    outcome = outcome_of(accepted, mail, "applied", "; ".join((*map(str, shortfalls), *untold)) or None)
    return Judgement(outcome=outcome, shortfalls=shortfalls, done=decided.done, incident=incident)


def _divide(asked: Sequence[Asked], policy: Policy) -> tuple[list[Asked], list[Asked]]:
    """Return what the declaration itself states, and what is decided as if it came in a reply right after it.

    That is what its author may not do alone, a venue that is refused, and what only adds to the record.
    """
    stated: list[Asked] = []
    apart: list[Asked] = []
    for one in asked:
        command = one.command
        alone = is_permitted(None, command, one.by, policy) and not isinstance(command, AddItem)
        if isinstance(command, SetVenue) and check_venue(command.venue, one.by, policy):
            alone = False
        (stated if alone else apart).append(one)
    return stated, apart


def _filed_before(
    context: AppContext, tx: Transaction, filed: Accepted, actor: Actor
) -> tuple[Message, tuple[Asked, ...], str]:
    """Return a mail that was filed, what it asks for, and its prose, now that its writer has answered our question.

    Our question does not repeat the lines of that mail, so the answer proves none of them: they are believed as far as
    the lesser of both mails.
    """
    message = read_accepted(filed)
    mail = recognise(message, context, tx, received_at=filed.received_at, is_filed=True)
    if mail.understood is None:
        return message, (), ""
    trust = min(actor.trust, mail.trust or Trust.STRANGER, key=lambda trust: trust.rank)
    by = Actor(person=actor.person, trust=trust)
    return message, asked_in(mail.understood, by), mail.understood.read.prose


def declaration(message: Message, read: Read, writer: Person, context: AppContext) -> Declare:
    """Return what a hand-written mail declares: its subject describes, its lines state, the rest is the details."""
    last: dict[str, Command] = {c.name: c.command for c in read.commands}
    severity, phase, venue, commander = (last.get(name) for name in ("severity", "phase", "venue", "commander"))
    subject = one_line(plain_subject(message, context.config.lists))
    named = commander.person if isinstance(commander, NameCommander) else None
    restricted = _is_restricted(message, context)
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
        declared_in=message.message_id if seen_by_list(message, context, restricted=restricted) else None,
        restricted=restricted,
    )


def seen_by_list(message: Message, context: AppContext, *, restricted: bool) -> bool:
    """Return whether everybody on the list that hears of the incident has this mail already."""
    address = context.config.settings.list.restricted if restricted else context.config.list_address
    return address is not None and _reached(message, context, address)


def _is_restricted(message: Message, context: AppContext) -> bool:
    """Return whether a declaration by hand names the restricted list: then nobody else is told what it says."""
    address = context.config.settings.list.restricted
    return address is not None and _reached(message, context, address)


def _reached(message: Message, context: AppContext, list_address: str) -> bool:
    """Return whether `message` came through that list, or is addressed to it."""
    mail = Provenance(message=message, roster=context.roster)
    came_through = mail.claimed_list == list_address and mail.through_our_list
    return came_through or list_address in {box.address for box in (*message.to, *message.cc)}


def _roles(commands: Sequence[ReadCommand]) -> tuple[tuple[str, Holders], ...]:
    roles: dict[str, Holders] = {}
    for command in (c.command for c in commands if isinstance(c.command, AssignRole)):
        roles[command.role] = holders_after(roles.get(command.role, Holders()), command)
    return tuple((role, held) for role, held in roles.items() if held.people or held.dismissed)
