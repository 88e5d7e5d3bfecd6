"""Create sample hook calls for each event, to test hooks and their templates. Nothing is written."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.core import events as e
from incidentmail.core.events import Event
from incidentmail.core.fold import state_after
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Holders, Incident, Person, Status, Trust
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.team_events import CustomerWordsApproved, IncidentRestricted
from incidentmail.report.hooks.body import body_of
from incidentmail.report.hooks.hook_events import HOOK_EVENTS, HookEvent, Occurrence
from incidentmail.report.hooks.payload import as_text, payload

from .list_mails import ALICIA, MARA, sample_incident

ROLE = "customer_liaison"
WORDS = "Some card payments fail. Please pay by invoice."
ID = "test"
FOLDER, SUFFIX = "hook", ".json.j2"


def sample_call(context: AppContext, name: HookEvent, *, awkward: bool = False) -> str:
    """Return the JSON that a hook would get for that event of an invented incident, marked as a test.

    If `awkward` is true, the description contains characters that break a template unless it escapes them.
    """
    at = context.now()
    with context.ledger.snapshot() as view:
        incident = sample_incident(context, view)
    if awkward:
        incident = replace(incident, description=f'{incident.description} "now" \\ <&>')
    event = _event(name, incident, at)
    role = ROLE if name == "role_needed" else None
    shown = incident if name == "declared" else state_after(incident, [event], _actor(MARA), at)
    one = Occurrence(name=name, event=event, role=role)
    told = payload(shown, one, context.words, id=f"{ID}-{int(at.timestamp())}", by=MARA, at=at, is_test=True)
    return as_text(told)


def hook_templates(context: AppContext) -> tuple[str, ...]:
    """Return the names of all hook templates, such as `slack`: the built-in ones and the organisation's own."""
    overrides = context.templates.overrides
    own = [path.name for path in (overrides / FOLDER).glob(f"*{SUFFIX}")] if overrides else []
    built_in = [name.removeprefix(f"{FOLDER}/") for name in context.templates.names() if name.startswith(f"{FOLDER}/")]
    return tuple(sorted({name.removesuffix(SUFFIX) for name in (*own, *built_in)}))


def check_hook_templates(context: AppContext) -> tuple[str, ...]:
    """Render each hook template with each event, and return the templates' names. Raise RenderError if one fails."""
    names, calls = hook_templates(context), [sample_call(context, event, awkward=True) for event in HOOK_EVENTS]
    for name in names:
        for call in calls:
            body_of(call, name, context.templates, secret="secret")
    return names


def _event(name: HookEvent, incident: Incident, at: datetime) -> Event:
    """Return an event with that name which could happen next in the incident."""
    tomas = Person(name="Tomás R.", address="tomas@example.com")
    ending: dict[HookEvent, Status] = {"closed": Status.CLOSED, "retracted": Status.RETRACTED, "merged": Status.MERGED}
    found: dict[HookEvent, Event] = {
        "severity": e.SeverityChanged(severity=1, was=2),
        "phase": e.PhaseChanged(phase=2, was=1),
        "commander": e.CommandTransferred(commander=ALICIA, was=MARA),
        "role": e.RoleChanged(role=ROLE, holders=Holders(people=(ALICIA,)), was=Holders(people=(tomas,))),
        "changed": e.VenueChanged(venue="https://meet.example.com/checkout", was="#checkout on Slack"),
        "update": e.UpdateGiven(text="The second gateway declines <some> cards & refunds too."),
        "note": e.NoteAdded(text="The bank was called."),
        "customer_words": CustomerWordsApproved(approval=Approval(words=WORDS, by=ALICIA, approved_by=MARA)),
        "offered": e.CommandOffered(to=ALICIA),
        "role_needed": e.RoleChanged(role=ROLE, holders=Holders(), was=Holders(people=(tomas,))),
        "update_missed": e.UpdateMissed(due_at=at - timedelta(minutes=5)),
        "restricted": IncidentRestricted(),
        "reopened": e.StatusChanged(status=Status.OPEN, was=Status.CLOSED),
        **{one: e.StatusChanged(status=status, was=Status.OPEN) for one, status in ending.items()},
    }
    return found[name] if name in found else _declared(incident)


def _declared(incident: Incident) -> e.Declared:
    return e.Declared(
        id=incident.id, ref=incident.ref, origin=incident.origin, description=incident.description,
        details=incident.details, severity=incident.severity, phase=incident.phase, commander=incident.commander,
        venue=incident.venue, impact=incident.impact, declared_at=incident.declared_at,
    )  # fmt: skip


def _actor(person: Person) -> Actor:
    return Actor(person=person, trust=Trust.OPERATOR)
