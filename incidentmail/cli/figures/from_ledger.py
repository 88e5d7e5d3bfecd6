"""Compute the figures over all incidents in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from incidentmail.app.context import AppContext
from incidentmail.ledger.codec import REDACTED
from incidentmail.ledger.view import LedgerView
from incidentmail.report.figures.measured import Measured, measure


def measured(context: AppContext, view: LedgerView, *, now: datetime) -> list[Measured]:
    """Return the measurements of each incident. This reads every entry of the ledger once."""
    nobody = {str(context.config.bot.address), *context.config.every_list, REDACTED}
    return list(measure((entry.recorded for entry in view.entries()), now=now, nobody=nobody))


def zones_of(context: AppContext) -> Callable[[str], tzinfo]:
    """Return a function that maps a person's address to a time zone: theirs, the first of `timezones`, or UTC."""
    settings = context.config.settings
    usual = next(iter(settings.timezones), "UTC")

    @cache
    def zone_of(person: str) -> tzinfo:
        return ZoneInfo(settings.zone_of(person) or usual)

    return zone_of
