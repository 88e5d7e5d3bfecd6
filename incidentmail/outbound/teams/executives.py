"""Render the short mail for executives, who decide about money and customers but not about the response. Pure.

The mail says how bad the incident is, who and what is affected, what customers are told, and when the next update is
due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentmail.core.conduct.ended import began_at
from incidentmail.core.conduct.promises import next_update_after
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Status
from incidentmail.core.teams.team_words import customer_lines
from incidentmail.core.text import clip
from incidentmail.core.times import show_duration, show_time
from incidentmail.core.tracking.role_kinds import LIAISONS
from incidentmail.core.words import DRILL_SENTENCE, LINK_CATCH_UP, NOTHING_YET, FieldLine
from incidentmail.outbound.draft import Occasion, Sender, private_draft
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.html_page import page
from incidentmail.outbound.reply_links import CATCH_UP, words_of
from incidentmail.outbound.wording import Wording

TEMPLATE = "email/executives.txt.j2"
AFFECTED, WAS_AFFECTED, CUSTOMERS, DOING, LEADS, NEXT = (
    "Who is affected", "Who was affected", "Customers are told", "What is being done", "Who leads", "Next news",
)  # fmt: skip
CLOSING = "This is the short form of the mail that the list got. To get all of it, reply: catch up."
CHARS_MAX = 400
_ENDED = {
    Status.CLOSED: "It is over.",
    Status.RETRACTED: "It was a false alarm.",
    Status.MERGED: "It is handled together with another incident.",
}


def render_for_executives(
    sender: Sender, incident: Incident, occasion: Occasion, *, to: Sequence[str], serial: int
) -> Mail:
    """Return the mail to `to` that accompanies the declaration or a follow-up.

    It has no proof and no update number, because it announces nothing.
    """
    wording = sender.wording
    draft = private_draft(sender, incident, occasion, to=to, serial=serial, note=f"severity {incident.severity}")
    lead, fields = _lead(wording, incident, occasion), _fields(wording, incident, occasion.at)
    links = [draft.answer().link(LINK_CATCH_UP, f"{CATCH_UP}\n")]
    values = {"incident": incident, "lead": lead, "fields": fields, "closing": CLOSING}
    text = sender.templates.text(TEMPLATE, values)

    def html(explanation: str) -> str:
        return page(
            sender.templates, None, wording.words.policy, title=incident.description, lead=lead, state=None,
            paragraphs=(), fields=fields, closing=CLOSING, explanation=explanation, links=links,
        )  # fmt: skip

    return draft.mail(text, html, words_of(links))


def _lead(wording: Wording, incident: Incident, occasion: Occasion) -> str:
    """Return, in plain words, how bad the incident is and since when, or that it is over and how long it took."""
    drill = f"{DRILL_SENTENCE} " if incident.drill else ""
    took = show_duration(occasion.at - began_at(incident))
    if not incident.is_open:
        return f"{drill}{_ENDED[incident.status]} It took {took}."
    step = wording.words.policy.severity(incident.severity)
    name = wording.words.severity_name(incident.severity)
    meaning = f": {step.meaning}" if step and step.meaning else ""
    since = show_time(incident.started_at or incident.declared_at, wording.zones, occasion.at.date())
    return f"{drill}{name[:1].upper()}{name[1:]}{meaning}. Since {since}."


def _fields(wording: Wording, incident: Incident, at: datetime) -> list[FieldLine]:
    """Return the lines: affected people, words for customers, current work, the leader and the next news."""
    told = customer_lines(incident, CUSTOMERS) or [FieldLine(CUSTOMERS, NOTHING_YET)]
    lines = [
        FieldLine(
            AFFECTED if incident.is_open else WAS_AFFECTED,
            clip(incident.impact or wording.broken(incident).value, CHARS_MAX),
        ),
        *(replace(line, value=clip(line.value, CHARS_MAX)) for line in told),
    ]
    if not incident.is_open:
        return lines
    doing = wording.words.phase_name(incident.phase)
    lines += [FieldLine(DOING, doing)] if doing else []
    lines.append(FieldLine(LEADS, incident.commander.name))
    for key in LIAISONS:
        role, held = wording.words.policy.role(key), incident.roles.get(key)
        line = wording.words.role_line(key, held, missing=False) if role and held and held.people else None
        lines += [line] if line else []
    due = next_update_after(incident, wording.words.policy, at)
    lines += [FieldLine(NEXT, f"by {show_time(due, wording.zones, at.date())}")] if due else []
    return lines
