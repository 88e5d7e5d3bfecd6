"""Keep the text that the sender wrote in this reply, and drop text from mail programs and earlier messages.

If the reply begins with the sender's text, everything from the first quotation mark or attribution onwards is dropped.
If a quotation comes first or is between lines of text, the text outside the quotations is kept. A line that begins with
`>` is never kept. In case of doubt, a line is dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import not_

from incidentmail.core.frozen import Frozen

from .added.ends import trim
from .line_kinds import ATTRIBUTION, EMPTY, FOOTER, MARKERS, PHONE, QUOTE, RULE, SIGNATURE, TEXT, Line, classify
from .positions import positions
from .wrapped_lines import ROOM_CHARS, is_unbroken, may_be_wrapped

UNBROKEN = 1_000
GREETING_CHARS_MAX = 40
BELOW_LINES_MAX = 2  # more text than this below an attribution is its quotation
BROKEN = "a broken line of the quotation"


class Kept(Frozen, array_like=True):
    """A line, whether it is kept as the sender's new text, and the reason."""

    line: Line
    kept: bool
    why: str


class Extraction(Frozen, kw_only=True):
    """The new text of a body, and the reason why each line was kept or dropped.

    `cut_at` is the index of the first line of an unmarked quotation that continues to the end, or None. `is_surely_own`
    is false if the new text follows a line that attributes it to somebody. Such text can be a note, but is never parsed
    for commands. `is_page` is true if only HTML was sent. In that case, our HTML parser added the `>` to quoted lines.
    `is_typed` is true if each line is known to end where the writer ended it, and not where their program wrapped it.
    """

    new_text: str
    lines: tuple[Kept, ...]
    cut_at: int | None = None
    is_surely_own: bool = True
    is_page: bool = False
    is_typed: bool = False


def cut(text: str, name: str = "", signature: str = "") -> Extraction:
    """Return the new text of one body, in time linear in the body's length. Never raise.

    `name` is the writer's display name; a last block that begins with it is a signature. `signature` is the text that
    the HTML of the message marks as a signature.

    >>> cut("sev 1\\n\\nOn 1 May 2026 at 10:07, Bo <bo@example.com> wrote:\\n> Severity: 4").new_text
    'sev 1'
    """
    lines = classify(text)
    reasons, cut_at = _drop_reasons(lines)
    is_surely_own = cut_at is None or not _keep_below_attribution(lines, reasons, cut_at)
    trim(lines, reasons, name=name, signature=signature)
    kept = list(positions(map(not_, reasons)))
    while kept and lines[kept[-1]].kind is EMPTY:
        reasons[kept.pop()] = "blank at the end"
    front = 0
    while front < len(kept) and lines[kept[front]].kind is EMPTY:
        reasons[kept[front]] = "blank at the start"
        front += 1
    new_text = "\n".join([lines[i].text for i in kept[front:]])
    return Extraction(
        new_text=new_text,
        lines=tuple(map(Kept, lines, map(not_, reasons), [reason or "the sender's" for reason in reasons])),
        cut_at=cut_at,
        is_surely_own=is_surely_own,
    )


def _keep_below_attribution(lines: Sequence[Line], reasons: list[str], cut_at: int) -> bool:
    """Keep a few lines below an attribution at the start if the quotation was deleted or has lost its marks.

    Return whether any lines were kept.
    """
    if lines[cut_at].kind is not ATTRIBUTION or any(
        r == "" and x.kind is TEXT for r, x in zip(reasons, lines, strict=True)
    ):
        return False
    below = [i for i in range(cut_at + 1, len(lines)) if lines[i].kind not in (EMPTY, ATTRIBUTION)]
    end = next((n for n, i in enumerate(below) if lines[i].kind is not TEXT), len(below))
    if not 0 < end <= BELOW_LINES_MAX or any(lines[i].kind in MARKERS for i in below):
        return False
    for index in range(below[0], below[end - 1] + 1):
        reasons[index] = ""
    return True


def _drop_reasons(lines: Sequence[Line]) -> tuple[list[str], int | None]:
    """Return the reason why each line is dropped ("" if it is kept), and the index of the line that ended the reply."""
    reasons = [""] * len(lines)
    written = False  # whether the sender's own text has begun, apart from a greeting
    width = 0  # width of the quoted lines
    below = ""  # why text is not the sender's, up to the next marked quotation
    for index, line in enumerate(lines):
        kind = line.kind
        if kind is TEXT:
            if below:
                reasons[index] = below
                continue
            if width and (lines[index - 1].kind is QUOTE or reasons[index - 1] is BROKEN):
                reasons[index] = BROKEN if _is_broken(lines, index, width, strict=written) else ""
            if not (written or reasons[index]):
                written = not _is_greeting(line.plain)
        elif kind is EMPTY:
            continue
        elif kind is QUOTE:
            width = width or _width(lines[index:])
            reasons[index], below = line.why, ""
        elif kind is RULE:
            if line.why == "a PGP frame":
                reasons[index] = line.why
                if index + 1 < len(lines) and lines[index + 1].text.startswith("Hash:"):
                    reasons[index + 1] = "a PGP frame"
        elif kind is ATTRIBUTION and _is_above_quote(lines, index):
            reasons[index], below = line.why, ""
        elif kind is SIGNATURE and line.why == PHONE:
            reasons[index], below = PHONE, f"after {PHONE} (line {line.number})"
        elif kind is FOOTER and not written:
            reasons[index] = line.why  # a gateway put it above the text
        else:
            reasons[index:] = [f"after {line.why} (line {line.number})"] * (len(lines) - index)
            reasons[index] = line.why
            return reasons, index
    return reasons, None


def _is_above_quote(lines: Sequence[Line], index: int) -> bool:
    """Return whether the quotation below this line is marked, in which case unmarked text is the sender's."""
    for line in lines[index + 1 : index + 6]:
        if line.kind is QUOTE:
            return True
        if line.kind not in (EMPTY, ATTRIBUTION):
            return False
    return False


def _width(lines: Sequence[Line]) -> int:
    """Return the width at which the program wraps quoted lines, or `UNBROKEN` if it does not."""
    quoted = [line.text for line in lines if line.kind is QUOTE]
    if is_unbroken(quoted):
        return UNBROKEN
    return min(max(map(len, quoted)), ROOM_CHARS)


def _is_broken(lines: Sequence[Line], index: int, width: int, *, strict: bool) -> bool:
    """Return whether the line is the rest of a quoted line that a program wrapped, and therefore has no `>`.

    It is not if its first word would have fitted on the line above, or if that line ends a sentence. If `strict` is
    true, the sender's own text is above the quotation, so no further evidence is needed.
    """
    above, text = lines[index - 1].text.rstrip(), lines[index].text
    if text.lstrip().startswith(("(http", "<http")) or text.rstrip().endswith(" >"):
        return True  # a link from inside the quoted line
    if width == UNBROKEN or not may_be_wrapped(above, text, width):
        return False
    if above[-1] in ".!?:":
        return False
    return strict or text[:1].islower() or (index + 1 < len(lines) and lines[index + 1].kind is QUOTE)


def _is_greeting(line: str) -> bool:
    """Return whether the line is a greeting. `Hi Bo,` above a quotation does not count as the sender's text."""
    return len(line) <= GREETING_CHARS_MAX and line[-1] in ",，" and line.count(" ") <= 3 and line[:1].isalpha()
