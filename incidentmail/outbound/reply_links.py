"""Build `mailto:` links (RFC 6068) that open a prefilled reply, so that people can answer with one tap.

The replies go to us rather than the list, so that the list gets one follow-up instead of a reply and a follow-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.core.words import LINK_CATCH_UP, LINK_CLOSE, LINK_HAND_OVER, LINK_HELP, LINK_NO_CHANGE, Words

from .explaining.severities import meaning_of, meanings_of_replies

CATCH_UP = "catch up"
HELP = "I can help: "
"""The beginning of a sentence that the writer completes. It is recorded as a note."""


class Link(Frozen):
    """The label of a link, its URL, and whether it is shown first because most people choose it.

    `meaning` explains the reply below the links, or is empty.
    """

    label: str
    url: str
    is_first: bool = False
    meaning: str = ""


def meanings(links: Iterable[Link]) -> Sequence[str]:
    """Return the distinct meanings of the links."""
    return list(dict.fromkeys(link.meaning for link in links if link.meaning))


def words_of(links: Sequence[Link]) -> Sequence[str]:
    """Return the texts that the links add to a page: their labels and meanings."""
    return [*(link.label for link in links), *meanings(links)]


class Answer(Frozen, kw_only=True):
    """The destination of a prefilled reply: our address, the subject of the thread, and the answered message."""

    address: str
    subject: str
    in_reply_to: str

    def link(self, label: str, body: str, *, is_first: bool = False, meaning: str = "") -> Link:
        """Return a link that opens a reply with the text `body`. `meaning` explains it below the links."""
        url = mailto(self.address, subject=self.subject, body=body, in_reply_to=self.in_reply_to)
        return Link(label, url, is_first, meaning)


def mailto(address: str, *, subject: str, body: str, in_reply_to: str) -> str:
    r"""Return a `mailto:` URL (RFC 6068 section 2), percent-encoded and with CRLF line endings.

    >>> mailto("bot+x@example.com", subject="Re: it burns", body="sev 1\n", in_reply_to="<1@example.com>")
    'mailto:bot%2Bx@example.com?subject=Re%3A%20it%20burns&body=sev%201%0D%0A&In-Reply-To=%3C1%40example.com%3E'
    """
    fields = {"subject": subject, "body": body.replace("\n", "\r\n"), "In-Reply-To": in_reply_to}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
    return f"mailto:{quote(address, safe='@')}?{query}"


def subscriber_links(answer: Answer, incident: Incident, words: Words, *, explained: bool = True) -> Sequence[Link]:
    """Return the links for subscribers of the list: they can offer help, report a worse severity, or ask for a summary.

    If `explained` is true, the page explains the worse severities, because the text of the mail does not.
    """
    catch_up = answer.link(LINK_CATCH_UP, CATCH_UP)
    if not incident.is_open:
        return [catch_up]
    worse = [
        answer.link(words.worse_label(level), f"sev {level}\n", meaning=meaning_of(words, level) if explained else "")
        for level in words.worse_levels(incident)
    ]
    return [answer.link(LINK_HELP, HELP, is_first=True), *worse, catch_up]


def reply_links(answer: Answer, replies: Iterable[str], words: Words) -> Sequence[Link]:
    """Return a link for each of `replies`, which are complete. Links that set a severity have its meaning."""
    known = meanings_of_replies(words)
    return [
        answer.link(f"Reply: {reply}", f"{reply}\n", meaning=known.get(reply, "")) for reply in dict.fromkeys(replies)
    ]


class Control(Frozen):
    """A reply that a commander can send: its label, the line that has the effect, and the prefilled text."""

    label: str
    line: str
    body: str


def commander_controls(incident: Incident, words: Words) -> Sequence[Control]:
    """Return the replies that commanders send most often: a milder severity, next phase, no change, hand over, close.

    If the incident is not open, return (). The reply that hands over command has to be completed with a name; without a
    name, it is not a command.
    """
    if not incident.is_open:
        return ()
    milder = [step.level for step in words.policy.severities if step.level > incident.severity][:1]
    later = sorted(step.number for step in words.policy.phases if step.number > incident.phase)[:1]
    hand_over = f"is {words.title}."
    return (
        *(_control(words.milder_label(level), f"sev {level}") for level in milder),
        *(_control(words.next_phase_label(number), f"phase {number}") for number in later),
        _control(LINK_NO_CHANGE, "no change; next +30m"),
        Control(LINK_HAND_OVER, f"NAME {hand_over}", f" {hand_over}\n"),
        _control(LINK_CLOSE, "close"),
    )


def _control(label: str, line: str) -> Control:
    return Control(label, line, f"{line}\n")
