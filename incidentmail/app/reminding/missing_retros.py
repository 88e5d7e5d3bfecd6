"""Tell the operator, once a week, which retrospectives are missing, if any."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.app.telling.mail_kinds import ALARM
from incidentmail.app.telling.private_mail import note_alarm
from incidentmail.core.model import Incident
from incidentmail.core.retro.due import retro_due_since, retro_owner
from incidentmail.core.retro.retro_lines import ASKED_AFTER
from incidentmail.core.text import counted
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.operator_alarm import Alarm

WEEK = timedelta(days=7)
DECLARED_WITHIN = timedelta(days=90)
"""Older incidents are left out: after three months, people no longer remember enough for a retrospective."""
SHOWN_MAX = 20
KIND = "retrospectives"


def tell_of_missing_retros(context: AppContext, now: datetime) -> None:
    """Schedule a mail to the operator if retrospectives are missing and the last such mail is at least a week old."""
    address = context.config.settings.operator.address
    if address is None or context.is_muted:
        return
    with context.ledger.snapshot() as view:
        if _is_told(view, now) or not any(True for _ in _missing(context, view, now)):
            return
    with context.ledger.transaction() as tx:
        missing = list(_missing(context, tx, now))
        if not missing or _is_told(tx, now):
            return  # another process was faster
        lines = [_line(context, incident, closed, now) for incident, closed in missing[:SHOWN_MAX]]
        more = [f"and {len(missing) - SHOWN_MAX} more"] if len(missing) > SHOWN_MAX else []
        alarm = Alarm(
            kind="retrospectives",
            subject=counted(len(missing), "incident"),
            lines=(*lines, *more),
            remedy="Their owners were asked. 'incidentmail retro plan INCIDENT TIME' invites people, 'incidentmail "
            "retro held INCIDENT DATE' says that it was held, and 'incidentmail retro not-needed INCIDENT' that none "
            "is needed.",
        )
        note_alarm(tx, alarm, address=address, at=now, always=True)


def _is_told(view: LedgerView, now: datetime) -> bool:
    return view.private_mails_since(now - WEEK + timedelta(seconds=1), kind=ALARM, cause=KIND) > 0


def _missing(context: AppContext, view: LedgerView, now: datetime) -> Iterator[tuple[Incident, datetime]]:
    """Yield each incident that has no retrospective although its owner was asked for one, with its closing time."""
    for incident in view.declared_since(now - DECLARED_WITHIN):
        closed = retro_due_since(incident, now)
        if closed is not None and now >= _missing_from(incident, closed) and leads(context, view, incident):
            yield incident, closed


def _missing_from(incident: Incident, closed: datetime) -> datetime:
    """Return when a retrospective begins to count as missing: after all reminders, including that about the meeting."""
    meeting, asked = incident.retro.meeting, closed + ASKED_AFTER[-1]
    return max(asked, meeting.until + ASKED_AFTER[0]) if meeting else asked


def _line(context: AppContext, incident: Incident, closed: datetime, now: datetime) -> str:
    """Return a line about one incident. If the incident is restricted, the line contains only the id."""
    if incident.restricted:
        return incident.id
    severity = context.words.severity_name(incident.severity)
    owner = retro_owner(incident)
    planned = ", and nobody said that the planned one was held" if incident.retro.meeting else ""
    return (
        f"{incident.id}: severity {incident.severity}{f' ({severity})' if severity else ''}, closed "
        f"{(now - closed).days} days ago{planned}; {owner.name} sees to it"
    )
