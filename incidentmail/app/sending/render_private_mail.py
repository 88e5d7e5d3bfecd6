"""Render a private message that is due, using the current state of the incident."""

from __future__ import annotations

from incidentmail.app.alerting.shown import alert_now
from incidentmail.app.context import AppContext
from incidentmail.app.known_people import showing_addresses
from incidentmail.app.parts import as_shown
from incidentmail.app.telling.item_owners import still_theirs
from incidentmail.app.telling.mail_kinds import REMINDER
from incidentmail.app.telling.news import news_for
from incidentmail.app.telling.private_numbers import private_number
from incidentmail.core.frozen import read_text, replace
from incidentmail.core.model import Incident, Person
from incidentmail.ledger.values import DuePrivateMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.alerts.alert_mails import render_about_alert
from incidentmail.outbound.explaining.general_answers import render_general
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.invitations.invitation_mail import render_invitation
from incidentmail.outbound.operator_alarm import Alarm, render_alarm
from incidentmail.outbound.private_mails import Private, render_private
from incidentmail.outbound.proposal_mails import (
    MailContext,
    render_declined,
    render_end,
    render_offer,
    render_question,
)
from incidentmail.outbound.undelivered_mail import render_undelivered

from .enqueue import occasion


def mail_of(context: AppContext, tx: LedgerView, due: DuePrivateMail) -> Mail | None:
    """Return the mail, with the current state of its incident, or None if it is no longer needed.

    Raise RenderError if a template fails.
    """
    found = tx.incident(due.incident) if due.incident else None
    incident = as_shown(tx, found) if found else None
    serial, at, origin = private_number(context.key, due.serial), context.now(), context.ledger.origin
    if due.kind == "alarm":
        alarm = read_text(Alarm, due.content)
        return render_alarm(context.sender(None), alarm, to=due.address, at=at, serial=serial, origin=origin)
    content = read_text(Private, due.content)
    if content.template in ("offer", "confirm", "proposal_over", "declined", "undelivered"):
        return _about_proposal(context, tx, content, incident, serial) if incident else None
    if content.template in ("alert", "alert_over"):
        return _about_alert(context, tx, content, due, serial)
    if content.template == "invitation":
        return _invitation(context, tx, content, incident, serial) if incident else None
    if content.template in ("guide", "open_incidents"):
        return render_general(
            context.sender(None), content, [one for one in tx.incidents(everything=False) if not one.restricted],
            hides_some=context.config.settings.list.restricted is not None, at=at, serial=serial, ref=due.ref or "",
            origin=origin,
        )  # fmt: skip
    if due.kind == REMINDER and not (incident and incident.is_open):
        return None
    if content.template == "controls" and incident and not incident.commander.same_as(content.to):
        others = tuple(role for role in content.roles if role != context.words.title)
        if not others:
            return None  # another person has command by now
        lists = tuple(key for key in content.checklists if key != "commander")
        content = replace(content, template="named", roles=others, checklists=lists)
    if content.template == "tasks":
        content = replace(content, numbers=still_theirs(incident, content) if incident else ())
        if not content.numbers:
            return None  # the items are done by now, or assigned to another person
    is_brief = content.template == "brief"
    entries = list(tx.entries(incident.id)) if incident and (is_brief or content.template == "controls") else []
    sender = showing_addresses(context.sender(incident), context, tx, incident)
    return render_private(
        sender, content, incident=incident, at=at, serial=serial,
        ref=incident.ref if incident else due.ref or "", origin=origin, recorded=(e.recorded for e in entries),
        news=news_for(context, content, [e.recorded for e in entries]) if entries and is_brief else None,
    )  # fmt: skip


def _invitation(context: AppContext, tx: LedgerView, content: Private, incident: Incident, serial: int) -> Mail | None:
    """Return an invitation, or None if the plan has changed since. In that case, a newer mail replaces it if needed."""
    invitation, meeting = content.invitation, incident.retro.meeting
    if invitation is None:
        return None
    if invitation.method == "REQUEST" and not (meeting and meeting.holds_for(content.to, invitation.number)):
        return None
    sender = showing_addresses(context.sender(incident), context, tx, incident)
    when = occasion(context, tx, incident)
    return render_invitation(sender, incident, invitation, when, to=content.to, serial=serial)


def _about_alert(
    context: AppContext, tx: LedgerView, content: Private, due: DuePrivateMail, serial: int
) -> Mail | None:
    """Return a question about an alert, or a message about the alert's end. Return None if the question is settled."""
    now = alert_now(context, tx, content.number or 0)
    if now is None or (content.template == "alert") != now.proposal.is_open:
        return None
    sender, origin = context.sender(None), context.ledger.origin
    return render_about_alert(sender, content, now, at=context.now(), serial=serial, ref=due.ref or "", origin=origin)


def _about_proposal(
    context: AppContext, tx: LedgerView, content: Private, incident: Incident, serial: int
) -> Mail | None:
    """Return an offer or a question, or a message about its result. Return None if it has already been settled."""
    when = occasion(context, tx, incident)
    mail_context = MailContext(
        sender=showing_addresses(context.sender(incident), context, tx, incident),
        incident=incident,
        occasion=when,
        to=content.to,
        serial=serial,
    )
    proposal = next((p for p in incident.proposals if p.number == content.number), None)
    match content.template:
        case "offer" if incident.offered is not None and incident.offered.same_as(content.to):
            return render_offer(mail_context, by=incident.offered_by or incident.commander)
        case "confirm" if proposal and proposal.state == "open":
            by = proposal.by
            known = context.person(by.address) if by.address else by
            return render_question(mail_context, proposal, by=known)
        case "proposal_over" if proposal:
            return render_end(mail_context, proposal)
        case "declined":
            return render_declined(mail_context, by=Person(name=content.by), roles=content.roles)
        case "undelivered" if content.undelivered is not None:
            return render_undelivered(mail_context, content.undelivered, roles=content.roles, proposal=proposal)
        case _:
            return None
