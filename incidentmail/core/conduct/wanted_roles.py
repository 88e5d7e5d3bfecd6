"""Find vacant roles that an incident needs, and offer them to people. Nobody is assigned a role without agreeing.

A role is offered to the people on call, one after the other. Command is wanted if the incident is severe enough to need
other roles while its commander is only assumed. It is then also offered to the configured commanders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from incidentmail.core.events import CommandOffered, Event
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import JsonValue, read
from incidentmail.core.model import Change, Holders, Incident
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.person import Person
from incidentmail.core.policy import Policy

from .clock_events import RoleOffered, RoleOfferEnded
from .clock_state import OnCall, RoleOffer
from .rules import Rules

COMMAND = "commander"
WANTED_AFTER = timedelta(minutes=5)
"""How long to wait before offering a vacant role, since people often take it without being asked."""
EACH = timedelta(minutes=10)
"""How long to wait for an answer before repeating the offer and asking the next person as well."""
ENDS_AFTER = timedelta(minutes=60)
LAST_PHASE = 2


def wanted_roles(incident: Incident, policy: Policy) -> tuple[str, ...]:
    """Return the keys of the roles that are needed and vacant, including `commander` if command is wanted."""
    if not incident.is_open or incident.phase > LAST_PHASE or not incident.is_announced:
        return ()
    step = policy.severity(incident.severity)
    is_severe = step is not None and bool(step.requires)
    command = (COMMAND,) if is_severe and COMMAND in incident.assumed else ()
    return (*command, *policy.missing_roles(incident))


def wanted_since(incident: Incident, role: str, policy: Policy) -> datetime:
    """Return when a role became wanted: at the declaration, or when the severity, status or role last changed.

    A change between two severities that both need the role does not count.
    """
    facts = ("status", COMMAND if role == COMMAND else ROLE_PREFIX + role)
    raised = (c for c in _changes(incident) if c.fact == "severity" and not _needs(policy, c.was, role))
    times = (change.at for change in (*raised, *(c for c in _changes(incident) if c.fact in facts)))
    return max(times, default=incident.declared_at)


def _needs(policy: Policy, level: JsonValue, role: str) -> bool:
    step = policy.severity(level) if isinstance(level, int) else None
    return step is not None and (bool(step.requires) if role == COMMAND else role in step.requires)


def open_offers(incident: Incident, policy: Policy) -> tuple[RoleOffer, ...]:
    """Return the offers that can still be accepted: open ones whose role has been wanted ever since."""
    since = {role: wanted_since(incident, role, policy) for role in wanted_roles(incident, policy)}
    offers = (offer for offer in incident.clock.role_offers if offer.state == "open" and offer.role in since)
    return tuple(offer for offer in offers if offer.at >= since[offer.role])


def offered_role(incident: Incident, person: Person, policy: Policy) -> str | None:
    """Return the role, other than command, that `person` takes by replying `accept`, or None."""
    mine = [o for o in open_offers(incident, policy) if share_mailbox(o.to, person) and o.role != COMMAND]
    return mine[-1].role if mine else None


def asks_on_call(incident: Incident, rules: Rules, now: datetime) -> str | None:
    """Return a role for which the on-call command has to be run now, or None.

    Nobody is asked in a restricted incident or a drill, because few people may know about it.
    """
    if not rules.has_on_call or incident.restricted or incident.drill:
        return None
    policy = rules.policy
    due = (r for r in wanted_roles(incident, policy) if now >= wanted_since(incident, r, policy) + WANTED_AFTER)
    return next((role for role in due if on_call(incident, role, policy) is None), None)


def on_call(incident: Incident, role: str, policy: Policy) -> OnCall | None:
    """Return the newest output of the on-call command for a role since it became wanted, or None."""
    since = wanted_since(incident, role, policy)
    return next((a for a in reversed(incident.clock.on_call) if a.role == role and a.at >= since), None)


def role_events(incident: Incident, rules: Rules, now: datetime) -> tuple[Event, ...]:
    """Return the events for the offers to make now, and for offers that were not answered in time."""
    ended = (o for o in open_offers(incident, rules.policy) if o.role != COMMAND and now >= o.at + ENDS_AFTER)
    events: list[Event] = [RoleOfferEnded(role=offer.role, to=offer.to) for offer in ended]
    if incident.restricted or incident.drill:
        return tuple(events)
    busy = [offer.to for offer in open_offers(incident, rules.policy) if now < offer.at + EACH]
    for role in wanted_roles(incident, rules.policy):
        person = _next(incident, rules, role, now, busy)
        if person is None:
            continue
        busy.append(person)
        events.append(RoleOffered(role=role, to=person))
        if role == COMMAND:
            events.append(CommandOffered(to=person))
    return tuple(events)


def is_exhausted(incident: Incident, rules: Rules, role: str, now: datetime) -> bool:
    """Return whether everybody who can be asked to take a role has had time to answer, or there is nobody to ask."""
    since = wanted_since(incident, role, rules.policy)
    if now < since + WANTED_AFTER or asks_on_call(incident, rules, now) == role:
        return False
    asked = [offer for offer in incident.clock.role_offers if offer.role == role and offer.at >= since]
    waits = any(offer.state == "open" and now < offer.at + EACH for offer in asked)
    return not waits and next(_candidates(incident, rules, role), None) is None


def _next(incident: Incident, rules: Rules, role: str, now: datetime, busy: Sequence[Person]) -> Person | None:
    """Return the person to offer a role to now, or None if there is nobody or somebody still has time to answer.

    People in `busy` are skipped, because they are being asked about another role.
    """
    since = wanted_since(incident, role, rules.policy)
    if now < since + WANTED_AFTER or (rules.has_on_call and on_call(incident, role, rules.policy) is None):
        return None
    asked = [offer for offer in incident.clock.role_offers if offer.role == role and offer.at >= since]
    if any(offer.state == "open" and now < offer.at + EACH for offer in asked):
        return None
    if role == COMMAND and incident.offered is not None and not (asked and asked[-1].to.same_as(incident.offered)):
        return None  # somebody has offered command to a person
    free = (p for p in _candidates(incident, rules, role) if not any(share_mailbox(p, other) for other in busy))
    return next(free, None)


def _candidates(incident: Incident, rules: Rules, role: str) -> Iterator[Person]:
    """Yield the people to offer a role to, in order. Offers made before the role became wanted do not count."""
    since, answer = wanted_since(incident, role, rules.policy), on_call(incident, role, rules.policy)
    asked = [offer.to for offer in incident.clock.role_offers if offer.role == role and offer.at >= since]
    left_out = [*asked, incident.commander] if role == COMMAND else [*asked, *_had(incident, role)]
    for person in (*(answer.people if answer else ()), *(rules.pool if role == COMMAND else ())):
        if person.address and not any(share_mailbox(person, other) for other in left_out):
            yield person


def _had(incident: Incident, role: str) -> Iterator[Person]:
    """Yield the people who used to hold the role."""
    for change in _changes(incident):
        if change.fact == ROLE_PREFIX + role and change.was is not None:
            yield from read(Holders, change.was).people


def _changes(incident: Incident) -> Iterator[Change]:
    for update in incident.announced:
        yield from update.changes
    yield from incident.unannounced
