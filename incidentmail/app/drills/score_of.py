"""Compute the score of a drill run from the ledger."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.core.drills.drill_events import DrillEnded
from incidentmail.core.drills.run import Run
from incidentmail.core.record.streams import DRILLS
from incidentmail.ledger.codec import REDACTED
from incidentmail.ledger.view import LedgerView
from incidentmail.report.drills.score import Score, score


def score_of(context: AppContext, view: LedgerView, run: Run) -> Score:
    """Return the score of a run up to now or, if it is over, up to its end.

    Closing its incidents at the end of the run does not count.
    """
    ended = (
        entry.seq for entry in view.entries(DRILLS)
        if isinstance(entry.recorded.event, DrillEnded) and entry.recorded.event.run == run.id
    )  # fmt: skip
    last = next(ended, None)
    entries = (entry for name in run.incidents for entry in view.entries(name) if last is None or entry.seq < last)
    recorded = [entry.recorded for entry in sorted(entries, key=lambda entry: entry.seq)]
    nobody = {str(context.config.bot.address), *context.config.every_list, REDACTED}
    return score(run, recorded, now=run.ended_at or context.now(), nobody=nobody)
