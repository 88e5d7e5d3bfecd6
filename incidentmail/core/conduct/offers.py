"""Repeat an unanswered offer of command once, and end it if there is still no answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.core.facts import json_time
from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person

from .clock_events import CommandOfferEnded
from .digests.digest_line import DigestLine
from .rules import Rules

REPEATED_AFTER, ENDS_AFTER = timedelta(minutes=5), timedelta(minutes=30)
TOLD_WITHIN = timedelta(days=1)
"""How long after the end of an offer its author can still be told."""
ACCEPT, DECLINE = "accept", "decline"


def ended_offers(incident: Incident, rules: Rules, now: datetime) -> tuple[CommandOfferEnded, ...]:
    """Return the event that ends an offer of command left unanswered for too long, or ()."""
    at, to = rules.history.offered_at, incident.offered
    if not incident.is_open or to is None or at is None or now < at + ENDS_AFTER:
        return ()
    return (CommandOfferEnded(to=to, told=incident.offered_by or incident.commander),)


def offer_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield the repeated offer, and lines telling its author that it is unanswered and, later, that it has expired."""
    at, to = rules.history.offered_at, incident.offered
    if to is not None and at is not None and at + REPEATED_AFTER <= now:
        yield from _repeated(incident, rules, to, at)
    ended = incident.clock.ended_offer
    if ended is not None and incident.offered is None and now - ended.at <= TOLD_WITHIN:
        yield DigestLine(
            key=f"offer of command ended {json_time(ended.at)}",
            to=ended.by,
            text=f"{ended.to.name} has not answered, and the offer of command has ended. {_leads(incident, ended.by)}",
            replies=_agreed(ended.to),
            since=ended.at,
        )


def _repeated(incident: Incident, rules: Rules, to: Person, at: datetime) -> Iterator[DigestLine]:
    by, since = incident.offered_by or incident.commander, at + REPEATED_AFTER
    key = f"offer of command not answered {json_time(at)}"
    yield DigestLine(
        key=key,
        to=to,
        text=f"{by.name} asks you to be {rules.title} of this incident, and waits for your answer.",
        replies=(ACCEPT, DECLINE),
        since=since,
        at_once=True,
    )
    yield DigestLine(
        key=key,
        to=by,
        text=f"{to.name} has not answered the offer of command. {_leads(incident, by)}",
        replies=_agreed(to),
        since=since,
        at_once=True,
    )


def _leads(incident: Incident, reader: Person) -> str:
    return "You still lead." if reader.same_as(incident.commander) else f"{incident.commander.name} still leads."


def _agreed(to: Person) -> tuple[str, ...]:
    """Return the reply that confirms a handover to which both people agreed in conversation."""
    return (f"Commander: {to}",) if to.address else ()
