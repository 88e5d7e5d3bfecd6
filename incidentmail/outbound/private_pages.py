"""Write private messages that also have an HTML page.

These are the brief for people who ask for the state, and the controls for a new commander. Pure. The text and the
page say the same. What people wrote is quoted after `> ` in the text. If somebody quotes the text, nothing in it is
treated as a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.core.words import BRIEF_LEAD, BRIEFING_SINCE, CONTROLS_LEAD, NOBODY_ELSE
from incidentmail.templating import Templates

from .explaining.severities import meanings_of_replies
from .html_page import page
from .reply_links import Answer, Link, commander_controls, subscriber_links
from .update_history import declaration_paragraphs, update_paragraphs
from .wording import Wording


class Paragraph(Frozen, kw_only=True):
    """A paragraph of ours. A `quoted` paragraph repeats what others wrote, or explains what a reply would do."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        if not self.quoted:
            return self.text
        return "\n".join(f"> {line}".rstrip() for line in self.text.split("\n"))


class Sheet(Frozen, kw_only=True):
    """The content of a message that has an HTML page, in parts."""

    lead: str
    paragraphs: Sequence[Paragraph]
    links: Sequence[Link]
    closing: str = NOBODY_ELSE

    def values(self) -> dict[str, object]:
        """Return the values for the template of the message."""
        return {"lead": self.lead, "paragraphs": [str(p) for p in self.paragraphs], "closing": self.closing}

    def page(
        self, templates: Templates, wording: Wording, incident: Incident | None, *, title: str, explanation: str
    ) -> str:
        """Return the HTML. `title` is its title, unless the message is about an incident."""
        paragraphs = [text for paragraph in self.paragraphs for text in paragraph.text.split("\n\n")]
        return page(
            templates, incident, wording.words.policy, title=title, lead=self.lead,
            state=wording.state_words(incident) if incident else None, paragraphs=paragraphs, fields=(),
            closing=self.closing, explanation=explanation, links=self.links,
        )  # fmt: skip


def brief(wording: Wording, incident: Incident, recorded: Iterable[Recorded], on: date, answer: Answer) -> Sheet:
    """Return everything that people who join late need to know. `recorded` holds the entries of the incident."""
    declaration, *details = declaration_paragraphs(wording, incident, on)
    updates = update_paragraphs(wording, recorded, on)
    paragraphs = [
        Paragraph(text=declaration),
        *(Paragraph(text=text, quoted=True) for text in details),
        *(Paragraph(text=text) for text in ([BRIEFING_SINCE, *updates] if updates else ())),
        Paragraph(text="\n".join(map(str, (*wording.fields(incident, on), *wording.actions(incident)))), quoted=True),
    ]
    return Sheet(lead=BRIEF_LEAD, paragraphs=paragraphs, links=subscriber_links(answer, incident, wording.words))


def passed_on(lead: str, line: str | None, replies: Sequence[Link]) -> Sheet:
    """Return a question that somebody else has not answered, with links for `replies`. `line` is what they wrote."""
    return Sheet(
        lead=lead,
        paragraphs=[Paragraph(text=line, quoted=True)] if line else [],
        links=replies,
    )


def reminder(
    wording: Wording, incident: Incident, items: Sequence[tuple[str, str | None, Sequence[str]]], answer: Answer
) -> Sheet:
    """Return what is due in an incident. Each item is a text of ours, what somebody wrote, and the replies to it.

    The replies are named after `> `, so that nothing in the message is treated as a command if somebody quotes it.
    """
    (lead, *_), *_ = items
    paragraphs: list[Paragraph] = []
    links: dict[str, Link] = {}
    for text, quoted, replies in items:
        paragraphs += [] if text is lead else [Paragraph(text=text)]
        paragraphs += [Paragraph(text=quoted, quoted=True)] if quoted else []
        paragraphs += [Paragraph(text=f"Reply with: {reply}") for reply in replies]
        links |= {reply: answer.link(f"Reply: {reply}", f"{reply}\n") for reply in replies}
    return Sheet(lead=lead, paragraphs=paragraphs, links=list(links.values()))


def controls(wording: Wording, incident: Incident, by: str, roles: Sequence[str], answer: Answer) -> Sheet:
    """Return the replies that a new commander can send with one tap.

    `by` is the person who named the commander, or empty if nobody else did.
    """
    title = wording.words.title
    named = " and ".join((title, *(role for role in roles if role != title)))
    lead = f"{by} has named you {named} of this incident." if by else f"You are {title} of this incident now."
    possible = commander_controls(incident, wording.words)
    known = meanings_of_replies(wording.words)
    links = [answer.link(one.label, one.body, meaning=known.get(one.line, "")) for one in possible]
    lines = "\n".join(f"{control.label}. Reply with: {control.line}" for control in possible)
    paragraphs = [
        *(Paragraph(text=text, quoted=True) for text in incident.details.split("\n\n") if text),
        *([Paragraph(text=wording.words.decline_hint(by))] if by else []),
        *([Paragraph(text=CONTROLS_LEAD), Paragraph(text=lines)] if possible else []),
    ]
    return Sheet(lead=lead, paragraphs=paragraphs, links=links)
