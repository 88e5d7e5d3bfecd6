"""Render private messages about incidents that were merged, or that may be the same. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from incidentmail.outbound.private_pages import Paragraph, Sheet
from incidentmail.outbound.reply_links import Answer


def with_replies(
    opening: str, quoted: str | None, after: str, replies: Sequence[str], answer: Answer, *, labels: Iterable[str] = ()
) -> Sheet:
    """Return a message that quotes a person, explains the consequences, and offers replies that need only one tap.

    `labels` are the texts of the links, in the order of `replies`.
    """
    lines = "\n".join(f"Reply with: {reply}" for reply in replies)
    return Sheet(
        lead=opening,
        paragraphs=[
            *([Paragraph(text=quoted, quoted=True)] if quoted else []),
            Paragraph(text=after),
            *([Paragraph(text=lines, quoted=True)] if replies else []),
        ],
        links=[
            answer.link(label, f"{reply}\n", is_first=number == 0)
            for number, (label, reply) in enumerate(zip(labels or replies, replies, strict=False))
        ],
    )
