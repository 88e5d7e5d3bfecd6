"""Parse one clause that is a command: `sev 1`, `raising this to sev 1`, `phase 2`, `taking command`, `next 15:00`.

A clause is matched from its first character and can end anywhere. `sentences.py` checks the text that follows it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from incidentmail.core.commands import (
    AssignRole,
    Command,
    GiveUpdate,
    NameCommander,
    SetPhase,
    SetSeverity,
    SetTime,
    TakeCommand,
)
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import Frozen, JsonValue
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.time_forms.written_times import NoTime, TooFar, read_time
from incidentmail.reply.parsed import Context, Form

from . import patterns as forms
from .courtesy import without_underscores
from .keywords import Keyword
from .lexicon import CONDITIONS, DOUBTS, OTHER_TIMES
from .numbers import PRIORITY, configured
from .patterns import Forms
from .person_names import LOWER_CASE_NAME, last_first_at, may_be_named, name_at
from .taking_back import is_later


class Found(Frozen):
    """A command in running text: the index of its end, the fact that it changes, and the new value.

    `if_worse` is true for a clause that only states a severity (`this is sev 1 now`). Such a clause counts only if the
    severity is worse than the current one.
    """

    end: int
    name: str
    value: JsonValue
    command: Command
    form: Form = "sentence"
    unsure: bool = False
    if_worse: bool = False


class Reason(Frozen):
    """The text after a command (`sev 1, all is down`), if the next line begins with another command."""


class Passage(NamedTuple):
    """Running text, the indexes of its keywords, and the kinds of commands to which these belong."""

    text: str
    context: Context
    patterns: Forms
    kinds: set[str]
    keywords: list[int]

    @classmethod
    def of(cls, text: str, context: Context, words: Sequence[Keyword]) -> Passage | None:
        """Search a text once for keywords, in linear time. Return None if there are none.

        `words` are the keywords that `keywords_in` has found in the whole reply.
        """
        lower = _lower(text) if words else ""
        kinds: set[str] = set()
        keywords: list[int] = []
        for kinds_of_word, part, pattern, _ in words:
            if part in lower and (found := [one.start() for one in pattern.finditer(lower)]):
                kinds.update(kinds_of_word)
                keywords += found
        if not keywords:
            return None
        keywords.sort()
        return cls(text, context, Forms.of(context.words), kinds, keywords)

    def row(self, at: int) -> int:
        """Return the number of line breaks before index `at`."""
        return self.text.count("\n", 0, at)

    def has_keyword(self, at: int, within: int) -> bool:
        """Return whether a keyword begins at `at`, or less than `within` characters after it."""
        nearest = bisect_left(self.keywords, at)
        return nearest < len(self.keywords) and self.keywords[nearest] < at + within


def keywords_in(text: str, context: Context) -> list[Keyword]:
    """Return the keywords that may occur in the lines of a reply. Most replies have few."""
    lower = _lower(without_underscores(text))
    return Forms.of(context.words).keywords.may_be_in(lower)


def _lower(text: str) -> str:
    """Return a text in lower case, with every character at the same index as before."""
    # Line by line, because most lines are ASCII, which takes a tenth of the time.
    lower = text.lower() if text.isascii() else "\n".join(map(str.lower, text.split("\n")))
    return lower if len(lower) == len(text) else fold_case(text)


def clause_at(passage: Passage, at: int, *, shorthand: bool) -> Found | None:
    """Return the command that begins at index `at`, or None.

    If `shorthand` is true, forms that count only at the beginning of a reply are allowed too.
    """
    text, context, patterns, kinds, _ = passage
    form: Form = "shorthand" if shorthand else "sentence"
    found = None
    if "severity" in kinds:
        found = _severity(text, at, context, patterns, form)
    if found is None and "phase" in kinds:
        found = _phase(text, at, context, patterns, form)
    if found is None and shorthand and "shorthand" in kinds:
        found = _shorthand(text, at, context)
    if found is None and "person" in kinds:
        found = _command(text, at, context, patterns, form) or _role(text, at, context, patterns, form)
    return found


def _severity(text: str, at: int, context: Context, patterns: Forms, form: Form) -> Found | None:
    found = patterns.severity.match(text, at) or (forms.SHORT_SEVERITY.match(text, at) if form == "shorthand" else None)
    stated = None if found else patterns.states_severity.match(text, at)
    found = found or stated
    if found is None:
        return None
    number = _number(found, ((step.name, step.level) for step in context.words.policy.severities))
    return Found(found.end(), "severity", number, SetSeverity(number), form, if_worse=stated is not None)


def stated_severity(passage: Passage, at: int) -> Found | None:
    """Return the command if `this is sev 1 now` begins at `at` and only a punctuation mark follows it."""
    text, context, patterns, _, _ = passage
    found = patterns.states_severity.match(text, at)
    if found is None or forms.END.match(text, found.end()) is None:
        return None
    number = _number(found, ((step.name, step.level) for step in context.words.policy.severities))
    return Found(found.end(), "severity", number, SetSeverity(number), if_worse=True)


def _phase(text: str, at: int, context: Context, patterns: Forms, form: Form) -> Found | None:
    found = patterns.phase.match(text, at)
    if found is None:
        return None
    number = _number(found, ((step.name, step.number) for step in context.words.policy.phases))
    return Found(found.end(), "phase", number, SetPhase(number), form)


def _shorthand(text: str, at: int, context: Context) -> Found | None:
    """Match a form that counts only at the beginning of a reply.

    These are the name of a severity or phase, `no change`, `next 15:00` and `+30m`.
    """
    found = PRIORITY.match(text, at)
    if found and (named := configured(found[0], context.words.policy)):
        fact, number = named
        command = SetSeverity(number) if fact == "severity" else SetPhase(number)
        return Found(found.end(), fact, number, command, "shorthand")
    found = forms.NO_CHANGE.match(text, at)
    if found:
        return Found(found.end(), "update", None, GiveUpdate(), "shorthand")
    found = forms.NEXT.match(text, at) or forms.PLUS.match(text, at)
    if found is None:
        return None
    time = found.groupdict().get("time") or found[0]
    for written in (time, f"in {time}"):
        instant = read_time(written, written_at=context.written_at, nearest="next")
        if not isinstance(instant, NoTime):
            due = SetTime("next_update_at", instant)
            return Found(found.end(), "next_update_at", json_time(instant), due, "shorthand")
    return None


PROMISE_CHARS_MAX = 40


def promise_at_end(text: str, context: Context) -> tuple[str, Found] | None:
    """Return the text before the last semicolon, and the promise (`next 17:00`) after the semicolon. Or return None."""
    before, mark, last = text.rstrip(". ").rpartition(";")
    found = _shorthand(last.strip(), 0, context) if mark and before.strip() else None
    if found is None or found.name != "next_update_at" or found.end != len(last.strip()):
        return None
    return before.strip(), found


def late_promise_at_end(text: str, context: Context) -> tuple[str, str] | None:
    """Return the text before the last semicolon, and the dated form of the promise after it, if it is too far ahead."""
    before, mark, last = text.rstrip(". ").rpartition(";")
    dated = dated_promise(last.strip(), context) if mark and before.strip() and len(last) <= PROMISE_CHARS_MAX else None
    return (before.strip(), dated) if dated and dated.startswith("next ") else None


def dated_promise(text: str, context: Context) -> str | None:
    """Return a line that promises the next update with its date, if the time in `text` is too far ahead.

    Return None if `text` promises no update, or if its time can be accepted as written.
    """
    found = forms.NEXT.search(text) or forms.PLUS.match(text)
    if found is None:
        return None
    time = found.groupdict().get("time") or found[0]
    for written in (time, f"in {time}"):
        instant = read_time(written, written_at=context.written_at, nearest="next")
        if isinstance(instant, TooFar):
            return f"{text[: found.start()]}next {instant.instead}"
    return None


def _number(found: re.Match[str], steps: Iterable[tuple[str, int]]) -> int:
    if found["number"]:
        word = fold_case(found["number"])
        return forms.NUMBER_WORDS[word] if word in forms.NUMBER_WORDS else int(word)
    return {fold_case(name): number for name, number in steps}[fold_case(one_line(found["name"]))]


def _command(text: str, at: int, context: Context, patterns: Forms, form: Form) -> Found | None:
    """Match `taking command`, `I am incident commander` or `Alícia S. is incident commander`.

    Return None if none of these matches.
    """
    begins_like = text[at : at + 1]
    found = patterns.taking.match(text, at) if begins_like in "IiAaTtSs" else None  # I, am, assuming, taking, serving
    if found and found["of"] and not _is_somebody(found["of"]):
        return None
    if found is None and begins_like in "Ii":
        found = patterns.is_me.match(text, at)
    if found:
        return Found(found.end(), "commander", json_person(context.writer), TakeCommand(), form)
    known = next((name for name in context.names if text.startswith(name, at)), None)
    if known is None and not may_be_named(text, at):
        return None
    name, here = (known, at + len(known)) if known else _name(text, at, context)
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
    if lower_case and person.address is None:  # lower-case names count only if known
        return None
    return Found(found.end(), "commander", json_person(person), NameCommander(person), form)


def _name(text: str, at: int, context: Context) -> tuple[str | None, int]:
    """Return the name that begins at `at`, and the index of its end.

    `Last, First` is one name only if a person of that name is known.
    """
    name, end = last_first_at(text, at)
    if name is None:
        return name_at(text, at)
    return (name, end) if context.knows(name) else (None, at)


def _role(text: str, at: int, context: Context, patterns: Forms, form: Form) -> Found | None:
    """Match `I am the customer liaison`. If the role's title is a plural, the writer joins the role's holders."""
    found = patterns.has_role.match(text, at)
    key = context.words.keys.get(fold_case(one_line(found["role"])), "") if found else ""
    if found is None or not key.startswith("roles."):
        return None
    role = key.removeprefix("roles.")
    several = (kind := context.words.policy.role(role)) is not None and kind.title.endswith("s")
    value: JsonValue = [json_person(context.writer)]
    command = AssignRole(role, (context.writer,), "add" if several else "set")
    return Found(found.end(), key, {"add": value} if several else value, command, form)


def _is_somebody(text: str) -> bool:
    """Return whether command is taken over from a person, as opposed to `from tomorrow` or `from Mara at noon`."""
    words = [fold_case(word) for word in re.findall(r"[^\W_]+", text)]
    return not any(
        word in CONDITIONS or word in DOUBTS or word in OTHER_TIMES or word in forms.TIME_WORDS or word[0].isdigit()
        for word in words
    )


def time_tail(text: str, at: int, context: Context) -> int | None:
    """Return the index of the end of `as of 14:20` after a command, or None if it is missing or in the future."""
    found = forms.AS_OF.match(text, at)
    if found is None or (found["time"] and is_later(found["time"], context.written_at)):
        return None
    return found.end()
