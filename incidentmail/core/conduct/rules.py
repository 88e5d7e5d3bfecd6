"""Hold what an organisation has set about the clock of an incident: times, zones, and the people on duty."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen, field
from incidentmail.core.policy import Policy
from incidentmail.core.times import show_time


class Rules(Frozen, kw_only=True):
    """What the clock of an incident goes by. `zones` are the time zones shown beside UTC."""

    policy: Policy = field(default_factory=Policy)
    zones: tuple[str, ...] = ()
    relief_after: timedelta | None = timedelta(hours=4)
    """How long somebody commands before they are asked who relieves them, or None to ask nobody."""

    def shown(self, at: datetime, now: datetime) -> str:
        """Return a time as our messages show it on the day of `now`."""
        return show_time(at, self.zones, now.date())
