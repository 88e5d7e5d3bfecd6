"""Render private messages that ask whether words for customers are right, or say how to withdraw them. Pure.

Nothing in these messages is treated as a command if somebody quotes them.
"""

from __future__ import annotations

from incidentmail.core.model import Proposal
from incidentmail.core.words import NOTHING_YET
from incidentmail.outbound.private_pages import Paragraph, Sheet
from incidentmail.outbound.reply_links import Answer

_ANSWERS = "If customers may be told this, reply: accept. Then all our mails say it, with your name."


def words_question(
    proposal: Proposal, words: str | None, present: str | None, *, by: str, until: str, answer: Answer
) -> Sheet:
    """Return the question whether customers can be told `words`, which `by` suggests.

    `answer` is addressed to the reader's token address. `present` holds the currently approved words, or None. `until`
    is when the question expires.
    """
    rejected = f"If not, reply: reject. Without an answer nothing changes, and the question expires at {until}."
    return Sheet(
        lead=f"{by} suggests what customers may be told. Is it right?",
        paragraphs=[
            Paragraph(text=words or NOTHING_YET, quoted=True),
            Paragraph(text="What is approved now:"),
            Paragraph(text=present or NOTHING_YET, quoted=True),
            Paragraph(text=_ANSWERS),
            Paragraph(text=rejected),
            Paragraph(text=f"This is proposal {proposal.number}."),
        ],
        links=[
            answer.link("Approve these words", "accept\n", is_first=True),
            answer.link("Do not approve them", "reject\n"),
        ],
        closing="Answer from your own mailbox. The first answer counts.",
    )


def words_told(opening: str, words: str | None, after: str, reply: str | None, answer: Answer) -> Sheet:
    """Return a message about words that now apply, or that were withdrawn.

    `reply` is the reply that would withdraw the words. `after` says what our mail will contain after that.
    """
    stops = f"If customers must not be told this, reply: {reply}." if reply else ""
    return Sheet(
        lead=opening,
        paragraphs=[
            *([Paragraph(text=words, quoted=True)] if words else []),
            Paragraph(text=" ".join(filter(None, (stops, after)))),
        ],
        links=[answer.link("Stop these words", f"{reply}\n")] if reply else [],
    )
