"""Render the mail that invites somebody to a retrospective, or says that it was moved or called off. Pure.

The mail contains a calendar entry, and the same information as text. Text written by people is quoted after `> `, so
that nothing in it is treated as a command if somebody quotes the mail.
"""

from __future__ import annotations

from datetime import date
from functools import partial

from incidentmail.core.model import Incident, Person
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.text import one_line
from incidentmail.core.times import show_time
from incidentmail.outbound.draft import Occasion, Sender, private_draft
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.private_pages import Paragraph, Sheet
from incidentmail.outbound.wire_format import CalendarPart

from .calendar_entry import Entry, Invitation, calendar_text

ANSWER = (
    "Answer with the buttons of your calendar: who comes is kept on record. Words in such an answer are not read. To "
    "write about the incident, reply to this mail."
)


CLOSING = "Each person who is invited has got a mail of their own."


def invitation_uid(incident: Incident, domain: str) -> str:
    """Return the UID of the calendar entry for an incident's retrospective. It never changes.

    It contains the REF of the incident and the origin of the ledger that declared it, so that no two incidents share a
    UID.
    """
    return f"{uid_begin(incident)}@{domain}"


def uid_begin(incident: Incident) -> str:
    """Return the UID without its domain, because an organisation may change its domain."""
    return f"retrospective-{incident.ref}-{incident.origin}".lower()


def render_invitation(
    sender: Sender, incident: Incident, invitation: Invitation, occasion: Occasion, *, to: Person, serial: int
) -> Mail:
    """Return the mail that tells `to` about the planned retrospective of `incident`."""
    about = one_line(incident.subject)
    summary = f"Retrospective: {about}"
    is_off = invitation.method == "CANCEL"
    how = "called off: " if is_off else "moved: " if invitation.is_moved else ""
    draft = private_draft(
        sender, incident, occasion, to=[to], serial=serial, subject=f"Retrospective {how}{about}" if how else summary
    )
    sheet = _sheet(sender, invitation)
    text = sender.templates.text(
        "reply/invitation.txt.j2", {**sheet.values(), "state": sender.wording.state_now(incident)}
    )
    entry = Entry(
        uid=invitation_uid(incident, sender.domain),
        organizer=Person(name=sender.bot.name, address=sender.plus(incident.ref)),
        summary=summary,
        description=f"{sender.wording.state_now(incident)}\n\n{'' if is_off else ANSWER}".strip(),
        zone=sender.wording.zones[0] if sender.wording.zones else None,
        is_private=incident.restricted,
    )
    part = CalendarPart(invitation.method, calendar_text(invitation, entry, made_at=occasion.at))
    page = partial(sheet.page, sender.templates, sender.wording, incident, title=draft.subject)
    return draft.mail(text, lambda explanation: page(explanation=explanation), calendar=part)


def _sheet(sender: Sender, invitation: Invitation) -> Sheet:
    shown = f"{invitation.at:%A} {show_time(invitation.at, sender.wording.zones, date.min)}"  # always with the date
    by = invitation.by or "Somebody"
    if invitation.method == "CANCEL":
        lead = f"The retrospective of this incident on {shown} is called off, or takes place without you."
        return Sheet(lead=lead, paragraphs=[Paragraph(text=f"{by} has changed the plan.")], links=(), closing=CLOSING)
    if invitation.is_moved:
        lead = f"{by} has moved the retrospective of this incident."
    else:
        lead = f"{by} invites you to the retrospective of this incident."
    minutes = int((invitation.until - invitation.at).total_seconds() // 60)
    facts = [
        f"When: {shown}, for {minutes} minutes",
        *([f"Where: {invitation.place}"] if invitation.place else []),
        f"Invited: {join_names(invitation.people)}",
    ]
    paragraphs = [Paragraph(text="\n".join(facts), quoted=True), Paragraph(text=ANSWER)]
    return Sheet(lead=lead, paragraphs=paragraphs, links=(), closing=CLOSING)
