"""The same mail as a page: the words of the text, set out for a phone, in the light and in the dark.

Nothing is said here that the text does not say; the links are the one addition. The page has no images, no tables and
no script, and its colours never say anything that words do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incidentmail.core.model import Incident, Status
from incidentmail.core.policy import Policy
from incidentmail.core.words import FieldLine
from incidentmail.templating import Templates

from .reply_links import Link
from .wording import StateWords

MAIL_BYTES_MAX = 38_000
"""Lists hold posts over 40 kB for a moderator: a mail that would be longer goes out as text alone."""
# White letters on each have a contrast of 5 to 1 or more. The worst severity comes first, the mildest last.
BANNERS = ("#b3261e", "#a8480a", "#1d4ed8", "#4b5563")
BANNER_ENDED = "#166534"


def page(
    templates: Templates,
    incident: Incident,
    policy: Policy,
    *,
    lead: str = "",
    state: StateWords,
    paragraphs: Sequence[str],
    fields: Sequence[FieldLine],
    closing: str,
    links: Sequence[Link],
) -> str:
    """Return the HTML of a mail whose text is `lead`, the state, `paragraphs`, `fields` and `closing`."""
    values: Mapping[str, object] = {
        "incident": incident,
        "title": incident.subject,
        "lead": lead,
        "banner": state.banner,
        "colour": colour(incident, policy),
        "state": state.rest,
        "paragraphs": paragraphs,
        "rows": fields,
        "closing": closing,
        "links": links,
    }
    return templates.page("email/page.html.j2", values)


def colour(incident: Incident, policy: Policy) -> str:
    """The colour of the field: by the rank of the severity, however many there are; one of its own once it ended."""
    if incident.status is not Status.OPEN:
        return BANNER_ENDED
    levels = sorted({step.level for step in policy.severities} | {incident.severity})
    return BANNERS[levels.index(incident.severity) * len(BANNERS) // max(len(levels), 1)]


def paragraphs_of(text: str) -> list[str]:
    """Return what people wrote as its paragraphs."""
    return text.split("\n\n") if text else []
