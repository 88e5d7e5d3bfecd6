"""Sentences and shorthand: the forms people type without keys, each matching from the start of a sentence to its end.

Every scan moves forward only: a form is tried where a sentence begins, and costs no more than a look at that sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from incidentmail.core.commands import (
    Command,
    GiveUpdate,
    NameCommander,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetTime,
    SetVenue,
    TakeCommand,
    Undo,
)
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.times import read_time
from incidentmail.core.words import STATUS_WORDS

from .reading import Context, Form

# re.ASCII: a Kelvin sign is no k. Names and venues are matched by what they do not contain.
_FLAGS = re.I | re.A
_BRACKETS = r"(?:\s*\([^()\n]{0,120}\))?"
_SEVERITY = re.compile(
    r"(?:now\s+|(?:we\s+are\s+)?(?:raising|lowering|going)\s+(?:(?:this|it)\s+)?to\s+)?"
    r"sev(?:erity)?\s*(?P<number>\d{1,3})" + _BRACKETS,
    _FLAGS,
)
_PHASE = re.compile(r"(?:now\s+)?(?:in\s+)?phase\s*(?P<number>\d{1,3})" + _BRACKETS, _FLAGS)
_SHORT_SEVERITY = re.compile(r"s(?P<number>\d)\b", _FLAGS)
_SHORT_PHASE = re.compile(r"p(?P<number>\d)\b", _FLAGS)
_TAKING = re.compile(
    r"(?:I\s+am\s+|I['’]m\s+)?taking\s+command(?P<of>\s+from\s+[^.,;!?\n]{1,80})?|I\s+(?:take|have)\s+command", _FLAGS
)
_NO_CHANGE = re.compile(r"no\s+change", _FLAGS)
_NEXT = re.compile(
    r"next(?:\s+update)?\s+(?:at\s+|by\s+|in\s+)?(?P<time>\+?[^\s,;!?()][^\n,;!?()]{0,28}?)(?=[.!]?(?:\s*[,;\n]|\s*$|[.!]\s))",
    _FLAGS,
)
_PLUS = re.compile(r"\+\s?\d{1,4}\s?(?:m|mins?|minutes?|h|hrs?|hours?)\b", _FLAGS)
_COORDINATING = re.compile(r"(?:we\s+are\s+)?coordinating\s+(?:via|on|in|at)\s+", _FLAGS)
_WHOLE = re.compile(
    r"(?P<word>close|closed|retract|retracted|reopen|accept|accepted|undo\s+(?P<number>\d{1,6}))\s*[.!]?", _FLAGS
)
_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+)?|\s+and\s+", _FLAGS)
_END = re.compile(r"\s*[.!]+(?=[\s\"'”’)]|$|[^\W\d_a-z])|[ \t]*(?=\n|$)")
_AFTER_CLAUSE = re.compile(r"\s*[,;:]\s+|\.\s+|\s+[-–—]{1,2}\s+|—")
_NEXT_SENTENCE = re.compile(r"[.!?]+[\"'”’)\]]*(?:\s+|(?=[^\W\d_a-z]))")
# After these, what was said is a condition, a question, an alternative or a doubt.
HEDGES = frozenset({
    "if", "when", "once", "unless", "until", "or", "but", "not", "no", "maybe", "perhaps", "possibly", "probably",
    "should", "could", "would", "might", "may", "soon", "later", "tomorrow", "yesterday", "yet", "think",
    "guess", "only", "before", "after", "otherwise", "pending", "depending", "assuming", "provided", "except",
    "though", "although", "however", "then", "was", "were", "will",
})  # fmt: skip
_NOT_NAMES = frozenset({
    "i", "we", "you", "he", "she", "it", "they", "this", "that", "there", "who", "what", "which", "nobody", "noone",
    "someone", "somebody", "anyone", "everyone", "not", "no", "if", "when", "maybe", "perhaps", "the", "a", "an",
    "and", "or", "but", "is", "was", "will", "should", "could", "would", "our", "your", "my",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A command in running text: where it ends, the fact it is about, its value."""

    end: int
    name: str
    value: JsonValue
    command: Command
    form: Form = "sentence"


