"""Carry out commands about planned handovers, breaks and deadlines."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from incidentmail.core.commands import Refused
from incidentmail.core.events import Event
from incidentmail.core.model import Actor, Incident
from incidentmail.core.policy import Policy
from incidentmail.core.text import clip, one_line

from .clock_commands import ClockCommand, EndBreak, MarkNotified, PlanHandover, StateAware, TakeBreak
from .clock_events import AwareStated, BreakBegun, BreakEnded, DeadlineMet, HandoverPlanned

SLACK = timedelta(minutes=1)
BREAK_MAX = timedelta(hours=24)
NAME_CHARS_MAX = 120


def say_hours(
    state: Incident, command: ClockCommand, *, actor: Actor, now: datetime, policy: Policy
) -> tuple[Event, ...] | Refused:
    """Return the events that a permitted command causes, () if nothing would change, or a refusal."""
    clock = state.clock
    match command:
        case PlanHandover(person=None):
            return (HandoverPlanned(),) if clock.next_commander else ()
        case PlanHandover(person=person, at=at):
            then = at or now
            if then < now - SLACK:
                return Refused(reason="that time is past", remedy="write a time to come, such as 22:00")
            if person is not None and person.same_as(state.commander):
                return Refused(reason=f"{person.name} commands already", remedy="name somebody else")
            event = HandoverPlanned(to=person, at=then.replace(second=0, microsecond=0) if at else then)
            known = clock.next_commander
            return () if known and (known.to, known.at) == (event.to, event.at) else (event,)
        case TakeBreak(until=until):
            if not now < until <= now + BREAK_MAX:
                return Refused(reason="a break ends within a day", remedy="say how long it takes, such as 'break 30m'")
            return (BreakBegun(until=until),)
        case EndBreak():
            away = any(one.person.same_as(actor.person) and one.ended_at is None for one in clock.breaks)
            return (BreakEnded(),) if away else ()
        case StateAware(at=at):
            if at > now + SLACK:
                return Refused(reason="that time is still to come", remedy="say when it was, such as 'Aware: 14:07'")
            return () if clock.aware_at == at else (AwareStated(at=at),)
        case MarkNotified(name=name):
            return _notified(state, one_line(name), policy)
        case _:
            assert_never(command)


def _notified(state: Incident, said: str, policy: Policy) -> tuple[Event, ...] | Refused:
    """Return the event for the deadline whose name is or contains `said`, or a refusal."""
    names = [deadline.name for deadline in policy.deadlines]
    found = [name for name in names if name.casefold() == said.casefold()] or [
        name for name in names if said and said.casefold() in name.casefold()
    ]
    if len(found) != 1:
        known = "; ".join(names) or "none"
        which = "more than one deadline" if found else "no deadline"
        return Refused(reason=f"'{clip(said, NAME_CHARS_MAX)}' names {which}", remedy=f"the deadlines are: {known}")
    return () if found[0] in state.clock.met else (DeadlineMet(name=found[0]),)
