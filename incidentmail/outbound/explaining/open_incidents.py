"""Render the answer to a `status` mail outside our threads: the list of open incidents. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentmail.core.conduct.promises import next_update
from incidentmail.core.model import Incident
from incidentmail.core.text import clip, counted, one_line
from incidentmail.core.times import show_duration, show_time
from incidentmail.core.words import NOBODY_ELSE
from incidentmail.outbound.draft import Sender, thread_subject
from incidentmail.outbound.private_pages import Paragraph, Sheet
from incidentmail.outbound.reply_links import CATCH_UP, Answer, Link
from incidentmail.outbound.wording import Wording

SHOWN_MAX = 8
"""The maximum number of open incidents shown, which is what fits on a screen. The worst are shown."""
TITLE_CHARS_MAX = 160
NONE_OPEN = "No incident is open."
NONE_FOR_ALL = "No incident is open, apart from restricted ones: their mails go to the people who work on them."


def open_incidents(sender: Sender, incidents: Sequence[Incident], at: datetime, *, hides_some: bool) -> Sheet:
    """Return the open incidents, worst first, with a link to a summary of each.

    `incidents` holds the incidents that anyone may know about. `hides_some` is true if there may be others.
    """
    worst_first = sorted(incidents, key=lambda one: (one.severity, one.declared_at))
    if not worst_first:
        return Sheet(lead=NONE_FOR_ALL if hides_some else NONE_OPEN, paragraphs=[], links=[], closing=NOBODY_ELSE)
    more = len(worst_first) - SHOWN_MAX
    left_out = [Paragraph(text=f"{counted(more, 'milder incident')} left out here.")] if more > 0 else []
    shown = worst_first[:SHOWN_MAX]
    return Sheet(
        lead=f"{counted(len(worst_first), 'incident')} {'is' if len(worst_first) == 1 else 'are'} open.",
        paragraphs=[
            *(Paragraph(text=_shown(sender.wording, incident, at), quoted=True) for incident in shown),
            *left_out,
            Paragraph(text=f"To know everything about one of them, reply to any of its mails with: {CATCH_UP}"),
        ],
        links=[_link(sender, incident) for incident in shown],
        closing=NOBODY_ELSE,
    )


def _shown(wording: Wording, incident: Incident, at: datetime) -> str:
    """Return two lines: severity and what is broken, then commander, phase, duration and next update."""
    words = wording.words
    title = clip(one_line(incident.description), TITLE_CHARS_MAX)
    due = next_update(incident, words.policy)
    promised = f", next update by {show_time(due, wording.zones, at.date())}" if due else ""
    lasts = show_duration(at - incident.declared_at)
    return (
        f"{words.severity_clause(incident.severity)}: {title}\n"
        f"{incident.commander.name} leads it, {words.phase_clause(incident.phase)}, open for {lasts}{promised}"
    )


def _link(sender: Sender, incident: Incident) -> Link:
    thread = incident.thread[0] if incident.thread else ""
    answer = Answer(address=sender.plus(incident.ref), subject=thread_subject(incident, reply=True), in_reply_to=thread)
    return answer.link(f"Summary: {clip(one_line(incident.description), TITLE_CHARS_MAX)}", f"{CATCH_UP}\n")
