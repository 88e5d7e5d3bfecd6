"""Render the message to people who are waiting for a person whom our mail did not reach. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Proposal
from incidentmail.core.text import clip, one_line

if TYPE_CHECKING:
    from .header_fields import Mail
    from .proposal_mails import MailContext

Awaited = Literal["offer", "question", "role", "copy", "list"]
"""The kind of message that did not arrive.

It is an offer of command, a question, news of a role, or a message about the incident to one address or to the list.
"""
How = Literal["refused", "given up", "returned", "waiting"]
"""The reason why the message did not arrive.

A relay refused it, the retry period expired, it bounced after a relay accepted it, or it is still on its way.
"""

REPLY_CHARS_MAX = 300
_HOW: dict[How, str] = {
    "refused": "was refused by the mail server",
    "given up": "could not be sent for so long that it was given up",
    "returned": "came back as undeliverable",
    "waiting": "has been waiting at a mail server for hours",
}


class Undelivered(Frozen, kw_only=True):
    """A message that did not arrive: its kind, the reason, its recipient (`whom`, as shown) and the server's reply."""

    awaited: Awaited
    how: How
    whom: str
    reply: str


def render_undelivered(
    mail_context: MailContext, undelivered: Undelivered, *, roles: tuple[str, ...], proposal: Proposal | None
) -> Mail:
    """Return the mail that tells a person that our mail did not reach somebody for whom they are waiting.

    `proposal` is the proposal that the unreached person should answer, or None.
    """
    from incidentmail.core.command_text import asks  # imported here because most commands render no such mail

    words = mail_context.sender.wording.words
    values = {
        "awaited": undelivered.awaited,
        "how": _HOW[undelivered.how],
        "whom": undelivered.whom,
        "reply": clip(one_line(undelivered.reply), REPLY_CHARS_MAX),
        "roles": roles,
        "asks": asks(proposal, words) if proposal else "",
        "title": words.title,
        "commander": mail_context.incident.commander.name,
    }
    return mail_context.mail("reply/undelivered.txt.j2", values)
