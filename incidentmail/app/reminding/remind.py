"""Record the events that become due as time passes, and queue the private mail that is due.

`serve` and `flush` call this. Incidents that another installation leads are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.app.alerting.ask_people import ask_about_alerts
from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.app.parts import as_shown
from incidentmail.app.record import Change, record
from incidentmail.core.conduct.history import History, history_of
from incidentmail.core.conduct.offers import ended_offers
from incidentmail.core.conduct.promises import missed
from incidentmail.core.conduct.relief import handover_events
from incidentmail.core.conduct.rules import Rules
from incidentmail.core.conduct.wanted_roles import asks_on_call, role_events
from incidentmail.core.events import Event
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.view import LedgerView

from .missing_retros import tell_of_missing_retros
from .on_call import ask_on_call
from .told_lines import due_mails, our_addresses, tell_lines

DECLARED_WITHIN = timedelta(days=90)
"""An incident that was declared longer ago is not checked any more, unless it is open in an early phase."""
CHANGED_WITHIN = timedelta(days=9)
"""An incident that is not open is not checked any more if nothing has happened in it for this long."""


def rules_of(context: AppContext) -> Rules:
    """Return the rules for when something is due, as configured."""
    settings, roster = context.config.settings, context.roster
    return Rules(
        policy=context.words.policy,
        zones=settings.timezones,
        has_on_call=settings.duty.oncall_command is not None,
        relief_after=settings.duty.relief_after or None,
        pool=tuple(context.person(address) for address in settings.duty.commanders if roster.has(address)),
    )


def remind(context: AppContext, *, everything: bool = True) -> list[tuple[str, str]]:
    """Carry out what is due. Return each incident or alert about which somebody cannot be told, with the reason.

    If `everything` is false, only open incidents in phases 0 to 2 are checked, which takes less time.
    """
    now, rules, untold = context.now(), rules_of(context), ask_about_alerts(context)
    with context.ledger.snapshot() as view:
        watched = [i for i in _watched(view, now, everything=everything) if leads(context, view, i)]
        names = [incident.id for incident in watched if _has_work(context, view, incident, rules, now)]
    for name in names:
        _ask_on_call(context, name, rules, now)
        with context.ledger.transaction() as tx:
            found = _read(tx, name)
            if found is None or not leads(context, tx, found):
                continue
            due = _record_due(context, tx, found, with_history(tx, found, rules), now)
            untold += ((name, reason) for reason in due.untold)
            tell_lines(context, tx, due.incident, with_history(tx, due.incident, rules), now)
    if everything:
        tell_of_missing_retros(context, now)
    return untold


def _read(view: LedgerView, name: str) -> Incident | None:
    """Return an incident as mails show it: a commander who has acted counts as confirmed."""
    found = view.incident(name)
    return as_shown(view, found) if found else None


def _ask_on_call(context: AppContext, name: str, rules: Rules, now: datetime) -> None:
    """Ask, outside any transaction, who is on call for each role that is needed, and record the answers."""
    while True:
        with context.ledger.snapshot() as view:
            incident = _read(view, name)
            is_ours = incident is not None and leads(context, view, incident)
        role = asks_on_call(incident, rules, now) if incident and is_ours else None
        if incident is None or role is None:
            return
        answer = ask_on_call(context, role, incident)
        with context.ledger.transaction() as tx:
            fresh = _read(tx, name)
            if fresh is None or not leads(context, tx, fresh) or asks_on_call(fresh, rules, now) != role:
                continue  # another process has asked meanwhile, or the role is no longer wanted
            record(context, tx, name, [answer], version=fresh.version, actor=context.itself(), at=now, caused_by=None)


def with_history(view: LedgerView, incident: Incident, rules: Rules) -> Rules:
    """Return the rules, with the history of `incident` added if an offer is open. Otherwise the history is not read."""
    if incident.offered is None:
        return replace(rules, history=History())
    return replace(rules, history=history_of(entry.recorded for entry in view.entries(incident.id)))


def _watched(view: LedgerView, now: datetime, *, everything: bool) -> Iterator[Incident]:
    """Yield the incidents in which something may be due. Drills that have ended are left out."""
    open_ones = view.incidents(everything=False)
    yield from open_ones
    known = {incident.id for incident in open_ones}
    others = view.declared_since(now - DECLARED_WITHIN) if everything else []
    recent = (i for i in others if i.id not in known and now - _last_moment(i) <= CHANGED_WITHIN)
    yield from (i for i in recent if not i.drill)


def _last_moment(incident: Incident) -> datetime:
    """Return when the incident last changed or, if this is later, when its planned retrospective ends."""
    meeting = incident.retro.meeting
    return max(incident.updated_at, meeting.until) if meeting else incident.updated_at


def _has_work(context: AppContext, view: LedgerView, incident: Incident, rules: Rules, now: datetime) -> bool:
    incident, rules = as_shown(view, incident), with_history(view, incident, rules)
    mails = due_mails(view, incident, rules, now, ours=our_addresses(context))
    if asks_on_call(incident, rules, now) is not None or _events(incident, rules, now):
        return True
    return next(mails, None) is not None


def _events(incident: Incident, rules: Rules, now: datetime) -> tuple[Event, ...]:
    """Return the events that are due because time has passed."""
    ended = ended_offers(incident, rules, now)
    offered = handover_events(incident, now) or role_events(incident, rules, now)
    return (*missed(incident, rules.policy, now), *ended, *offered)


def _record_due(context: AppContext, tx: Transaction, incident: Incident, rules: Rules, now: datetime) -> Change:
    """Record the events that are due. Return the incident after them, and a text for each person who cannot be told."""
    events = _events(incident, rules, now)
    if not events:
        return Change(incident)
    return record(
        context, tx, incident.id, events, version=incident.version, actor=context.itself(), at=now, caused_by=None
    )
