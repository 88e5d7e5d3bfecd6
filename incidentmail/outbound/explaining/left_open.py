"""List what would remain open if an incident ended now: actions, needs and unfilled roles. Pure."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.model import Incident
from incidentmail.core.tracking.tracked_items import TO_DO, open_items
from incidentmail.outbound.private_pages import ITEMS_SHOWN_MAX, Paragraph, item_line
from incidentmail.outbound.wording import Wording


def left_open(wording: Wording, incident: Incident, at: datetime) -> list[Paragraph]:
    """Return a sentence, followed by the open items and unfilled roles as quotations, or [] if there are none."""
    items = open_items(incident.items, *TO_DO)
    lines = [item_line(wording, item, at.date(), now=at) for item in items[:ITEMS_SHOWN_MAX]]
    more = len(items) - ITEMS_SHOWN_MAX
    lines += [f"and {more} more"] if more > 0 else []
    lines += [f"Nobody is {title}." for title in missing_titles(wording, incident)]
    if not lines:
        return []
    return [Paragraph(text="If it ends now, this stays open:"), Paragraph(text="\n".join(lines), quoted=True)]


def missing_titles(wording: Wording, incident: Incident) -> list[str]:
    """Return the titles of the unfilled roles that the severity requires."""
    titles = (wording.words.key(f"roles.{key}") for key in wording.words.policy.missing_roles(incident))
    return [f"{title[:1].lower()}{title[1:]}" for title in titles]
