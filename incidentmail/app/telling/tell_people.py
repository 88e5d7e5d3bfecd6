"""Decide who is told privately about new events: people named to a role, offered command, or asked to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.known_people import with_address
from incidentmail.app.restricted import is_inside
from incidentmail.core.decision.decline import giver
from incidentmail.core.decision.leaders import leaders
from incidentmail.core.decision.proposals import asks_leaders, open_proposals
from incidentmail.core.decision.roles import is_named_by
from incidentmail.core.events import (
    CommandDeclined,
    CommandTransferred,
    Declared,
    Event,
    NoteAdded,
    RoleChanged,
    UpdateGiven,
)
from incidentmail.core.model import Actor, Holders, Incident, Person, Proposal, Trust
from incidentmail.core.notices import Notice
from incidentmail.core.teams.team_events import MergedFrom
from incidentmail.core.words import in_brackets
from incidentmail.ledger.port import Transaction
from incidentmail.outbound.private_mails import Private, Template

from .item_owners import owners_told
from .mail_kinds import cause_of
from .private_mail import TOLD_ALREADY, could_be_another, not_told, note_due
from .tell_of_merging import told_of_merging
from .tell_of_retro import told_of_retro
from .tell_of_words import asked_anew, still_asked, told_of_words


def tell_people(
    context: AppContext, tx: Transaction, incident: Incident, events: Sequence[Event], notices: Sequence[Notice], *,
    actor: Actor, at: datetime,
) -> tuple[str, ...]:  # fmt: skip
    """Schedule the private messages that `events` require. Return a reason for each one that is not sent.

    `incident` is the state after the events. `notices` are those notices about the events that each go to one person.
    """
    due = [
        *_asked(context, incident, still_asked(tx, incident, [*notices, *_asked_anew(incident, events)], at), actor),
        *_given_back(context, incident, events, notices, actor),
        *told_of_words(context, incident, events, actor),
        *told_of_merging(context, tx, incident, events, actor),
        *told_of_retro(context, incident, events, actor),
        *_named_to_roles(context, events, actor),
        *owners_told(context, incident, events, actor),
    ]
    if any(isinstance(event, MergedFrom) for event in events):
        from incidentmail.app.budget.moved import keep_moved  # few incidents are merged

        keep_moved(tx, incident, events, at=at)
    untold: list[str] = []
    for kind, content in due:
        cause = cause_of(actor, content.to)
        is_claimed = cause is None and could_be_another(context, actor.trust)
        kept = _keep(tx, incident, content, kind, at)
        if kept is not None:
            untold += [not_told(str(content.to.address), kept)] if kept else []
            continue
        over = note_due(
            context,
            tx,
            content,
            kind=kind,
            at=at,
            incident=incident.id,
            cause=cause,
            is_claimed=is_claimed,
            once=f"{incident.id} {' '.join(content.checklists)}" if kind == "checklist" else None,
        )
        if over is not None and over != TOLD_ALREADY:
            untold.append(not_told(str(content.to.address), over))
    return tuple(untold)


def _keep(tx: Transaction, incident: Incident, content: Private, kind: str, at: datetime) -> str | None:
    """Defer a mail about a role or a task if its reader has received much mail. Return the result of `keep`."""
    if kind not in ("tasks", "named"):
        return None
    from incidentmail.app.budget.keep import keep  # few declarations name anybody

    return keep(tx, incident, content, kind, at=at)


def _asked(
    context: AppContext, incident: Incident, notices: Sequence[Notice], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Yield the messages about offers and proposals, except those to people whose address is unknown.

    A question reveals what the incident is about. If the incident is restricted, the only people asked are those with a
    part in it, and `actor`, who is known to be inside.
    """
    for notice in notices:
        proposal = next((p for p in incident.proposals if p.number == notice.number), None)
        person = notice.to or (proposal.by if proposal else None)
        if person is None or person.address is None:
            continue
        to = context.person(person.address)  # the organisation's name for them, never one from a message
        match notice.kind:
            case "offer":
                yield "offer", Private(template="offer", to=person)
            case "question" if not (person.same_as(actor.person) or is_inside(incident, person.address)):
                continue
            case "question" if context.roster.has(person.address):  # the mail has a token that strangers must not get
                yield "question", Private(template="confirm", to=to, number=notice.number)
            case "question" if proposal:
                others = questions_to_others(context, incident, proposal, to, actor.self_named)
                yield from (("question", question) for question in others)
            case "proposal_over":
                yield "proposal_over", Private(template="proposal_over", to=to, number=notice.number)
            case _:  # mails about declined roles come from `_given_back`
                continue


def _asked_anew(incident: Incident, events: Sequence[Event]) -> Iterator[Notice]:
    """Yield questions to people to whom `events` give a part: is a severe incident over, and may words be approved?"""
    if any(isinstance(event, CommandTransferred) for event in events):
        for proposal in filter(asks_leaders, open_proposals(incident)):
            for person in proposal.confirmers:
                yield Notice(kind="question", at_once=True, to=person, number=proposal.number)
    yield from asked_anew(incident, events)


