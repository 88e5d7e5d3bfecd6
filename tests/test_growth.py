"""Work grows no faster than the text, for ordinary texts and for texts made to be slow.

Twice the text takes at most 2.6 times the steps; quadratic work would take four times as many. Steps are counted, so
that the result does not depend on the machine. A call into C, such as a regular expression, counts as one step; `make
bench` times the same texts, and fails if one of them takes too long.
"""

from __future__ import annotations

import pytest
from steps import steps

from bench.hostile_tasks import GROWING, TASKS, Task, after_many_mails

GROWTH_MAX = 2.6
CHARS = 10_000  # so many, then twice and four times as many
CASES = [(task, name) for task in (*TASKS, GROWING[0]) for name in task.texts]


@pytest.mark.parametrize(("task", "name"), CASES, ids=[f"{task.what}-{name!a}" for task, name in CASES])
def test_twice_the_text_takes_at_most_twice_the_steps(task: Task, name: str) -> None:
    text = task.texts[name]
    scale = min(0.25, CHARS / len(text.at()))
    small, medium, large = (task.work(text.at(scale * factor)) for factor in (1, 2, 4))
    for work in (small, medium, large):
        work()  # what is made once, when it is first needed, is made now
    counts = [steps(work) for work in (small, medium, large)]
    assert counts[1] <= GROWTH_MAX * counts[0]
    assert counts[2] <= GROWTH_MAX * counts[1]


def test_the_steps_of_a_reply_do_not_grow_with_the_mails_before_it() -> None:
    assert steps(after_many_mails(300)) <= 1.2 * steps(after_many_mails(3))


def test_quadratic_work_is_seen_in_one_line_too() -> None:
    def quadratic(size: int) -> int:
        return steps(lambda: [one for one in range(size) if any(other > size for other in range(one))])

    def linear(size: int) -> int:
        return steps(lambda: [one for one in range(size) if one > size])

    assert quadratic(200) > 3.5 * quadratic(100)
    assert linear(200) < 2.1 * linear(100)
