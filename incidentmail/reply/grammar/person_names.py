"""Find a person's name in running text by its form, and by excluding words that are not names."""

from __future__ import annotations

import re
from datetime import datetime

from incidentmail.core.names.person import ADDRESS
from incidentmail.core.text import fold_case, one_line

from .courtesy import TOKEN
from .lexicon import CONDITIONS, CONTRASTS, DOUBTS, OTHER_TIMES, SPEECH
from .taking_back import takes_back

_NOT_NAMES = frozenset({
    "i", "we", "you", "he", "she", "it", "they", "this", "that", "there", "who", "whoever", "what", "which", "nobody",
    "noone", "someone", "somebody", "anyone", "anybody", "everyone", "everybody", "neither", "either", "not", "no",
    "if", "why", "how", "where", "while", "whether", "though", "although", "despite", "given", "even", "just",
    "suddenly", "again", "here", "with", "without", "thanks", "perhaps", "until", "like",
    "when", "maybe", "the", "a", "an", "and", "or", "but", "is", "was", "will", "should", "could", "would",
    "our", "your", "my", "today", "tomorrow", "yesterday", "now", "currently", "next", "hopefully", "apparently",
    "probably", "possibly", "still", "also", "so", "then", "as", "at", "by", "in", "on", "from", "since",
    "because", "after", "before", "once", "think", "suppose", "assuming", "afaik", "see", "only", "yes", "ok", "unless",
})  # fmt: skip
# Words that are never in a name, at any position.
_NEVER_IN_NAMES = _NOT_NAMES - {"will", "may", "so", "do", "an", "see", "then", "y", "a", "as", "the"} | frozenset({
    "surely", "actually", "certainly", "obviously", "clearly", "really", "finally", "officially", "formally", "usually",
    "currently", "temporarily", "formerly", "previously", "was", "were", "former", "ex", "looking", "for", "one", "tbd",
    "tba", "tbc", "pending", "vacant", "vacated", "rotating", "oncall", "on-call", "unknown", "unassigned",
    "none", "n/a",
    "na", "undecided", "open", "free", "empty", "needed", "wanted", "missing", "volunteer", "volunteers",
    "volunteering",
    "please", "thanks", "sorry", "soon", "later", "tonight", "week", "month", "year", "last", "whom", "whose",
    "to", "be",
    "decided", "announced", "confirmed", "confirm", "team", "database", "gateway", "server", "somebody's", "people",
    "person", "colleague", "guy", "not", "nothing", "ask", "asking", "find", "finding", "searching", "does", "did",
    "has", "have", "had", "been", "being", "would", "can", "cannot", "with", "without", "about", "than", "like", "of",
    "out", "office", "away", "sick", "me", "myself", "him", "her", "them", "us", "any", "some", "every", "each", "both",
    "all", "most", "many", "few", "more", "other", "another", "new", "old", "same", "first", "second", "third",
})  # fmt: skip
# Lower-case words in names. No other lower-case word is part of a name.
_PARTICLES = frozenset({
    "van", "von", "vom", "der", "den", "de", "del", "della", "dei", "di", "da", "do", "dos", "das", "du", "des", "la",
    "le", "el", "al", "bin", "ibn", "ben", "bint", "ter", "ten", "te", "zu", "zum", "af", "av", "y", "e", "san",
})  # fmt: skip
_WHY_THEM = re.compile(
    r"\s*(?:[,;.]|\s[-–—]{1,2})\s+"
    r"(?=(?:he|she|they|both|who|is|are|knows?|has|have|had|said|agreed|because|since|as)\b)",
    re.I,
)
_AGREED = re.compile(
    r"(?:(?:he|she|they|both|all)\s+)?(?:(?:has|have)\s+)?"
    r"(?:agrees?d?|said\s+(?:yes|ok(?:ay)?|sure)|is\s+(?:ok|fine)(?:\s+with\s+(?:it|that))?)[.!]*",
    re.I,
)
_NO_REASON = (CONDITIONS | DOUBTS | OTHER_TIMES | CONTRASTS | SPEECH | frozenset({
    "not", "no", "never", "don't", "won't", "can't", "cannot", "left", "instead", "ask", "starts", "starting", "or",
})) - {"said", "told", "asked"}  # fmt: skip
"""Words in a clause about people which show that it may not be a reason why they were named."""
NAME_WORDS_MAX = 6
LAST_NAME_WORDS_MAX = 3
_WORD = re.compile(r"\s*([^\s,;:!?()\"]+)")
_NAMED = re.compile(r"\s*(?:[^\s;:!?()\"]+\s+){1,12}?is\s", re.I | re.A)
_NAMED_CHARS_MAX = 300
LOWER_CASE_NAME = re.compile(r"[^\W\d_][^\s,;:!?()\"]{0,30}(?:[ \t][^\s,;:!?()\"]{1,30}){0,2}?(?=\s+is\s)")


