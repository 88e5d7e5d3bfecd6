"""Split the beginning of a reply into clauses, and determine which of them may express a wish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .vocabulary import Word, tagged

TEXT_CHARS_MAX = 400
CLAUSES_MAX = 8
"""The maximum number of clauses that are searched. Wishes come early in a reply; later clauses only report."""
CLAUSE_WORDS_MAX = 25
DICTATED_WORDS_MIN = 10
"""The number of words without punctuation from which a text counts as dictated, and is split before its subjects."""
VALUE_WORDS_MIN = 6
"""The same for a text that is split only behind a severity or phase: `set severity one | customers cannot log in`."""
_SUBJECTS = frozenset({"we", "me", "next update"})
TAKES_BACK = frozenset({"denied", "past", "reported", "doubtful", "later", "often", "others"})
"""The tags of words that show that a clause discusses, reports, or is about something else."""
WISHES = frozenset({"please", "ask", "wish"})
_IDLE = frozenset({"filler", "this", "we", "me", "now", "is", "opinion", "vote", *WISHES})
"""The tags of words that name no topic. A clause may contain any number of them."""
TOPICS_ONLY = frozenset({
    "adding", "relieve", "relieve as", "volunteer", "search phase", "fix phase", "watch phase", "overstated",
    "understated", "amend", "merely", "greatly",
})  # fmt: skip
"""The tags of words that belong to a few kinds of wishes. Beside other topics they count as unknown words."""
_AND = frozenset({"filler", "and"})
_BREAK = re.compile(
    r",(?!\s?\d{1,3}[\d\s,andu]{0,16}(?:are\s|done|finished|erledigt|fertig))|[;!?…\n)]|(?<!\w)\(|\.(?!\w)|:(?!\w|\s*(?:me|i|myself)\b)|\s[-–—]{1,2}\s|[–—]|[\u2600-\u2793\U0001f000-\U0001faff]"
    r"|\s(?=(?:because|so|but|if|when|unless|until|once|since|while|as soon as|after|before|weil|wenn|falls|sobald|aber"
    r"|denn|parce|mais|quand|lorsque|porque|pero|cuando|quando|omdat|maar|zodra|wanneer|perché|ale|jeśli|gdy"
    r"|för att|när)\s)"
    r"|\s(?=(?:and|und|et|en|och)\s(?:we|i|i'm|we're|it|it's|this|please|pls|now|can|wir|ich|bitte|jetzt|nous|je|on|we"
    r"|ik|nu|vi|jag)\s)",
    re.I,
)
_DISCUSSES = TAKES_BACK | {"condition"}
_VALUED = frozenset({"severity", "phase", "lead", "takeover", "title", "next update"})
_GOES_ON = frozenset({"please", "now", "time"})
"""The tags of words that end a value: `please`, `now`, and the end of a time."""
_NEW_STATEMENT = frozenset({"its", "it's", "it", "this", "nobody", "customers", "everything", "all", "there", "the"})
"""Words that begin a new statement after a number: `severity one | its really bad`."""
_NUMBERED = frozenset({"number", "n0", "n1", "n2", "n3", "n4", "n5"})
_OF_OTHERS = frozenset({"others", "reported"})
_WRAPPED = re.compile(r"(?<=[^\n]{55})\n(?=[^\W\d_A-Z])")
_MAYBE = frozenset({"maybe", "perhaps", "vielleicht", "quizás", "talvez", "misschien", "może", "forse", "kanske"})
"""Words with which a question suggests something: `Maybe Ann should be scribe?`"""
_OPENED = (
    (
        ", ",
        re.compile(r"\b(besser|sinnvoll|mejor|beter|bättre|lepiej|better|meglio|melhor|mieux)\s?,\s(?=\w)", re.I),
        r"\1 ",
    ),
    (
        " if ",
        re.compile(
            r"\b(?:(?:is it )?(?:ok|okay|fine)|(?:do|would) (?:you|any(?:one|body)) mind) if (?=(?:i|we)\s)", re.I
        ),
        "can ",
    ),
    (" new line", re.compile(r" new line(?=\s|$)"), "\n"),
    (" comma", re.compile(r" comma(?=\s|$)"), ","),
    (" full stop", re.compile(r" full stop(?=\s|$)"), "."),
    (" period", re.compile(r" period(?=\s*$)|(?<=\b(?:one|two|now)) period\b|(?<=\d) period\b"), "."),
)
"""What has to be in a text, the words that are replaced, and their replacement. These are openings of suggestions that
would be separated from the rest (`besser, das zu schließen`, `ok if I close this`), and dictated marks."""
_CONTRASTS = (
    " and not ", " instead of ", " rather than ", " statt ", " anstatt ", " und nicht ", " au lieu ", " et pas ",
    " en lugar ", " en vez ", " em vez ", " in plaats ", " zamiast ", " invece di ", " i stället ",
)  # fmt: skip
"""Words before what is not wanted: `could we do the next update at 17:00 and not 16:00?`"""
_QUOTED = re.compile('["“”„«»]')

DENIED = re.compile(r"\b(?:not|never|no|nor|or|was|were|than|don['’]t|nicht|nie|oder|jamais|quote|said\s+that)\b", re.I)
LATER = re.compile(
    r"\b(?:tomorrow|next\s+(?:week|month|time|year)|last|yesterday|lunch|usually|morgen|nächste)\b", re.I
)
"""Words that show that a sentence concerns another time. `DENIED` has words that show that a wish is denied."""


@dataclass(frozen=True)
class Clause:
    """A clause of a reply: its text, its words with their tags, and whether it ends in a question mark."""

    text: str
    words: tuple[Word, ...]
    is_question: bool = False
    needs_stance: bool = False
    """Whether a value alone is not meant: `they set theirs to sev 1, phase 2`, `in phase 2 we have a pump`."""

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags of all words."""
        return frozenset().union(*(word.tags for word in self.words))

    def has(self, *tags: str) -> bool:
        """Return whether any word has one of these tags."""
        return not self.tags.isdisjoint(tags)

    def first(self, *tags: str) -> int | None:
        """Return the index of the first word with one of these tags, or None."""
        return next((at for at, word in enumerate(self.words) if not word.tags.isdisjoint(tags)), None)

    @cached_property
    def strays(self) -> tuple[Word, ...]:
        """The words that are not in the vocabulary, or only for a few kinds of wishes."""
        return tuple(word for word in self.words if word.tags <= TOPICS_ONLY)

    def strays_beside(self, *tags: str) -> int:
        """Return the number of words that are not in the vocabulary and have none of these tags."""
        return sum(word.tags.isdisjoint(tags) for word in self.strays)

    @property
    def is_wish(self) -> bool:
        """Whether the clause asks for something: `please`, `can someone`, `let's`."""
        return self.asks if self.is_question else self.has(*WISHES)

    @property
    def asks(self) -> bool:
        """Whether a question asks for something: `can someone close this?`, `could Ann do it?`."""
        first = self.words[0]
        return self.has("please", "ask", "ask not") or "modal" in first.tags or first.text.casefold() in _MAYBE

    def begins_with(self, *tags: str) -> bool:
        """Return whether one of these tags belongs to the first word that is not idle (see `_IDLE`)."""
        wanted = set(tags)
        said = (word for word in self.words if word.tags != _AND)
        first = next((word for word in said if not word.tags or word.tags - _IDLE or word.tags & wanted), None)
        return first is not None and not first.tags.isdisjoint(wanted)

    def takes_back(self, *, allowed: frozenset[str] = frozenset()) -> bool:
        """Return whether the clause only discusses a change instead of asking for it. Ignore the `allowed` tags."""
        return self._never_asks or not self._taking_back <= allowed

    @cached_property
    def _never_asks(self) -> bool:
        if self.has("ask not") and not self.is_question:
            return True  # `no deberíamos cerrar` is a suggestion only as a question
        return "condition" in self.words[0].tags or (self.is_question and not self.asks)

    @cached_property
    def _taking_back(self) -> frozenset[str]:
        first, *rest = self.words
        tags = self.tags
        is_open = "modal" in first.tags or first.text.casefold() in _MAYBE
        if self.is_question and is_open:  # `could Ann do it?` expresses no doubt
            tags = frozenset().union(*(word.tags for word in rest))
        return tags & TAKES_BACK


