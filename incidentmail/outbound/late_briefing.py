"""Render the message to people who start receiving mail about an incident: why, and what they missed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from incidentmail.core.conduct.promises import next_update_after
from incidentmail.core.events import Recorded
from incidentmail.core.frozen import replace
from incidentmail.core.ids import code_line
from incidentmail.core.model import Incident
from incidentmail.core.teams.team_words import RESTRICTED_REASON
from incidentmail.core.words import BRIEFING_HINT, BRIEFING_SINCE

from .draft import Occasion, Sender, private_draft
from .header_fields import Mail
from .html_page import page
from .reply_links import subscriber_links, words_of
from .update_history import declaration_paragraphs, update_paragraphs


def render_briefing(
    sender: Sender, incident: Incident, recorded: Iterable[Recorded], occasion: Occasion, *, to: Sequence[str],
    serial: int,
) -> Mail:  # fmt: skip
    """Return a mail with the incident's state, the declaration and all later updates.

    The mail is sent to addresses that are not on the list. It has no proof and no update number, because it announces
    nothing.
    """
    wording, on = sender.wording, occasion.at.date()
    updates = update_paragraphs(wording, recorded, on)
    is_new_here = any(change.fact == "restricted" for change in incident.unannounced)
    why = RESTRICTED_REASON if is_new_here else wording.words.briefing_reason(incident.severity)
    paragraphs = [*declaration_paragraphs(wording, incident, on), *([BRIEFING_SINCE, *updates] if updates else [])]
    due = next_update_after(incident, wording.words.policy, occasion.at)  # a follow-up goes out beside this mail
    fields, state = wording.fields(replace(incident, next_update_at=due), on), wording.state_words(incident)
    code = code_line(sender.key, incident.ref)
    note = f"severity {incident.severity}"
    draft = private_draft(sender, incident, occasion, to=to, serial=serial, note=note)
    links = subscriber_links(draft.answer(), incident, wording.words)
    values = {
        "incident": incident, "why": why, "state": str(state), "story": "\n\n".join(paragraphs), "fields": fields,
        "hint": BRIEFING_HINT, "code": code,
    }  # fmt: skip
    text = sender.templates.text("email/briefing.txt.j2", values)

    def html(explanation: str) -> str:
        return page(
            sender.templates, incident, wording.words.policy, lead=why, state=state, paragraphs=paragraphs,
            fields=fields, closing=f"{BRIEFING_HINT}\n{code}", explanation=explanation, links=links,
        )  # fmt: skip

    return draft.mail(text, html, words_of(links))
