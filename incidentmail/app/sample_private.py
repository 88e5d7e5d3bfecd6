"""Each kind of mail of an incident that goes to single people: to look at, and to try templates with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

from incidentmail.core.command_json import command_json
from incidentmail.core.commands import SetSeverity
from incidentmail.core.model import Incident, Person, Proposal, Trust
from incidentmail.ledger.reading import Reading
from incidentmail.outbound.alarm import Alarm, render_alarm
from incidentmail.outbound.asking import Desk, render_declined, render_end, render_question
from incidentmail.outbound.briefing import render_briefing
from incidentmail.outbound.headers import Mail
from incidentmail.outbound.not_returned import render_not_returned
from incidentmail.outbound.private import Item, Private, Template, render_private
from incidentmail.outbound.public import render_public

from .announce import occasion
from .office import Office

DESK = "desk@example.com"


def private_mails(office: Office, view: Reading, incident: Incident, *, to: Person) -> Iterator[tuple[str, Mail]]:
    """The kinds by name, as they would be made now for `to`; `public` is what everybody hears where it is restricted.

    Raises RenderError.
    """
    sender, now = office.sender(incident), occasion(office, view, incident)
    entries = [entry.recorded for entry in view.entries(incident.id)]
    yield "public", render_public(office.public_sender(), incident, now)
    yield "briefing", render_briefing(sender, incident, entries, now, to=[DESK], serial=2)
    for name in get_args(Template):
        yield (
            name.replace("_", "-"),
            render_private(
                sender, _content(name, incident, to), incident=None if name in ("stranger", "new_thread") else incident,
                at=now.at, serial=3, ref=incident.ref, origin=now.origin, recorded=entries,
            ),
        )  # fmt: skip
    desk = Desk(sender=sender, incident=incident, occasion=now, to=to, serial=4)
    proposal = Proposal(
        number=1, command=command_json(SetSeverity(incident.severity)), reason="the mail is not verified", by=to,
        trust=Trust.MEMBER, confirmers=(to,), made_at=now.at, expires_at=now.at + timedelta(days=1),
    )  # fmt: skip
    yield "confirm", render_question(desk, proposal, by=to)
    yield "proposal-over", render_end(desk, proposal.model_copy(update={"state": "expired"}))
    yield "declined", render_declined(desk, by=to)
    patience = timedelta(minutes=10)
    yield (
        "not-returned",
        render_not_returned(
            sender, incident, now, to=[DESK], subject=incident.subject, missing="<x@example.com>",
            sent_at=now.at - patience, patience=patience, serial=5,
        ),
    )  # fmt: skip
    alarm = Alarm(kind="refused", subject=DESK, lines=("the relay said 550",), remedy="mend the address")
    yield "alarm", render_alarm(sender, alarm, to=DESK, at=now.at, serial=6, origin=now.origin)


def _content(template: Template, incident: Incident, to: Person) -> Private:
    return Private(
        template=template,
        to=to,
        subject=incident.subject,
        message_id="<y@example.com>",
        opening="Your reply changed nothing.",
        items=(
            Item(line="Severity: five", result="Not taken: a severity is a number.", instead="Severity: 1, 2, 3 or 4"),
        ),
        done=("phase 2",),
        by=incident.declared_by.name,
        roles=("customer liaison",),
    )
