"""Find what to report to hooks among the events of one command or reply. docs/hooks.md lists the names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from incidentmail.core import events as e
from incidentmail.core.events import Event
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Status
from incidentmail.core.policy import Policy
from incidentmail.core.teams.team_events import CustomerWordsApproved, IncidentRestricted

HookEvent = Literal[
    "declared", "severity", "phase", "commander", "role", "changed", "update", "note", "customer_words", "offered",
    "role_needed", "update_missed", "restricted", "closed", "retracted", "reopened", "merged",
]  # fmt: skip
HOOK_EVENTS: tuple[HookEvent, ...] = get_args(HookEvent)
PAGING: frozenset[HookEvent] = frozenset({"offered", "role_needed", "update_missed"})
"""The events whose hooks wake people up. The command `declare` reports whether such a hook was reached."""
COMMAND = "commander"
_KINDS: dict[type[Event], HookEvent] = {
    e.Declared: "declared",
    e.SeverityChanged: "severity",
    e.PhaseChanged: "phase",
    e.CommandTransferred: "commander",
    e.RoleChanged: "role",
    e.VenueChanged: "changed",
    e.DescriptionChanged: "changed",
    e.TextChanged: "changed",
    e.TimeChanged: "changed",
    e.UpdateGiven: "update",
    e.NoteAdded: "note",
    CustomerWordsApproved: "customer_words",
    e.CommandOffered: "offered",
    e.RoleOffered: "offered",
    e.UpdateMissed: "update_missed",
    IncidentRestricted: "restricted",
}
_ENDINGS: dict[Status, HookEvent] = {
    Status.OPEN: "reopened",
    Status.CLOSED: "closed",
    Status.RETRACTED: "retracted",
    Status.MERGED: "merged",
}


class Occurrence(Frozen, kw_only=True):
    """An occurrence to report to hooks. `role` is the needed role if `name` is `role_needed`.

    `event` is the underlying event. For a needed role, it is the first event of the command.
    """

    name: HookEvent
    event: Event
    role: str | None = None


def occurrences(
    before: Incident | None, events: Sequence[Event], after: Incident, policy: Policy
) -> tuple[Occurrence, ...]:
    """Return the occurrences to report to hooks, in order. `before` is the earlier state, or None if new.

    >>> from datetime import UTC, datetime
    >>> from incidentmail.core.frozen import replace
    >>> from incidentmail.core.model import Person
    >>> at, mara = datetime(2026, 11, 20, 14, 20, tzinfo=UTC), Person(name="Mara")
    >>> was = Incident(
    ...     id="2026-11-20-checkout", ref="si6qwd", origin="udtwfx", description="Checkout", subject="Checkout",
    ...     severity=3, phase=1, commander=mara, declared_at=at, declared_by=mara, updated_at=at, version=1)
    >>> now = replace(was, severity=1, version=2)
    >>> [(one.name, one.role) for one in occurrences(was, [e.SeverityChanged(severity=1, was=3)], now, Policy())]
    [('severity', None), ('role_needed', 'customer_liaison'), ('role_needed', 'business_liaison')]
    """
    found = [Occurrence(name=name, event=event) for event in events if (name := _name(event)) is not None]
    known = needed_roles(before, policy) if before is not None else ()
    needed = (role for role in needed_roles(after, policy) if role not in known)
    return (*found, *(Occurrence(name="role_needed", event=events[0], role=role) for role in needed))


def needed_roles(incident: Incident, policy: Policy) -> tuple[str, ...]:
    """Return the keys of vacant roles that the severity requires, and `commander` if the commander is only assumed."""
    return tuple(_needed(incident, policy)) if incident.is_open else ()


def _needed(incident: Incident, policy: Policy) -> Iterator[str]:
    step = policy.severity(incident.severity)
    if step is not None and step.requires and COMMAND in incident.assumed:
        yield COMMAND
    yield from policy.missing_roles(incident)


def _name(event: Event) -> HookEvent | None:
    if isinstance(event, e.StatusChanged):
        return _ENDINGS[event.status]
    return _KINDS.get(type(event))
