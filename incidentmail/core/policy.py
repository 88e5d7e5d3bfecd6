"""Define the organisation's rules as tables: severities, phases, roles, permissions, announcements."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from incidentmail.core.decision.roles import holders_after, role_permission

from .commands import (
    AcceptProposal,
    AddNote,
    AssignRole,
    Command,
    Declare,
    Decline,
    EndBreak,
    GiveUpdate,
    MarkNotified,
    NameCommander,
    OfferCommand,
    PlanHandover,
    RejectProposal,
    RetroCommand,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
    SetTime,
    SetVenue,
    StateAware,
    TakeBreak,
    TakeCommand,
    Undo,
)
from .conduct.deadline import Deadline as Deadline
from .events import (
    CommandTransferred,
    Declared,
    DescriptionChanged,
    Event,
    PhaseChanged,
    SeverityChanged,
    StatusChanged,
    UpdateGiven,
    VenueChanged,
)
from .frozen import Frozen, field
from .model import Actor, Change, Holders, Incident, Person, Status, Trust
from .teams.team_commands import MergeInto, Restrict, StopCustomerWords
from .teams.team_events import IncidentRestricted, MergedFrom
from .tracking.role_kinds import DEFAULT_ROLES as DEFAULT_ROLES
from .tracking.role_kinds import LIAISONS
from .tracking.role_kinds import SME as SME
from .tracking.role_kinds import RoleKind as RoleKind
from .tracking.tracking_commands import CallRoll, Leave, TrackingCommand


class SeverityLevel(Frozen, kw_only=True):
    """A level of the severity scale. Lower is worse.

    If `update_every` is None or zero, no updates become due.
    """

    level: int
    name: str
    meaning: str = ""
    requires: tuple[str, ...] = ()
    update_every: timedelta | None = None
    also_to: tuple[str, ...] = ()
    also_template: str | None = None
    """The template of a short mail to `also_to`. If None, they get a copy of the mail to the list."""


class PhaseStep(Frozen, kw_only=True):
    number: int
    name: str


UPDATE_EVERY = {1: timedelta(minutes=30), 2: timedelta(minutes=60)}
"""The default intervals between updates, by level. Other levels need no updates."""

DEFAULT_SEVERITIES = (
    SeverityLevel(
        level=1,
        name="critical",
        meaning="the future of the company is at stake; drop other work if called",
        requires=LIAISONS,
        update_every=UPDATE_EVERY[1],
    ),
    SeverityLevel(
        level=2,
        name="serious",
        meaning="many customers or much money are affected",
        requires=LIAISONS,
        update_every=UPDATE_EVERY[2],
    ),
    SeverityLevel(level=3, name="moderate", meaning="some customers notice, or soon will"),
    SeverityLevel(level=4, name="mild", meaning="nobody outside notices; it must not be forgotten"),
)
DEFAULT_PHASES = (
    PhaseStep(number=0, name="discovery"),
    PhaseStep(number=1, name="stopping the damage"),
    PhaseStep(number=2, name="resolving"),
    PhaseStep(number=3, name="rebuilding and learning"),
)
# The least trust that each change needs. "verified" counts as "member" if this installation cannot verify senders.
DEFAULT_PERMISSIONS: dict[str, Trust] = {
    "note": Trust.MEMBER,
    "declare": Trust.MEMBER,
    "severity": Trust.MEMBER,
    "phase": Trust.MEMBER,
    "description": Trust.MEMBER,
    "impact": Trust.MEMBER,
    "customers": Trust.VERIFIED,
    "deadlines": Trust.VERIFIED,
    "update": Trust.MEMBER,
    "retro": Trust.MEMBER,
    "take_command": Trust.MEMBER,
    "own_role": Trust.MEMBER,
    "leave": Trust.VERIFIED,
    "roll_call": Trust.VERIFIED,
    "next_update": Trust.MEMBER,
    "undo_own": Trust.MEMBER,
    "close": Trust.VERIFIED,
    "retract": Trust.VERIFIED,
    "reopen": Trust.VERIFIED,
    "venue": Trust.VERIFIED,
    "name_others": Trust.VERIFIED,
    "remove_others": Trust.VERIFIED,
    "restrict": Trust.VERIFIED,
    "undo_others": Trust.VERIFIED,
}

# Events that cause a message to the list. Other changes are included in the next one.
ANNOUNCES: tuple[type[Event], ...] = (
    Declared,
    SeverityChanged,
    PhaseChanged,
    CommandTransferred,
    VenueChanged,
    StatusChanged,
    DescriptionChanged,
    UpdateGiven,
    MergedFrom,
    IncidentRestricted,
)


class Policy(Frozen, kw_only=True):
    """All rules of an organisation. They are validated when the configuration is loaded."""

    severities: tuple[SeverityLevel, ...] = DEFAULT_SEVERITIES
    phases: tuple[PhaseStep, ...] = DEFAULT_PHASES
    roles: tuple[RoleKind, ...] = DEFAULT_ROLES
    commander_title: str = "Incident commander"
    default_severity: int = 3
    default_phase: int = 1
    permissions: dict[str, Trust] = field(default_factory=lambda: dict(DEFAULT_PERMISSIONS))
    venue_hosts: tuple[str, ...] = ()
    """The hosts, or `*.domain`, that a venue given by mail may link to. If empty, any host."""
    own_venue: bool = True
    """Whether a member who is commander, declarer or role holder can set the venue."""
    has_restricted_list: bool = False
    """Whether there is a list for restricted incidents."""
    deadlines: tuple[Deadline, ...] = ()
    verifies: bool = False
    """Whether this installation can verify senders."""
    people: dict[str, str] = field(default_factory=dict)
    """Maps each address in the configuration to its name."""

    def owns_name(self, person: Person) -> bool:
        """Return whether the configuration lists the name of `person` for their address and no other."""
        name = person.name.casefold()
        return [address for address, listed in self.people.items() if listed.casefold() == name] == [person.address]

    def severity(self, level: int) -> SeverityLevel | None:
        return next((step for step in self.severities if step.level == level), None)

    def phase(self, number: int) -> PhaseStep | None:
        return next((step for step in self.phases if step.number == number), None)

    def role(self, key: str) -> RoleKind | None:
        return next((role for role in self.roles if role.key == key), None)

    def missing_roles(self, incident: Incident) -> tuple[str, ...]:
        """Return the keys of roles that the severity requires and that are neither held nor dismissed."""
        step = self.severity(incident.severity)
        held = incident.roles
        return tuple(
            key
            for key in (step.requires if step else ())
            if key not in held or not (held[key].people or held[key].dismissed)
        )

    def may_be_forged(self, actor: Actor) -> bool:
        """Return whether senders can be verified here, but `actor` is unverified and has no verified part."""
        return self.verifies and actor.trust.rank < Trust.VERIFIED.rank and not actor.has_proven_part

    def allows(self, permission: str, actor: Actor) -> bool:
        needed = self.permissions[permission]
        if needed is Trust.VERIFIED and not self.verifies:
            needed = Trust.MEMBER
        return actor.trust.rank >= needed.rank

    def may_confirm(self, permission: str, actor: Actor) -> bool:
        """Return whether a member only has to confirm that they receive mail at their address."""
        needs_proof = self.verifies and self.permissions[permission] is Trust.VERIFIED
        return needs_proof and actor.trust is Trust.MEMBER and actor.person.address is not None


def is_permitted(incident: Incident | None, command: Command, actor: Actor, policy: Policy) -> bool:
    """Return whether `actor` may carry out `command` alone, because of their trust or their part in the incident.

    `incident` is None if `actor` is about to declare it.
    """
    return policy.allows(permission_for(incident, command, actor), actor) or is_allowed_by_part(
        incident, command, actor, policy
    )


def is_allowed_by_part(incident: Incident | None, command: Command, actor: Actor, policy: Policy) -> bool:
    """Return whether a member may carry out `command` because of their part in the incident.

    The commander, the declarer and the operator can name a commander or plan a handover. They and all role holders can
    set the venue and the words for customers, and say what the deadlines depend on. If senders can be verified, a part
    that somebody took in an unverified message gives no rights.
    """
    if actor.trust.rank < Trust.MEMBER.rank:
        return False
    if policy.may_be_forged(actor):
        return False
    leading = (incident.commander, incident.declared_by) if incident else (actor.person,)
    leads = actor.trust is Trust.OPERATOR or any(actor.person.same_as(person) for person in leading)
    if isinstance(command, NameCommander | PlanHandover):
        return leads
    holders = (person for held in (incident.roles if incident else {}).values() for person in held.people)
    takes_part = leads or any(actor.person.same_as(person) for person in holders)
    is_own = isinstance(command, StopCustomerWords | StateAware | MarkNotified)
    is_own = is_own or (isinstance(command, SetText) and command.name == "customers_may_be_told")
    return takes_part and (is_own or (isinstance(command, SetVenue) and policy.own_venue))


def permission_for(incident: Incident | None, command: Command, actor: Actor) -> str:
    """Return the permission that `command` requires."""
    if isinstance(command, Leave | CallRoll):
        return "leave" if isinstance(command, Leave) else "roll_call"
    if isinstance(command, TrackingCommand | RetroCommand):
        return "retro" if isinstance(command, RetroCommand) else "note"
    match command:
        case Declare():
            return "declare"
        case SetSeverity():
            return "severity"
        case SetPhase():
            return "phase"
        case SetStatus(status=status):
            return {Status.CLOSED: "close", Status.RETRACTED: "retract", Status.MERGED: "close"}.get(status, "reopen")
        case MergeInto():
            return "close"
        case Restrict():
            return "restrict"
        case SetDescription():
            return "description"
        case SetVenue():
            return "venue"
        case SetText(name=name):
            return "customers" if name == "customers_may_be_told" else "impact"
        case SetTime():
            return "next_update"
        case TakeCommand():
            return "take_command"
        case NameCommander(person=person):
            return "take_command" if person.same_as(actor.person) else "name_others"
        case OfferCommand() | PlanHandover():
            return "name_others"
        case TakeBreak() | EndBreak():
            return "own_role"
        case StateAware() | MarkNotified():
            return "deadlines"
        case AssignRole(role=role):
            was = incident.roles.get(role, Holders()) if incident else Holders()
            return role_permission(was, holders_after(was, command), actor.person)
        case AddNote():
            return "note"
        case GiveUpdate():
            return "update"
        case Undo(number=number):
            changes = [c for u in (incident.announced if incident else ()) if u.number == number for c in u.changes]
            return "undo_own" if all(_is_own(c, actor) for c in changes) else "undo_others"
        case StopCustomerWords():
            return "customers"
        case Decline() | AcceptProposal() | RejectProposal():
            return "own_role"  # decision/carry_out.py checks in the state that the actor is permitted to answer
        case _:
            assert_never(command)


def _is_own(change: Change, actor: Actor) -> bool:
    """Return whether `actor` made a change alone, without confirmation by another person."""
    return change.by.same_as(actor.person) and change.confirmed_by is None
