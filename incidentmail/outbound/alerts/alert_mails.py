"""Render the mail that asks whether an alert is an incident, and the mail that reports the outcome. Pure.

The text of the alert is quoted after `> `, so that nothing in it is treated as a command if somebody quotes the mail.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal
from incidentmail.core.alerts.words import end_words, part_lines, seen_line, title_of
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Person
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_time
from incidentmail.core.words import INCIDENT_KEY
from incidentmail.outbound.draft import Draft, Sender
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.private_mails import SUBJECT_CHARS_MAX, Private
from incidentmail.outbound.private_pages import Paragraph, Sheet
from incidentmail.outbound.reply_links import Answer, reply_links, words_of
from incidentmail.outbound.wording import Wording

DETAILS_CHARS_MAX = 1_200
"""The maximum length of the alert's text in the question. The incident and 'alert show' contain the full text."""
YES, NO = "yes", "no"


class AlertNow(Frozen, kw_only=True):
    """A proposal as it is when the mail is written: its distinct alerts, and the incident if one was declared.

    If nobody answers before `declares_at`, an incident is declared with `commander`.
    """

    proposal: AlertProposal
    parts: tuple[AlertPart, ...] = ()
    incident: Incident | None = None
    declares_at: datetime | None = None
    commander: Person | None = None
    open: tuple[Incident, ...] = ()
    """Open incidents to which the alert may belong, newest first. None of them is restricted."""


def render_about_alert(
    sender: Sender, content: Private, now: AlertNow, *, at: datetime, serial: int, ref: str, origin: str
) -> Mail:
    """Return the question or the outcome. `ref` is the REF that links an answer to the proposal."""
    proposal, wording = now.proposal, sender.wording
    title = clip(one_line(title_of(proposal)), SUBJECT_CHARS_MAX - 20)
    draft = Draft(
        sender=sender, ref=ref, origin=origin, number=f"p{serial}", at=at, to=(content.to,),
        subject=f"Alert: {title}" if content.template == "alert" else f"Re: Alert: {title}",
        replies_to=(sender.plus(ref),), thread=(proposal.message_id,) if proposal.message_id else (),
        submitted="by us",
    )  # fmt: skip
    if content.template == "alert":
        sheet = _question(wording, now, content.to, at, draft.answer())
    else:
        sheet = _end(wording, now, content.to, at)
    html = partial(sheet.page, sender.templates, wording, None, title=draft.subject)
    text = sender.templates.text(f"reply/{content.template}.txt.j2", sheet.values())
    return draft.mail(text, lambda explanation: html(explanation=explanation), words_of(sheet.links))


def _question(wording: Wording, now: AlertNow, reader: Person, at: datetime, answer: Answer) -> Sheet:
    proposal, words = now.proposal, wording.words
    severity = _severity(wording, proposal.severity)
    because = f"the alert says: {one_line(proposal.because)}" if proposal.because else "nothing in the alert says more"
    parts = part_lines(proposal, now.parts)
    others = [f"sev {step.level}" for step in words.policy.severities if step.level != proposal.severity]
    named = [f"{INCIDENT_KEY}: {one.id}" for one in now.open]
    another = f" Another severity? Reply: {others[0]}" if others else ""
    paragraphs = [
        Paragraph(text=proposal.title, quoted=True),
        Paragraph(text=seen_line(proposal, wording.zones)),
        *([Paragraph(text="\n".join(parts), quoted=True)] if parts else []),
        *([Paragraph(text=clip(proposal.details, DETAILS_CHARS_MAX), quoted=True)] if proposal.details else []),
        Paragraph(text=f"It would be {severity}, because {because.rstrip('.')}."),
        Paragraph(
            text=f"If it is an incident, reply: {YES}. Everybody on the list is told, and you lead it until somebody"
            f" else does.{another}"
        ),
        *_open_incidents(now.open),
        Paragraph(text=f"If it is none, reply: {NO}. You can add why, for example: {NO}, it is the load test."),
        Paragraph(text=_silence(wording, now, reader, at)),
    ]
    return Sheet(
        lead="An alert came in. Is it an incident? Nothing is declared yet.",
        paragraphs=paragraphs,
        links=(
            answer.link(f"Reply: {YES}", f"{YES}\n", is_first=True),
            *reply_links(answer, (NO, *others, *named), words),
        ),
        closing="The list did not get this mail.",
    )


def _open_incidents(found: Sequence[Incident]) -> Iterator[Paragraph]:
    if found:
        yield Paragraph(text="If it belongs to an incident that is known already, reply with its name:")
        lines = (f"{INCIDENT_KEY}: {one.id} ({one_line(one.description)})" for one in found)
        yield Paragraph(text="\n".join(lines), quoted=True)


def _silence(wording: Wording, now: AlertNow, reader: Person, at: datetime) -> str:
    if now.declares_at is None or now.commander is None:
        return "If nobody answers, nothing is declared, and other people are asked too."
    who = "you" if reader.same_as(now.commander) else now.commander.name
    until = show_time(now.declares_at, wording.zones, at.date())
    leader = f"{who} as {wording.words.title} (not confirmed)"
    return f"If nobody answers until {until}, it is declared by itself, with {leader}."


def _end(wording: Wording, now: AlertNow, reader: Person, at: datetime) -> Sheet:
    proposal, incident, words = now.proposal, now.incident, wording.words
    paragraphs = [Paragraph(text=proposal.title, quoted=True)]
    if incident is not None:
        you_lead = incident.commander.same_as(reader)
        leads = f"You are {words.title}." if you_lead else f"{incident.commander.name} is {words.title}."
        paragraphs.append(
            Paragraph(text=f"The incident is {incident.id}, {_severity(wording, incident.severity)}. {leads}")
        )
    elif proposal.state in ("rejected", "recovered"):
        paragraphs.append(
            Paragraph(
                text=f"If it is an incident all the same, reply with a severity, for example: sev {proposal.severity}."
            )
        )
    return Sheet(
        lead=end_words(proposal, at, wording.zones), paragraphs=paragraphs, links=(),
        closing="Everybody who was asked about this alert gets this mail.",
    )  # fmt: skip


def _severity(wording: Wording, level: int) -> str:
    step = wording.words.policy.severity(level)
    return f"severity {level} ({step.name})" if step else f"severity {level}"
