"""Mail of a person in which nothing can be read: why, and what to send instead."""

from __future__ import annotations

from incidentmail.inbound.message import Message

from .shortfall import Shortfall

UNREADABLE = {
    "tnef": "It holds only a winmail.dat attachment, which no program but Outlook can read.",
    "protected": "It is a protected message (rights management), and only people with a mail program can open it.",
    "s/mime": "It is sealed with S/MIME (smime.p7m), and only people can open it here.",
    "encrypted": "It is encrypted, and only people can read it here.",
    "stub": "It holds only a note that its words are in HTML, and the HTML is missing.",
    "calendar": "It holds only a calendar entry.",
}
"""Why a mail has no text, by the problem that the boundary named."""
NO_TEXT = "No words of your own were found in it: only a quotation, a signature, a picture, or nothing at all."
TOO_LARGE = "It is too large or too deeply nested to be read."
WRITE_PLAINLY = "your words in plain text, at the very top"


def is_opaque(message: Message) -> bool:
    """Return whether the words of a mail are there, but in a form that only other programs can open."""
    return not UNREADABLE.keys().isdisjoint(message.problems)


def unreadable(message: Message) -> Shortfall:
    """Return the shortfall of a mail in which no new text was found."""
    found = next((UNREADABLE[problem] for problem in message.problems if problem in UNREADABLE), None)
    over = any(problem.startswith(("over ", "html over ")) for problem in message.problems)
    unread = f" ({', '.join(message.problems)})" if message.problems else ""
    return Shortfall(
        kind="refused",
        reason=f"no new text was found in it{unread}",
        remedy="write the answer as plain text",
        result=found or (TOO_LARGE if over else NO_TEXT),
        instead=WRITE_PLAINLY,
    )
