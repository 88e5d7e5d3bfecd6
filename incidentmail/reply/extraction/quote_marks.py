"""Recognise quotations with unusual marks: initials before the `>`, or one marked line above unmarked text.

Each rule examines one line and its neighbours, after the lines that begin with `>` have been found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from .attribution import CHARS_MAX, COLONS, VERBS, explain, has_address, has_full_date

# Supercite and The Bat put the writer's name or initials before each quoted line.
_INITIALS = re.compile(r"[^\W\d_][\w.-]{0,14}(?: [^\W\d_][\w.-]{0,14}){0,2}>{1,5}")
BARS = "|│┃¦:"
NAME_CHARS_MAX = 50
_FRAMED = re.compile(r">{3} ?[^>\s].*>{3}")


def mark_prefixed(plains: Sequence[str], candidates: Sequence[int], quoted: Set[int]) -> Iterator[int]:
    """Yield the indexes of quoted lines such as `BK> fine` or `| fine`.

    Such a line is quoted if it follows an attribution or another quoted line, or if the next line has the same mark.
    Otherwise it is text that the sender pasted, such as `psql> select 1` or a table. `quoted` are the indexes of the
    lines that begin with `>`.

    >>> list(mark_prefixed(["Bo wrote on 1 May 2026:", "BK> fine", "BK> so"], [1, 2], set()))
    [1, 2]
    >>> list(mark_prefixed(["psql> select 1", "psql> select 2"], [0, 1], set()))
    []
    """
    marks = {index: mark for index in candidates if (mark := _mark(plains[index]))}
    marked: set[int] = set()
    seen: set[str] = set()
    for index, mark in marks.items():
        above = _neighbour(plains, index, -1)
        known = mark in seen or (
            above is not None
            and (above in marked or above in quoted or explain(plains[above][:CHARS_MAX], above_quote=True) != "")
        )
        if known or (_is_clear(mark) and marks.get(index + 1) == mark and not _is_table(plains, index)):
            marked.add(index)
            seen.add(mark)
            yield index


def _mark(line: str) -> str:
    """Return the quote prefix at the start of the line (a bar, or a name followed by `>`), or "" if there is none."""
    if line[0] in BARS:
        return line[0]
    found = _INITIALS.match(line)
    return found[0] if found else ""


def _is_clear(mark: str) -> bool:
    """Return whether the mark alone proves a quotation. Marks in lower case do not, because they may be prompts."""
    return mark[0].isupper() or (mark in BARS and mark != ":")


def _is_table(plains: Sequence[str], index: int) -> bool:
    return plains[index].count("|") > 1 or plains[index + 1].count("|") > 1


def mark_headings(plains: Sequence[str], quoted: Set[int]) -> Iterator[int]:
    """Yield the indexes of marked lines that introduce unmarked text: `>>> Bo 1/5/2026 10:07 >>>`, `> Bo wrote:`.

    >>> list(mark_headings([">>> Bo <bo@example.com> 1/5/2026 10:07 >>>", "Severity: 4"], {0}))
    [0]
    """
    for index in sorted(quoted):
        if index + 1 in quoted or index - 1 in quoted:
            continue
        above, below = _neighbour(plains, index, -1), _neighbour(plains, index, 1)
        if below is None or below in quoted or above in quoted:
            continue
        line = plains[index][:CHARS_MAX]
        framed = _FRAMED.fullmatch(line) is not None and (has_address(line) or has_full_date(line))
        if framed or explain(line.lstrip(">＞ "), above_quote=False):
            yield index


def ends_attribution(line: str) -> bool:
    """Return whether a line that begins with `>` is only the end of a wrapped attribution.

    >>> ends_attribution("> wrote:"), ends_attribution("> she wrote: fine")
    (True, False)
    """
    if ":" not in line and line.isascii():  # most quoted lines
        return False
    words = line.lstrip(">＞ ").casefold().rstrip(" *_")
    return words[-1:] in COLONS and words.rstrip(f" {COLONS}") in VERBS


def _neighbour(plains: Sequence[str], index: int, step: int) -> int | None:
    """Return the index of the next line with text in the direction `step`, or None if it is not within two lines."""
    for near in (index + step, index + 2 * step):
        if not 0 <= near < len(plains):
            return None
        if plains[near]:
            return near
    return None
