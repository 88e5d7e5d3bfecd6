"""Define a deadline of the organisation."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.core.frozen import Frozen


class Deadline(Frozen, kw_only=True):
    """Somebody outside has to be told within `after`, counted from when we became aware.

    `warn` says how long before that people are reminded.
    """

    name: str
    after: timedelta
    warn: tuple[timedelta, ...] = ()
