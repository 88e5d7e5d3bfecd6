"""Carry out incident commands given on the command line: decide them, append the events, announce, and send."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from incidentmail.app.sending.enqueue import occasion
from incidentmail.app.sending.flush import flush
from incidentmail.core.commands import Command, Declare, GiveUpdate, Held, Refused
from incidentmail.core.decision.decide import Decision, decide
from incidentmail.core.decision.decide import declare as decide_declaration
from incidentmail.core.events import Event
from incidentmail.core.fold import first_state, state_after
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Actor, Incident
from incidentmail.core.notices import notices_for
from incidentmail.core.teams.customer_words import is_about_customers
from incidentmail.core.tracking.tracking_events import RollCalled
from incidentmail.errors import IncidentMailError, LedgerError, RenderError
from incidentmail.ledger.values import OutboxMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import render_declaration, render_follow_up

from .begin_incident import (
    begin_incident,
    besides,
    marked_drill,
    new_identity,
    says_more,
    without_customer_words,
    without_list,
)
from .choose_incident import choose
from .context import AppContext
from .held_commands import wait
from .known_people import showing_addresses
from .merging.other_incidents import finder_in
from .parts import as_shown
from .record import record
from .telling.tell_again import tell_again

OTHERS_S_MAX = 15.0
"""How long a command waits for a message that another process is sending."""


class RefusedError(IncidentMailError):
    """The policy refuses the command (exit code 1). `answer` states the reason and what would work."""

    exit_code = 1

    def __init__(self, answer: Refused | Held) -> None:
        super().__init__(answer.reason)
        self.answer = answer


class NotToldError(IncidentMailError):
    """The change is in the ledger, but no message about it could be written."""

    exit_code = 75
    nobody_told = True


class Done(Frozen, kw_only=True, gc=True):
    """The result of an action: the updated incident, the new events, and the mails with their delivery state.

    `untold` has a text for each person who should have received a private mail but did not. `template_faults` lists the
    organisation's own templates that failed.
    """

    incident: Incident
    events: tuple[Event, ...]
    mails: tuple[OutboxMail, ...]
    is_new: bool = True
    untold: tuple[str, ...] = ()
    template_faults: tuple[RenderError, ...] = ()


class SentOut(Frozen, kw_only=True, gc=True):
    """The current state of one incident's mails, the people who got no private mail, and the templates that failed."""

    mails: tuple[OutboxMail, ...] = ()
    untold: tuple[str, ...] = ()
    template_faults: tuple[RenderError, ...] = ()


def declare(context: AppContext, command: Declare, also: Sequence[Command] = (), *, ref: str | None = None) -> Done:
    """Declare an incident and tell the list. Also apply the commands in `also`. `ref` is its REF, if already shown.

    If the same incident was declared a moment ago, apply the additional facts of this declaration to that incident.
    Raise RefusedError if the policy refuses a command.
    """
    actor, at = context.operator(), context.now()
    command, words = without_customer_words(command)
    also = (*also, *words)
    with context.ledger.transaction() as tx:
        begun = begin_incident(context, tx, command, actor=actor, at=at, caused_by=None, ref=ref)
        if isinstance(begun, Refused):
            raise RefusedError(begun)
        incident, untold = begun.incident, begun.untold
        if not begun.is_new:
            also = (*besides(command, incident), *also)
            also = (*also, GiveUpdate(command.details)) if says_more(command.details, incident) else also
        events = _decide_all(context, tx, incident, also, actor)
        if events:
            untold += record(
                context, tx, incident.id, events, version=incident.version, actor=actor, at=at, caused_by=None
            ).untold
        elif not begun.is_new:
            untold += tell_again(context, tx, incident, (), actor=actor, at=at)
    happened = begun.events if begun.is_new else events
    return _done(
        context, incident, happened, send_out(context, incident.id, known=incident.thread), untold, is_new=begun.is_new
    )


def change(context: AppContext, which: str | None, commands: Sequence[Command], *, tell: bool = True) -> Done:
    """Apply commands to an incident, either all or none, and tell the list what changed.

    If the commands change nothing, resend the mail that failed to reach people after an earlier command. Raise
    RefusedError or UsageError.
    """
    actor = context.operator()
    with context.ledger.transaction() as tx:
        incident = choose(tx, which)
        events = _decide_all(context, tx, incident, commands, actor)
        untold: tuple[str, ...] = ()
        if events:
            untold = record(
                context, tx, incident.id, events, version=incident.version, actor=actor, at=context.now(),
                caused_by=None,
            ).untold  # fmt: skip
        elif tell:
            untold = tell_again(context, tx, incident, commands, actor=actor, at=context.now())
    asks = any(isinstance(event, RollCalled) for event in events)  # the questions of a roll call are sent as reminders
    sent = send_out(context, incident.id, known=incident.thread, reminds=asks) if tell else SentOut()
    return _done(context, incident, events, sent, untold)


def preview_declaration(context: AppContext, command: Declare, *, ref: str | None = None) -> Mail:
    """Return the message that `declare` would send. Nothing is written."""
    if refused := without_list(context, command):
        raise RefusedError(refused)
    command, words = without_customer_words(marked_drill(command))
    with context.ledger.snapshot() as view:
        actor, at = context.operator(), context.now()
        identity = new_identity(context, view, command.description, at, restricted=command.restricted, ref=ref)
        events = decide_declaration(command, identity=identity, actor=actor, now=at, policy=context.words.policy)
        if isinstance(events, Refused):
            raise RefusedError(events)
        incident = first_state(identity, events, actor, at)
        incident = state_after(incident, _decide_all(context, view, incident, words, actor), actor, at)
        return render_declaration(context.sender(incident), incident, occasion(context, view, incident), by_hand=False)


