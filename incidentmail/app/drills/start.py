"""Start a drill, unless a severe incident that is not a drill is open."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import must_lead
from incidentmail.core.decision.ending import is_severe
from incidentmail.core.drills.drill_events import DrillStarted
from incidentmail.core.drills.run import Run
from incidentmail.core.drills.scenario import Scenario
from incidentmail.core.ids import incident_id
from incidentmail.core.model import Incident
from incidentmail.errors import ConfigError, UsageError
from incidentmail.ledger.view import LedgerView

from .runs import every_run, running


def real_incidents(view: LedgerView) -> list[Incident]:
    """Return the open incidents that are not drills, the newest first."""
    return [incident for incident in view.incidents(everything=False) if not incident.drill]


def start(context: AppContext, scenario: Scenario, name: str, *, faster: int = 1, anyway: bool = False) -> Run:
    """Record that a drill begins, and return its run. Its mails are due from now on.

    Raise ConfigError if there is no drill list. Raise UsageError if another drill is running, if sending is switched
    off, or if a severe incident that is not a drill is open and `anyway` is false.
    """
    if context.config.settings.list.drill is None:
        raise ConfigError(
            "there is no list of drills, so a drill could be taken for an incident",
            hint='make a list for those who take part, and set [list] drill = "incident-drills@example.com"',
        )
    if context.is_muted:
        raise UsageError("the stop switch is on, so nothing would be sent", hint="'incidentmail status' says why")
    with context.ledger.transaction() as tx:
        must_lead(context, tx, None)
        if (other := running(tx)) is not None:
            raise UsageError(f"the drill {other.id} is on", hint="'incidentmail drill stop' ends it at once")
        severe = [one for one in real_incidents(tx) if is_severe(one, context.words.policy)]
        if severe and not anyway:
            one = severe[0]
            what = f"restricted, severity {one.severity}" if one.restricted else f"severity {one.severity}: {one.id}"
            raise UsageError(
                f"nothing was begun: a severe incident is open ({what})",
                hint="its people are needed there; if those who take part are not among them, add --anyway",
            )
        taken = {run.id for run in every_run(tx)}
        run_id = incident_id(name, context.now(), taken.__contains__)
        event = DrillStarted(run=run_id, scenario=scenario, faster=faster)
        tx.append_drill(event, actor=context.operator(), at=context.now(), caused_by=None)
        return every_run(tx)[-1]
