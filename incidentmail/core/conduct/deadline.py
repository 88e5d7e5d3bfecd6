"""Define a deadline that the organisation has configured, such as a report to an authority."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.core.frozen import Frozen


class Deadline(Frozen, kw_only=True):
    """A duty to tell somebody outside within `after` of the time when the organisation became aware.

    `warn` holds how long before the deadline people are reminded, with one reminder for each value.
    """

    name: str
    after: timedelta
    warn: tuple[timedelta, ...] = ()
