"""Join the lines of one value that the writer's mail program wrapped, before they are parsed.

A value continues on the next line if the program may have wrapped it there, and if the next line is not a `Key: value`
line, command, courtesy or list item itself. If the HTML alternative, or format=flowed, already shows where the writer
ended each line, a line is joined only to a value that cannot end there, such as `the second gateway is`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from incidentmail.core.frozen import replace
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.text import one_line

from .extraction.link_targets import without_targets
from .extraction.wrapped_lines import NARROW_CHARS, WRAP_CHARS_MAX, WRAP_CHARS_MIN, is_unbroken, may_be_wrapped
from .grammar.courtesy import is_pleasantry, is_thanks
from .grammar.key_values import FREE_TEXT, ITEM_LINES, has_colon, read_value, split_key
from .grammar.read_commands import read
from .parsed import Context, NewLine, Problem, Value

LOOKED_AT_MAX = 50  # how many lines are compared with the ones above them; a reply has only a few long values
QUOTED_LINES_MAX = 10  # the maximum number of lines in a text in quotation marks, which is shown as one line
_DOUBTFUL = "it is not clear whether the next line belongs to this text"
_PLACES = frozenset({"venue", "backchannel"})
_FREE = (FREE_TEXT | ITEM_LINES) - _PLACES
_OF_ITS_OWN = re.compile(r"[-*•·–—+>]\s|\d{1,2}[.)]\s|[^\W\d_a-z][\w-]{0,30}(?: [\w-]{1,30})?[:：]\s")
"""The beginning of a list item, or of a line with a key that is not ours."""
_BEFORE_MORE = re.compile(r"(?:,|\b(?:and|or|the|an?|in|of|for|with|to|by|at|on|und|oder|et|ou|y|o|e))$", re.I)
_ENDING_CHARS = 80
_ENDS_AMID = re.compile(
    r"[^\s:：]\s?,$|(?<=\w\s)(?:and|or|the|an|of|to|with|is|are|was|were|for|from|at|than|because|(?:is|as|of|with|and|or|for)\s+a"
    r"|und|oder|ist|sind|der|die|das|mit|et|ou|est|sont|des|avec|y|los|las)$|(?:^|\s)[\"“„«(]\w[^\"”“»)]{0,60}$",
    re.I,
)
"""The end of a line in the middle of a value: a comma, a word that another one has to follow, or an open quotation."""
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«"}


def join_values(
    lines: Sequence[NewLine], context: Context, *, is_typed: bool = False
) -> tuple[list[NewLine], list[Problem]]:
    """Return the lines with each value on one line, and a problem for each text for customers whose end is unclear.

    `is_typed` is true if each line is known to end where the writer ended it. Otherwise, the end of a text for
    customers is unclear if the line below is plain text, however short. A text in quotation marks may have several
    lines, because its end is clear.
    """
    keys = _long_values(lines, context, is_typed=is_typed)
    if not keys:
        return list(lines), []
    texts = [line.text for line in lines]
    is_wrapped = not is_typed and not is_unbroken(texts)
    width = max(NARROW_CHARS, *(len(text) for text in texts if len(text) <= WRAP_CHARS_MAX), 0)
    joined: list[NewLine] = []
    problems: list[Problem] = []
    left, at = LOOKED_AT_MAX, 0
    while at < len(lines):
        line, first = lines[at], at
        at += 1
        key = keys.get(first)
        if key and _is_words(key) and (quoted := _in_quotes(lines[first : first + QUOTED_LINES_MAX], key[1], context)):
            text, at = f"{line.text[: line.text.index(key[1][0])]}{quoted[0]}", first + quoted[1]
            joined.append(replace(line, text=text))
            continue
        is_sure, text = key is None or not _is_unclosed(key), line.text
        while key and left and at < len(lines):
            above, below = lines[at - 1].text.rstrip(), lines[at].text.strip()
            if not below or not lines[at].readable:
                break
            is_amid = not _is_words(key) and _cannot_end(text)
            if not (is_amid or (is_wrapped and may_be_wrapped(above, below, width))):
                break
            longer, left = _with_next(text, below), left - 1
            ends = _is_something_else(lines[at], context, is_amid=is_amid)
            if ends or not _goes_on(key[0], longer, above, below, context):
                is_sure = is_sure and not (_surely_goes_on(above, below) and _begins_command(lines[at], context))
                break
            is_sure = is_sure and _surely_goes_on(above, below)
            text, at = longer, at + 1
        if key and _is_words(key) and is_sure and not (is_typed and not _cannot_end(text)):
            is_sure, text = _certain_end(text, lines[at : at + 1], context)
        if key and _is_words(key) and not is_sure:
            problems.append(_problem(line, text, context))
            joined += [replace(one, readable=False) for one in lines[first:at]]
        else:
            joined.append(replace(line, text=text) if text is not line.text else line)
    return joined, problems


def _long_values(lines: Sequence[NewLine], context: Context, *, is_typed: bool) -> dict[int, tuple[str, str]]:
    """Return the keys and values that may continue on the next line, by the index of their line."""
    at_colons = [at for at, line in enumerate(lines) if line.readable and has_colon(line.text)]
    long = [at for at in at_colons if not is_typed or _may_go_on(lines[at].text)]
    keys = {at: key for at in long if (key := split_key(lines[at].text, context))}
    return {at: key for at, key in keys.items() if _is_words(key) or _may_go_on(lines[at].text)}


def _may_go_on(text: str) -> bool:
    """Return whether the value in a `Key: value` line may continue on the next line."""
    return len(text) >= WRAP_CHARS_MIN or not _QUOTES.keys().isdisjoint(text) or _cannot_end(text)


def _cannot_end(text: str) -> bool:
    """Return whether a `Key: value` line ends in the middle of its value: at a comma, `the`, or an open bracket.

    >>> [_cannot_end(f"Assumption: {text}") for text in ("the disk is", "the disk (on db1", "the disk is on")]
    [True, True, False]
    """
    end = text[-_ENDING_CHARS:].rstrip()
    if end.endswith((":", "：")):
        return text.count(":") + text.count("：") == 1
    return _ENDS_AMID.search(end) is not None or end.rfind("(") > end.rfind(")")


def in_marks(text: str) -> str:
    """Return a text for customers in the form that is parsed back to the same text.

    A text that begins with a quotation mark is put in quotation marks of another kind.

    >>> in_marks('"Gift" cards'), in_marks("gift cards")
    ('“"Gift" cards”', 'gift cards')
    """
    if text[:1] not in _QUOTES:
        return text
    pairs = (f"{opening}{text}{closing[0]}" for opening, closing in _QUOTES.items() if set(closing).isdisjoint(text))
    return next(pairs, text)


def _with_next(above: str, below: str) -> str:
    """Join two lines with a space, or without one if the program split a word at its hyphen."""
    above = above.rstrip()
    space = "" if above[-1] == "-" and above[-2:-1].isalpha() else " "
    return without_targets(f"{above}{space}{below}")


def _is_something_else(line: NewLine, context: Context, *, is_amid: bool = False) -> bool:
    """Return whether a line cannot continue the value above, because it begins something else.

    If the line above ends in the middle of its value (`is_amid`), a name or a word with a comma greets nobody.
    """
    text = line.text.strip()
    if _OF_ITS_OWN.match(text) or split_key(text, context):
        return True
    may_greet = not is_amid or not (text[0] == "@" or text[0].islower())
    if (may_greet and is_pleasantry(text)) or is_thanks(text, context.writer.name):
        return True
    alone = read([line], context)
    return bool(alone.commands or alone.problems or alone.asks or alone.wants_brief)


def _begins_command(line: NewLine, context: Context) -> bool:
    """Return whether a line has text besides its command, or raises a question, and so may continue the line above."""
    alone = read([line], context)
    return bool((alone.commands and alone.prose.strip()) or alone.asks or alone.problems)


def _goes_on(name: str, longer: str, above: str, below: str, context: Context) -> bool:
    """Return whether a value of this kind can continue on the line `below`. Names can continue only with names."""
    if name in _FREE:
        return True
    if name in _PLACES:
        return _surely_goes_on(above, below) or below.startswith(("+", "(", "http"))
    key = split_key(longer, context)
    return key is not None and isinstance(read_value(*key, context), Value)


def _surely_goes_on(above: str, below: str) -> bool:
    """Return whether the line `below` cannot be a sentence of its own."""
    if above[-1] in ".!?:;":
        return False
    return below[0].islower() or below[0].isdigit() or _BEFORE_MORE.search(above) is not None


def _is_words(key: tuple[str, str]) -> bool:
    return key[0] == CUSTOMER_WORDS


def _is_unclosed(key: tuple[str, str]) -> bool:
    """Return whether a value begins with a quotation mark that is not closed in its line."""
    closing = _QUOTES.get(key[1][:1])
    return closing is not None and set(closing).isdisjoint(key[1][1:])


def _certain_end(text: str, below: Sequence[NewLine], context: Context) -> tuple[bool, str]:
    """Return whether a text for customers certainly ends above the line `below`, and the text that may be meant."""
    if not below or not below[0].text.strip() or not below[0].readable or _is_something_else(below[0], context):
        return True, text
    return False, _with_next(text, below[0].text.strip())


def _in_quotes(lines: Sequence[NewLine], value: str, context: Context) -> tuple[str, int] | None:
    """Return the text if the whole value is in quotation marks, and the text's number of lines. Or return None."""
    closing = _QUOTES.get(value[:1])
    if closing is None:
        return None
    text = value[1:]
    for number, line in enumerate(lines, 1):
        if not line.readable:
            return None
        text = f"{text} {line.text.strip()}" if number > 1 else text
        end = next((at for at, mark in enumerate(text) if mark in closing), None)
        if end is not None:
            is_whole = text[:end].strip() and is_thanks(text[end + 1 :], context.writer.name)
            return (one_line(text[:end]), number) if is_whole else None
    return None


def _problem(line: NewLine, text: str, context: Context) -> Problem:
    """Return a problem that asks whether a text for customers is one line or all of them.

    Otherwise, only half of the text might be published.
    """
    key = context.words.key(CUSTOMER_WORDS)
    values = [found[1] for one in (text, line.text) if (found := split_key(one, context))]
    both = dict.fromkeys(value.strip('"“”„«»').replace('"', "'") for value in values)
    remedy = " or ".join(f'{key}: "{value}"' for value in both)
    return Problem(line=line.number, text=one_line(text), reason=_DOUBTFUL, remedy=remedy)
