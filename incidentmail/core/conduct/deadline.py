"""Define a deadline that the organisation has configured, such as a report to an authority."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.core.frozen import Frozen


class Deadline(Frozen, kw_only=True):
    """Somebody outside the organisation has to be told within `after` of the time at which it became aware.

    `warn` holds how long before its end people are reminded. Each of them is one reminder.
    """

    name: str
    after: timedelta
    warn: tuple[timedelta, ...] = ()
