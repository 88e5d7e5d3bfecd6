"""Parse the value of a severity or phase, and recognise the ambiguous `P1`, about which the writer is asked.

To many people, `P1` to `P5` are priorities. They count only if the organisation has a severity or phase of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from incidentmail.core.policy import Policy
from incidentmail.core.text import fold_case
from incidentmail.reply.grammar.patterns import FLAGS, NUMBER_WORDS

Fact = Literal["severity", "phase"]
NUMBERED: dict[str, Fact] = {"severity": "severity", "phase": "phase"}

PRIORITY = re.compile(r"p\s?(?P<number>\d)(?![\w-])", FLAGS)
MAY_BE_PRIORITY = re.compile(r"[pP]\s?\d")
_ANY_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(NUMBER_WORDS)})"
_UNSURE = r"(?P<unsure>\s*\?)?\s*(?:\([^()]*\))?(?P<unsure2>\s*\?)?\s*[.!]?"
_LEADS = {"severity": r"s(?:ev(?:erity|\.)?)?", "phase": r"phase"}
_WHOLE = {fact: re.compile(rf"(?:{lead}\s*[-#]?\s*)?{_ANY_NUMBER}{_UNSURE}", FLAGS) for fact, lead in _LEADS.items()}
_MEANT = {
    fact: re.compile(rf"(?<![\w.])(?:{lead}\s*[-#]?\s*)?(\d{{1,3}})(?![\w.]\w)", FLAGS) for fact, lead in _LEADS.items()
}
_OTHER_VALUE = re.compile(r"\b(?:not|no|never|or|than|below|above|under|over|was|from)\b|n['’]t\b|->|→", FLAGS)
"""Words in a value that make it doubtful whether its only number is the new one."""
_OTHER_FACT = {"severity": re.compile(r"\bphase", FLAGS), "phase": re.compile(r"\bsev", FLAGS)}
_ASKED = re.compile(
    r"(?:(?:(?:now|please|pls|set|make|raise|raising|lower|lowering|going|is|are|at|to|this|it|it['’]s|that|we|a"
    r"|sev|severity|phase|priority)\b[ \t]{0,3}[:=]?[ \t]{0,3}){0,6})"
    rf"(?P<written>{PRIORITY.pattern})(?:\s+(?:please|pls|now))?(?=\s*(?:[,;:.!?]|[-–—]{{1,2}}\s|and\s|$))",
    FLAGS,
)
_CLAUSE = re.compile(r"(?:^|[,;.!]\s+|\band\s+)", FLAGS)


def steps(fact: Fact, policy: Policy) -> list[tuple[int, str]]:
    """Return the number and case-folded name of each severity or phase, in the order of the configuration."""
    if fact == "severity":
        return [(step.level, fold_case(step.name)) for step in policy.severities]
    return [(step.number, fold_case(step.name)) for step in policy.phases]


def numbers(fact: Fact, policy: Policy) -> list[int]:
    """Return the number of each severity or phase, in the order of the configuration."""
    return [number for number, _ in steps(fact, policy)]


def read_number(fact: Fact, value: str, policy: Policy) -> tuple[int, bool] | None:
    """Return the number in `value` and whether a question mark follows it, or None if the number is unclear.

    >>> read_number("severity", "SEV-1", Policy()), read_number("severity", "one?", Policy())
    ((1, False), (1, True))
    >>> read_number("phase", "P2", Policy()) is None
    True
    """
    folded = fold_case(value.rstrip(".!"))
    for number, name in steps(fact, policy):
        if folded == name:
            return number, False
    found = _WHOLE[fact].fullmatch(value)
    if found is None:
        return None
    word = fold_case(found["number"])
    number = NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word)
    if word in NUMBER_WORDS and number not in numbers(fact, policy):
        return None
    return number, bool(found["unsure"] or found["unsure2"])


def line_for(fact: Fact, key: str, value: str, policy: Policy) -> str:
    """Return a correct line: with the number in `value` if that is clear, otherwise with all possible numbers.

    >>> line_for("severity", "Severity", "1, I think", Policy()), line_for("severity", "Severity", "bad", Policy())
    ('Severity: 1', 'Severity: 1, 2, 3 or 4')
    """
    known = numbers(fact, policy)
    meant = {int(number) for number in _MEANT[fact].findall(value)}
    unclear = len(meant) != 1 or _OTHER_VALUE.search(value) or _OTHER_FACT[fact].search(value)
    return f"{key}: {either(known if unclear or not meant <= set(known) else meant)}"


def configured(text: str, policy: Policy) -> tuple[Fact, int] | None:
    """Return the fact (severity or phase) and number of the configured name `text`, such as `P1`.

    Return None if neither or both have that name.

    >>> configured("P1", Policy()) is None
    True
    """
    found = [
        (fact, number) for fact in NUMBERED.values() for number, name in steps(fact, policy) if name == fold_case(text)
    ]
    return found[0] if len(found) == 1 else None


def priorities(line: str, policy: Policy, *, in_clauses: bool) -> Iterator[str]:
    """Yield each priority such as `P1` at the start of a line and, if `in_clauses` is true, of its later clauses.

    >>> list(priorities("P3, only one customer is affected", Policy(), in_clauses=False))
    ['P3']
    >>> list(priorities("P1 customer called", Policy(), in_clauses=False))
    []
    """
    for clause in _CLAUSE.finditer(line):
        found = _ASKED.match(line, clause.end())
        if found and (in_clauses or clause.start() == 0) and configured(found["written"], policy) is None:
            yield found["written"]


def which_is_meant(written: str, policy: Policy) -> tuple[str, str]:
    """Return the reason why a priority such as `P1` is not a command, and the replies that would count instead.

    >>> which_is_meant("P1", Policy())[1]
    'sev 1 or phase 1'
    """
    number = int(re.sub(r"\D", "", written))
    offers = [f"sev {number}"] if policy.severity(number) else []
    offers += [f"phase {number}"] if policy.phase(number) else []
    reason = f"'{written}' is a priority to many, so it is not read: say whether you mean the severity or the phase"
    return reason, " or ".join(offers) or "sev NUMBER or phase NUMBER"


def either(numbers: Iterable[int]) -> str:
    """Return the numbers as text, such as `1, 2 or 3`."""
    *most, last = map(str, numbers)
    return f"{', '.join(most)} or {last}" if most else last
