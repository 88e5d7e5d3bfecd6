"""Choose the questions of a retrospective from the record. Each rule looks for one thing and asks about it.

The questions judge nobody. They name roles instead of people, and ask about circumstances: what could be seen, what was
in the way, what would have helped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .contents import Area, Found, Question
from .outcome_questions import OUTCOME
from .process_questions import PROCESS
from .story import Story

Rule = Callable[[Story], Iterator[Found]]
RULES: tuple[tuple[str, Area, Rule], ...] = (
    *((name, "outcome", rule) for name, rule in OUTCOME),
    *((name, "process", rule) for name, rule in PROCESS),
)
"""The rules, in the order in which their questions are asked."""
OF_ONE_RULE_MAX = 3
"""The maximum number of questions per rule, so that there is time to answer them after a long incident."""


def questions(story: Story) -> tuple[Question, ...]:
    """Return the questions about an incident."""
    found: list[Question] = []
    for name, area, rule in RULES:
        for one in [*rule(story)][:OF_ONE_RULE_MAX]:
            key = f"{name}-{one.detail}" if one.detail else name
            found.append(Question(key=key, area=area, text=one.text))
    return tuple(found)
