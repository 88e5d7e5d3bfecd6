"""Split lines that a program joined to the attribution, separator or header block below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .attribution import CHARS_MAX, explain, has_address
from .header_block import header_inside
from .program_phrases import SEPARATORS, has_any

JOINED_MAX = 50  # how many lines are examined; a message quoted five times has five
# The verbs in languages whose attributions begin with a word matched by _INSIDE.
_VERBS = ("wrote", "writes", "schrieb", "écrit", "escribió", "scritto", "schreef", "escreveu", "skrev", "napisa")
# On, Le, Am, El, Il, Op, Em, Den, På, Dnia, W dniu. The first letter comes first, because it is fast to search for.
_INSIDE = re.compile(
    r"[OLAEIDPW](?<=[\s\-–—.!?:;,a-z0-9)].)(?:(?<=O)[np]|(?<=L)e|(?<=[AE])m|(?<=[EI])l|(?<=D)(?:en|nia)|(?<=P)å"
    r"|(?<=W) dniu) (?=[^\s\d]{0,12},? ?(?:[^\s\d]{1,9} )?\d)"
)
_VERB_END = re.compile("(?:" + "|".join(_VERBS) + r")[^:\n]{0,120}:(?=\s|$)")
_DRAWN = re.compile(r"-{3,40} ?([^-\n]{3,60}?) ?-{3,40}")


def split_joined(lines: list[str]) -> list[tuple[int, str]] | None:
    """Return the pieces, each with the index of the line that it came from, or None if no line has to be split.

    >>> split_joined(["ok On 1 May 2026 Bo wrote: fine"])
    [(0, 'ok'), (0, 'On 1 May 2026 Bo wrote:'), (0, 'fine')]
    """
    cuts = {index: found for index in _candidates(lines)[:JOINED_MAX] if (found := _cuts(lines[index]))}
    if not cuts:
        return None
    pieces: list[tuple[int, str]] = []
    for index, line in enumerate(lines):
        if index not in cuts:
            pieces.append((index, line))
            continue
        borders = [0, *cuts[index], len(line)]
        pieces += [(index, line[a:b].strip()) for a, b in pairwise(borders) if line[a:b].strip()]
    return pieces


def _candidates(lines: Sequence[str]) -> list[int]:
    """Return the indexes of the lines that may have to be split. Most texts have none.

    Attributions and header blocks contain colons, and drawn separators contain dashes.
    """
    marked = [i for i, line in enumerate(lines) if (":" in line or "---" in line) and line[0] not in ">＞"]
    if not marked:
        return []
    text = "\n".join([lines[index] for index in marked])
    verbs = [verb for verb in _VERBS if verb in text]
    return [
        index
        for index in marked
        if "---" in (line := lines[index]) or ("@" in line and line.count(":") > 2) or (verbs and has_any(line, verbs))
    ]


def _cuts(line: str) -> list[int]:
    """Return the indexes at which the line has to be split."""
    end = len(line.rstrip())
    found = _attribution(line)
    if found is not None:
        return [at for at in found if 0 < at < end]
    for match in _DRAWN.finditer(line[:CHARS_MAX]) if "---" in line else ():
        if match[1].strip().casefold().startswith(SEPARATORS):
            return [at for at in match.span() if _has_word(line[:at]) and _has_word(line[at:])]
    if "@" in line and line.count(":") > 2:
        start = header_inside(line)
        return [start] if start else []
    return []


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))


def _attribution(line: str) -> tuple[int, int] | None:
    """Return the start and end of the attribution in a line, or None.

    At the start of the line, an attribution needs an address. One that takes up the whole line is found later, together
    with those that are wrapped over several lines.
    """
    if len(line) > CHARS_MAX * 8:
        return None
    for verb in _VERB_END.finditer(line):
        head = line[max(0, verb.end() - CHARS_MAX) : verb.end()]
        offset = verb.end() - len(head)
        inside = [match.start() for match in _INSIDE.finditer(head, 1)]
        start = inside[-1] if inside else -1
        if start > 0 and explain(head[:start].rstrip() + ":", above_quote=False):
            start = -1  # this word is inside the attribution
        if start > 0 and head[:start].strip(" -–—") and explain(head[start:], above_quote=False):
            return offset + start, verb.end()
        if offset == 0 and line[verb.end() :].strip() and has_address(head) and explain(head, above_quote=False):
            return 0, verb.end()
    return None
