"""Define the letters that a person at a terminal types to change a line before it is mailed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from incidentmail.cli.terminal import Terminal
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.model import TextField, TimeField
from incidentmail.core.policy import SME
from incidentmail.core.text import fold_case

SENTENCE = "details"
"""The fact for text in a person's own words: the details of a declaration, or the sentence behind -m."""
LETTERS = (
    ("m", SENTENCE), ("d", "description"), ("s", "severity"), ("p", "phase"), ("c", "commander"), ("v", "venue"),
    ("l", f"{ROLE_PREFIX}customer_liaison"), ("b", f"{ROLE_PREFIX}business_liaison"), ("x", f"{ROLE_PREFIX}{SME}"),
    ("i", "impact"), ("w", "started_at"), ("u", "next_update_at"),
)  # fmt: skip
"""The letters and the facts that they change. Every fact can also be written as in a mail: `Severity: 1`."""
_OTHER_NAMES = {"t": SENTENCE, SENTENCE: SENTENCE, "text": SENTENCE, "message": SENTENCE, "sentence": SENTENCE}
NAME_WORDS_MAX = 3
TEXTS: tuple[TextField, ...] = ("impact", "not_affected", "customers_may_be_told")
TIMES: tuple[TimeField, ...] = ("started_at", "next_update_at")


@dataclass(frozen=True, slots=True)
class Change:
    """A fact to change, by its name in core/facts.py, and the new value if the same answer contains it."""

    fact: str
    value: str | None = None


def facts_of_incident(context: Terminal) -> Iterator[tuple[str, str]]:
    """Yield each fact that a person can state about an incident, with its readable name."""
    for fact in ("description", "severity", "phase", "commander", "venue", *TEXTS, *TIMES):
        yield fact, context.words.key(fact)
    for role in context.words.policy.roles:
        yield f"{ROLE_PREFIX}{role.key}", role.title


def keys(titles: Mapping[str, str]) -> list[str]:
    """Return, for each fact in `titles` that has a letter, the letter to type followed by the fact's title."""
    return [f"{letter} {titles[fact][:1].lower()}{titles[fact][1:]}" for letter, fact in LETTERS if fact in titles]


def change_of(context: Terminal, answer: str, titles: Mapping[str, str]) -> Change | None:
    """Return the change requested by an answer: a letter or the name of a fact, alone or before the new value.

    `m The bank was called`, `Severity: 1` and `severity 1` contain the value. Return None for any other answer.
    """
    key, _, value = answer.partition(":")
    found = _fact(context, key, titles)
    words = answer.split()
    for count in range(min(NAME_WORDS_MAX, len(words) - 1), 0, -1):
        if found is None and words[:1] != ["I"]:  # as in `I am not sure`
            found, value = _fact(context, " ".join(words[:count]), titles), answer.split(maxsplit=count)[-1]
    return None if found is None else Change(found, value.strip() or None)


def _fact(context: Terminal, name: str, titles: Mapping[str, str]) -> str | None:
    name = fold_case(name.strip())
    fact = {**dict(LETTERS), **_OTHER_NAMES}.get(name) or context.words.keys.get(name)
    return fact if fact in titles else None
