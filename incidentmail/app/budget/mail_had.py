"""Count the private mail that a person gets because of other people, and determine who counts as a commander."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.app.telling.mail_kinds import ALARM, REMINDER
from incidentmail.core.conduct.digests.budget import HOUR, LONG, SPACING, Had, limits_of, space_before_given
from incidentmail.core.frozen import read
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.core.names.person import Person
from incidentmail.ledger.view import LedgerView

_A_SECOND = timedelta(seconds=1)
"""Subtracted so that a digest can be sent exactly 15 minutes after the one before it."""


def mail_had(view: LedgerView, incident: Incident, mailbox: str, now: datetime) -> Had:
    """Return how much private mail a mailbox has received because of other people or timers, apart from alarms.

    In the count for six hours, only mail about `incident` counts, so that people who lead another incident still get
    mail about this one.
    """

    def had_since(at: datetime, kind: str | None = None, about: str | None = None) -> int:
        return view.private_mails_since(at, mailbox=mailbox, kind=kind, incident=about, is_caused=True, but_kind=ALARM)

    within_six_hours = had_since(now - LONG, about=incident.id)
    space = space_before_given(within_six_hours)
    return Had(
        lately=had_since(now - SPACING + _A_SECOND, REMINDER),
        within_an_hour=had_since(now - HOUR, REMINDER),
        within_six_hours=within_six_hours,
        in_space=had_since(now - space + _A_SECOND) if space else 0,
    )


def is_busy(view: LedgerView, incident: Incident, address: str, now: datetime) -> bool:
    """Return whether a person has received so much mail about an incident that others should be asked first."""
    mailbox = mailbox_of(address)
    had = mail_had(view, incident, mailbox, now).within_six_hours
    return had >= limits_of(mailbox in led_lately(incident, now)).due


def led_lately(incident: Incident, now: datetime) -> frozenset[str]:
    """Return the mailboxes that have the limits of a commander: those of the commander and of recent commanders.

    Recent commanders keep these limits because the mail that they got as commander still counts.
    """
    return frozenset(mailbox_of(person.address) for person in _leaders(incident, now) if person.address)


def _leaders(incident: Incident, now: datetime) -> Iterator[Person]:
    yield incident.commander
    for change in (*(c for update in incident.announced for c in update.changes), *incident.unannounced):
        if change.fact == "commander" and change.was is not None and now - change.at < LONG:
            yield read(Person, change.was)
