"""Find a correction behind a command, such as `no sorry, sev 1`. The mail then gives two values: its writer is asked.

A correction begins with a word such as `no`, `sorry` or `I mean`. The value follows, in the same line or in the next
one. It is not carried out either, because whoever corrects themselves may do so again: the question offers it first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from incidentmail.core.facts import ROLE_PREFIX, json_time
from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.time_forms.written_times import NoTime, read_time
from incidentmail.reply.grammar.clauses import Found
from incidentmail.reply.grammar.numbers import NUMBERED, numbers
from incidentmail.reply.grammar.patterns import FLAGS, NUMBER_WORDS
from incidentmail.reply.grammar.person_names import is_name
from incidentmail.reply.grammar.whole_reply import reply_for

from .parsed import Ask, Context, NewLine, Problem, Read, ReadCommand

LOOKED_AT_CHARS_MAX, LOOKED_AT_LINES_MAX = 200, 4
"""How many characters of each line, and how many lines below a command, are searched for a correction."""
_STRONG = (
    r"no|nope|sorry|oops|o+ps|whoops|argh|ugh|err|nah|wait|actually|rather|better|correction|corrected|typo|instead"
    r"|i\s+mean(?:t)?(?:\s+to\s+(?:say|write|type))?|meant|mean|(?:make|made)\s+(?:that|it|this)"
    r"|(?:(?:it|that|this)\s+)?should\s+(?:be|read|say|have\s+(?:been|said|read))|(?:scratch|strike|forget|ignore)\s+that"
    r"|i\s+typed\s+(?:that|it)?\s*wrong|wrong(?:\s+(?:number|key|one))?|that\s+was\s+wrong|nein|non|pardon|désolée?"
)
_WEAK = (
    r"hm+|ah|oh|ok(?:ay)?|well|please|pls|plz|guys|all|my\s+(?:bad|mistake)|of\s+course|it['’]?s|that['’]?s|is|to|it|damn"
    r"|then|number|no\."
)
_MARKED = re.compile(
    rf"(?<!\w)(?:(?:{_WEAK})(?!\w)[\s,.:;!–—-]{{0,4}}){{0,2}}(?:(?:{_STRONG})(?!\w)|\*)"
    rf"(?:[\s,.:;!–—-]{{0,4}}(?:{_STRONG}|{_WEAK})(?!\w)){{0,4}}[\s,.:;!–—-]{{0,4}}(?=[\w#+])",
    FLAGS,
)
"""The words that begin a correction, up to its value."""
_MAY_CORRECT = re.compile(
    r"\b(?:no(?:pe|t|n)?|nah|sorry|w?h?o+ps|a?r+gh|ugh|err|wait|actually|rather|better|corr\w+|typo|instead|mean\w*|made|make|should"
    r"|scratch|strike|forget|ignore|wrong|nein|pardon|désol\w+)\b|\*",
    re.I,
)
"""A word of a correction, searched for first, because few replies have one."""
_NAMED = {
    "severity": r"s(?:ev(?:erity|\.)?)?\s*[-#:]?\s*",
    "phase": r"phase\s*[-#:]?\s*",
    "done": r"(?:done\s*)?(?:number\s*|no\.?\s*|#)",
}
_END = (
    r"(?=\s*(?:$|[.,;:!)\n–—]|-|\bnot\b|\binstead\b|\bof\s+course\b|\bactually\b|\bi\s+mean\b"
    r"|\b(?:please|pls|plz|sorry|now|then|because|since|as)\b))"
)
_NUMBER = {
    name: re.compile(
        rf"(?P<named>{named})?(?P<number>\d{{1,4}}|{'|'.join(NUMBER_WORDS)})(?![\w-])(?![.:]\d){_END}", FLAGS
    )
    for name, named in _NAMED.items()
}
_NOT_OLD = re.compile(r"(?P<number>\d{1,4})\s*,?\s*not\s+(?P<old>\d{1,4})(?!\w)", FLAGS)
_TIME = re.compile(
    r"(?:next\s+(?:update\s+)?)?(?:at\s+|in\s+)?(?P<time>\+?[^\s,;!?()]{1,12}(?:\s?(?:[ap]m|min|minutes|hours?))?)",
    FLAGS,
)
_VENUE = re.compile(r"(?:venue\s*:?\s*)?(?P<place>(?:#|https?://)\S+(?:\s+on\s+\w+)?)", FLAGS)
_WORDS_OF_NAME = re.compile(r"(?P<name>\w[\w.'’-]*(?:[ \t]+\w[\w.'’-]*){0,3})")
_BEFORE_CLAUSES = ("", *"\n,;.:!?(–—-…")
"""The characters, or none, behind which a clause begins."""
_OF_ITEMS = frozenset({"done", "cannot", "assign"})


def without_corrected(found: Read, lines: Sequence[NewLine], context: Context) -> Read:
    """Return the commands that nothing behind them corrects, and a problem for each of the others.

    If words beside a command have already taken it back, its question offers the corrected value first.
    """
    if context.declaring or not (found.commands or found.asks):
        return found
    kept: list[ReadCommand] = []
    problems: list[Problem] = []
    for one in found.commands:
        beside = _beside(one.line, lines)
        instead = _corrected(one, beside, context)
        if instead is None:
            kept.append(one)
            continue
        reason = f"this mail gives '{_fact(one, context)}' more than one value"
        remedy = f"{instead} or {_as_reply(one, beside.line, context)}"
        problems.append(Problem(line=one.line, text=beside.line, reason=reason, remedy=remedy))
    asks = tuple([_with_last_value(ask, lines, context) for ask in found.asks])
    if not problems and asks == found.asks:
        return found
    return replace(found, commands=tuple(kept), problems=(*found.problems, *problems), asks=asks)


class _Beside(NamedTuple):
    """The line of a command, that line with the next one, and the few lines below these."""

    line: str
    near: str
    below: str


def _beside(number: int, lines: Sequence[NewLine]) -> _Beside:
    at = next((at for at, line in enumerate(lines) if line.number == number), None)
    if at is None:
        return _Beside("", "", "")
    under = [line for line in lines[at + 1 : at + 2 * LOOKED_AT_LINES_MAX] if line.text.strip()][:LOOKED_AT_LINES_MAX]
    texts = [line.text[:LOOKED_AT_CHARS_MAX].strip() if line.readable else "" for line in under]
    near = "\n".join((lines[at].text[:LOOKED_AT_CHARS_MAX], *texts[:1]))
    return _Beside(lines[at].text.strip(), near, "\n".join(texts[1:]))


def _corrected(one: ReadCommand, beside: _Beside, context: Context) -> str | None:
    """Return the reply with the corrected value, or None if the text contains no other value."""
    name = "done" if one.name in _OF_ITEMS else one.name
    if name[:3] not in beside.below.lower():  # further below, only a named value counts
        beside = beside._replace(below="")
    if not beside.below and _MAY_CORRECT.search(beside.near) is None:
        return None
    present = _number_of(one)
    if name in _NUMBER and present is not None:
        number = _other_number(name, present, beside, context)
        return None if number is None else f"{_lead(one.name)} {number}"
    for at in _marks(beside.near):
        rest = beside.near[at:]
        if one.name == "next_update_at" and (time := _other_time(rest, one.value, context.written_at)):
            return f"next {time}"
        if one.name == "venue" and (place := _VENUE.match(rest)) and place["place"] not in str(one.value):
            return f"{context.words.key('venue')}: {place['place']}"
        is_of_people = one.name == "commander" or one.name.startswith(ROLE_PREFIX)
        if is_of_people and (person := _other_name(rest)) and person not in str(one.value):
            sign = "+" if isinstance(one.value, dict) and "add" in one.value else ""
            return f"{context.words.key(one.name)}: {sign}{person}"
    return None


def _marks(text: str, *, in_clause: bool = False) -> list[int]:
    """Return the indexes at which the value of a correction may begin.

    Its first word begins a clause or, if `in_clause` is true, stands anywhere.
    """
    return [
        found.end()
        for found in _MARKED.finditer(text)
        if in_clause or found[0].startswith("*") or text[: found.start()].rstrip(" \t\"'”’)")[-1:] in _BEFORE_CLAUSES
    ]


def _number_of(one: ReadCommand) -> int | None:
    if isinstance(one.value, int) and not isinstance(one.value, bool):
        return one.value
    return int(one.value) if isinstance(one.value, str) and one.value.isdecimal() else None


def _other_number(name: str, present: int, beside: _Beside, context: Context, *, in_clause: bool = False) -> int | None:
    """Return the last number that corrects the `present` one, or None.

    Further below, a number counts only if it is named, as in `no, sev 1`.
    """
    near, below = beside.near, beside.below
    found = [one["number"] for at in _marks(near, in_clause=in_clause) if (one := _NUMBER[name].match(near, at))]
    found += [pair["number"] for pair in _NOT_OLD.finditer(near) if int(pair["old"]) == present]
    marked = (one for at in _marks(below) if (one := _NUMBER[name].match(below, at)))
    found += [one["number"] for one in marked if one["named"]]
    meant = [NUMBER_WORDS[word] if (word := fold_case(one)) in NUMBER_WORDS else int(one) for one in found]
    if name in NUMBERED:
        known = numbers(NUMBERED[name], context.words.policy)
        meant = [one for one in meant if one in known]
    return meant[-1] if meant and meant[-1] != present else None


def _other_time(text: str, value: JsonValue, written_at: datetime) -> str | None:
    """Return the time at the beginning of a text, or None if it is none, or the one already given."""
    found = _TIME.match(text)
    at = read_time(found["time"], written_at=written_at, nearest="next") if found else None
    if found is None or at is None or isinstance(at, NoTime) or json_time(at) == value:
        return None
    return found["time"]


def _other_name(text: str) -> str | None:
    found = _WORDS_OF_NAME.match(text)
    words = found["name"].split() if found else []
    while words and not is_name(" ".join(words)):
        words.pop()
    return " ".join(words) or None


def _fact(one: ReadCommand, context: Context) -> str:
    return one.name if one.name in _OF_ITEMS else context.words.key(one.name)


def _lead(name: str) -> str:
    return {"severity": "sev", "assign": "take"}.get(name, name)


def _as_reply(one: ReadCommand, text: str, context: Context) -> str:
    if one.name in _NUMBER or one.name in _OF_ITEMS:
        return f"{_lead(one.name)} {one.value}"
    if one.form == "line":
        return one_line(text)
    return reply_for(Found(0, one.name, one.value, one.command), context)


def _with_last_value(ask: Ask, lines: Sequence[NewLine], context: Context) -> Ask:
    """Return a question about a command that was taken back, with the value that corrects it first."""
    if ask.why != "taken back" or ask.about not in ("severity", "phase", "time") or len(ask.offers) != 1:
        return ask
    beside, (lead, _, value) = _beside(ask.line, lines), ask.offers[0].rpartition(" ")
    other: int | str | None = None
    if ask.about != "time":
        other = _other_number(ask.about, int(value), beside, context, in_clause=True) if value.isdecimal() else None
    else:
        times = (_other_time(beside.near[at:], None, context.written_at) for at in _marks(beside.near))
        other = next((time for time in times if time and time != value), None)
    return ask if other is None else replace(ask, offers=(f"{lead} {other}", ask.offers[0]))
