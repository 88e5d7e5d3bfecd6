"""Write sample messages about an invented incident, to show what messages look like. Nothing is recorded."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.app.begin_incident import new_identity
from incidentmail.app.context import AppContext
from incidentmail.app.sending.enqueue import occasion
from incidentmail.core.commands import Command, Declare, GiveUpdate, Held, Refused, SetPhase, SetSeverity, TakeCommand
from incidentmail.core.decision.decide import decide
from incidentmail.core.decision.decide import declare as decide_declaration
from incidentmail.core.events import Announced, CommandOffered
from incidentmail.core.fold import first_state, state_after
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Holders, Incident, Person, Trust
from incidentmail.core.policy import SME
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.draft import Occasion
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import render_declaration, render_follow_up
from incidentmail.outbound.proposal_mails import MailContext, render_offer

from .drill_mails import drill_mails
from .private_mails import private_mails

MARA = Person(name="Mara Lindqvist", address="mara@example.com")
ALICIA = Person(name="Alícia S.", address="alicia@example.com")
DESCRIPTION = "Sample: checkout is rejecting card payments"
DETAILS = (
    "One in five card payments is declined by our gateway. Customers can still pay by invoice.\n\n"
    "If the second gateway fails too, checkout is down."
)


def sample_mails(context: AppContext) -> dict[str, Mail]:
    """Return each kind of message, about an invented incident in this organisation's own words.

    Raise RenderError if a template fails.
    """
    with context.ledger.snapshot() as view:
        return {**mails_of(context, view, sample_incident(context, view)), "follow-up": _follow_up(context, view)}


def mails_of(context: AppContext, view: LedgerView, incident: Incident) -> dict[str, Mail]:
    """Return the messages of an incident as they would be written now, keyed by kind.

    Messages to the list come first, then those to individuals.
    """
    sender, now = context.sender(incident), occasion(context, view, incident)
    offered = state_after(incident, [CommandOffered(to=ALICIA)], _actor(MARA), now.at)
    return {
        "declaration": render_declaration(sender, incident, replace(now, thread=()), by_hand=False),
        "follow-up": render_follow_up(sender, incident, now),
        "offer": render_offer(
            MailContext(sender=sender, incident=offered, occasion=now, to=ALICIA, serial=1),
            by=incident.commander,
        ),
        **dict(private_mails(context, view, incident, to=ALICIA)),
        **dict(drill_mails(context, by=MARA)),
    }


def sample_incident(context: AppContext, view: LedgerView) -> Incident:
    """Return an invented incident in this organisation's own words, as it is just after its declaration."""
    policy, at = context.words.policy, context.now()
    levels = [step.level for step in policy.severities]
    declared = Declare(
        description=DESCRIPTION,
        details=DETAILS,
        severity=levels[min(1, len(levels) - 1)],
        commander=MARA,
        venue="#checkout on Slack",
        texts=(("impact", "one in five card payments"), ("not_affected", "invoices")),
        roles=tuple((role, holders) for role, holders in _ROLES.items() if policy.role(role)),
        times=(("next_update_at", at + timedelta(minutes=30)),),
    )
    identity = new_identity(context, view, declared.description, at)
    events = decide_declaration(declared, identity=identity, actor=_actor(MARA), now=at, policy=policy)
    if isinstance(events, Refused):
        raise ValueError(events.reason)
    return first_state(identity, events, _actor(MARA), at)


def _follow_up(context: AppContext, view: LedgerView) -> Mail:
    """Return a follow-up: Alícia has taken command, has found that the incident is worse, and says why."""
    incident, at = sample_incident(context, view), context.now()
    policy = context.words.policy
    first = render_declaration(context.sender(incident), incident, occasion(context, view, incident), by_hand=False)
    state = state_after(incident, [Announced(number=0, message_id=first.message_id)], context.itself(), at)
    commands: list[Command] = [
        TakeCommand(),
        SetSeverity(policy.severities[0].level),
        SetPhase(policy.phases[-1].number),
        GiveUpdate("The second gateway declines too."),
    ]
    for command in commands:
        decision = decide(state, command, actor=_actor(ALICIA), now=at, policy=policy)
        if isinstance(decision, Refused | Held):
            raise ValueError(decision.reason)
        state = state_after(state, decision, _actor(ALICIA), at)
    when: Occasion = occasion(context, view, state)
    return render_follow_up(context.sender(state), state, when)


def _actor(person: Person) -> Actor:
    return Actor(person=person, trust=Trust.OPERATOR)


_ROLES = {
    "customer_liaison": Holders(people=(Person(name="Tomás R.", address="tomas@example.com"),)),
    SME: Holders(people=(Person(name="Bo K."), Person(name="Yusuf A."))),
}
