"""Render the question whether a new mail declares an incident, with a link for each reply that declares it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.core.policy import Policy
from incidentmail.core.words import Words

from .private_pages import Paragraph, Sheet
from .reply_links import Answer, reply_links

YES = "yes"
NOTHING_SEEN = 'Nothing is declared yet: I found no line such as "Severity: 1" in your mail.'
IF_NONE = "Not an incident? Ignore this mail. You are asked once for each thread, and nobody else got this mail."


def new_thread_question(
    opening: str, seen: Sequence[tuple[str | None, str]], replies: Sequence[str], *, subject: str,
    words: Words, number: int | None, answer: Answer,
) -> Sheet:  # fmt: skip
    """Return the content of the question.

    `opening` is the first line, or "" if nothing in the mail looks like a declaration. `seen` holds each line that
    looks like one, with our interpretation. `replies` are the replies that the mail suggests. `number` is the severity
    in the mail, or None.
    """
    paragraphs = [Paragraph(text=subject, quoted=True)]
    for line, result in seen:
        paragraphs += [Paragraph(text=line, quoted=True)] if line and line != subject else []
        paragraphs.append(Paragraph(text=result))
    return Sheet(
        lead=opening or NOTHING_SEEN,
        paragraphs=[*paragraphs, Paragraph(text=how_to_declare(words.policy, number))],
        links=reply_links(answer, replies_that_declare(replies, words.policy, number), words),
        closing=IF_NONE,
    )


def replies_that_declare(suggested: Sequence[str], policy: Policy, number: int | None) -> tuple[str, ...]:
    """Return the replies to offer: those that the mail suggests, or otherwise one for each severity.

    `yes` is also offered if the mail names a severity.
    """
    replies = suggested or [f"sev {step.level}" for step in policy.severities]
    return tuple(dict.fromkeys((*replies, *([YES] if number is not None else []))))


def how_to_declare(policy: Policy, number: int | None) -> str:
    """Return a paragraph that says how to declare the mail as an incident, and what happens then."""
    steps = ", ".join(f"sev {step.level} is {step.name}" for step in policy.severities)
    example = policy.default_severity if number is None else number
    also = "" if number is None else f" To declare severity {number}, you can also reply: yes."
    return (
        f"Is it an incident? Then reply with its severity, for example: sev {example} ({steps}).{also} Then everybody"
        " is told; your subject says what is broken. If you are not sure, declare: nobody minds a false alarm."
    )