def preview_change(context: AppContext, which: str | None, commands: Sequence[Command]) -> Mail | None:
    """Return the follow-up that `change` would send, or None if it would send none. Nothing is written."""
    with context.ledger.snapshot() as view:
        actor, at = context.operator(), context.now()
        incident = choose(view, which)
        events = _decide_all(context, view, incident, commands, actor)
        if not any(notice.kind == "follow_up" for notice in notices_for(events)):
            return None
        after = as_shown(view, state_after(incident, events, actor, at), acts_now=actor.person)
        sender = showing_addresses(context.sender(after), context, view, after)
        return render_follow_up(sender, after, occasion(context, view, after))


def send_out(context: AppContext, incident_id: str, *, known: Collection[str] = (), reminds: bool = False) -> SentOut:
    """Announce an incident at once and carry out everything else that is due.

    Return the incident's own messages in their current state. `known` are the Message-IDs of its thread before the
    change; another process, such as `serve`, may have announced the change since then. Raise NotToldError if a message
    cannot be written; that message stays due.
    """
    try:
        return _send_out(context, incident_id, known=known, reminds=reminds)
    except LedgerError as error:
        raise NotToldError(
            f"{incident_id} is recorded, but not sent: {error}",
            hint="tell people some other way; 'incidentmail outbox retry' sends it",
        ) from error


def _send_out(context: AppContext, incident_id: str, *, known: Collection[str], reminds: bool) -> SentOut:
    with context.ledger.snapshot() as view:
        waited = {mail.message_id for mail in view.outbox(("queued",)) if mail.incident == incident_id}
    flushed = flush(
        context, early_for=incident_id, retry=True, is_asked=True, reminds=reminds, seen_by=context.operator().person
    )
    faults = [fault for fault in flushed.made.faults if fault.incident == incident_id]
    for fault in faults:
        if not fault.is_private:
            raise NotToldError(
                f"{incident_id} is recorded, but its mail cannot be made: {fault.error}",
                hint=f"tell people some other way; {fault.error.hint}; then 'incidentmail outbox retry' sends it",
            ) from fault.error
    own = {*waited, *flushed.made.message_ids, *_announced_since(context, incident_id, known)}
    tried = [mail for mail in flushed.tried if mail.incident == incident_id and mail.message_id in own]
    why = next((mail.last_error for mail in reversed(tried) if mail.state == "queued"), None)
    mails = _settled(context, incident_id, own)
    return SentOut(
        # Messages that were not tried wait for the same reason.
        mails=tuple(replace(m, last_error=m.last_error or why) if m.state == "queued" else m for m in mails),
        untold=(
            *(one.text for one in flushed.made.untold if one.incident == incident_id),
            *(f"a private mail cannot be made: {fault.error}; {fault.error.hint}" for fault in faults),
        ),
        template_faults=flushed.made.template_faults,
    )


def _announced_since(context: AppContext, incident_id: str, known: Collection[str]) -> set[str]:
    """Return the Message-IDs in an incident's thread that are not in `known`."""
    with context.ledger.snapshot() as view:
        now = view.incident(incident_id)
    return set(now.thread).difference(known) if now else set()


def _settled(context: AppContext, incident_id: str, message_ids: Collection[str]) -> list[OutboxMail]:
    """Return the incident's messages once no other process, such as `serve`, is sending any of them."""
    give_up_at = time.monotonic() + OTHERS_S_MAX
    while True:
        with context.ledger.snapshot() as view:
            mails = [mail for mail in view.outbox(message_ids=message_ids) if mail.incident == incident_id]
        now = context.now()
        at_it = any(mail.state == "queued" and mail.leased_until and mail.leased_until > now for mail in mails)
        if not at_it or time.monotonic() > give_up_at:
            return mails
        time.sleep(0.05)


def _done(
    context: AppContext, incident: Incident, events: tuple[Event, ...], sent: SentOut, untold: tuple[str, ...], *,
    is_new: bool = True,
) -> Done:  # fmt: skip
    with context.ledger.snapshot() as view:
        now = view.incident(incident.id) or incident
    return Done(
        incident=now, events=events, mails=sent.mails, is_new=is_new, untold=(*untold, *sent.untold),
        template_faults=sent.template_faults,
    )  # fmt: skip


def _decide_all(
    context: AppContext, view: LedgerView, incident: Incident, commands: Sequence[Command], actor: Actor
) -> tuple[Event, ...]:
    events: list[Event] = []
    state, at, policy, find = incident, context.now(), context.words.policy, finder_in(view)
    for command in commands:
        decision: Decision = decide(state, command, actor=actor, now=at, policy=policy, find=find)
        if isinstance(decision, Held) and is_about_customers(command):
            waiting = wait(context, state, command, decision, actor=actor, now=at)
            decision = waiting if isinstance(waiting, Refused) else waiting.made
        if isinstance(decision, Refused | Held):
            raise RefusedError(decision)
        state = state_after(state, decision, actor, at)
        events += decision
    return tuple(events)
