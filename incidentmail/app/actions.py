"""What the command line does to incidents: decide, append, announce, send."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from incidentmail.app.sending.announce import announce, occasion
from incidentmail.app.sending.deliver import deliver
from incidentmail.core.commands import Command, Declare, Held, Refused
from incidentmail.core.decision.decide import decide
from incidentmail.core.decision.decide import declare as decide_declaration
from incidentmail.core.events import Event
from incidentmail.core.model import Actor, Incident
from incidentmail.core.notices import notices_for
from incidentmail.errors import IncidentMailError, LedgerError, RenderError
from incidentmail.ledger.values import OutboxMail
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import render_declaration, render_follow_up

from . import record as begin
from .choose_incident import choose
from .context import AppContext
from .held_commands import expire_due
from .private_mail import tell_named

OTHERS_S_MAX = 15.0
"""How long a command waits for a mail that another process is sending."""

_AT_A_TERMINAL = (
    (r"reply 'sev'", "--severity"),
    (r"reply 'phase'", "--phase"),
    (r"reply '(reopen|retract)'", r"'incidentmail \1'"),
)
"""What a refusal tells somebody to reply, as it is done here."""


class RefusedError(IncidentMailError):
    """The policy says no (exit 1); the remedy is the hint."""

    exit_code = 1


class NotToldError(IncidentMailError):
    """It is in the ledger, but no mail could be made of it."""

    exit_code = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an action left behind: the incident, the kinds of its events, and its mails with their state."""

    incident: Incident
    events: tuple[Event, ...]
    mails: tuple[OutboxMail, ...]
    is_new: bool = True


def declare(context: AppContext, command: Declare, also: Sequence[Command] = ()) -> Done:
    """Declares an incident and tells the list; a new one gets what the commands in `also` ask for, too.

    Raises RefusedError.
    """
    actor, at = context.operator(), context.now()
    with context.ledger.transaction() as tx:
        begun = begin.declare(context, tx, command, actor=actor, at=at, caused_by=None)
        if isinstance(begun, Refused):
            raise _refused(begun)
        incident = begun.incident
        if begun.is_new and (events := _decide_all(context, incident, also, actor)):
            tx.append(incident.id, events, actor=actor, at=at, expected_version=incident.version, caused_by=None)
    mails = send_out(context, begun.incident.id)
    return Done(incident=begun.incident, events=begun.events, mails=mails, is_new=begun.is_new)


def change(context: AppContext, which: str | None, commands: Sequence[Command], *, tell: bool = True) -> Done:
    """Applies commands to an incident, all or none, and tells the list what changed.

    Raises RefusedError, UsageError.
    """
    actor = context.operator()
    with context.ledger.transaction() as tx:
        incident = choose(tx, which)
        events = _decide_all(context, incident, commands, actor)
        if events:
            at = context.now()
            tx.append(incident.id, events, actor=actor, at=at, expected_version=incident.version, caused_by=None)
            begin.note_due(context, tx, incident.id, notices_for(events), at=at, cause=None)
            tell_named(context, tx, incident, events, actor=actor, at=at)
    mails = send_out(context, incident.id) if tell and events else ()
    with context.ledger.snapshot() as view:
        return Done(incident=view.incident(incident.id) or incident, events=events, mails=mails)


def preview_declaration(context: AppContext, command: Declare) -> Mail:
    """The mail that `declare` would send; nothing is written."""
    if refused := begin.without_list(context, command):
        raise _refused(refused)
    with context.ledger.snapshot() as view:
        actor, at = context.operator(), context.now()
        identity = begin.new_identity(context, view, command.description, at, restricted=command.restricted)
        events = decide_declaration(command, identity=identity, actor=actor, now=at, policy=context.words.policy)
        if isinstance(events, Refused):
            raise _refused(events)
        incident = begin.first_state(identity, events, actor, at)
        return render_declaration(context.sender(incident), incident, occasion(context, view, incident), by_hand=False)


def preview_change(context: AppContext, which: str | None, commands: Sequence[Command]) -> Mail | None:
    """The follow-up that `change` would send, None where it would send none; nothing is written."""
    with context.ledger.snapshot() as view:
        actor, at = context.operator(), context.now()
        incident = choose(view, which)
        events = _decide_all(context, incident, commands, actor)
        if not any(notice.kind == "follow_up" for notice in notices_for(events)):
            return None
        after = begin.preview(incident, events, actor, at)
        return render_follow_up(context.sender(after), after, occasion(context, view, after))


def send_out(context: AppContext, incident_id: str) -> tuple[OutboxMail, ...]:
    """Announces an incident at once and sends what waits; the incident's own mails as they now stand.

    Raises NotToldError where a mail cannot be made; it stays due.
    """
    try:
        expire_due(context)
        return _send_out(context, incident_id)
    except LedgerError as error:
        raise NotToldError(
            f"NOBODY HAS BEEN TOLD YET: {incident_id} is recorded, but not sent: {error}",
            hint="tell people some other way; 'incidentmail outbox retry' sends it",
        ) from error


def _send_out(context: AppContext, incident_id: str) -> tuple[OutboxMail, ...]:
    try:
        made = announce(context, incident_id=incident_id, early=True)
    except RenderError as error:
        raise NotToldError(
            f"NOBODY HAS BEEN TOLD YET: {incident_id} is recorded, but its mail cannot be made: {error}",
            hint=f"tell people some other way; {error.hint}; then 'incidentmail outbox retry' sends it",
        ) from error
    with context.ledger.snapshot() as view:
        first = {mail.id: mail.message_id for mail in view.outbox(("queued",)) if mail.incident == incident_id}
    wanted = {*first.values(), *made}
    tried = [mail for mail in deliver(context, early=True, first=first) if mail.message_id in wanted]
    why = next((mail.last_error for mail in reversed(tried) if mail.state == "queued"), None)
    give_up_at = time.monotonic() + OTHERS_S_MAX
    while True:
        with context.ledger.snapshot() as view:
            mails = tuple(view.outbox(message_ids=wanted))
        now = context.now()
        at_it = any(mail.state == "queued" and mail.leased_until and mail.leased_until > now for mail in mails)
        if not at_it or time.monotonic() > give_up_at:  # what was not tried waits for the same reason
            return tuple(
                replace(mail, last_error=mail.last_error or why) if mail.state == "queued" else mail for mail in mails
            )
        time.sleep(0.05)  # 'serve' or another command has just taken it: wait for what becomes of it


def _decide_all(
    context: AppContext, incident: Incident, commands: Sequence[Command], actor: Actor
) -> tuple[Event, ...]:
    events: list[Event] = []
    state, at = incident, context.now()
    for command in commands:
        decision = decide(state, command, actor=actor, now=at, policy=context.words.policy)
        if isinstance(decision, Refused | Held):
            raise _refused(decision)
        state = begin.preview(state, decision, actor, at)
        events += decision
    return tuple(events)


def _refused(answer: Refused | Held) -> RefusedError:
    hint = answer.remedy
    for reply, option in _AT_A_TERMINAL:
        hint = re.sub(reply, option, hint)
    return RefusedError(answer.reason, hint=hint)
