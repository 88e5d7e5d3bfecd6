"""Keep what the sender wrote in this reply, and drop what a mail program or an earlier mail put there.

Text first: everything from the first marker on is dropped. Quotations first, or between: what stands outside them is
kept. A line that begins with `>` is never kept. In doubt a line is lost rather than a quoted one kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .line_kinds import ATTRIBUTION, BANNER, EMPTY, QUOTE, RULE, TEXT, Line, classify
from .signature_block import closing

WRAP_CHARS_MIN = 55  # a quoted line shorter than this was not broken by a mail program
WRAP_CHARS_MAX = 100  # a longer one comes from a program that breaks no lines
UNBROKEN = 1_000
ROOM_CHARS = 72  # no mail program breaks a line that would have fitted into this
GREETING_CHARS_MAX = 40
TAIL_LINES_MAX = 20  # no signature is longer
BROKEN = "a broken line of the quotation"


class Kept(NamedTuple):
    """A line, whether it is the sender's own new text, and why."""

    line: Line
    kept: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What a body says anew: `new_text`, the kept lines without blank ones at both ends, and every line's fate."""

    new_text: str
    lines: tuple[Kept, ...]


def cut(text: str) -> Extraction:
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
    return Extraction(
        new_text=new_text,
        lines=tuple([Kept(line, not fate, fate or "the sender's") for line, fate in zip(lines, fates, strict=True)]),
    )


def _fates(lines: Sequence[Line]) -> list[str]:
    """For each line why it is dropped, or an empty string."""
    fates = [""] * len(lines)
    written = False  # something of the sender's own was seen, and it is more than a greeting
    width = 0  # of the quoted lines
    for index, line in enumerate(lines):
        kind = line.kind
        if kind is EMPTY:
            continue
        if kind is TEXT:
            if width and (lines[index - 1].kind is QUOTE or fates[index - 1] is BROKEN):
                fates[index] = BROKEN if _is_broken(lines, index, width, strict=written) else ""
            if not fates[index] and not written:
                written = not _is_greeting(line.plain)
        elif kind is QUOTE:
            width = width or _width(lines[index:])
            fates[index] = line.why
        elif kind is RULE:
            if line.why == "a PGP frame":
                fates[index] = line.why
                if index + 1 < len(lines) and lines[index + 1].text.startswith("Hash:"):
                    fates[index + 1] = "a PGP frame"
        elif line.why == BANNER or (kind is ATTRIBUTION and _is_above_quote(lines, index)):
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


def _width(lines: Sequence[Line]) -> int:
    """Where the program that sent this may break quoted lines; `UNBROKEN` where one shows that it breaks none."""
    quoted = [line.text for line in lines if line.kind is QUOTE]
    if any(len(text) > WRAP_CHARS_MAX and " " in text[WRAP_CHARS_MIN:ROOM_CHARS] for text in quoted):
        return UNBROKEN
    return min(max(map(len, quoted)), ROOM_CHARS)


def _is_broken(lines: Sequence[Line], index: int, width: int, *, strict: bool) -> bool:
    """A quoted line that a mail program broke, so that its rest lost the `>`; `strict` where text stands above too.

    What would have fitted on the line above was not broken off it, and what follows a finished sentence begins one.
    """
    above, text = lines[index - 1].text.rstrip(), lines[index].text
    if text.lstrip().startswith(("(http", "<http")) or text.rstrip().endswith(" >"):
        return True  # a link that stood inside the quoted line
    if width == UNBROKEN or len(above) < WRAP_CHARS_MIN or len(above) + 1 + len(text.split(None, 1)[0]) <= width:
        return False
    if above[-1] in ".!?:":
        return False
    return strict or text[:1].islower() or (index + 1 < len(lines) and lines[index + 1].kind is QUOTE)


def _is_greeting(line: str) -> bool:
    """`Hi Bo,` above a quotation does not make the reply one with its text on top."""
    return len(line) <= GREETING_CHARS_MAX and line[-1] in ",，" and line.count(" ") <= 3 and line[:1].isalpha()


def _drop_tail(lines: Sequence[Line], fates: list[str]) -> None:
    """Rules at the end of what is kept, and a signature."""
    tail = [i for i, fate in enumerate(fates) if not fate and lines[i].kind is not EMPTY]
    while tail and lines[tail[-1]].kind is RULE:
        fates[tail.pop()] = "a rule above what was dropped"
    del tail[:-TAIL_LINES_MAX]
    texts = [lines[i].plain for i in tail]
    start = closing(texts, [lines[i].kind is RULE for i in tail], [i > 0 and lines[i - 1].kind is EMPTY for i in tail])
    if start is not None:
        for index in range(tail[start], tail[-1] + 1):
            fates[index] = fates[index] or "a closing signature"
