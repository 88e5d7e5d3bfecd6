"""Decide whom to ask about an alert, and what to do if nobody answers.

The question is whether to declare an incident. Until somebody answers, the people on call are asked one after the
other, ten minutes apart, and then all configured commanders at once. `silence` decides what happens if nobody answers
at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.person import Person

from .proposal import AlertProposal, AskedPerson

EACH = timedelta(minutes=10)
"""How long to wait for an answer before asking the next person as well."""
AGAIN_AFTER = timedelta(minutes=60)
"""How long to wait for an answer before asking everybody once more."""


class AskRules(Frozen, kw_only=True):
    """The settings for asking about alerts.

    `has_on_call` is true if a command that returns the people on call is configured. `pool` holds the configured
    commanders. If `declare_after` is zero, an unanswered alert never declares an incident.
    """

    has_on_call: bool = False
    pool: tuple[Person, ...] = ()
    declare_after: timedelta = timedelta()
    expires_after: timedelta = timedelta(hours=24)


def asks_on_call(proposal: AlertProposal, rules: AskRules, now: datetime) -> bool:
    """Return whether to run the configured on-call command now."""
    return proposal.is_open and rules.has_on_call and proposal.on_call is None and now >= proposal.ask_at


def asked_now(proposal: AlertProposal, rules: AskRules, now: datetime) -> tuple[Person, ...]:
    """Return the people to ask now."""
    if not proposal.is_open or now < proposal.ask_at or asks_on_call(proposal, rules, now):
        return ()
    worse = tuple(one.person for one in proposal.asked if one.severity > proposal.severity)
    last = max((one.at for one in proposal.asked), default=None)
    if worse:
        return worse
    if last is not None and now < last + EACH:
        return ()
    on_call = _left(proposal.on_call.people if proposal.on_call else (), proposal.asked)
    if on_call:
        return on_call[:1]
    pool = _left(rules.pool, proposal.asked)
    if pool:
        return pool
    return tuple(one.person for one in proposal.asked if one.times == 1 and now >= one.at + AGAIN_AFTER)


def with_asked(proposal: AlertProposal, person: Person, now: datetime) -> tuple[AskedPerson, ...]:
    """Return everybody asked so far, and `person`, who is being asked at `now`."""
    before = next((one for one in proposal.asked if share_mailbox(one.person, person)), None)
    others = tuple(one for one in proposal.asked if one is not before)
    times = before.times + 1 if before else 1
    return (*others, AskedPerson(person=person, at=now, severity=proposal.severity, times=times))


class Silence(Frozen, kw_only=True):
    """What to do if nobody answers: declare an incident led by `commander`, or send the operator an `alarm`."""

    commander: Person | None = None
    alarm: str = ""


def silence(proposal: AlertProposal, rules: AskRules, now: datetime) -> Silence | None:
    """Return what to do because nobody has answered, or None if it is too early or somebody has answered."""
    if not proposal.is_open or now < proposal.ask_at or asks_on_call(proposal, rules, now):
        return None
    on_call = proposal.on_call.people if proposal.on_call else ()
    first = min((one.at for one in proposal.asked), default=None)
    if first is None:
        nobody = not on_call and not rules.pool
        return Silence(alarm="there is nobody to ask") if nobody and not proposal.told_operator else None
    if rules.declare_after and now >= first + rules.declare_after:
        if proposal.is_proven and on_call:
            return Silence(commander=on_call[0])
        if not proposal.told_operator:
            why = "nobody is on call" if proposal.is_proven else "nothing proves who sent it"
            return Silence(alarm=f"nobody has answered, and it is not declared by itself because {why}")
    if not proposal.told_operator and _is_exhausted(proposal, rules, now):
        return Silence(alarm="nobody has answered")
    return None


def is_expired(proposal: AlertProposal, rules: AskRules, now: datetime) -> bool:
    return proposal.is_open and now >= proposal.opened_at + rules.expires_after


def declares_at(proposal: AlertProposal, rules: AskRules, now: datetime) -> datetime | None:
    """Return when an incident will be declared if nobody answers, or None if it will not be."""
    on_call = proposal.on_call.people if proposal.on_call else ()
    if not (rules.declare_after and proposal.is_proven and on_call):
        return None
    return min((one.at for one in proposal.asked), default=now) + rules.declare_after


def _is_exhausted(proposal: AlertProposal, rules: AskRules, now: datetime) -> bool:
    left = _left((*(proposal.on_call.people if proposal.on_call else ()), *rules.pool), proposal.asked)
    return not left and all(now >= one.at + EACH for one in proposal.asked)


def _left(people: Sequence[Person], asked: Sequence[AskedPerson]) -> tuple[Person, ...]:
    """Return those of `people` who have an address and have not been asked yet, one per mailbox."""
    found: list[Person] = []
    for person in people:
        if person.address and not any(share_mailbox(person, one) for one in (*(a.person for a in asked), *found)):
            found.append(person)
    return tuple(found)
