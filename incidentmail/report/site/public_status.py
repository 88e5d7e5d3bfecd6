"""Compute the public status: words approved by two people, the affected components, and when all was last well.

Nothing else about an incident becomes public, not its description, its severity, its people or its id. Its public name
is derived from the id with the installation's key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from incidentmail.core.conduct.promises import LAST_PHASE
from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import mac

from .masks import Masks
from .record import Listed
from .setting import Setting

_MASKS = Masks()


class PublicStatement(Frozen, kw_only=True):
    """A statement to customers. `words` is None if the words were withdrawn at `at`, or if the problem is over.

    `number` distinguishes the statements of an incident.
    """

    number: str
    at: datetime
    words: str | None
    is_over: bool = False


class PublicIncident(Frozen, kw_only=True):
    """A problem that customers were told about, with the newest statement first. `ended_at` is None while it lasts.

    `is_current` is true if the incident is open and its newest words were not withdrawn.
    """

    name: str
    begin: datetime
    ended_at: datetime | None
    components: tuple[str, ...]
    statements: tuple[PublicStatement, ...]
    is_current: bool

    @property
    def title(self) -> str:
        return ", ".join(self.components) or "Announcement"


class PublicStatus(Frozen, kw_only=True):
    """The contents of the public page. `well_at` is when all was last well.

    `is_well` is true if no open incident affects customers.
    """

    incidents: tuple[PublicIncident, ...]
    is_well: bool
    well_at: datetime

    @property
    def current(self) -> list[PublicIncident]:
        return [one for one in self.incidents if one.is_current]


def public_status(listed: Iterable[Listed], at: datetime, setting: Setting, *, key: bytes) -> PublicStatus:
    """Return the status at `at`.

    All is well as long as no incident is open in phase 0 to 2 with a severity that requires somebody to answer
    customers. If such an incident is open but no words are approved, the status neither claims that all is well nor
    gives a reason.
    """
    real = [one for one in listed if not one.hidden and not one.drill]
    shown = [found for one in real if (found := _public(one, setting, key)) is not None]
    bad = [one for one in real if one.is_open and one.counts_for_customers and one.phase <= LAST_PHASE]
    since = [one.declared_at for one in bad] + [one.begin for one in shown if one.is_current]
    last = _before(min(since), real) if since else at
    newest_first = sorted(shown, key=lambda one: (one.begin, one.name), reverse=True)
    return PublicStatus(incidents=tuple(newest_first), is_well=not since, well_at=last)


def _before(at: datetime, real: Sequence[Listed]) -> datetime:
    """Return when all was last well: the start of the overlapping incidents that lead up to `at`, or else `at`."""
    counted = [one for one in real if one.counts_for_customers and one.declared_at < at]
    for one in sorted(counted, key=lambda one: one.declared_at, reverse=True):
        if one.ended_at is None or one.ended_at >= at:
            at = one.declared_at
    return at


def _public(one: Listed, setting: Setting, key: bytes) -> PublicIncident | None:
    said = [statement for statement in one.statements if statement.has_two_people]
    if not said:
        return None
    told: list[PublicStatement] = []
    for statement in said:
        is_shown = statement.withdrawn_at is None
        number, words = str(statement.number), _MASKS.shown(statement.words)
        told.append(PublicStatement(number=number, at=statement.at, words=words if is_shown else None))
        if statement.withdrawn_at is not None:
            told[-1] = PublicStatement(number=number, at=statement.withdrawn_at, words=None)
    if one.ended_at is not None:
        told.append(PublicStatement(number="end", at=max(one.ended_at, told[-1].at), words=None, is_over=True))
    words = " ".join(statement.words for statement in said if statement.withdrawn_at is None)
    return PublicIncident(
        name=f"{said[0].at:%Y-%m-%d}-{mac(key, 'public-page', one.id)}",
        begin=said[0].at,
        ended_at=one.ended_at,
        components=components_in(words, setting.components),
        statements=tuple(told[::-1]),
        is_current=one.is_open and said[-1].withdrawn_at is None,
    )


def components_in(words: str, components: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the components that words for customers mention by name or by a configured word.

    >>> components_in("Card payments may fail.", {"Checkout": ("card payment",), "Search": ()})
    ('Checkout',)
    """
    return tuple(name for name, others in components.items() if _mentions(words, others or (name,)))


def _mentions(text: str, words: Sequence[str]) -> bool:
    """Return whether any of `words` occurs in the text at the start of a word, ignoring case."""
    return any(re.search(rf"(?<!\w){re.escape(word.casefold())}", text.casefold()) for word in words if word)
