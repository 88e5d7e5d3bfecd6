"""Define a configured deadline, such as for a report to an authority."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.core.frozen import Frozen


class Deadline(Frozen, kw_only=True):
    """A duty to notify somebody outside the organisation within `after` of its becoming aware of the incident.

    `warn` lists how long before the deadline people are reminded, once for each value.
    """

    name: str
    after: timedelta
    warn: tuple[timedelta, ...] = ()
