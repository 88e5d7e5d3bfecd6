"""The question whether a new mail declares an incident, with a tap for each reply that would declare it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.core.policy import SeverityLevel

from .private_pages import Paragraph, Sheet
from .reply_links import Answer

YES = "yes"
NOTHING_SEEN = 'Nothing is declared yet: I found no line such as "Severity: 1" in your mail.'
IF_NONE = "Not an incident? Ignore this mail. You are asked once for each thread, and nobody else got this mail."


def new_thread_question(
    opening: str, seen: Sequence[tuple[str | None, str]], replies: Sequence[str], *, subject: str,
    scale: Sequence[SeverityLevel], number: int | None, answer: Answer,
) -> Sheet:  # fmt: skip
    """Return the question as a page.

    `opening`: its first line, or empty if nothing was seen in the mail; `seen`: each line that was, with what it means
    to us; `replies`: those that would declare it. If there are none, there is a tap for each severity. `number`: the
    severity that `yes` declares, or None if it is the usual one.
    """
    paragraphs = [Paragraph(text=subject, quoted=True)]
    for line, result in seen:
        paragraphs += [Paragraph(text=line, quoted=True)] if line and line != subject else []
        paragraphs.append(Paragraph(text=result))
    taps = dict.fromkeys((*(replies or [f"sev {step.level}" for step in scale]), YES))
    return Sheet(
        lead=opening or NOTHING_SEEN,
        paragraphs=[*paragraphs, Paragraph(text=how_to_declare(scale, number))],
        links=[answer.link(f"Reply: {reply}", f"{reply}\n") for reply in taps],
        closing=IF_NONE,
    )


def how_to_declare(scale: Sequence[SeverityLevel], number: int | None) -> str:
    """Return how to declare the mail as an incident, and what happens then."""
    steps = ", ".join(f"sev {step.level} is {step.name}" for step in scale)
    usual = f", for severity {number}" if number is not None else ""
    return (
        f"Is it an incident? Then reply with the word sev and a number ({steps}), or with: yes{usual}. "
        "Your subject says what is broken, your text has the details, and everybody is told. If you are not sure, "
        "declare: nobody minds a false alarm."
    )
