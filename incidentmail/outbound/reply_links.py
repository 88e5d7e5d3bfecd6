"""One-tap answers: `mailto:` links (RFC 6068) that open a reply with the line that changes something.

They are addressed to us and not to the list, so that the list sees one follow-up instead of a reply and a follow-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.core.words import LINK_CATCH_UP, LINK_CLOSE, LINK_HAND_OVER, LINK_HELP, LINK_NO_CHANGE, Words

CATCH_UP = "catch up"
HELP = "I can help: "
"""The beginning of a sentence that its writer ends; it is kept as a note."""


class Link(Frozen):
    """What a link says and where it leads."""

    label: str
    url: str


class Answer(Frozen, kw_only=True):
    """Where a prefilled reply goes: the address, the subject of the thread, and the mail that it answers."""

    address: str
    subject: str
    in_reply_to: str

    def link(self, label: str, body: str) -> Link:
        """A link that opens a reply with `body` in it."""
        return Link(label, mailto(self.address, subject=self.subject, body=body, in_reply_to=self.in_reply_to))


def mailto(address: str, *, subject: str, body: str, in_reply_to: str) -> str:
    r"""A `mailto:` URL (RFC 6068 section 2): whatever could mean something is percent-encoded, lines end in CRLF.

    >>> mailto("bot+x@example.com", subject="Re: it burns", body="sev 1\n", in_reply_to="<1@example.com>")
    'mailto:bot%2Bx@example.com?subject=Re%3A%20it%20burns&body=sev%201%0D%0A&In-Reply-To=%3C1%40example.com%3E'
    """
    fields = {"subject": subject, "body": body.replace("\n", "\r\n"), "In-Reply-To": in_reply_to}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
    return f"mailto:{quote(address, safe='@')}?{query}"


def subscriber_links(answer: Answer, incident: Incident, words: Words) -> Sequence[Link]:
    """What anybody on the list may want to say: it is worse, tell me all, I can help."""
    links = []
    if incident.is_open:
        worse = [step for step in words.policy.severities if step.level < incident.severity]
        links += [answer.link(words.worse_label(step.level), f"sev {step.level}\n") for step in reversed(worse)]
    links.append(answer.link(LINK_CATCH_UP, CATCH_UP))
    return [*links, answer.link(LINK_HELP, HELP)] if incident.is_open else links


class Control(Frozen):
    """Something that a commander can say: what it does, the line that does it, and what a tap prefills."""

    label: str
    line: str
    body: str


def commander_controls(incident: Incident, words: Words) -> Sequence[Control]:
    """What whoever leads says most: milder, next phase, nothing new, hand over, close. None once it is over.

    The name of whoever takes over is left for the writer, and without one the line commands nothing.
    """
    if not incident.is_open:
        return ()
    milder = [step.level for step in words.policy.severities if step.level > incident.severity][:1]
    later = sorted(step.number for step in words.policy.phases if step.number > incident.phase)[:1]
    handed = f"is {words.title}."
    return (
        *(_said(words.milder_label(level), f"sev {level}") for level in milder),
        *(_said(words.next_phase_label(number), f"phase {number}") for number in later),
        _said(LINK_NO_CHANGE, "no change; next +30m"),
        Control(LINK_HAND_OVER, f"NAME {handed}", f" {handed}\n"),
        _said(LINK_CLOSE, "close"),
    )


def _said(label: str, line: str) -> Control:
    return Control(label, line, f"{line}\n")
