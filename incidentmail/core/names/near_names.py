"""Recognise names that can be mistaken for a known person's, and names that read like statements.

Names are compared only with the few people known from the configuration or the current incident.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from incidentmail.core.model import Person

from .look_alikes import looks_like, words_of

_ALONE = (
    "incident", "incidents", "severity", "phase", "commander", "operator", "deputy", "administrator", "postmaster",
    "nobody", "noone", "everybody", "everyone", "anybody", "anyone", "somebody", "someone", "liaison",
)  # fmt: skip
"""Words that do not occur in names. A name with one of them is a role or a statement."""
_TOGETHER = (
    "sev", "status", "update", "drill", "closed", "open", "opened", "reopened", "retracted", "merged", "over", "done",
    "resolved", "mitigated", "fixed", "false", "alarm", "all", "clear", "no", "one", "none", "unknown", "tbd", "admin",
    "system", "command", "customer", "business", "expert", "experts", "subject", "matter", "scribe", "manager", "is",
    "was", "the", "a", "not", "new", "your", "it",
)  # fmt: skip
"""Words that occur in names too. A name made only of these looks like one of our statements."""
_INITIAL_M = "rn"
"""The initial M in its comparison form, in which m looks like r and n."""
_LETTERS_MIN = 5
"""The minimum length of words to match despite one changed letter. Ann and Anna, Tim and Tom are different names."""


def states_something(name: str) -> bool:
    """Return whether a name would read like a statement or a role in our messages.

    >>> [states_something(name) for name in ("Nobody", "Incident closed", "Severity 4", "All clear", "Clara Open")]
    [True, True, True, True, False]
    """
    return any(_states(words) for words in words_of(name))


def _states(words: tuple[str, ...]) -> bool:
    alone, together = _compared(_ALONE), _compared(_TOGETHER)
    return any(word in alone for word in words) or (
        bool(words) and all(word in together or _is_number(word) for word in words)
    )


@cache
def _compared(words: tuple[str, ...]) -> frozenset[str]:
    """Return the forms of `words` for comparison."""
    return frozenset(word for known in words for shape in words_of(known) for word in shape)


def is_near(name: str, other: str) -> bool:
    """Return whether `name` can be mistaken for `other`: as a part of it, by its initials, or by one changed letter.

    >>> [is_near(name, "Mara Lindqvist") for name in ("Mara", "Mara L", "M. Lindqvist", "Mara Lindquist", "M. L.")]
    [True, True, True, True, False]
    >>> is_near("Mara Olsson", "Mara Lindqvist"), is_near("Ann Lee", "Anna Leeds")
    (False, False)
    """
    if looks_like(name, other):
        return True
    return any(_are_near(mine, theirs) for mine in words_of(name) for theirs in words_of(other))


def _are_near(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    whole, other_whole = "".join(mine), "".join(theirs)
    if min(len(whole), len(other_whole)) >= 2 * _LETTERS_MIN and _is_one_edit(whole, other_whole):
        return True
    left, is_named = list(theirs), False
    for word in mine:
        found = next((known for known in left if _is_same_word(word, known)), None)
        if found is None:
            return False
        left.remove(found)
        is_named = is_named or not _is_initial(word)
    return is_named


def is_near_somebody(name: str, address: str | None, known: Iterable[Person]) -> bool:
    """Return whether `name`, used by `address`, is near the name of a `known` person with another address."""
    return any(person.address and person.address != address and is_near(name, person.name) for person in known)


def _is_same_word(word: str, known: str) -> bool:
    """Return whether two words are the same, one is the other's initial, or both are long and differ by one letter."""
    if word == known or (_is_initial(word) and known.startswith(word)):
        return True
    if _is_initial(known) and word.startswith(known):
        return True
    return min(len(word), len(known)) >= _LETTERS_MIN and _is_one_edit(word, known)


def _is_initial(word: str) -> bool:
    return len(word) == 1 or word == _INITIAL_M


def _is_one_edit(one: str, other: str) -> bool:
    """Return whether two words differ by at most one changed, added or missing letter. This takes linear time."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at:] == long[at + 1 :] or (len(short) == len(long) and short[at + 1 :] == long[at + 1 :])


def _is_number(word: str) -> bool:
    """Return whether a word looks like a number. In comparison form, `1` is an `l` and `0` an `o`."""
    return all(letter.isdigit() or letter in "lo" for letter in word)
