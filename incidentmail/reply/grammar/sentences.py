"""Parse sentences and shorthand, the commands that people type without keys.

Each form is tried only at the start of a sentence, so the time is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

from incidentmail.core.commands import SetSeverity
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.text import fold_case
from incidentmail.reply.parsed import Context

from . import patterns as forms
from .clauses import Found, Passage, Reason, clause_at, stated_severity, time_tail
from .lexicon import BESIDE_COMMANDS, CONDITIONS, DOUBTS, OTHER_TIMES, SPEECH
from .numbers import steps
from .taking_back import WORD, is_unsure, takes_back
from .venues import venue_at


class TakenBack(Frozen):
    """Commands that are taken back or delayed by their sentence: `sev 1, maybe`. `end` is the end of the sentence.

    `is_below` is true if the commands are meant but come after other text.
    """

    end: int
    commands: tuple[Found, ...]
    is_below: bool = False


CLAUSES_MAX = 101
"""The maximum number of commands in one sentence. If there are more, none of them counts."""
OWN_LINE_CHARS_MAX = 60
"""The maximum length of a command alone on its line."""
OWN_LINES_MAX = 12
"""The maximum number of short prose lines in a passage that are parsed separately. A longer text is a log."""
_NOTHING_BEHIND = "\n.;:!?"
"""Characters that no polite word or mark of emphasis begins with. The end of the text counts as such a character."""
KEYWORD_WITHIN = 160
"""The distance from the beginning of a sentence within which a keyword must start. Other sentences are prose."""


def scan(passage: Passage, *, first_line: bool) -> Iterator[tuple[Found | TakenBack | Reason | None, int, int]]:
    """Yield the commands in a passage, those that are taken back, and None for prose, each with its start and end.

    `first_line` is true if only commands are above the passage, so that shorthand counts up to the first prose. All
    prose after the last keyword is one span.
    """
    at, text, begins, own_lines = 0, passage.text, first_line, OWN_LINES_MAX
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if not passage.keywords or passage.keywords[-1] < at:
            yield None, at, len(text)
            return
        if not passage.has_keyword(at, SENTENCE_CHARS_MAX if begins else KEYWORD_WITHIN):
            begins, end = False, _next_sentence(text, at)
            own_lines = yield from _prose(passage, at, end, own_lines)
            at = end
            continue
        found = _sentence(passage, at, shorthand=begins)
        if not found and begins:
            found = _last_clause(passage, at)
        if found:
            for one in found:
                yield one, _first_word(text, at, one.end), one.end
                at = one.end
            begins = begins and isinstance(found[-1], Found)
            line_below = _command_line_below(passage, at) if begins else None
            if line_below:
                yield Reason(), at, line_below
                at = line_below
            continue
        below = [] if begins else [one for one in _sentence(passage, at, shorthand=True) if isinstance(one, Found)]
        begins = False
        if below:
            end = max(below[-1].end, at + 1)
            yield TakenBack(end, tuple(below), is_below=True), at, end
            at = end
            continue
        end = _next_sentence(text, at)
        own_lines = yield from _prose(passage, at, end, own_lines)
        at = end


def _prose(
    passage: Passage, begin: int, end: int, own_lines: int
) -> Generator[tuple[TakenBack | None, int, int], None, int]:
    """Yield a prose sentence, and any of its lines that are whole commands, as commands below other text.

    For example, in `I looked, it is DNS` with `sev 1` on the next line, the writer ended the line without a full stop.
    At most `own_lines` lines are parsed. Return the number that remain for later sentences.
    """
    text, row = passage.text, begin
    if not passage.has_keyword(begin, end - begin):
        yield None, _first_word(text, begin, end), end
        return own_lines
    while own_lines and (mark := text.find("\n", row, end)) >= 0:
        below = mark + 1
        stop = text.find("\n", below, end)
        stop = end if stop < 0 else stop
        is_wrapped = mark - row >= forms.WRAP_CHARS_MIN
        if not is_wrapped and stop - below <= OWN_LINE_CHARS_MAX and passage.has_keyword(below, stop - below):
            own_lines -= 1
            found = [one for one in _sentence(passage, below, shorthand=True) if isinstance(one, Found)]
            if found and not text[found[-1].end : stop].strip():
                yield None, _first_word(text, begin, below), below
                yield TakenBack(stop, tuple(found), is_below=True), _first_word(text, below, stop), stop
                begin = stop
        row = below
    if begin < end:
        yield None, _first_word(text, begin, end), end
    return own_lines


def _command_line_below(passage: Passage, at: int) -> int | None:
    """Return the index at which the next line begins if that line begins with a command, otherwise None."""
    text = passage.text
    below = text.find("\n", at) + 1
    if not below or below - text.rfind("\n", 0, at) > forms.WRAP_CHARS_MIN or not text[at:below].strip():
        return None
    if not passage.has_keyword(below, OWN_LINE_CHARS_MAX):
        return None
    return below if _sentence(passage, below, shorthand=True) else None


def _first_word(text: str, begin: int, end: int) -> int:
    """Return the index of the first character in `text[begin:end]` that is not a space."""
    return end - len(text[begin:end].lstrip())


def _next_sentence(text: str, at: int) -> int:
    """Return the index of the sentence after the one at `at`. An abbreviation (`e.g.`) does not end a sentence."""
    for found in forms.NEXT_SENTENCE.finditer(text, at):
        at = found.start()
        if text[at] != "." or not forms.ABBREVIATION.search(text, max(0, at - 10), at + 1):
            return found.end()
    return len(text)


def _skip_ahead(text: str, at: int) -> int:
    """Return the index after any polite words, bullets and emphasis, which do not change a command."""
    for _ in range(forms.AHEAD_MAX):
        found = forms.AHEAD.match(text, at) or forms.MARKS.match(text, at)
        if found is None:
            break
        at = found.end()
    return at


def _sentence(passage: Passage, at: int, *, shorthand: bool) -> list[Found | TakenBack]:
    """Return the commands of the sentence at `at`, or nothing if any part of it is not understood."""
    text, context = passage.text, passage.context
    venue = venue_at(text, at, context) if "venue" in passage.kinds else None
    if venue:
        return [venue]
    begin = _skip_ahead(text, at) if shorthand else at
    clauses, last = _clauses(passage, begin, shorthand=shorthand)
    if not clauses:
        return []
    end = forms.END.match(text, last)
    if end and end[0].strip():
        clauses = [replace(clause, form="sentence") for clause in clauses]
    bracketed = forms.BRACKETED.match(text, last)
    is_aside = bracketed is not None and _is_aside(bracketed["inside"], context)
    if bracketed and is_aside:
        last = _behind_politeness(text, bracketed.end(), context)
        end = forms.END.match(text, last)
    is_short = _is_short(text, begin, last) and shorthand
    if is_short and (
        len(clauses) > 1 or text[last:].strip()[:1] in ("", "!") or (end and "\n" in text[last : end.end() + 1])
    ):
        is_short = False  # `s1` must be the whole first line, or joined to another command
    if end and not is_short:
        if not _goes_on(text, end, last, context):
            return [*clauses[:-1], replace(clauses[-1], end=end.end())]
        return [TakenBack(_next_sentence(text, end.end()), tuple(clauses))]
    pause = forms.AFTER_CLAUSE.match(text, last) if shorthand else None
    if pause and is_short:
        is_storage = fold_case(text[begin : begin + 2]) == "s3"  # the storage service
        return [] if is_storage else [TakenBack(_next_sentence(text, pause.end()), tuple(clauses))]
    is_doubted = bracketed is not None and not is_aside
    if pause and not is_doubted and not takes_back(text, pause.end(), written_at=context.written_at):
        return [*clauses[:-1], replace(clauses[-1], end=pause.end())]
    if pause or _is_unfinished(text, last):
        return [TakenBack(_next_sentence(text, last), tuple(clauses))]
    return _without_comma(passage, last, clauses) if shorthand else []


def _without_comma(passage: Passage, last: int, clauses: list[Found]) -> list[Found | TakenBack]:
    """Return the commands that other text follows without a mark, if it says what fails; a question if it may not."""
    text, name = passage.text, clauses[-1].name
    meant: list[Found | TakenBack] = [*clauses[:-1], replace(clauses[-1], end=last)]
    asked: list[Found | TakenBack] = [TakenBack(_next_sentence(text, last), tuple(clauses))]
    if name == "severity" and forms.FAILING.match(text, last):
        return meant
    if name == "next_update_at":
        return asked if forms.WORD_BEHIND.match(text, last) else []
    if name not in ("severity", "phase"):
        return []
    if reason := forms.WITHOUT_COMMA.match(text, last):
        return asked if takes_back(text, reason.end(), written_at=passage.context.written_at) else meant
    return asked if forms.POLITE_MIDDLE.match(text, last) else []


def _clauses(passage: Passage, at: int, *, shorthand: bool) -> tuple[list[Found], int]:
    """Return the commands, starting at `at`, that are joined by commas or `and`, and the index after the last one."""
    text, context = passage.text, passage.context
    clauses: list[Found] = []
    here = last = at
    while len(clauses) < CLAUSES_MAX and (found := clause_at(passage, here, shorthand=shorthand)) is not None:
        if found.if_worse and not (isinstance(found.command, SetSeverity) and context.is_worse(found.command.severity)):
            break
        clauses.append(found)
        last = _behind_politeness(text, found.end, context)
        joint = forms.BETWEEN.match(text, last)
        if joint is None:
            break
        here = joint.end()
    return clauses, last


def _behind_politeness(text: str, at: int, context: Context) -> int:
    """Return the index after `please`, `now`, `as of 14:20`, and marks of emphasis."""
    for _ in range(3):
        if text[at : at + 1] in _NOTHING_BEHIND:
            break
        marks = forms.MARKS.match(text, at)
        at = marks.end() if marks else at
        found = forms.POLITE_TAIL.match(text, at)
        if found and forms.BREAK.match(text, found.end()):
            at = found.end()
            continue
        later = time_tail(text, at, context)
        if later is None:
            break
        at = later
    return at


def _is_aside(inside: str, context: Context) -> bool:
    """Return whether text in brackets only explains the command before it: `(critical; was 2)`, `(agreed by voice)`."""
    pieces = [piece.strip() for piece in inside.split(";")]
    names = {name for fact in ("severity", "phase") for _, name in steps(fact, context.words.policy)}
    return all(
        fold_case(piece) in names
        or (fold_case(piece).startswith("was ") and len(piece) > 4)
        or not (is_unsure(piece) or takes_back(piece, 0, written_at=context.written_at))
        for piece in pieces
        if piece
    )


def _is_short(text: str, at: int, last: int) -> bool:
    return forms.SHORT_SEVERITY.fullmatch(text[at:last].rstrip(" *_!")) is not None


def _goes_on(text: str, end: re.Match[str], last: int, context: Context) -> bool:
    """Return whether a sentence continues after the line break at `end`, or is taken back by the next sentence."""
    if end[0].strip() or end.end() == len(text):
        return takes_back(text, end.end(), written_at=context.written_at, same_sentence=False)
    wrapped = end.end() - (text.rfind("\n", 0, last) + 1) >= forms.WRAP_CHARS_MIN
    if wrapped and text[end.end() + 1 : end.end() + 2].islower():
        return True
    return takes_back(text, end.end(), written_at=context.written_at, same_sentence=False)


def _is_unfinished(text: str, at: int) -> bool:
    """Return whether a doubt, a condition, another time or a question directly follows a command: `sev 1 maybe`."""
    rest = text[at : at + 60].lstrip()
    if rest.startswith("?") or rest.startswith("("):
        return True
    found = WORD.match(rest)
    word = fold_case(found[0]) if found else ""
    if word in ("i", "they", "he", "she", "we"):
        following = WORD.search(rest, found.end() if found else 0)
        return following is not None and fold_case(following[0]) in SPEECH
    return word in CONDITIONS | DOUBTS | OTHER_TIMES | BESIDE_COMMANDS and word not in (
        "would", "should", "could", "might", "may",
    )  # fmt: skip


def _last_clause(passage: Passage, at: int) -> list[Found | TakenBack]:
    """Return the severity in the last clause of the first sentence: `Refunds fail too, so this is sev 1 now.`

    The severity counts only if it is worse than the current one, and if no doubt, condition or reported speech precedes
    it.
    """
    if "severity" not in passage.kinds:
        return []
    text, context = passage.text, passage.context
    end = _next_sentence(text, at)
    sentence = text[at:end]
    if len(sentence) > SENTENCE_CHARS_MAX or sentence.rstrip().endswith("?"):
        return []
    breaks = list(forms.STATED_LAST.finditer(text, at, end))
    if not breaks:
        return []
    found = stated_severity(passage, breaks[-1].end())
    if found is None or not isinstance(found.command, SetSeverity) or not context.is_worse(found.command.severity):
        return []
    closing = forms.END.match(text, found.end)
    words = {fold_case(word) for word in WORD.findall(text[at : breaks[-1].start()])}
    uncertain = words & (CONDITIONS | DOUBTS | SPEECH | OTHER_TIMES)
    if closing and not uncertain and not takes_back(text, closing.end(), written_at=context.written_at):
        return [replace(found, end=closing.end())]
    return []


SENTENCE_CHARS_MAX = 300
"""The maximum length of a first sentence with a command. A severity at the end of a longer one causes a question."""
