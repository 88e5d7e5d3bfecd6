"""Classify each line of a reply: written by a person, quoted, or added by a mail program.

Every rule looks at one line, or at a window of at most four lines and 500 characters, so the time is linear for any
input. The phrases of each language are in `program_phrases.py`; `cut.py` decides which lines to keep.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from operator import is_
from typing import NamedTuple

from incidentmail.core.frozen import Frozen

from . import program_phrases as phrases
from .added import phrases as added
from .added.lines import PHONE_CHARS_MAX, is_phone
from .attribution import CHARS_MAX, mark_attributions
from .header_block import mark_headers
from .joined_lines import split_joined
from .plain_line import plain, plain_lines
from .positions import positions
from .quote_marks import BARS, NAME_CHARS_MAX, ends_attribution, mark_headings, mark_prefixed

RULE_CHARS = frozenset("-_=*~#+—–─━ ")
_DRAWN = RULE_CHARS | frozenset("[(<")
OUTLOOK_RULE_CHARS_MIN = 20  # Outlook draws 32 underscores above the quoted header block
LINES_MAX = 4_000  # the rest becomes one dropped line, to bound memory; 64 KiB of prose have fewer lines
PHONE = "a phone's signature"


class LineKind(StrEnum):
    """The kind of a line."""

    TEXT = "text"
    EMPTY = "empty"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    HEADER = "header"
    SEPARATOR = "separator"
    RULE = "rule"
    SIGNATURE = "signature"
    FOOTER = "footer"


class Line(Frozen, array_like=True):
    """One line of a body: its number (from 1), its text, its kind, and the reason for that kind.

    `text` is the line as received, and `plain` is that text normalized by the function `plain`.
    """

    number: int
    text: str
    plain: str
    kind: LineKind
    why: str


# Bound once, because attribute access on an enum class is the slowest part of the loop for an empty line.
TEXT, EMPTY, QUOTE, ATTRIBUTION = LineKind.TEXT, LineKind.EMPTY, LineKind.QUOTE, LineKind.ATTRIBUTION
HEADER, SEPARATOR, RULE, SIGNATURE, FOOTER = (
    LineKind.HEADER,
    LineKind.SEPARATOR,
    LineKind.RULE,
    LineKind.SIGNATURE,
    LineKind.FOOTER,
)
_IS_QUOTE = partial(is_, QUOTE)
MARKERS = frozenset({QUOTE, ATTRIBUTION, HEADER, SEPARATOR})

_STARTS = frozenset(
    phrase[:3]
    for table in (phrases.FORWARDED, added.FOOTER_STARTS, added.DISCLAIMER_STARTS)
    for phrase in (*table, *(phrase.lstrip("[") for phrase in table))
)
_APP_STARTS = _STARTS.union(
    phrase[:3] for table in (added.PHONE_STARTS, added.PHONE_SHORT_STARTS, added.FOOTER_WORDS) for phrase in table
)  # one look-up saves comparing most lines with every phrase


def classify(text: str) -> tuple[Line, ...]:
    """Return every line of a body with its kind, in time linear in the length of the text. Never raise.

    >>> [line.kind.value for line in classify("sev 1\\n\\nOn 1 May 2026 Bo <bo@example.com> wrote:\\n> fine")]
    ['text', 'empty', 'attribution', 'quote']
    """
    raw, numbers, beyond = _split(text)
    plains = plain_lines(raw)
    kinds = [TEXT] * len(plains)
    whys = ["text"] * len(plains)
    found = _sorted(plains, kinds, whys)
    tails = _mark_quotes(plains, kinds, whys, found) if found.initials or found.quotes else []
    _mark_footers(plains, kinds, whys, found.marks)
    if FOOTER in kinds:
        _mark_headings(plains, kinds, whys)
    _mark_phones(plains, kinds, whys, found)
    if found.keys:
        for index, why in mark_headers(plains, found.keys):
            kinds[index], whys[index] = HEADER, why
    _mark_rules(plains, kinds, whys, found.drawn)
    _mark_attributions(plains, kinds, whys, sorted({*found.texts, *tails}) if tails else found.texts)
    if ATTRIBUTION in kinds:
        _mark_indented(raw, kinds, whys, found.texts)
    if beyond:
        raw.append("\n".join(beyond))
        plains.append(plain(raw[-1]))
        numbers.append(numbers[-1] + 1)
        kinds.append(SEPARATOR)
        whys.append(f"more than {LINES_MAX} lines")
    return tuple(map(Line, numbers, raw, plains, kinds, whys))


def _split(text: str) -> tuple[list[str], list[int], list[str]]:
    """Return the lines, separated where a program joined them, their line numbers, and the lines after LINES_MAX."""
    raw = text.splitlines()
    beyond = raw[LINES_MAX:]
    del raw[LINES_MAX:]
    pieces = split_joined(raw)
    if pieces is None:
        return raw, list(range(1, len(raw) + 1)), beyond
    return [piece for _, piece in pieces], [index + 1 for index, _ in pieces], beyond


class _Sorted(NamedTuple):
    """Groups of line indexes, formed by examining each line separately.

    `texts` are lines of text without a mark. The next four groups are subsets of `texts` that leave later rules few
    lines to examine: `keys` may be `Key: value` lines, `apps` may have been added by an app, `initials` may be quoted
    with a name or a bar, and `drawn` may be drawn rules. `quotes` begin with `>`, and `marks` are all other non-empty
    lines.
    """

    texts: list[int]
    keys: list[int]
    apps: list[int]
    initials: list[int]
    drawn: list[int]
    quotes: list[int]
    marks: list[int]


def _sorted(plains: Sequence[str], kinds: list[LineKind], whys: list[str]) -> _Sorted:
    """Set the kinds of lines that can be recognised in isolation. Return the groups that other rules examine."""
    found = _Sorted([], [], [], [], [], [], [])
    texts, keys, apps, initials, drawn, quotes, marks = found
    for index, line in enumerate(plains):
        if not line:
            kinds[index], whys[index] = EMPTY, "empty"
            continue
        first = line[0]
        if first in ">＞":
            kinds[index], whys[index] = QUOTE, "begins with >"
            quotes.append(index)
            continue
        if first in _DRAWN or line[:3].casefold()[:3] in _APP_STARTS:
            kinds[index], whys[index] = _kind(line)
            if kinds[index] is not TEXT:
                marks.append(index)
                continue
            apps.append(index)
            if first in "-=_":
                drawn.append(index)
        elif not line.isascii():
            apps.append(index)
        texts.append(index)
        if (":" in line and ":" in line[:40]) or ("：" in line and "：" in line[:20]):
            keys.append(index)
        if first in BARS or (">" in line and ">" in line[:NAME_CHARS_MAX]):
            initials.append(index)
    return found


def _kind(line: str) -> tuple[LineKind, str]:
    """Return the kind of an unquoted line, as far as the line alone shows it, and the reason for that kind."""
    found = _drawn_kind(line) if line[0] in _DRAWN else None
    if found is not None:
        return found
    if len(line) > CHARS_MAX * 4:
        return TEXT, "text"
    head = line[:60].casefold().lstrip("*_ (<[#-")
    if head[:3] not in _STARTS:
        return TEXT, "text"
    if head.startswith(phrases.FORWARDED) and len(line) <= PHONE_CHARS_MAX:
        return SEPARATOR, "says that a forwarded message begins"
    if head.startswith(added.FOOTER_STARTS):
        return FOOTER, "a list's footer"
    if len(line) >= 50 and head.startswith(added.DISCLAIMER_STARTS):
        folded = line.casefold()
        if phrases.has_any(folded, added.DISCLAIMER_WORDS):
            return FOOTER, "a disclaimer"
    return TEXT, "text"


def _drawn_kind(line: str) -> tuple[LineKind, str] | None:
    """Return the kind of a line that begins with a drawing character, and the reason, or None if it is text.

    Such lines are rules, separators with words, and the signature mark (RFC 3676 section 4.3).
    """
    if line in ("--", "—", "–", "- --", "-- --"):
        return SIGNATURE, "the signature mark"
    if line.startswith("-----BEGIN PGP SIGNATURE"):
        return SIGNATURE, "a PGP signature"
    if line.startswith("-----BEGIN PGP SIGNED"):
        return RULE, "a PGP frame"
    inner = line.strip("-_=*~#+—–─━ []()<>|")
    if not inner:
        if len(line) >= OUTLOOK_RULE_CHARS_MIN and set(line) == {"_"}:
            return SEPARATOR, "an underscore rule"
        return (RULE, "a rule") if len(line) >= 3 else None
    if len(line) <= PHONE_CHARS_MAX and not line[:2].isspace():
        folded = inner.casefold().rstrip(": ")
        drawn = line[:2] in ("--", "__", "==", "**", "~~", "##", "—-", "——", "━━", "──", "*-", "- ", "[-", "++")
        if drawn and folded.startswith(phrases.SEPARATORS):
            return SEPARATOR, "says that the original message begins"
    return None


def _mark_quotes(plains: Sequence[str], kinds: list[LineKind], whys: list[str], found: _Sorted) -> list[int]:
    """Mark quotations without a plain `>`. Return the indexes of lines that look quoted but end an attribution."""
    tails = [index for index in found.quotes if len(plains[index]) < 24 and ends_attribution(plains[index])]
    for index in tails:
        kinds[index], whys[index] = ATTRIBUTION, "the end of an attribution"
    quoted = set(found.quotes).difference(tails)
    for index in mark_prefixed(plains, found.initials, quoted):
        kinds[index], whys[index] = QUOTE, "a name or a bar before it"
        quoted.add(index)
    for index in mark_headings(plains, quoted):
        kinds[index], whys[index] = ATTRIBUTION, "a marked line above unmarked text"
    return tails


def _mark_attributions(plains: Sequence[str], kinds: list[LineKind], whys: list[str], texts: Sequence[int]) -> None:
    """Mark the lines that say who wrote the quotation and when.

    `texts` are the indexes of lines of text, and of lines that look quoted but end an attribution.
    """
    texts = [index for index in texts if kinds[index] is TEXT or kinds[index] is ATTRIBUTION]
    for start, end, why in mark_attributions(plains, texts, set(positions(map(_IS_QUOTE, kinds)))):
        for index in range(start, end + 1):
            if kinds[index] is not EMPTY:
                kinds[index], whys[index] = ATTRIBUTION, why


def _mark_indented(raw: Sequence[str], kinds: list[LineKind], whys: list[str], texts: Sequence[int]) -> None:
    """Mark indented text as quoted from the first indented line that is directly below an attribution."""
    if not any(raw[index].startswith(("    ", "\t")) for index in texts):
        return
    below = indented = False
    for index, kind in enumerate(kinds):
        if kind is TEXT and (below or indented) and raw[index].startswith(("    ", "\t")):
            kinds[index], whys[index] = QUOTE, "indented below an attribution"
            indented = True
        elif kind is not EMPTY:
            below = kind is ATTRIBUTION


def _mark_footers(plains: Sequence[str], kinds: list[LineKind], whys: list[str], marks: Sequence[int]) -> None:
    """Mark a rule as a footer if one of the next two lines names a list or a notification service.

    Mailman's footer has this form.
    """
    for index in marks:
        if kinds[index] not in (SEPARATOR, RULE, SIGNATURE):
            continue
        line = plains[index]
        below = [text.casefold() for text in plains[index + 1 : index + 4] if text][:2]
        if any(word in text for text in below for word in added.FOOTER_WORDS):
            kinds[index], whys[index] = FOOTER, "a list's footer"
        elif line in ("—", "–", "--") and any(text.startswith(added.FOOTER_STARTS) for text in below):
            kinds[index], whys[index] = FOOTER, "a notification's footer"


def _mark_headings(plains: Sequence[str], kinds: list[LineKind], whys: list[str]) -> None:
    """Mark a heading above a disclaimer, such as the single word `Disclaimer`, as part of the disclaimer."""
    for index in range(len(plains) - 2):
        if kinds[index] is TEXT and plains[index].casefold().rstrip(":") in added.DISCLAIMER_HEADINGS:
            below = index + 1 if plains[index + 1] else index + 2
            if kinds[below] is FOOTER:
                kinds[index], whys[index] = FOOTER, "a disclaimer's heading"


def _mark_phones(plains: Sequence[str], kinds: list[LineKind], whys: list[str], found: _Sorted) -> None:
    """Mark app lines and list footers that either begin a paragraph or are the last line of text."""
    for index in reversed(found.apps):
        line = plains[index]
        if len(line) > PHONE_CHARS_MAX:
            continue
        later = bisect_right(found.texts, index)
        below = found.texts[later] if later < len(found.texts) else len(plains)
        is_first = index == 0 or not plains[index - 1]
        if is_first or below == len(plains) or kinds[below] is not TEXT or any(plains[index + 1 : below]):
            if is_phone(line):
                kinds[index], whys[index] = SIGNATURE, PHONE
            elif line.casefold().startswith(added.FOOTER_WORDS):
                kinds[index], whys[index] = FOOTER, "a list's footer"


def _mark_rules(plains: Sequence[str], kinds: list[LineKind], whys: list[str], drawn: Sequence[int]) -> None:
    """Mark a drawn line with unlisted words as a separator if a header block follows within three lines."""
    for index in drawn:
        line = plains[index]
        if kinds[index] is TEXT and line[:2] in ("--", "==", "__") and line[-2:] in ("--", "==", "__"):
            below = [kind for kind in kinds[index + 1 : index + 4] if kind is not EMPTY][:1]
            if below == [HEADER]:
                kinds[index], whys[index] = SEPARATOR, "drawn above a header block"
