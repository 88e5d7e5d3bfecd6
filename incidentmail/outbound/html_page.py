"""The same mail as a page: the words of the text, set out for a phone, in the light and in the dark.

Nothing is said here that the text does not say; the links are the one addition. The page has no images, no tables and
no script, and its colours never say anything that words do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Status
from incidentmail.core.policy import Policy
from incidentmail.core.words import WANTED
from incidentmail.templating import Templates

from .reply_links import Link

MAIL_BYTES_MAX = 38_000
"""Lists hold posts over 40 kB for a moderator: a mail that would be longer goes out as text alone."""
# White letters on each have a contrast of 5 to 1 or more. The worst severity comes first, the mildest last.
BANNERS = ("#b3261e", "#a8480a", "#1d4ed8", "#4b5563")
BANNER_ENDED = "#166534"


class Row(Frozen, kw_only=True):
    """A line `Key: value` of the text."""

    key: str
    value: str
    is_wanted: bool


def page(
    templates: Templates,
    incident: Incident,
    policy: Policy,
    *,
    lead: str = "",
    clauses: Sequence[str],
    paragraphs: str,
    fields: Sequence[str],
    closing: str,
    links: Sequence[Link],
) -> str:
    """The HTML of a mail whose text is `lead`, the clauses, `paragraphs`, `fields` and `closing`."""
    head, rest = banner(clauses)
    values: Mapping[str, object] = {
        "incident": incident,
        "title": incident.subject,
        "lead": lead,
        "banner": head,
        "colour": colour(incident, policy),
        "state": rest,
        "paragraphs": paragraphs.split("\n\n") if paragraphs else (),
        "rows": [_row(line) for line in fields],
        "closing": closing,
        "links": links,
    }
    return templates.page("email/page.html.j2", values)


def banner(clauses: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What stands in the coloured field, up to severity and phase; and the rest of the state.

    >>> banner(["This is a drill.", "Severity 1,", "phase 2.", "Bo is incident commander."])
    (['This is a drill.', 'Severity 1,', 'phase 2.'], ['Bo is incident commander.'])
    """
    end = next(number for number, clause in enumerate(clauses) if clause.startswith("Severity ")) + 2
    return clauses[:end], clauses[end:]


def colour(incident: Incident, policy: Policy) -> str:
    """The colour of the field: by the rank of the severity, however many there are; one of its own once it ended."""
    if incident.status is not Status.OPEN:
        return BANNER_ENDED
    levels = sorted({step.level for step in policy.severities} | {incident.severity})
    return BANNERS[levels.index(incident.severity) * len(BANNERS) // max(len(levels), 1)]


def _row(line: str) -> Row:
    key, _, value = line.partition(": ")
    return Row(key=key, value=value, is_wanted=value.split(" (")[0] == WANTED)