def scan(text: str, context: Context, *, first_line: bool) -> Iterator[Found | tuple[int, int]]:
    """Walks `text` sentence by sentence: each command, and the (start, end) of each stretch of prose between them."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = list(_sentence(text, at, context, shorthand=first_line and at == _indent(text)))
        if found:
            yield from found
            at = found[-1].end
            continue
        following = _NEXT_SENTENCE.search(text, at)
        end = following.end() if following else len(text)
        yield (at, end)
        at = end


def whole_reply(text: str, context: Context) -> Found | None:
    """The words that count only where they are the whole reply: `close`, `retract`, `reopen`, `undo 7`, `accept`."""
    found = _WHOLE.fullmatch(text.strip())
    if not found:
        return None
    word, end = fold_case(found["word"]).split()[0], len(text)
    if word == "undo":
        number = int(found["number"])
        return Found(end, "undo", number, Undo(number), "shorthand")
    if word.startswith("accept"):
        if not context.offered:
            return None
        return Found(end, "commander", json_person(context.writer), TakeCommand(), "shorthand")
    status = STATUS_WORDS[word]
    return Found(end, "status", status.value, SetStatus(status), "shorthand")


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _sentence(text: str, at: int, context: Context, *, shorthand: bool) -> Iterator[Found]:
    """The commands of the sentence that begins at `at`; nothing unless all of it is understood."""
    venue = _venue(text, at)
    if venue:
        yield venue
        return
    clauses: list[Found] = []
    here = at
    while True:
        found = _clause(text, here, context, shorthand=shorthand)
        if found is None:
            break
        clauses.append(found)
        joint = _BETWEEN.match(text, found.end)
        here = joint.end() if joint else found.end
        if not joint:
            break
    if not clauses:
        return
    last = clauses[-1].end
    end = _END.match(text, last)
    if end and end[0].strip():
        clauses = [replace(clause, form="sentence") for clause in clauses]
    if end and not _hedged(text, end.end(), after_line=text[last : end.end()].strip() == ""):
        yield from (*clauses[:-1], replace(clauses[-1], end=end.end()))
        return
    pause = _AFTER_CLAUSE.match(text, last) if shorthand else None
    if pause and not _hedged(text, pause.end(), after_line=True):
        yield from (*clauses[:-1], replace(clauses[-1], end=pause.end()))


def _hedged(text: str, at: int, *, after_line: bool) -> bool:
    """Whether what follows takes the command back: `sev 1, if it spreads`, `severity 1 - or is it?`."""
    if not after_line:
        return False
    rest = text[at : at + 400].lstrip()
    sentence = re.split(r"(?<=[.!?])\s|\n", rest, maxsplit=1)[0]
    first = re.match(r"[\w'’]+", sentence)
    return sentence.rstrip().endswith("?") or bool(first and fold_case(first[0]) in HEDGES)


def _clause(text: str, at: int, context: Context, *, shorthand: bool) -> Found | None:
    form: Form = "shorthand" if shorthand else "sentence"
    found = _SEVERITY.match(text, at) or (_SHORT_SEVERITY.match(text, at) if shorthand else None)
    if found:
        number = int(found["number"])
        return Found(found.end(), "severity", number, SetSeverity(number), form)
    found = _PHASE.match(text, at) or (_SHORT_PHASE.match(text, at) if shorthand else None)
    if found:
        number = int(found["number"])
        return Found(found.end(), "phase", number, SetPhase(number), form)
    found = _NO_CHANGE.match(text, at) if shorthand else None
    if found:
        return Found(found.end(), "update", None, GiveUpdate(), form)
    found = (_NEXT.match(text, at) or _PLUS.match(text, at)) if shorthand else None
    if found:
        time = found.groupdict().get("time") or found[0]
        instant = read_time(time, written_at=context.written_at, nearest="next")
        if isinstance(instant, str):
            return None
        return Found(found.end(), "next_update_at", json_time(instant), SetTime("next_update_at", instant), form)
    return _command(text, at, context, form)


def _command(text: str, at: int, context: Context, form: Form) -> Found | None:
    """`taking command`, `I am incident commander`, `Alícia S. is incident commander`."""
    titles = "|".join(
        re.escape(title).replace(r"\ ", r"\s+")
        for title in (context.words.title, "incident commander", "commander", "IC")
    )
    found = _TAKING.match(text, at)
    if found is None:
        is_me = rf"(?:I\s+am|I['’]m)\s+(?:now\s+)?(?:the\s+)?(?:{titles}){_BRACKETS}(?![\w-])"
        found = re.compile(is_me, _FLAGS).match(text, at)
    if found:
        return Found(found.end(), "commander", json_person(context.writer), TakeCommand(), form)
    is_title = re.compile(rf"\s+is\s+(?:now\s+)?(?:the\s+)?(?:{titles})(?![\w-]){_BRACKETS}", _FLAGS)
    known = next((name for name in context.names if text.startswith(name, at)), None)
    name, here = (known, at + len(known)) if known else _name(text, at)
    found = is_title.match(text, here) if name else None
    if not (name and found):
        return None
    try:
        person = context.find(name)
    except ValueError:
        return None
    return Found(found.end(), "commander", json_person(person), NameCommander(person), form)


def _name(text: str, at: int) -> tuple[str | None, int]:
    """A name at the start of a sentence, up to the word `is`: at most six words, a full stop only after initials."""
    words: list[str] = []
    here = at
    for found in re.compile(r"\s*([^\s,;:!?()\"]+)").finditer(text, at, at + 200):
        if found.start() != here or len(words) > 6:
            return None, at
        word = found[1]
        if fold_case(word) == "is":
            break
        if (word.endswith(".") and len(word) > 4) or (not words and fold_case(word.strip(".")) in _NOT_NAMES):
            return None, at
        words.append(word)
        here = found.end()
    else:
        return None, at
    if not words or words[0][0].islower():
        return None, at
    return one_line(text[at:here]), here


def _venue(text: str, at: int) -> Found | None:
    """`Coordinating via ...` to the end of the sentence; an address of the web is taken whole, dots and all."""
    start = _COORDINATING.match(text, at)
    if not start:
        return None
    here, line_start = start.end(), text.rfind("\n", 0, start.end()) + 1
    while here < len(text):
        if text[here] == "\n":
            if here - line_start < 55:
                break
            line_start = here + 1
        elif "://" in text[here : here + 12] and (here == start.end() or text[here - 1] in " \n<("):
            here = _web_address(text, here)
            continue
        elif text[here] in ".!" and (_END.match(text, here) or here + 1 == len(text)):
            break
        here += 1
    venue = one_line(text[start.end() : here]).rstrip(".! ")
    if not venue or venue.endswith("?"):
        return None
    end = _END.match(text, here)
    return Found(end.end() if end else here, "venue", venue, SetVenue(venue))


def _web_address(text: str, at: int) -> int:
    """The end of the address at `at`, without the full stop of its sentence."""
    token = re.compile(r"\S+").match(text, at)
    if token is None:
        return at + 1
    bare = token[0].rstrip(".!,;>)")
    glued = re.search(r"[^./]\.(?=[A-Z][a-z]*$)", bare) if bare == token[0] and token.end() < len(text) else None
    return at + (glued.end() - 1 if glued else len(bare))
