"""Define the settings and facts that determine what becomes due in an incident."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen, field
from incidentmail.core.names.person import Person
from incidentmail.core.policy import Policy
from incidentmail.core.times import show_time
from incidentmail.core.words import Words

from .history import History


class Rules(Frozen, kw_only=True):
    """The settings and facts that determine what becomes due in an incident.

    `zones` are the time zones shown beside UTC. `history` holds facts from the entries that are not in the state.
    """

    policy: Policy = field(default_factory=Policy)
    zones: tuple[str, ...] = ()
    relief_after: timedelta | None = timedelta(hours=4)
    """How long a commander leads before being asked who will relieve them, or None for no limit."""

    has_on_call: bool = False
    """Whether a command that returns the people on call is configured."""
    pool: tuple[Person, ...] = ()
    """The people to ask to take command if nobody on call does."""
    history: History = History()
    had_enough: frozenset[str] = frozenset()
    """Addresses that have reached their mail limit, so that other people are asked first."""
    out_of_reach: frozenset[str] = frozenset()
    """Addresses that get no more mail for now, whatever happens."""
    not_asked: frozenset[str] = frozenset()
    """Addresses of people in the newest roll call who were not asked yet, because they had reached their mail limit."""

    @property
    def words(self) -> Words:
        """The organisation's lexicon."""
        return Words(self.policy)

    @property
    def title(self) -> str:
        """The commander's title, as written within a sentence."""
        return self.words.title

    def shown(self, at: datetime, now: datetime) -> str:
        """Return a time as messages show it on the day of `now`."""
        return show_time(at, self.zones, now.date())
