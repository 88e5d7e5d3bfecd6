"""Recognise texts that readers could mistake for our own sentences about the state of an incident. Pure.

Our messages show such texts beside the state, so `Description: Incident closed` would tell people that the incident is
over. A command that sets such a text is refused. A declaration is never refused: its texts are put in quotation marks
instead. Text shown after its author's name needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from incidentmail.core.commands import AddItem, Command, Declare, Refused, SetDescription, SetText
from incidentmail.core.frozen import replace
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.policy import Policy
from incidentmail.core.text import LINE_CHARS_MAX, one_line
from incidentmail.core.words import COORDINATED, COORDINATING, Words

Spelled = tuple[str, ...]

LINES_MAX = 200
"""The maximum number of lines of details to check. Nobody mistakes a line further down for the state."""
FOR_CUSTOMERS = "customers_may_be_told"
"""The text that may say that the incident is over, because it tells customers so."""
SHOWN_ITEMS = ("need", "action")
"""The kinds of items shown in messages to the list. Others, such as decisions, may mention severity or the end."""
SENTENCES_OF_LINE = 2
"""The maximum number of sentences to check in a line of details. Readers mistake only the first ones for ours."""
_SENTENCE_ENDS = lazy_pattern(r"[.!?:;|。！？\n]| [-–—] |[–—]")
_WORD = lazy_pattern(r"[^\W_]+")
_ALIKE = str.maketrans("i|10", "lllo")
_TITLES = ("incident commander", "commander")
_FILLERS = "now currently still the this it is update status state we are at in note fyi ok"
"""Words that can precede a sentence about the state without changing its meaning."""
_ENDED = "closed resolved retracted reopened merged over mitigated fixed ended done open finished"
_BETWEEN = "is was has been now already all officially"
"""Words that may come between `incident` and its new state, as in `incident has been closed`."""
_ENDS_ALONE = "all clear false alarm everything again has been was just"
"""A sentence made only of these words, such as `All clear` or `Resolved`, says that an incident is over."""
_NAMES_AN_END = "closed resolved retracted reopened merged over mitigated fixed ended finished"
_ROWS_THAT_NAME_AN_END = ("false alarm", "all clear")


def reads_like_state(text: str, policy: Policy, *, ends: bool = True) -> bool:
    """Return whether a sentence in `text` could be mistaken for one of ours, even if it uses look-alike letters.

    If `ends` is false, sentences about the end of the incident are allowed.

    >>> [reads_like_state(text, Policy()) for text in ("Incident closed", "Severity 1 (critical), phase 2.", "Fixed!")]
    [True, True, True]
    >>> [reads_like_state(text, Policy()) for text in ("Phase 2 of the import fails", "Cards fail, severity unclear")]
    [False, False]
    """
    sentences = (sentence for sentence in _SENTENCE_ENDS.split(text[:LINE_CHARS_MAX]) if sentence.strip())
    return any(
        _says_state(words, policy) or (ends and _says_end(words))
        for sentence in sentences
        for words in _shapes(sentence)
    )


def check_state_form(command: Command, policy: Policy) -> Refused | None:
    """Return a refusal if a command sets a text that imitates our sentences about the state, otherwise None."""
    match command:
        case SetDescription(description=text):
            what, ends = "the description", True
        case SetText(name=name, text=value):
            what, text, ends = f"the {name.replace('_', ' ')}", value or "", name != FOR_CUSTOMERS
        case AddItem(kind=kind, text=text) if kind in SHOWN_ITEMS:
            what, ends = f"the {kind}", True
        case _:
            return None
    if not reads_like_state(one_line(text), policy, ends=ends):
        return None
    return Refused(
        reason=f"{what} would read like a sentence of ours about the state of the incident",
        remedy="say in other words what is broken; severity, phase and the end have commands of their own",
    )


def in_quotation_marks(command: Declare, policy: Policy) -> Declare:
    """Return the declaration, with texts that could be mistaken for our own sentences put in quotation marks."""

    def marked(text: str, *, ends: bool = True) -> str:
        return f'"{text}"' if text and reads_like_state(text, policy, ends=ends) else text

    def line_marked(line: str) -> str:
        begins = islice(filter(str.strip, _SENTENCE_ENDS.split(line[:LINE_CHARS_MAX])), SENTENCES_OF_LINE)
        return f'"{line.strip()}"' if any(reads_like_state(one, policy) for one in begins) else line

    lines = command.details.split("\n")
    first, rest = lines[:LINES_MAX], lines[LINES_MAX:]
    return replace(
        command,
        description=marked(command.description),
        details="\n".join((*map(line_marked, first), *rest)),
        texts=tuple((name, marked(text, ends=name != FOR_CUSTOMERS) if text else text) for name, text in command.texts),
    )


def _says_state(words: Spelled, policy: Policy) -> bool:
    """Return whether a sentence states a severity, phase, commander or venue, or calls the incident a drill."""
    titles = {tuple(_folded(Words(policy).title)), *map(tuple, map(_folded, _TITLES))}
    if any(_has_row(words, (*_folded(verb), *title)) for title in titles for verb in ("is", "was")):
        return True
    if _has_row(words[:4], _folded("a drill")) or words == _folded("drill"):
        return True
    begin = _without_fillers(words)
    first, second, third = (*begin[:3], "", "", "")[:3]
    if first in _folded("severity sev") and _is_number(second):
        return True
    if first in _folded("phase") and _is_number(second):
        return not third or third in (
            *_folded("was"),
            *(word for step in policy.phases for word in _folded(step.name)[:1]),
        )
    return begin[:2] in (_folded(COORDINATING), _folded(COORDINATED))


def _says_end(words: Spelled) -> bool:
    """Return whether a sentence says that the incident is over or reopened."""
    for index, word in enumerate(words):
        if word in _folded("incident incidents"):
            rest = next((later for later in words[index + 1 :] if later not in _folded(_BETWEEN)), "")
            if rest in _folded(_ENDED):
                return True
    alone = _folded(f"{_ENDED} {_ENDS_ALONE} {_FILLERS}")
    names_an_end = any(word in _folded(_NAMES_AN_END) for word in words)
    names_an_end = names_an_end or any(_has_row(words, _folded(row)) for row in _ROWS_THAT_NAME_AN_END)
    return names_an_end and all(word in alone for word in words)


def _without_fillers(words: Spelled) -> Spelled:
    start = next((index for index, word in enumerate(words) if word not in _folded(_FILLERS)), len(words))
    return words[start:]


def _has_row(words: Spelled, row: Spelled) -> bool:
    """Return whether `words` contains `row` as a contiguous sequence."""
    return any(words[start : start + len(row)] == row for start in range(len(words) - len(row) + 1))


def _is_number(word: str) -> bool:
    """Return whether a folded word looks like a number."""
    return bool(word) and all(letter.isdigit() or letter in "lo" for letter in word)


def _shapes(sentence: str) -> Iterator[Spelled]:
    """Yield the folded words of a sentence, in each possible spelling."""
    if sentence.isascii():
        yield _folded(sentence)
        return
    from incidentmail.core.names.look_alikes import words_of  # it is large, and most texts do not need it

    for words in words_of(sentence):
        yield _folded(" ".join(words))


@lru_cache(maxsize=256)
def _folded(text: str) -> Spelled:
    """Return the words of an ASCII text, with look-alike letters replaced by the same letter."""
    return tuple(_WORD.findall(text.lower().replace("rn", "m").translate(_ALIKE)))
