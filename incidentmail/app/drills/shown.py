"""Describe the drills in progress, and who gets mail about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.core.drills.run import Run
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.core.record.streams import DRILLS
from incidentmail.core.times import show_time
from incidentmail.ledger.view import LedgerView


class DrillsOn(Frozen, kw_only=True):
    """The drills in progress: the scenario run's id and end, or None, and the ids of open drill incidents."""

    run: str | None = None
    ends_at: datetime | None = None
    open: tuple[str, ...] = ()


def drills_on(view: LedgerView, incidents: Sequence[Incident]) -> DrillsOn:
    """Return the drills in progress. `incidents` are the open incidents."""
    run = _running(view)
    return DrillsOn(
        run=run.id if run else None,
        ends_at=run.ends_at if run else None,
        open=tuple(incident.id for incident in incidents if incident.drill),
    )


def _running(view: LedgerView) -> Run | None:
    if not view.newest_entries(DRILLS, limit=1):
        return None
    from .runs import running  # imported here because it loads many modules, and few ledgers have had a drill

    return running(view)


def drill_lines(context: AppContext, found: DrillsOn, now: datetime) -> Iterator[str]:
    """Yield a line about the run, and a line about the open incidents that are drills.

    The second line says who gets mail about them. It includes restricted incidents, because all drill mail goes to the
    same list if there is a drill list.
    """
    if found.run and found.ends_at:
        until = show_time(found.ends_at, context.config.settings.timezones, now.date())
        yield f"a drill is on until {until}: {found.run}; 'incidentmail drill stop' ends it"
    to = context.config.settings.list.drill
    where = f"mail goes to {to}" if to else "mail goes to the list like any other, marked [drill]"
    if len(found.open) == 1:
        named = "people who are named in it get private mail, on that list or not"
        yield f"{found.open[0]} is a drill: its {where}; {named}"
    elif found.open:
        count = len(found.open)
        yield f"{count} open incidents are drills: their {where}; people who are named in them get private mail too"
