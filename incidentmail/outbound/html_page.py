"""Render a message as an HTML page, laid out for a phone, in light and dark mode.

The page contains all words of the text, in the same order. Anything that the page adds (`Beside`, the subject and the
links) is remembered like the text, so that quotations of it are recognised. The page has no images and no scripts, uses
tables only for layout, and conveys nothing by colour alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from markupsafe import Markup, escape

from incidentmail.core.frozen import Frozen
from incidentmail.core.hosts import clickable
from incidentmail.core.model import Incident, Status
from incidentmail.core.policy import Policy
from incidentmail.core.words import FieldLine
from incidentmail.templating import Templates

from .reply_links import Link, meanings
from .wording import StateWords

MAIL_BYTES_MAX = 38_000
"""The size above which a message is sent without its page, because lists hold posts larger than 40 kB."""
# White letters have a contrast of at least 5 to 1 on each of these. The first is for the worst severity.
BANNERS = ("#b3261e", "#a8480a", "#1d4ed8", "#4b5563")
BANNER_ENDED = "#166534"


class Beside(Frozen, kw_only=True):
    """Additions to the page of a mail to the list: another title, a line below it, and the newest updates."""

    title: str = ""
    subtitle: str = ""
    history: Sequence[str] = ()

    def lines(self) -> Sequence[str]:
        """Return all lines of the additions."""
        return (*([self.title] if self.title else []), self.subtitle, *self.history)


def page(
    templates: Templates,
    incident: Incident | None,
    policy: Policy,
    *,
    title: str = "",
    lead: str = "",
    state: StateWords | None,
    broken: str = "",
    paragraphs: Sequence[str],
    boxed: Collection[int] = (),
    fields: Sequence[FieldLine],
    closing: str,
    explanation: str = "",
    links: Sequence[Link],
    notes: Sequence[str] = (),
    beside: Beside | None = None,
) -> str:
    """Return the HTML of a mail.

    The text consists of `lead`, the state, `broken`, `paragraphs`, `fields`, `closing` and `explanation`, in this
    order.

    `boxed` holds the indexes of the paragraphs that are set apart because people wrote them; in a follow-up, that is
    all of them. `notes` are further lines below the links. `title` is the title of a mail that is not about an
    incident. Such a mail has no `state`.
    """
    values: Mapping[str, object] = {
        "incident": incident,
        "title": (beside and beside.title) or (incident.description if incident else title),
        "lead": lead,
        "state": state,
        "colour": colour(incident, policy) if incident else BANNER_ENDED,
        "steps": _steps(incident, policy) if incident and incident.is_open else [],
        "broken": broken,
        "repeats_title": incident is not None and broken.endswith(f": {incident.description}"),
        "beside": beside or Beside(),
        "paragraphs": paragraphs,
        "boxed": range(len(paragraphs)) if broken else boxed,
        "rows": fields,
        "closing": "\n".join(filter(None, (closing, explanation))),
        "meanings": [*meanings(links), *notes],
        "links": links,
        "fact": _fact,
        "linked": lambda text: linked(text, policy.venue_hosts),
    }
    return templates.page("email/page.html.j2", values)


def linked(text: str, hosts: Collection[str]) -> Markup:
    """Return `text` as HTML in which only links to allowed hosts are clickable.

    >>> linked("<b> https://evil.example/ https://meet.example.com/x", ["meet.example.com"]).partition("https://evil")[0]
    Markup('&lt;b&gt; ')
    """
    parts, at = [], 0
    for start, end in clickable(text, hosts):
        url = escape(text[start:end])
        parts += [escape(text[at:start]), Markup('<a href="{0}" rel="noopener">{0}</a>').format(url)]
        at = end
    return Markup("").join((*parts, escape(text[at:])))


def _steps(incident: Incident, policy: Policy) -> list[bool]:
    """Return whether each phase has been reached. Phase 0 is omitted, so phase 1 is the first step shown."""
    return [step.number <= incident.phase for step in policy.phases if step.number > 0]


def _fact(clause: str) -> Markup:
    """Return a clause such as `Severity 1 (critical)` as HTML, with the first word small and the number large."""
    name, number, *rest = clause.split(" ", 2)
    large = '{0}<br><strong style="font-size:22px;line-height:1.2">{1}</strong>'
    small = ' <strong style="font-weight:600">{2}</strong>' if rest else ""
    return Markup(large + small).format(name[:1].upper() + name[1:], number, *rest)


def colour(incident: Incident, policy: Policy) -> str:
    """Return the colour of the banner for the severity's rank among all levels, or BANNER_ENDED after the end."""
    if incident.status is not Status.OPEN:
        return BANNER_ENDED
    levels = sorted({step.level for step in policy.severities} | {incident.severity})
    return BANNERS[levels.index(incident.severity) * len(BANNERS) // max(len(levels), 1)]


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text written by people."""
    return text.split("\n\n") if text else []
