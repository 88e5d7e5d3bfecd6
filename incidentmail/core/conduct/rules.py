"""Define the settings and facts that decide what becomes due in an incident."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen, field
from incidentmail.core.names.person import Person
from incidentmail.core.policy import Policy
from incidentmail.core.times import show_time
from incidentmail.core.words import Words

from .history import History


class Rules(Frozen, kw_only=True):
    """The settings and facts that decide what becomes due in an incident.

    `zones` are the time zones that are shown beside UTC. `history` has facts from the entries that the state lacks.
    """

    policy: Policy = field(default_factory=Policy)
    zones: tuple[str, ...] = ()
    relief_after: timedelta | None = timedelta(hours=4)
    """The time after which a commander is asked who will relieve them, or None for never."""

    has_on_call: bool = False
    """Whether a command that names the people on call is configured."""
    pool: tuple[Person, ...] = ()
    """The people who are asked to take command if nobody on call does."""
    history: History = History()
    had_enough: frozenset[str] = frozenset()
    """Addresses that have had too much mail, so that other people are asked first."""
    out_of_reach: frozenset[str] = frozenset()
    """Addresses that get no more mail for now, whatever happens."""
    not_asked: frozenset[str] = frozenset()
    """Addresses of people in the newest roll call who could not be asked yet, because they have had much mail."""

    @property
    def words(self) -> Words:
        """The lexicon of the organisation."""
        return Words(self.policy)

    @property
    def title(self) -> str:
        """The commander's title in the form used within a sentence."""
        return self.words.title

    def shown(self, at: datetime, now: datetime) -> str:
        """Return a time in the form that messages use on the day of `now`."""
        return show_time(at, self.zones, now.date())