def may_be_named(text: str, at: int) -> bool:
    """Return whether the words at `at` are followed by the word `is`, as a name must be.

    >>> may_be_named("Bo Keller is commander", 0), may_be_named("Commander: Bo Keller", 0)
    (True, False)
    """
    return _NAMED.match(text, at, at + _NAMED_CHARS_MAX) is not None


def name_at(text: str, at: int) -> tuple[str | None, int]:
    """Return the name from `at` up to the word `is`, and the index of its end, or (None, `at`) if there is none.

    A name has at most six words. Only short words, such as initials, can end with a full stop.
    """
    words: list[str] = []
    here = at
    for found in _WORD.finditer(text, at, at + 200):
        if found.start() != here or len(words) > NAME_WORDS_MAX:
            return None, at
        word = found[1]
        if fold_case(word) == "is":
            break
        if not _can_be_in_name(word, first=not words):
            return None, at
        words.append(word)
        here = found.end()
    else:
        return None, at
    if all(fold_case(word) in _PARTICLES for word in words):
        return None, at
    return one_line(text[at:here]), here


def last_first_at(text: str, at: int) -> tuple[str | None, int]:
    """Return the `Last, First` name from `at` up to the word `is`, and the index of its end.

    It is one name only if a person of that name is known: `Bo, Jayla is commander.` may be addressed to Bo.

    >>> last_first_at("van Dam, Jayla is incident commander.", 0)
    ('van Dam, Jayla', 14)
    """
    here = at
    for _ in range(LAST_NAME_WORDS_MAX):
        found = _WORD.match(text, here)
        if found is None or not _can_be_in_name(found[1], first=here == at):
            return None, at
        here = found.end()
        if text.startswith(",", here):
            first, end = name_at(text, here + 1)
            return (f"{one_line(text[at:here])}, {first}", end) if first else (None, at)
    return None, at


def is_name(text: str, *, any_case: bool = False) -> bool:
    """Return whether `text` looks like a person's name and nothing else.

    If `any_case` is true, lower-case names such as `bo` count too. The text can include an address.

    >>> is_name("Ludwig van Beethoven"), is_name("looking for one"), is_name("was Mara"), is_name("bo", any_case=True)
    (True, False, False, True)
    """
    text = re.sub(r"<[^<>]*>", "", text) if "<" in text else text
    words = text.replace(",", " ").replace('"', " ").split()
    if not words or len(words) > NAME_WORDS_MAX:
        return False
    if not all(_can_be_in_name(word, first=False, any_case=any_case) for word in words):
        return False
    return not all(fold_case(word) in _PARTICLES for word in words)


def _can_be_in_name(word: str, *, first: bool, any_case: bool = False) -> bool:
    if "@" in word and ADDRESS.fullmatch(word):
        return True
    if not word[0].isalpha() or (word.endswith(".") and len(word) > 4):
        return False
    folded = fold_case(word.strip("."))
    if folded in _NEVER_IN_NAMES or (first and folded in _NOT_NAMES):
        return False
    return word in _PARTICLES or any_case or not word[0].islower()


def without_reason(value: str, written_at: datetime) -> tuple[str, str]:
    """Return the names in a line, and the reason after them: `+Ann Lee, she knows the ledger`.

    A clause about the people that holds a doubt, a condition, a denial or a time is no reason, so it is kept.

    >>> at = datetime.fromisoformat("2026-11-20T14:30+00:00")
    >>> without_reason("+Ann Lee, she knows the ledger", at), without_reason("Ann Lee, she starts tomorrow", at)
    (('+Ann Lee', 'she knows the ledger'), ('Ann Lee, she starts tomorrow', ''))
    """
    found = _WHY_THEM.search(value)
    if found is None:
        return value, ""
    names, reason = value[: found.start()], value[found.end() :]
    if _AGREED.fullmatch(reason):
        return names, reason
    words = {fold_case(word) for word in TOKEN.findall(reason)}
    doubtful = words & _NO_REASON or "?" in reason or any(map(str.isdecimal, words))
    return (value, "") if doubtful or takes_back(reason, 0, written_at=written_at) else (names, reason)
