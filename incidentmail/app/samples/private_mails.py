"""Write a sample of each kind of private message, for previews and for testing templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import get_args

from incidentmail.app.context import AppContext
from incidentmail.app.sending.enqueue import occasion
from incidentmail.core.command_json import command_json
from incidentmail.core.commands import SetSeverity, SetText
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Person, Proposal, Trust
from incidentmail.core.tracking.role_kinds import DEFAULT_ROLES
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.explaining.general_answers import render_general
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.invitations.calendar_entry import Invitation
from incidentmail.outbound.invitations.invitation_mail import render_invitation
from incidentmail.outbound.late_briefing import render_briefing
from incidentmail.outbound.not_returned_alarm import render_not_returned
from incidentmail.outbound.operator_alarm import Alarm, render_alarm, render_trial
from incidentmail.outbound.private_mails import Item, Plain, Private, render_private
from incidentmail.outbound.proposal_mails import MailContext, render_declined, render_end, render_question
from incidentmail.outbound.public_notice import render_public
from incidentmail.outbound.teams.executives import render_for_executives
from incidentmail.outbound.undelivered_mail import Undelivered, render_undelivered

from .alert_mails import alert_mails

CHECKLISTS = ("commander", *(role.key for role in DEFAULT_ROLES), "other")
SUPPORT = "desk@example.com"


def private_mails(
    context: AppContext, view: LedgerView, incident: Incident, *, to: Person
) -> Iterator[tuple[str, Mail]]:
    """Yield the name of each kind, with the mail as it would be written now for `to`.

    The kind `public` is the notice to the main list about a restricted incident. Raise RenderError if a template fails.
    """
    sender, now = context.sender(incident), occasion(context, view, incident)
    entries = [entry.recorded for entry in view.entries(incident.id)]
    yield "public", render_public(context.public_sender(), incident, now)
    yield "briefing", render_briefing(sender, incident, entries, now, to=[SUPPORT], serial=2)
    yield "executives", render_for_executives(sender, incident, now, to=[SUPPORT], serial=2)
    for name in get_args(Plain):
        yield (
            name.replace("_", "-"),
            render_private(
                sender, _content(name, incident, to), incident=None if name in ("stranger", "new_thread") else incident,
                at=now.at, serial=3, ref=incident.ref, origin=now.origin, recorded=entries,
            ),
        )  # fmt: skip
    for asked in ("guide", "open_incidents"):
        content = Private(template=asked, to=to, subject="", message_id="<y@example.com>")
        yield (
            asked.replace("_", "-"),
            render_general(
                sender, content, [incident], hides_some=False, at=now.at, serial=3, ref=incident.ref, origin=now.origin
            ),
        )
    mail_context = MailContext(sender=sender, incident=incident, occasion=now, to=to, serial=4)
    proposal = Proposal(
        number=1, command=command_json(SetSeverity(incident.severity)), reason="the mail is not verified", by=to,
        trust=Trust.MEMBER, confirmers=(to,), made_at=now.at, expires_at=now.at + timedelta(days=1),
    )  # fmt: skip
    yield "confirm", render_question(mail_context, proposal, by=to)
    words = command_json(SetText("customers_may_be_told", "Some card payments fail. Please pay by invoice."))
    yield "approve-words", render_question(mail_context, replace(proposal, command=words, confirmers=()), by=to)
    yield "proposal-over", render_end(mail_context, replace(proposal, state="expired"))
    yield "declined", render_declined(mail_context, by=to)
    at = now.at + timedelta(days=2)
    invitation = Invitation(
        method="REQUEST", number=0, at=at, until=at + timedelta(hours=1), place=incident.venue, people=(to,),
        by=incident.declared_by.name,
    )  # fmt: skip
    yield "invitation", render_invitation(sender, incident, invitation, now, to=to, serial=4)
    undelivered = Undelivered(awaited="offer", how="returned", whom=SUPPORT, reply="550 no such mailbox")
    yield "undelivered", render_undelivered(mail_context, undelivered, roles=(), proposal=None)
    patience = timedelta(minutes=10)
    yield (
        "not-returned",
        render_not_returned(
            sender, incident, now, to=[SUPPORT], subject=incident.subject, missing="<x@example.com>",
            sent_at=now.at - patience, patience=patience, serial=5, is_silent=True,
        ),
    )  # fmt: skip
    yield from alert_mails(sender, incident, to=to, at=now.at, origin=now.origin)
    alarm = Alarm(kind="refused", subject=SUPPORT, lines=("the relay said 550",), remedy="mend the address")
    yield "alarm", render_alarm(sender, alarm, to=SUPPORT, at=now.at, serial=6, origin=now.origin)
    yield "trial", render_trial(context.public_sender(), to=SUPPORT, at=now.at, serial=7, origin=now.origin)


def _content(template: Plain, incident: Incident, to: Person) -> Private:
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
        checklists=CHECKLISTS if template == "checklist" else ("customer_liaison",),
        numbers=tuple(item.number for item in incident.items),
    )