def clauses_of(text: str, *, wide: bool = False) -> Iterator[Clause]:
    """Yield the first clauses of a short text, except clauses that depend on a condition or contain a quotation.

    If `wide`, the words are tagged with the lexicon of indirect wishes, too.
    """
    text = _WRAPPED.sub(" ", text[:TEXT_CHARS_MAX].replace("’", "'"))
    for contrast in _CONTRASTS:
        if contrast in text:
            text = text.replace(contrast, f",{contrast}")
    for part, pattern, joined in _OPENED:
        if part in text:
            text = pattern.sub(joined, text)
    at, depends, number = 0, False, 0
    is_elsewhere = False
    while at < len(text) and number < CLAUSES_MAX:
        found = _BREAK.search(text, at)
        end, mark = (found.start(), found[0].strip()) if found else (len(text), "")
        piece = text[at:end].strip()
        begins = at == 0 or text[at - 1] in ".!?…\n"
        at = found.end() if found else len(text)
        words = tuple(tagged(piece, wide=wide)) if piece and not _QUOTED.search(piece) else ()
        if not words:
            continue
        number += 1
        depends = depends and not begins
        is_elsewhere = is_elsewhere and not begins
        if not depends:
            is_question = mark == "?" or text[end:].lstrip().startswith("?")
            for part, said in _dictated(piece, words, wide=wide):
                if len(said) <= CLAUSE_WORDS_MAX:
                    is_part = len(said) < len(words)  # in which `phase 2` alone says nothing
                    yield Clause(part, said, is_question=is_question, needs_stance=is_elsewhere or is_part)
        depends = depends or (begins and "condition" in words[0].tags)
        is_elsewhere = is_elsewhere or any(word.tags & _OF_OTHERS for word in words)


