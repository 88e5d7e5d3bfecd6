"""Lines that a program joined to the attribution, separator or header block below them: where each piece begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .attribution import CHARS_MAX, explain, has_address
from .header_block import header_inside
from .program_phrases import SEPARATORS

# The verbs of the languages whose attributions begin with one of the words in _INSIDE.
_VERBS = ("wrote", "writes", "schrieb", "écrit", "escribió", "scritto", "schreef", "escreveu", "skrev", "napisa")
_INSIDE = re.compile(
    r"(?<=[\s\-–—.!?:;,a-z0-9)])(?:On|Le|Am|El|Il|Op|Em|Den|På|Dnia|W dniu) (?=[^\s\d]{0,12},? ?(?:[^\s\d]{1,9} )?\d)"
)
_VERB_END = re.compile("(?:" + "|".join(_VERBS) + r")[^:\n]{0,120}:(?=\s|$)")
_DRAWN = re.compile(r"-{3,40} ?([^-\n]{3,60}?) ?-{3,40}")


def split_joined(text: str, lines: list[str]) -> list[tuple[int, str]] | None:
    """Return the pieces of the lines with the index of the line that each came from, or None if no line has two.

    >>> split_joined("ok On 1 May 2026 Bo wrote: fine", ["ok On 1 May 2026 Bo wrote: fine"])
    [(0, 'ok'), (0, 'On 1 May 2026 Bo wrote:'), (0, 'fine')]
    """
    verbs, drawn, mails = any(verb in text for verb in _VERBS), "---" in text, "@" in text
    if not (verbs or drawn or mails):
        return None
    pieces, found = [], False
    for index, line in enumerate(lines):
        cuts = [] if line[:1] in ">＞" or len(line) < 12 else list(_cuts(line, verbs, drawn, mails))
        if cuts:
            found = True
            borders = [0, *cuts, len(line)]
            pieces += [(index, line[a:b].strip()) for a, b in pairwise(borders) if line[a:b].strip()]
        else:
            pieces.append((index, line))
    return pieces if found else None


def _cuts(line: str, verbs: bool, drawn: bool, mails: bool) -> Iterator[int]:
    """Yield the indexes at which the line has to be divided."""
    if verbs and any(verb in line for verb in _VERBS):
        found = _attribution(line)
        if found is not None:
            yield from (at for at in found if 0 < at < len(line.rstrip()))
            return
    if drawn and "---" in line:
        for match in _DRAWN.finditer(line[:CHARS_MAX]):
            if match[1].strip().casefold().startswith(SEPARATORS):
                yield from (at for at in match.span() if _has_word(line[:at]) and _has_word(line[at:]))
                return
    if mails and "@" in line and line.count(":") > 2:
        start = header_inside(line)
        if start is not None and start > 0:
            yield start


def _has_word(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _attribution(line: str) -> tuple[int, int] | None:
    """Return where the attribution in a line begins and ends, or None; one at the start needs an address.

    One that fills its line is found later, with those that are broken over several lines.
    """
    if len(line) > CHARS_MAX * 8:
        return None
    for verb in _VERB_END.finditer(line):
        head = line[max(0, verb.end() - CHARS_MAX) : verb.end()]
        offset = verb.end() - len(head)
        inside = [match.start() for match in _INSIDE.finditer(head, 1)]
        start = inside[-1] if inside else -1
        if start > 0 and explain(head[:start].rstrip() + ":", above_quote=False):
            start = -1  # a word inside the attribution
        if start > 0 and head[:start].strip(" -–—") and explain(head[start:], above_quote=False):
            return offset + start, verb.end()
        if offset == 0 and line[verb.end() :].strip() and has_address(head) and explain(head, above_quote=False):
            return 0, verb.end()
    return None
