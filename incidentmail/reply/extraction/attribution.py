"""Recognise lines such as `On 20 Nov 2026 at 14:07, Bo <bo@example.com> wrote:` in any language.

An attribution has a date and an address; or either of these and a verb meaning "wrote"; or a date and a name before a
colon. It may be wrapped over four lines. If possible, it is recognised by its form, so that other languages work too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from . import program_phrases as phrases

CHARS_MAX = 500  # how much text is searched for an attribution, so that the time is linear
LINES_MAX = 4
EXAMINED_MAX = 300  # lines that only end like an attribution; all text below the last of them is dropped
WRAP_CHARS_MIN = 40  # no program wraps at less than this

# Each pattern begins with a digit, which is fast to search for, and has only bounded repetition.
_BEGINS_YEAR = r"(?:(?<=1)[349]|(?<=2)[05])\d\d"  # after its first digit
_FULL_DATE = re.compile(
    rf"\d(?<!\d.)(?:{_BEGINS_YEAR} ?[-/.年년] ?\d{{1,2}}(?!\d) ?[-/.月월]?"
    r"|\d? ?[-/.] ?\d{1,2} ?[-/.] ?(?:(?:19|20|25|14|13)\d\d|\d\d)(?!\d))"
)
_YEAR = re.compile(rf"[12](?<!\d.){_BEGINS_YEAR}(?!\d)")
_DAY = re.compile(r"\d(?<![\d:.].)\d?(?![\d:])")
_TIME = re.compile(r"\d(?<!\d.)\d?(?:[:.]| ?[hH時时시点點] ?)\d\d(?!\d)")
_ADDRESS = re.compile(r"[\w+=-]@[\w-]")
_WROTE = re.compile(
    r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(phrases.WROTE, key=len, reverse=True))) + r")(?!\w)"
    r"|" + "|".join(map(re.escape, phrases.WROTE_ANYWHERE))
)
_RUN = re.compile(r"\w+")
_VERB_STARTS = frozenset(_RUN.findall(phrase)[0] for phrase in phrases.WROTE)
"""The first words of the verbs. A line that contains none of them need not be searched."""
_ANY_DIGIT = re.compile(r"\d")
_DIGIT_OR_AT = re.compile(r"[\d@]")
_OWN_KEY = re.compile(r"[A-Za-z][\w -]{1,28}: ")
_NAME_AND_ADDRESS = re.compile(r"[^<>@.!?:,]{1,60}<[^\s<>@]{1,64}@[^\s<>@]{1,80}>,?(?: [^\s]{1,10}){0,3}$")
VERBS = frozenset(phrases.WROTE)
_ZONES = ("utc", "gmt", "cet", "cest", "est", "edt", "pst", "pdt", "cst", "cdt", "mst", "mdt", "bst", "ist", "jst")
_CLOCK_WORDS = frozenset((*_ZONES, "am", "pm", "a.m", "p.m", "uhr", "h", "kl", "z", "часов"))
NAMED_CHARS_MAX = 150
COLONS = ":：፦៖։՝"
_ENDS = COLONS + ">)]*_"
_CLOSERS = " *_\"'”’"


def has_address(text: str) -> bool:
    """Return whether the text seems to contain an address."""
    at = text.find("@")
    if at > 0 and _ADDRESS.match(text, at - 1) is not None:  # most lines have at most one, and it is found much faster
        return True
    return at >= 0 and _ADDRESS.search(text, at) is not None


def has_full_date(text: str) -> bool:
    """Return whether the text contains a day, a month and a year. The month can be a word."""
    if _FULL_DATE.search(text) is not None:
        return True
    return _YEAR.search(text) is not None and _DAY.search(text) is not None


def mark_attributions(plains: Sequence[str], texts: Sequence[int], quoted: Set[int]) -> Iterator[tuple[int, int, str]]:
    """Yield the first and last index of each attribution, and the reason why it was recognised.

    `texts` are the indexes, in order, of the lines that may belong to an attribution. `quoted` are the indexes of
    quoted lines.
    """
    examined, candidates = 0, set(texts)
    for end in texts:
        line = plains[end]
        quote_below = bool(quoted) and (end + 1 in quoted or (end + 2 in quoted and not plains[end + 1]))
        if line[-1] in ".," and not quote_below and "---" not in line:  # like most prose
            continue
        if "---" in line and _is_notes(line[:CHARS_MAX]):
            yield end, end, "a name and a date between dashes"
            continue
        if len(line) > CHARS_MAX:
            continue
        if not quote_below and not _may_end(line):
            continue
        found = _window(plains, candidates, end, quote_below)
        examined += 1
        if examined > EXAMINED_MAX:
            yield end, end, f"more than {EXAMINED_MAX} lines that end like an attribution"
            return
        if found is not None:
            start, why = found
            yield _opening(plains, candidates, start), end, why


def _is_notes(line: str) -> bool:
    """Return whether Lotus Notes wrote the line: `"Bo Karlsen" ---20/11/2026 14:07:11---` before the quoted text."""
    pieces = line.split("---", 2)
    return len(pieces) == 3 and pieces[0] != "" and len(pieces[1]) <= 40 and _has_date(pieces[1])


def _may_end(line: str) -> bool:
    """Return whether an attribution can end with this line. A line enclosed in dashes needs a verb."""
    last = line[-1]
    if last == "-":
        return line.startswith("--") and not VERBS.isdisjoint(line.casefold().strip("- ").split())
    if last in _ENDS:
        return True
    return last.isalnum() and line[-24:].casefold().rsplit(None, 1)[-1] in VERBS and line.count(" ") > 1


def _window(plains: Sequence[str], texts: Set[int], end: int, quote_below: bool) -> tuple[int, str] | None:
    """Return the start of the shortest attribution that ends at `end`, and the reason, or None."""
    joined, start, lines = plains[end], end, 1
    while True:
        why = explain(joined, above_quote=quote_below)
        if why:
            # If this is only the verb, the attribution was wrapped.
            bare = start == end > 0 and not (has_address(joined) or _has_date(joined))
            return (start - 1 if bare and start - 1 in texts and _is_dated_address(plains[start - 1]) else start), why
        start -= 1
        # Some programs leave an empty line before the address.
        if start > 0 and not plains[start] and joined.startswith("<"):
            start -= 1
        lines += 1
        if lines > LINES_MAX or start not in texts or len(joined) + len(plains[start]) > CHARS_MAX:
            return None
        joined = f"{plains[start]} {joined}"


def _is_dated_address(line: str) -> bool:
    return line[-1] not in ".!?" and len(line) <= CHARS_MAX and has_address(line) and has_full_date(line)


def _opening(plains: Sequence[str], texts: Set[int], start: int) -> int:
    """Return the index of the line at which the attribution begins, at most three lines above `start`.

    The attribution can begin above the shortest match.
    """
    first = start
    for index in range(start - 1, max(start - LINES_MAX, -1), -1):
        line, below = plains[index], plains[index + 1]
        if not line and below.startswith("<"):
            continue
        if index not in texts or len(line) > CHARS_MAX or (line and _ends_text(line)):
            break
        if _opens(line, below) or (below == "" and has_full_date(line)):
            first = index
        elif not _was_broken(line, below):
            break
    return first


def _ends_text(line: str) -> bool:
    """Return whether the line is a sentence or a command by itself, and so not part of an attribution."""
    return line[-1] in "!?" or _OWN_KEY.match(line) is not None


def _opens(line: str, below: str) -> bool:
    folded = line.casefold()
    if folded in phrases.LEADS or line.endswith(("<", "(")):
        return True
    if not (_was_broken(line, below) or line[-1] == ","):
        return False
    if has_address(line):
        if _verb(folded) is not None or _NAME_AND_ADDRESS.match(line) is not None:
            return True
        return line[-1] != "." and (has_full_date(line) or below[:1] == "(")
    return _has_date(line) or (folded.split(None, 1)[0] in phrases.LEADS and any(map(str.isdigit, line)))


def _was_broken(line: str, below: str) -> bool:
    """Return whether a program could have wrapped the line here, because the next word did not fit."""
    return below[:1] in ("<", "(") or len(line) + 1 + len(below.split(None, 1)[0] if below else "") >= WRAP_CHARS_MIN


def explain(text: str, *, above_quote: bool) -> str:
    """Return the reason why the text is an attribution, or "" if it is not one.

    `above_quote` is true if a marked quotation follows the text.

    >>> explain("On 1 May 2026, Bo wrote:", above_quote=False), explain("Bo, on 1 May 2026:", above_quote=False)
    ('a date and wrote', '')
    """
    if text == "":
        return ""
    if not above_quote and _DIGIT_OR_AT.search(text) is None and not text.startswith("--"):
        return ""
    end = text.rstrip(_CLOSERS)
    colon = end[-1:] in COLONS and end != ""
    closed = colon or above_quote
    address = has_address(text)
    folded = text.casefold()
    verb = _verb(folded)
    if verb is not None:
        if text.startswith("--") and text.endswith("--"):
            return "a name and wrote between dashes"
        at_end = not folded[verb.end() :].strip("*_ .")
        if (closed or at_end) and (address or _has_date(text)):
            return "an address and wrote" if address else "a date and wrote"
        if colon and above_quote:
            return "wrote, above a quotation"
    if closed and address and has_full_date(text):
        return "a date and an address"
    if colon and above_quote and (address or _has_date(text)):
        return "a date or an address, above a quotation"
    if address and end.endswith((">", ")")) and _begins_with_date(text):
        return "a date and an address"
    if colon and len(text) <= NAMED_CHARS_MAX and _is_date_and_name(end[:-1]):
        return "a date and a name"
    return ""


def _verb(folded: str) -> re.Match[str] | None:
    """Return the first verb that means "wrote" in a case-folded text, or None."""
    if not folded.isascii():
        return _WROTE.search(folded)
    starts = _VERB_STARTS.intersection(_RUN.findall(folded))
    return _WROTE.search(folded, min(map(folded.find, starts))) if starts else None


def _has_date(text: str) -> bool:
    return has_full_date(text) or (_TIME.search(text) is not None and _DAY.search(text) is not None)


def _begins_with_date(text: str) -> bool:
    head = text[:48]
    if head[0].isdigit() or head.split(None, 1)[0].casefold().strip(",.") in phrases.LEADS:
        return has_full_date(head)
    return False


def _is_date_and_name(text: str) -> bool:
    """Return whether the text has a full date near its start, then a time, then only a name of up to six words."""
    if _ANY_DIGIT.search(text, 0, 24) is None or not has_full_date(text):
        return False
    clocks = list(_TIME.finditer(text))
    if not clocks:
        return False
    words = [word.strip(",.()\"'<>*") for word in text[clocks[-1].end() :].split()]
    names = [word for word in words if any(map(str.isalpha, word)) and word.casefold() not in _CLOCK_WORDS]
    if len(names) > 2 and names[-1][0].islower():
        names.pop()  # a verb in an unlisted language
    return 0 < len(names) <= 6 and len(words) <= 9 and not any(word[0].islower() for word in names)
