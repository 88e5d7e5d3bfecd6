"""Write a sample of each kind of drill mail, for previews and for testing templates."""

from __future__ import annotations

from collections.abc import Iterator

from incidentmail.app.context import AppContext
from incidentmail.app.drills.shipped import find_scenario
from incidentmail.core.drills.run import Run
from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.outbound.drills.drill_mails import render_closing, render_inject, render_opening
from incidentmail.outbound.header_fields import Mail
from incidentmail.report.drills.score import score
from incidentmail.report.drills.score_lines import score_lines


def drill_mails(context: AppContext, *, by: Person) -> Iterator[tuple[str, Mail]]:
    """Yield the name of each kind, with a mail of an invented drill without replies.

    Raise RenderError if a template fails.
    """
    at, origin, sender = context.now(), context.ledger.origin, context.public_sender()
    found = find_scenario("failover", Policy())
    run = Run(id=f"{at:%Y-%m-%d}-{found.name}", scenario=found.scenario, faster=1, started_at=at, started_by=by)
    yield "drill-opening", render_opening(sender, run, at=at, origin=origin)
    yield "drill-inject", render_inject(sender, run, 1, None, thread=(), at=at, origin=origin)
    lines = score_lines(score(run, [], now=at))
    yield "drill-closing", render_closing(sender, run, lines, None, thread=(), at=at, origin=origin)