def _dictated(text: str, words: tuple[Word, ...], *, wide: bool) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """Yield the parts of a clause. A long one is split as a person who dictates would pause, unless it discusses."""
    begun = 0
    is_long = len(words) >= DICTATED_WORDS_MIN
    for at in range(1, len(words)) if len(words) >= VALUE_WORDS_MIN else ():
        if not (is_long and _begins_here(words, at)) and not _ends_before(words, at, begun, is_long=is_long):
            continue
        if any(word.tags & _DISCUSSES for word in words[:at]):
            break
        part = text[words[begun].start : words[at].start].strip()
        yield part, tuple(tagged(part, wide=wide))
        begun = at
    rest = text[words[begun].start :] if begun else text
    yield rest, tuple(tagged(rest, wide=wide)) if begun else words


def _begins_here(words: tuple[Word, ...], at: int) -> bool:
    is_on = words[at].text.casefold() == "on"  # French for `we`, but seldom in dictated text
    return bool(words[at].tags & _SUBJECTS) and not words[at - 1].tags & _SUBJECTS and not is_on


def _ends_before(words: tuple[Word, ...], at: int, begun: int, *, is_long: bool) -> bool:
    """Return whether a value is complete before the word at index `at`: `severity one please | the south is dark`."""
    if _NEW_STATEMENT & {words[at].text.casefold()} and words[at - 1].tags & _NUMBERED:
        return bool(at > begun + 1 and words[at - 2].tags & {"severity", "phase"})
    if not is_long:
        return False
    denied = TAKES_BACK - {"denied"} if "please" in words[at - 1].tags else TAKES_BACK
    if words[at].tags & (_GOES_ON | denied):
        return False
    last = at - 1
    while last > begun and words[last].tags & _GOES_ON and not words[last].tags & _NUMBERED:
        last -= 1
    return any(word.tags & _VALUED for word in words[max(begun, last - 3) : last + 1]) and last < at - 1