def questions_to_others(
    context: AppContext, incident: Incident, proposal: Proposal, unreached: Person, self_named: Sequence[Person]
) -> Iterator[Private]:
    """Yield questions to the other leaders about whether a severe incident is over, if its commander cannot be reached.

    `self_named` are the deputies who named themselves. They are not asked.
    """
    if not asks_leaders(proposal) or not unreached.same_as(incident.commander):
        return
    for person in leaders(incident, self_named):
        if person.address and not person.same_as(unreached) and context.roster.has(person.address):
            yield Private(template="confirm", to=context.person(person.address), number=proposal.number)


def _given_back(
    context: AppContext, incident: Incident, events: Sequence[Event], notices: Sequence[Notice], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Yield one message to each person who gave the actor command or a role that the actor now gives back.

    If none of their addresses is known, the commander gets the message. The person who gets command back also gets it.
    """
    person = actor.person
    back = [(notice.to, context.words.title) for notice in notices if notice.kind == "declined"]
    if back and any(isinstance(event, CommandTransferred) for event in events):
        back.append((incident.commander, context.words.title))
    for event in events:
        if isinstance(event, RoleChanged) and _holds(event.was, person) and not _holds(event.holders, person):
            back.append((giver(incident, event.role, person), _title(context, event.role)))
    told: dict[str, list[str]] = {}
    for by, role in back:
        address = by.address if by and by.address else incident.commander.address
        if address and address not in (person.address, context.config.bot.address, *context.config.lists):
            told.setdefault(address, []).append(role)
    for address, roles in told.items():
        to = context.person(address)  # the organisation's name for them, never one from a message
        yield "declined", Private(template="declined", to=to, by=person.name, roles=tuple(dict.fromkeys(roles)))


def _holds(holders: Holders, person: Person) -> bool:
    return any(is_named_by(person, holder) for holder in holders.people)


def _named_to_roles(context: AppContext, events: Sequence[Event], actor: Actor) -> Iterator[tuple[str, Private]]:
    """Yield one message to each person whom `events` name to a role.

    If that person now has command, the message also lists what a commander can reply. A person who took command gets
    that list in a separate message. People who named themselves to a role get only its checklist. People who declare
    get no message, because they usually lead, and mail would not help them at that moment. People who get command back
    because somebody declined it get none either. Whatever the list is told along with the change, such as the reason,
    is in the private message as well.
    """
    if any(isinstance(event, MergedFrom) for event in events):
        return  # they held the same role in the other incident, and a follow-up tells them
    if any(isinstance(event, CommandDeclined) for event in events):
        events = [event for event in events if not isinstance(event, CommandTransferred)]
    ours = (context.config.bot.address, *context.config.lists)
    named: dict[str, tuple[Person, list[str], list[str]]] = {}
    own: tuple[list[str], list[str]] = ([], [])
    for person, role, key in _named(context, events):
        if person.address and person.address not in ours and not person.same_as(actor.person):
            titles, keys = named.setdefault(person.address, (person, [], []))[1:]
            titles.append(role)
            keys.append(key)
        elif person.same_as(actor.person) and key != "commander":
            own[0].append(role)
            own[1].append(key)
    by = actor.person.name if actor.trust is Trust.OPERATOR else with_address(actor.person, context)
    said = "\n".join(_told_to_the_list(events))
    for person, roles, keys in named.values():
        template: Template = "controls" if context.words.title in roles else "named"
        kind = "named" if context.roster.has(str(person.address)) else "outsider"
        unique, lists = tuple(dict.fromkeys(roles)), tuple(dict.fromkeys(keys))
        yield kind, Private(template=template, to=person, by=by, roles=unique, checklists=lists, opening=said)
    if own[1] and actor.person.address and not any(isinstance(event, Declared) for event in events):
        yield "checklist", Private(template="checklist", to=actor.person, roles=tuple(own[0]), checklists=tuple(own[1]))
    taken = any(isinstance(event, CommandTransferred) and event.commander.same_as(actor.person) for event in events)
    if taken and actor.person.address and actor.person.address not in ours:
        yield "controls", Private(template="controls", to=actor.person, checklists=("commander",))


def _told_to_the_list(events: Sequence[Event]) -> Iterator[str]:
    """Yield the sentences, such as a reason, that the list gets together with the changes in `events`."""
    for event in events:
        if (isinstance(event, NoteAdded) and event.rides) or isinstance(event, UpdateGiven):
            yield event.text


def _named(context: AppContext, events: Sequence[Event]) -> Iterator[tuple[Person, str, str]]:
    """Yield each person whom an event newly names, with the role's title in our messages and its key."""
    for event in events:
        match event:
            case CommandTransferred(commander=person):
                yield person, context.words.title, "commander"
            case RoleChanged(role=role, holders=holders, was=was):
                new = (p for p in holders.people if not any(p.same_as(old) for old in was.people))
                yield from ((person, role_title(context, role), role) for person in new)
            case Declared(roles=roles, commander=commander):
                yield commander, context.words.title, "commander"
                yield from (
                    (person, role_title(context, role), role) for role, held in roles.items() for person in held.people
                )
            case _:
                continue


def role_title(context: AppContext, key: str) -> str:
    """Return the title of a role in our messages, followed by the questions that the role answers."""
    role = context.words.policy.role(key)
    return _title(context, key) + in_brackets(role.takes if role else None)


def _title(context: AppContext, key: str) -> str:
    role = context.words.policy.role(key)
    title = (role.one if role else "") or context.words.key(f"roles.{key}")
    return f"{title[:1].lower()}{title[1:]}" if title[1:2].islower() else title
