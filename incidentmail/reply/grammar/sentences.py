"""Sentences and shorthand: the forms people type without keys, each matching from the start of a sentence to its end.

Every scan moves forward only: a form is tried at the start of a sentence, in time linear in that sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from incidentmail.core.commands import (
    AcceptProposal,
    Command,
    Decline,
    GiveUpdate,
    NameCommander,
    RejectProposal,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetTime,
    SetVenue,
    TakeCommand,
    Undo,
)
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.times import NoTime, read_time
from incidentmail.core.words import STATUS_WORDS
from incidentmail.reply.grammar.numbers import PRIORITY, configured
from incidentmail.reply.parsed import Context, Form

from . import patterns as forms
from .patterns import Forms, takes_back
from .person_names import LOWER_CASE_NAME, name_at


@dataclass(frozen=True, slots=True)
class Found:
    """A command in running text: the index of its end, the fact it is about, its value."""

    end: int
    name: str
    value: JsonValue
    command: Command
    form: Form = "sentence"
    unsure: bool = False


def scan(text: str, context: Context, *, first_line: bool) -> Iterator[Found | tuple[int, int]]:
    """Yield each command in `text`, and the (start, end) of each sentence of prose between them."""
    at, patterns, indent = 0, Forms.of(context.words), len(text) - len(text.lstrip())
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = list(_sentence(text, at, context, patterns, shorthand=first_line and at == indent))
        if found:
            yield from found
            at = found[-1].end
            continue
        end = _next_sentence(text, at)
        yield (at, end)
        at = end


def _next_sentence(text: str, at: int) -> int:
    """Return the index of the sentence after the one at `at`; `e.g. severity 1` is one sentence."""
    for found in forms.NEXT_SENTENCE.finditer(text, at):
        if not forms.ABBREVIATION.search(text, max(0, found.start() - 10), found.start() + 1):
            return found.end()
    return len(text)


def asks_for_brief(lines: Iterable[str]) -> bool:
    """Return whether a whole reply asks what is known so far: `catch up`, `status`. It changes nothing."""
    return forms.BRIEF.fullmatch("\n".join(lines).strip()) is not None


def whole_reply(text: str, context: Context) -> Found | None:
    """Return the command of words that count only as the whole reply: `close`, `undo 7`, `accept`; None if none.

    Others are `retract`, `reopen`, `decline`, and `yes` to a question or a proposal.
    """
    text = text.strip()
    if len(text) > forms.WHOLE_CHARS_MAX:
        return None
    if context.asked and forms.YES.fullmatch(text):
        severity = context.words.policy.default_severity
        return Found(len(text), "severity", severity, SetSeverity(severity), "shorthand", unsure=True)
    if context.declaring:
        return None
    found = forms.WHOLE.fullmatch(text)
    if context.proposal is not None and (answer := _answer(text, context.proposal)):
        return answer
    if not found:
        return None
    end = len(text)
    word = fold_case(found["word"]).removeprefix("i ").split()[0]
    if word == "undo":
        number = int(found["number"])
        return Found(end, "undo", number, Undo(number), "shorthand")
    if word.startswith("accept"):
        if not context.offered:
            return None
        return Found(end, "commander", json_person(context.writer), TakeCommand(), "shorthand")
    if word.startswith("decline"):
        return Found(end, "decline", None, Decline(), "shorthand")
    status = STATUS_WORDS[word]
    return Found(end, "status", status.value, SetStatus(status), "shorthand")


def _answer(text: str, number: int) -> Found | None:
    """Return the yes or no to the proposal that the mail answers, or None if the text is neither."""
    if forms.PROPOSAL_YES.fullmatch(text):
        return Found(len(text), "proposal", number, AcceptProposal(number), "shorthand")
    if forms.PROPOSAL_NO.fullmatch(text):
        return Found(len(text), "proposal", number, RejectProposal(number), "shorthand")
    return None


def _sentence(text: str, at: int, context: Context, patterns: Forms, *, shorthand: bool) -> Iterator[Found]:
    """Yield the commands of the sentence that begins at `at`; nothing unless all of it is understood."""
    venue = _venue(text, at)
    if venue:
        yield venue
        return
    clauses: list[Found] = []
    here = at
    while True:
        found = _clause(text, here, context, patterns, shorthand=shorthand)
        if found is None:
            break
        clauses.append(found)
        joint = forms.BETWEEN.match(text, found.end)
        here = joint.end() if joint else found.end
        if not joint:
            break
    if not clauses:
        return
    last = clauses[-1].end
    end = forms.END.match(text, last)
    if end and end[0].strip():
        clauses = [replace(clause, form="sentence") for clause in clauses]
    if end and not _goes_on(text, at, end, last):
        yield from (*clauses[:-1], replace(clauses[-1], end=end.end()))
        return
    pause = forms.AFTER_CLAUSE.match(text, last) if shorthand and not _is_storage(text, at, last) else None
    if pause and not takes_back(text, pause.end(), same_sentence=True):
        yield from (*clauses[:-1], replace(clauses[-1], end=pause.end()))


def _goes_on(text: str, at: int, end: re.Match[str], last: int) -> bool:
    """Return whether the sentence goes on after `end`, or is taken back right after it."""
    if end[0].strip() or end.end() == len(text):
        return takes_back(text, end.end(), same_sentence=False)
    wrapped = end.end() - (text.rfind("\n", 0, last) + 1) >= forms.WRAP_CHARS_MIN
    return (wrapped and text[end.end() + 1 : end.end() + 2].islower()) or takes_back(
        text, end.end(), same_sentence=wrapped
    )


def _is_storage(text: str, at: int, last: int) -> bool:
    """Return whether the text is `s3`: in `S3: access denied` a storage service, alone on its line a severity."""
    return fold_case(text[at:last]) == "s3"


def _clause(text: str, at: int, context: Context, patterns: Forms, *, shorthand: bool) -> Found | None:
    form: Form = "shorthand" if shorthand else "sentence"
    policy = context.words.policy
    found = patterns.severity.match(text, at) or (forms.SHORT_SEVERITY.match(text, at) if shorthand else None)
    if found:
        number = _number(found, ((step.name, step.level) for step in policy.severities))
        return Found(found.end(), "severity", number, SetSeverity(number), form)
    found = patterns.phase.match(text, at)
    if found:
        number = _number(found, ((step.name, step.number) for step in policy.phases))
        return Found(found.end(), "phase", number, SetPhase(number), form)
    found = PRIORITY.match(text, at) if shorthand else None
    if found and (named := configured(found[0], policy)):
        fact, number = named
        command = SetSeverity(number) if fact == "severity" else SetPhase(number)
        return Found(found.end(), fact, number, command, form)
    found = forms.NO_CHANGE.match(text, at) if shorthand else None
    if found:
        return Found(found.end(), "update", None, GiveUpdate(), form)
    found = (forms.NEXT.match(text, at) or forms.PLUS.match(text, at)) if shorthand else None
    if found:
        time = found.groupdict().get("time") or found[0]
        instant = read_time(time, written_at=context.written_at, nearest="next")
        if isinstance(instant, NoTime):
            return None
        return Found(found.end(), "next_update_at", json_time(instant), SetTime("next_update_at", instant), form)
    return _command(text, at, context, patterns, form)


def _number(found: re.Match[str], steps: Iterable[tuple[str, int]]) -> int:
    if found["number"]:
        return int(found["number"])
    return {fold_case(name): number for name, number in steps}[fold_case(found["name"])]


def _command(text: str, at: int, context: Context, patterns: Forms, form: Form) -> Found | None:
    """Match `taking command`, `I am incident commander`, `Alícia S. is incident commander`; None if none matches."""
    found = forms.TAKING.match(text, at)
    if found and found["of"] and not _is_somebody(found["of"]):
        return None
    if found is None:
        found = patterns.is_me.match(text, at)
    if found:
        return Found(found.end(), "commander", json_person(context.writer), TakeCommand(), form)
    known = next((name for name in context.names if text.startswith(name, at)), None)
    name, here = (known, at + len(known)) if known else name_at(text, at)
    lower_case = None if name else LOWER_CASE_NAME.match(text, at)
    if lower_case:
        name, here = one_line(lower_case[0]), lower_case.end()
    found = patterns.is_title.match(text, here) if name else None
    if not (name and found):
        return None
    try:
        person = context.find(name)
    except ValueError:
        return None
    if lower_case and person.address is None:  # without capitals it is a name only if it is a known one
        return None
    return Found(found.end(), "commander", json_person(person), NameCommander(person), form)


def _is_somebody(text: str) -> bool:
    """Return whether command is taken from a person and now: not `from tomorrow`, nor `from Mara at noon`."""
    words = [fold_case(word) for word in re.findall(r"[^\W_]+", text)]
    return not any(word in forms.HEDGES or word in forms.OTHER_TIMES or word[0].isdigit() for word in words)


def _venue(text: str, at: int) -> Found | None:
    """Match `Coordinating via ...` to the end of the sentence; a web address is taken whole, with its dots."""
    start = forms.COORDINATING.match(text, at)
    if not start:
        return None
    here, line_start = start.end(), text.rfind("\n", 0, start.end()) + 1
    while here < len(text):
        character = text[here]
        if (here == start.end() or text[here - 1] in " \n<(") and forms.WEB_ADDRESS.match(text, here):
            here = _web_address(text, here)
            continue
        if character == "\n":
            if here - line_start < forms.WRAP_CHARS_MIN:
                break
            line_start = here + 1
        elif character == "?" and text[here + 1 : here + 2].strip() == "":
            return None
        elif character in ".!" and (forms.END.match(text, here) or here + 1 == len(text)):
            break
        here += 1
    venue = one_line(text[start.end() : here]).rstrip(".! ")
    words = {fold_case(word) for word in re.findall(r"[\w'’]+", venue)} if venue else {"not"}
    end = forms.END.match(text, here)
    finish = end.end() if end else here
    if words & _NO_VENUE or takes_back(text, finish, same_sentence=False):
        return None
    return Found(finish, "venue", venue, SetVenue(venue))


_NO_VENUE = frozenset({"if", "unless", "until", "once", "not", "maybe", "perhaps", "soon", "tomorrow", "yesterday"})


def _web_address(text: str, at: int) -> int:
    """Return the end of the web address at `at`, without the full stop of its sentence."""
    token = re.compile(r"\S+").match(text, at)
    if token is None:
        return at + 1
    bare = token[0].rstrip(".!,;>)")
    glued = re.search(r"[^.]\.(?=[A-Z][a-z]*$)", bare) if bare == token[0] and token.end() < len(text) else None
    return at + (glued.end() - 1 if glued else max(len(bare), 1))
