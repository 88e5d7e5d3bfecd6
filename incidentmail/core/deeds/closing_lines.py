"""Render and parse the last line of our messages to the list, which says how to correct what they state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.words import in_brackets

WORST_HINT = "Do you know something about it? Reply to this mail."
HIDDEN_AUTHORS = "the list hides who writes, so replies through it cannot count."
NEWS_REPLY = "news: WHAT IS RIGHT"
"""The suggested reply to a follow-up without changes, which cannot be undone."""
_FOLLOW_UP_HINT = lazy_pattern(
    rf"\bUpdate (?P<number>\d{{1,6}})\. Wrong\? (?:Reply|Send):? (?:undo (?P=number)\b|{NEWS_REPLY})", re.A
)
_WORSE = lazy_pattern(
    r"Worse\? (?:Reply: (?:sev \d+(?: \(or sev \d+(?:, sev \d+)*\))?)|"
    rf"Send: sev \d+(?: \(or sev \d+(?:, sev \d+)*\))?, to the address below; {re.escape(HIDDEN_AUTHORS)})",
    re.A,
)
_EARLIER_DECLARATION_HINTS = (
    "Worse than this? Reply with the word sev and a number.",
    "Worse than this? Send the word sev and a number to the address below: the list hides who writes, and what is "
    "answered through it cannot count.",
)


def declaration_hint(milder_to_worse: Sequence[int], *, to_address: bool = False) -> str:
    """Return the last line of a declaration: the replies that make the severity worse, the next level first.

    If `to_address` is true, the list hides its authors, so replies have to go to the address below the line.

    >>> declaration_hint([2, 1]), declaration_hint([])
    ('Worse? Reply: sev 2 (or sev 1)', 'Do you know something about it? Reply to this mail.')
    """
    if not milder_to_worse:
        return WORST_HINT
    first, *others = (f"sev {level}" for level in milder_to_worse)
    replies = f"{first}{in_brackets('or ' + ', '.join(others) if others else None)}"
    return (
        f"Worse? Send: {replies}, to the address below; {HIDDEN_AUTHORS}" if to_address else f"Worse? Reply: {replies}"
    )


def is_declaration_hint(line: str) -> bool:
    """Return whether a line, quoted or not, is the last line of a declaration written by any version.

    >>> is_declaration_hint("> Worse? Reply: sev 1"), is_declaration_hint("Worse? I think so.")
    (True, False)
    """
    line = line.lstrip("> ").rstrip()
    return line == WORST_HINT or line in _EARLIER_DECLARATION_HINTS or bool(_WORSE.fullmatch(line))


def follow_up_hint(number: int, *, to_address: bool = False, can_undo: bool = True) -> str:
    """Return the last line of a follow-up: its number, and the reply that corrects it.

    An update without changes cannot be undone. It is corrected by a new message.

    >>> follow_up_hint(7)
    'Update 7. Wrong? Reply: undo 7'
    >>> follow_up_hint(7, can_undo=False)
    'Update 7. Wrong? Reply: news: WHAT IS RIGHT'
    """
    reply = f"undo {number}" if can_undo else NEWS_REPLY
    if to_address:
        return f"Update {number}. Wrong? Send: {reply}, to the address below; {HIDDEN_AUTHORS}"
    return f"Update {number}. Wrong? Reply: {reply}"


def follow_up_hints(number: int) -> Sequence[str]:
    """Return every form of the last line of follow-up `number` that any version has used."""
    return (
        *(follow_up_hint(number, to_address=there, can_undo=can) for there in (False, True) for can in (True, False)),
        f"Update {number}. Wrong? Reply undo {number}.",
        f"Update {number}. Wrong? Send undo {number} to the address below: the list hides who writes.",
    )


def read_follow_up_hint(line: str) -> int | None:
    """Return the number in the last line of a follow-up written by any version, quoted or not, otherwise None.

    >>> read_follow_up_hint("> Update 7. Wrong? Reply undo 7."), read_follow_up_hint("Update 7. Wrong?")
    (7, None)
    """
    found = _FOLLOW_UP_HINT.search(line)
    return int(found["number"]) if found else None
