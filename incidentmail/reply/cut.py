"""Keep what the sender wrote in this reply, and drop what a mail program or an earlier mail put there.

Text first: everything from the first marker on is dropped. Quotations first, or between: what stands outside them is
kept. A line that begins with `>` is never kept. In doubt a line is lost rather than a quoted one kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from incidentmail.reply import phrases
from incidentmail.reply.attribution import has_address
from incidentmail.reply.lines import (
    ATTRIBUTION,
    BANNER,
    EMPTY,
    QUOTE,
    RULE,
    TEXT,
    Line,
    classify,
    plain,
)

WRAP_CHARS_MIN = 55  # a quoted line shorter than this was not broken by a mail program
CLOSING_LINES_MAX = 5  # a formal close, a name, a title, an organisation, a telephone
GREETING_CHARS_MAX = 40
CONTACT_LINES_MAX = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A line, whether it is the sender's own new text, and why."""

    line: Line
    kept: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a body says anew: `new_text`, the kept lines without blank ones at both ends, and every line's fate."""

    new_text: str
    lines: tuple[Kept, ...]


def cut(text: str) -> Reading:
    """Read one body; linear in its length, and never raises.

    >>> cut("sev 1\\n\\nOn 1 May 2026 at 10:07, Bo <bo@example.com> wrote:\\n> Severity: 4").new_text
    'sev 1'
    """
    lines = classify(text)
    fates = _fates(lines)
    _drop_tail(lines, fates)
    kept = [i for i, fate in enumerate(fates) if not fate]
    while kept and lines[kept[-1]].kind is EMPTY:
        fates[kept.pop()] = "blank at the end"
    front = 0
    while front < len(kept) and lines[kept[front]].kind is EMPTY:
        fates[kept[front]] = "blank at the start"
        front += 1
    new_text = "\n".join([lines[i].text for i in kept[front:]])
    return Reading(
        new_text=new_text,
        lines=tuple([Kept(line=a, kept=not b, why=b or "the sender's") for a, b in zip(lines, fates, strict=True)]),
    )


def _fates(lines: Sequence[Line]) -> list[str]:
    """For each line why it is dropped, or an empty string."""
    fates = [""] * len(lines)
    written = False  # something of the sender's own was seen, and it is more than a greeting
    quoted = False
    for index, line in enumerate(lines):
        kind = line.kind
        if kind is EMPTY:
            continue
        if kind is TEXT:
            if quoted and _is_wrapped_quote(lines, index):
                fates[index] = "a broken line of the quotation"
            elif not written and not _is_greeting(line.text):
                written = True
        elif kind is QUOTE:
            quoted = True
            fates[index] = line.why
        elif kind is RULE:
            if line.why == "a PGP frame":
                fates[index] = line.why
                if index + 1 < len(lines) and lines[index + 1].text.startswith("Hash:"):
                    fates[index + 1] = "a PGP frame"
        elif line.why == BANNER or (kind is ATTRIBUTION and not written and _is_above_quote(lines, index)):
            fates[index] = line.why
        else:
            fates[index:] = [f"after {line.why} (line {line.number})"] * (len(lines) - index)
            fates[index] = line.why
            break
    return fates


def _is_above_quote(lines: Sequence[Line], index: int) -> bool:
    """Whether the attribution's quotation is marked, so that what is not marked is the sender's."""
    for line in lines[index + 1 : index + 6]:
        if line.kind is QUOTE:
            return True
        if line.kind not in (EMPTY, ATTRIBUTION):
            return False
    return False


def _is_wrapped_quote(lines: Sequence[Line], index: int) -> bool:
    """A quoted line that a mail program broke, so that its rest lost the `>`."""
    above = lines[index - 1]
    if above.kind is not QUOTE or len(above.text) < WRAP_CHARS_MIN:
        return False
    below = lines[index + 1].kind if index + 1 < len(lines) else EMPTY
    return below is QUOTE or (lines[index].text[:1].islower() and above.text.rstrip()[-1:] not in ".!?:")


def _is_greeting(text: str) -> bool:
    """`Hi Bo,` above a quotation does not make the reply one with its text on top."""
    line = plain(text)
    return len(line) <= GREETING_CHARS_MAX and line[-1] in ",，" and line.count(" ") <= 3 and line[:1].isalpha()


def _drop_tail(lines: Sequence[Line], fates: list[str]) -> None:
    """Rules, formal closes with their names, and contact blocks at the end of what is kept."""
    tail = [i for i, fate in enumerate(fates) if not fate and lines[i].kind is not EMPTY]
    while tail and lines[tail[-1]].kind is RULE:
        fates[tail.pop()] = "a rule above what was dropped"
    start = _closing(lines, tail)
    if start is None:
        start = _contact_block(lines, tail)
    if start is not None:
        for index in range(start, tail[-1] + 1):
            fates[index] = fates[index] or "a closing signature"


def _closing(lines: Sequence[Line], tail: Sequence[int]) -> int | None:
    """Index of a formal close with at most four short lines below it, none of which could be a command."""
    for back in range(1, min(CLOSING_LINES_MAX, len(tail) - 1) + 1):
        index = tail[-back]
        line = plain(lines[index].text)
        if len(line) <= GREETING_CHARS_MAX and line.casefold().rstrip(" ,.!，、。") in phrases.CLOSINGS:
            return index
        if len(line) > GREETING_CHARS_MAX or _could_be_command(line):
            return None
    return None


def _contact_block(lines: Sequence[Line], tail: Sequence[int]) -> int | None:
    """Index of a rule with only short lines below it, at least one of them an address, a link or a telephone."""
    contacts = False
    for back in range(1, min(CONTACT_LINES_MAX, len(tail) - 1) + 1):
        index = tail[-back]
        line = plain(lines[index].text)
        if lines[index].kind is RULE:
            return index if contacts else None
        if len(line) > 60:
            return None
        contacts = contacts or has_address(line) or "http" in line or sum(c.isdigit() for c in line) >= 7
    return None


def _could_be_command(line: str) -> bool:
    return ":" in line or any(c.isdigit() for c in line)
