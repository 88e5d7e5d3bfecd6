"""Who is told privately because of what just happened: people named to a role, offered command, or asked to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.core.decision.roles import distinct, is_named_by
from incidentmail.core.events import CommandDeclined, CommandTransferred, Declared, Event, RoleChanged
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.notices import Notice
from incidentmail.core.words import in_brackets
from incidentmail.ledger.port import Transaction
from incidentmail.outbound.private_mails import Private, Template

from .context import AppContext
from .private_mail import not_told, note_due


def tell_people(
    context: AppContext, tx: Transaction, incident: Incident, events: Sequence[Event], notices: Sequence[Notice], *,
    actor: Actor, at: datetime,
) -> tuple[str, ...]:  # fmt: skip
    """Note the private mails that `events` make due; return what keeps each of the others back, in words.

    `incident` is the state after the events, `notices` are those of them that go to one person.
    """
    due = [
        *_asked(context, incident, notices, actor),
        *_named_to_roles(context, events, actor),
        *_declined(context, tx, incident, events, actor),
    ]
    untold: list[str] = []
    for kind, content in due:
        over = note_due(context, tx, content, kind=kind, at=at, incident=incident.id)
        if over is not None:
            untold.append(not_told(str(content.to.address), over))
    return tuple(untold)


def _asked(
    context: AppContext, incident: Incident, notices: Sequence[Notice], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Return the mails about offers and proposals; none to an address that nobody knows."""
    for notice in notices:
        proposal = next((p for p in incident.proposals if p.number == notice.number), None)
        person = notice.to or (proposal.by if proposal else None)
        if person is None or person.address is None:
            continue
        to = context.person(person.address)  # as the organisation calls them, never as some mail does
        match notice.kind:
            case "offer":
                yield "offer", Private(template="offer", to=person)
            case "question" if context.roster.has(person.address):  # a stranger would get what confirms it
                yield "question", Private(template="confirm", to=to, number=notice.number)
            case "proposal_over":
                yield "proposal_over", Private(template="proposal_over", to=to, number=notice.number)
            case "declined":
                yield "declined", Private(template="declined", to=to, by=actor.person.name)
            case _:
                continue


def _named_to_roles(context: AppContext, events: Sequence[Event], actor: Actor) -> Iterator[tuple[str, Private]]:
    """Return one mail to each person whom `events` name to a role, but not to people who named themselves.

    A person who has command now gets what a commander can reply, in that same mail; a person who took it, in one of
    their own. People who declare lead as a rule, and are told nothing: a mail at that moment helps nobody. Nor are
    people to whom command goes back because somebody declines it.
    """
    if any(isinstance(event, CommandDeclined) for event in events):
        events = [event for event in events if not isinstance(event, CommandTransferred)]
    ours = (context.config.bot.address, *context.config.lists)
    told: dict[str, tuple[Person, list[str]]] = {}
    for person, role in (one for event in events for one in named(context, event)):
        if person.address and person.address not in ours and not person.same_as(actor.person):
            told.setdefault(person.address, (person, []))[1].append(role)
    for person, roles in told.values():
        template: Template = "controls" if context.words.title in roles else "named"
        kind = "named" if context.roster.has(str(person.address)) else "outsider"
        yield kind, Private(template=template, to=person, by=actor.person.name, roles=tuple(dict.fromkeys(roles)))
    taken = any(isinstance(event, CommandTransferred) and event.commander.same_as(actor.person) for event in events)
    if taken and actor.person.address and actor.person.address not in ours:
        yield "controls", Private(template="controls", to=actor.person)


def _declined(
    context: AppContext, tx: Transaction, incident: Incident, events: Sequence[Event], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Return one mail to each person who gave a role that its holder gives back, and to who has command again."""
    told: list[tuple[Person, str]] = []
    for event in events:
        match event:
            case CommandDeclined(told=giver):
                again = [incident.commander] if any(isinstance(e, CommandTransferred) for e in events) else []
                told += [(person, context.words.title) for person in (giver, *again)]
            case RoleChanged(role=role, holders=holders, was=was):
                left = [p for p in was.people if is_named_by(actor.person, p) and p not in holders.people]
                givers = given_by(context, tx, incident, left[0]) if left else {}
                told += [(by, title) for title, by in givers.items() if title == role_title(context, role)]
            case _:
                continue
    for giver in distinct(person for person, _ in told):
        if giver.address is None or giver.same_as(actor.person):
            continue
        roles = tuple(dict.fromkeys(role for person, role in told if person.same_as(giver)))
        to = context.person(giver.address)
        yield "declined", Private(template="declined", to=to, by=actor.person.name, roles=roles)


def given_by(context: AppContext, tx: Transaction, incident: Incident, holder: Person) -> dict[str, Person]:
    """Return who gave `holder` each role, by the role's title; what they took themselves is left out."""
    givers: dict[str, Person] = {}
    for entry in tx.entries(incident.id):
        for person, role in named(context, entry.recorded.event):
            if person.same_as(holder) and not entry.recorded.by.same_as(holder):
                givers[role] = entry.recorded.by
    return givers


def named(context: AppContext, event: Event) -> Iterator[tuple[Person, str]]:
    """Return each person whom an event names anew, with the role as our mails call it."""
    match event:
        case CommandTransferred(commander=person):
            yield person, context.words.title
        case RoleChanged(role=role, holders=holders, was=was):
            new = (p for p in holders.people if not any(p.same_as(old) for old in was.people))
            yield from ((person, role_title(context, role)) for person in new)
        case Declared(roles=roles, commander=commander):
            yield commander, context.words.title
            yield from ((person, role_title(context, role)) for role, held in roles.items() for person in held.people)
        case _:
            return


def role_title(context: AppContext, key: str) -> str:
    """Return a role as our mails call it, with what it takes."""
    role = context.words.policy.role(key)
    title = context.words.key(f"roles.{key}")
    title = f"{title[:1].lower()}{title[1:]}" if title[1:2].islower() else title
    return title + in_brackets(role.takes if role else None)
