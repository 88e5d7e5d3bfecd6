"""Ask about what a person wanted beside the commands that count, as in the last clause of `sev 1, all down, joining`.

A clause or a line that would be a command alone, but was kept as prose, is offered to its writer as a reply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from incidentmail.core.frozen import replace
from incidentmail.core.text import one_line
from incidentmail.reply.asking_words import asks_for_brief, asks_for_help
from incidentmail.reply.detector.places import place
from incidentmail.reply.grammar.clauses import dated_promise
from incidentmail.reply.grammar.key_values import FREE_TEXT, has_colon, split_key
from incidentmail.reply.grammar.patterns import WRAP_CHARS_MIN
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.grammar.reader import ABOUT
from incidentmail.reply.grammar.sentences import OWN_LINE_CHARS_MAX

from .parsed import About, Ask, Context, NewLine, Read, ReadCommand, Why

LINES_MAX, CLAUSES_MAX, READ_MAX, ASKS_MAX = 12, 8, 16, 2
"""How many lines, and clauses of each, are looked at, how many are read, and how many questions are asked."""
CLAUSE_CHARS_MAX, LINE_CHARS_MAX = 100, 300
_CLAUSE = re.compile(r"[,;.!:]+\s+|\s+[-–—]{1,2}\s+|—|\s+(?:and|also|plus)\s+|\s*\n")
_BEGINS_COMMAND = re.compile(
    r"(?:(?:please|pls|ok|so|then|now|oh|yes|guys|all)\s+){0,2}(?:(?P<severity>s(?:ev(?:erity)?)?[\s-]?\d)"
    r"|(?P<phase>phase\s*\d)|(?P<next_update_at>next|\+\d)|(?P<update>no\s+change)"
    r"|join|im\b|leaving|signing|done|finished|cannot|can['’]?t|tak(?:e|ing)|ask|holds|refuted|\d+\s+\w|i['’]?m|i\s+am"
    r"|i['’]?ll|i\s+(?:will|can|take)|(?:we\s+are\s+|we['’]re\s+)?coordinating|moving|raising|lowering|venue|bridge"
    r"|close|retract|re-?open|undo|accept|decline|catch|status|help|summary|roll|break|back|\w[\w ]{1,25}:\s|#\w|https?://"
    r"|[\w.]+(?:\s[\w.]+){0,3}\sis\s+(?:now\s+)?(?:the\s+)?(?:ic|incident|commander))",
    re.I,
)
"""The beginnings of clauses that may be commands. A group names the fact that the clause states."""
_SAID_BY_OTHERS = re.compile('["“”„«»]|\\b(?:says?|said|told|asks?\\s+(?:for|whether|if)|wrote)\\b', re.I)
_ONE_VALUE = frozenset({"severity", "phase", "commander", "update", "status", "next_update_at", "description"})
"""Facts with one value. If the reply has already given it, other rules are about a second one."""
_ALONE = frozenset({"status", "undo", "proposal", "decline", "reopen"})
_ITEMS = frozenset({"done", "cannot", "verdict", "ask", "assign"})


def with_other_wishes(found: Read, lines: Sequence[NewLine], context: Context) -> Read:
    """Return `found` with questions about clauses and lines that would be commands alone but did not count.

    A reply without commands is not examined, because the detector examines all of it.
    """
    if not found.commands or context.declaring or context.proposal is not None or len(found.asks) >= ASKS_MAX:
        return found
    known = {one.line for one in found.problems} | {one.line for one in found.asks}
    names = {one.name for one in found.commands}
    clauses = [
        (clause, line)
        for line, is_leading in _first_lines(lines)
        if line.number not in known
        for clause in _clauses(line.text, context, names, is_leading=is_leading)
    ]
    if not clauses:
        return found
    names |= _asked_already(found, context)
    asks: dict[str, Ask] = {}
    for clause, line in clauses[:READ_MAX]:
        ask = _wish(clause, line, found.commands, names, context)
        if ask:
            asks.setdefault(ask.offers[0], ask)
        if len(asks) >= ASKS_MAX:
            break
    return replace(found, asks=(*found.asks, *asks.values())) if asks else found


def _asked_already(found: Read, context: Context) -> set[str]:
    """Return the facts that the replies offered with the problems are about, such as one with two values."""
    offered = [one.remedy.partition(" or ")[0] for one in found.problems[:ASKS_MAX]]
    return {command.name for one in offered for command in read([NewLine(1, one)], context).commands}


def _first_lines(lines: Sequence[NewLine]) -> list[tuple[NewLine, bool]]:
    """Return the first lines of a reply that have text, and whether each is in the first paragraph.

    A line is left out if it may be the rest of the line above, which a mail program broke.
    """
    above, is_leading, found = "", True, list[tuple[NewLine, bool]]()
    for line in lines[: 2 * LINES_MAX]:
        text = line.text.strip()
        is_rest = len(above) >= WRAP_CHARS_MIN and above[-1] not in ".!?:;"
        if line.readable and text and not is_rest:
            found.append((line, is_leading))
        is_leading = is_leading and bool(text or not found)
        above = text
    return found[:LINES_MAX]


def _clauses(text: str, context: Context, names: set[str], *, is_leading: bool) -> Iterator[str]:
    """Yield the clauses of a line that may be commands about other facts than `names`.

    Only the last one of a `Key: value` line can be. Below the first paragraph, only a short line as a whole can be.
    """
    if not is_leading and len(text) > OWN_LINE_CHARS_MAX:
        return
    text = text[:LINE_CHARS_MAX]
    if key := split_key(text, context) if has_colon(text) else None:
        _, mark, last = key[1].rpartition(";")
        if not mark and key[0] in FREE_TEXT:
            *before, last = _CLAUSE.split(key[1])
            mark, last = (",", last) if before and last.lower().startswith("next") else ("", "")
        clauses = [last] if mark else []
    elif is_leading:
        clauses = [*_CLAUSE.split(text)[:CLAUSES_MAX], *_KEYED.findall(text)[:1]]
    else:
        clauses = [text]
    for clause in clauses:
        clause = one_line(clause).strip(" .,;!")
        begun = _BEGINS_COMMAND.match(clause) if len(clause) <= CLAUSE_CHARS_MAX else None
        if begun and begun.lastgroup not in names and not _SAID_BY_OTHERS.search(text):
            yield clause


_KEYED = re.compile(r"[,;.]\s+(\w[\w ]{1,25}:\s+\S.*)")
"""A `Key: value` line behind other text of its line."""


def _wish(clause: str, line: NewLine, commands: Sequence[ReadCommand], names: set[str], context: Context) -> Ask | None:
    """Return the question about a clause, or None if it is no command, or one that was carried out."""
    if asks_for_brief(clause) and _is_word_alone(clause):
        return _ask(line, "update", "several", clause)
    if asks_for_help(clause):
        return _ask(line, "help", "other words", "catch up", "sev 1", "taking command", "close")
    alone = read([NewLine(line.number, clause)], context)
    if not alone.commands and "next_update_at" not in names and (dated := dated_promise(clause, context)):
        return _ask(line, "time", "too far", dated)
    for one in alone.commands:
        if one.name in _ONE_VALUE and one.name in names:
            continue
        if any((one.name, one.value) == (other.name, other.value) for other in commands):
            continue
        about = "item" if one.name in _ITEMS else ABOUT.get(one.name, "role")
        return _ask(line, about, "several" if one.name in _ALONE else "below", clause)
    if not alone.commands and "venue" not in names and (venue := place(clause, context)):
        return _ask(line, "venue", "below", *venue.offers)
    return None


def _is_word_alone(clause: str) -> bool:
    """Return whether a clause is one of the documented words for a summary, so that it is no remark about the state."""
    return re.match(r"(?:catch(?:\s+me)?\s+up|status)(?!\s+of)", clause, re.I) is not None


def _ask(line: NewLine, about: About, why: Why, *offers: str) -> Ask:
    return Ask(line=line.number, text=one_line(line.text), about=about, why=why, offers=offers)
