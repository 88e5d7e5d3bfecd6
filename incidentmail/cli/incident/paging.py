"""Print at the end of `declare` who was paged, because a mail does not wake anybody up."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.hooks.note import may_hear
from incidentmail.cli.common import say
from incidentmail.core.model import Incident
from incidentmail.report.hooks.hook_events import PAGING

NOBODY_PAGED = "Nobody was paged."
"""Printed if no hook calls a pager."""
PAGED_BY_ANOTHER = "Nobody was paged from here. If there are hooks, the machine with the ledger calls them."
"""Printed on a machine without a ledger."""


def say_who_was_paged(context: AppContext, incident: Incident) -> None:
    """Print which pagers were called about a new incident. Pagers are hooks for needed roles or missed updates."""
    hooks = [hook for hook in context.config.settings.hook if may_hear(hook, incident)]
    pagers = [hook.name for hook in hooks if any(hook.wants(event) for event in PAGING)]
    if not pagers:
        say(NOBODY_PAGED, err=True)
        return
    with context.ledger.snapshot() as view:
        calls = [call for call in view.deliveries(incident=incident.id) if call.hook in pagers]
    for name in pagers:
        own = [call for call in calls if call.hook == name]
        waiting = [call for call in own if call.state != "sent"]
        if not own:
            say(f"Nobody was paged: the hook {name} is called only if something else happens.", err=True)
        elif not waiting:
            say(f"Paged: the hook {name} has it.", err=True)
        else:
            why = waiting[0].last_error or "another process is calling it now"
            say(f"incidentmail: warning: NOBODY HAS BEEN PAGED YET by the hook {name}: {why}", err=True)
            say("hint: it is tried again; 'incidentmail outbox list' shows it; tell people some other way", err=True)
