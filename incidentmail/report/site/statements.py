"""Find the statements to customers: approved words, who approved them, and when they were withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incidentmail.core.events import Declared, Recorded, TextChanged
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.teams.team_events import CustomerWordsApproved


class Statement(Frozen, kw_only=True):
    """Words that customers could be told from `at` on. `number` is the incident's version at `at`.

    `has_two_people` is true if author and approver are different people. Only such words are published. `withdrawn_at`
    is when somebody withdrew the words. Words that were only replaced by newer ones do not count as withdrawn.
    """

    number: int
    at: datetime
    approval: Approval
    withdrawn_at: datetime | None = None

    @property
    def words(self) -> str:
        return self.approval.words

    @property
    def has_two_people(self) -> bool:
        return self.approval.has_two_people


def statements(recorded: Iterable[Recorded]) -> tuple[Statement, ...]:
    """Return an incident's statements to customers, oldest first. Words without approval are left out."""
    found: list[Statement] = []
    current: str | None = None
    is_current = False  # whether the last statement counts

    def withdraw(at: datetime) -> None:
        nonlocal is_current
        if is_current:
            found[-1] = replace(found[-1], withdrawn_at=at)
        is_current = False

    for one in recorded:
        event = one.event
        if isinstance(event, Declared):
            current = event.customers_may_be_told
        elif isinstance(event, TextChanged) and event.name == CUSTOMER_WORDS:
            if event.text is None:
                withdraw(one.at)
            current = event.text
        elif isinstance(event, CustomerWordsApproved) and event.approval is None:
            withdraw(one.at)
        elif isinstance(event, CustomerWordsApproved) and event.approval and event.approval.words == current:
            statement = Statement(number=one.version, at=one.at, approval=event.approval)
            if is_current and found[-1].words == current:
                found[-1] = _confirmed(found[-1], statement)
            else:
                found.append(statement)
            is_current = True
    return tuple(found)


def _confirmed(first: Statement, second: Statement) -> Statement:
    """Return the statement that counts after a second approval: `first`, unless only `second` has two people."""
    if first.has_two_people or not second.has_two_people:
        return first
    return second
