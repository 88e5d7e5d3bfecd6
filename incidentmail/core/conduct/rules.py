"""Hold what an organisation has set about the clock of an incident: times, zones, and the people on duty."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen, field
from incidentmail.core.names.person import Person
from incidentmail.core.policy import Policy
from incidentmail.core.times import show_time
from incidentmail.core.words import Words

from .history import History


class Rules(Frozen, kw_only=True):
    """The settings and facts that decide what time makes due in an incident.

    `zones` are the time zones that are shown beside UTC. `history` is what the entries of the incident add to its
    state.
    """

    policy: Policy = field(default_factory=Policy)
    zones: tuple[str, ...] = ()
    relief_after: timedelta | None = timedelta(hours=4)
    """How long somebody commands before they are asked who relieves them, or None to ask nobody."""

    has_on_call: bool = False
    """Whether the organisation has a command that says who is on call."""
    pool: tuple[Person, ...] = ()
    """Who is asked to take command if nobody who is on call does."""
    history: History = History()
    had_enough: frozenset[str] = frozenset()
    """Addresses that have had so much mail that others are asked before them."""
    out_of_reach: frozenset[str] = frozenset()
    """Addresses that get no more mail now, whatever happens."""

    @property
    def words(self) -> Words:
        """The lexicon of the organisation."""
        return Words(self.policy)

    @property
    def title(self) -> str:
        """The commander's title as it is written within a sentence."""
        return self.words.title

    def shown(self, at: datetime, now: datetime) -> str:
        """Return a time as our messages show it on the day of `now`."""
        return show_time(at, self.zones, now.date())
