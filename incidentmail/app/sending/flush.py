"""Carry out everything that is due, in this order: expire proposals, write mail, detect missing copies, and send.

`serve` writes and sends in two threads, so that a slow relay does not delay writing. Everything that sends mail to the
list calls `flush`, except for `outbox retry N`, which sends one message by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.drills.runs import unfinished
from incidentmail.app.held_commands import Expired, expire_due
from incidentmail.app.telling.alarms import tell_of_kept_alarms, tell_of_templates
from incidentmail.app.telling.pass_on import pass_on_due
from incidentmail.app.undelivered import tell_of_long_delays
from incidentmail.core.frozen import Frozen, field
from incidentmail.core.model import Person
from incidentmail.errors import RenderError
from incidentmail.ledger.deliveries import Delivery
from incidentmail.ledger.values import OutboxMail

from .announce import announce
from .deliver import deliver
from .enqueue import MadeMails, MailFault, Untold
from .write_private_mail import write_private_mails

QUEUE_CLEARS = timedelta(minutes=5)
"""How long delayed mail may take to arrive, in any order.

Only mail older than a message that arrived this long ago is known to have been processed completely.
"""


class Made(Frozen, kw_only=True, gc=True):
    """The result of `make_due`, which does the work that is due before sending.

    `expired` lists the proposals that have expired. `missing` holds the messages that the list has not returned.
    `message_ids` are the Message-IDs of the new messages in the outbox. `faults` are messages that could not be written
    and stay due. `untold` lists people who got no mail because of a limit. `template_faults` lists the organisation's
    own templates that failed and were replaced by built-in ones.
    """

    expired: tuple[Expired, ...] = ()
    missing: tuple[OutboxMail, ...] = ()
    message_ids: tuple[str, ...] = ()
    faults: tuple[MailFault, ...] = ()
    untold: tuple[Untold, ...] = ()
    template_faults: tuple[RenderError, ...] = ()


class Flushed(Frozen, kw_only=True, gc=True):
    """The result of `flush`: the result of `make_due`, and the new state of each mail and hook call that was tried."""

    made: Made = field(default_factory=Made)
    tried: tuple[OutboxMail, ...] = ()
    called: tuple[Delivery, ...] = ()


def make_due(
    context: AppContext, *, early_for: str | None = None, early: bool = False, heard_until: datetime | None = None,
    is_asked: bool = False, reminds: bool = False,
) -> Made:  # fmt: skip
    """Put all mail that is due into the outbox.

    The follow-up of the incident `early_for` does not wait for the end of its window. If `early` is true, no follow-up
    does. `heard_until` is the time up to which incoming mail has been processed; if it is not given, only messages that
    arrived some time ago count. If the stop switch is on, proposals expire and nothing else happens, unless `is_asked`
    is true because a person at a terminal requested it. Then the mail of `early_for` is sent, or all mail if
    `early_for` is None. If `reminds` is true, people are reminded of what is due in their incidents.
    """
    expired = tuple(expire_due(context))
    late = tuple(Untold(one.incident, text) for one in expired for text in one.untold)
    is_muted = context.is_muted
    if is_muted and not is_asked:
        return Made(expired=expired, untold=late)
    late = (*late, *(Untold(incident, text) for incident, text in ([] if is_muted else pass_on_due(context))))
    if reminds and not is_muted:
        late = (*late, *(Untold(incident, text) for incident, text in _remind(context)))
    only = early_for if is_muted else None
    tell_of_long_delays(context)
    tell_of_kept_alarms(context)
    played = MadeMails() if is_muted else _play(context)
    announced = announce(context, early_for=early_for, early=early, only=only)
    until = heard_until or _heard_until(context)
    missing, alarms = _missing(context, until) if until else ([], MadeMails())
    template_faults = tuple(context.templates.take_faults())
    if template_faults:
        tell_of_templates(context, template_faults)
        write_private_mails(context, only=only)
    return Made(
        expired=expired,
        missing=tuple(missing),
        message_ids=(*played.message_ids, *announced.message_ids, *alarms.message_ids),
        faults=(*played.faults, *announced.faults, *alarms.faults),
        untold=(*late, *announced.untold),
        template_faults=template_faults,
    )


def flush(
    context: AppContext, *, early_for: str | None = None, early: bool = False, heard_until: datetime | None = None,
    retry: bool = False, is_asked: bool = False, reminds: bool = False, seen_by: Person | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Flushed:  # fmt: skip
    """Carry out everything that is due, then send it. The messages of the incident `early_for` are sent first.

    If `retry` is true, messages that are waiting for their next attempt are tried as well. The person `seen_by` sees
    failures at a terminal, and gets no mail about them. The other arguments are those of `make_due`.

    If a message cannot be written, the others are still sent, and the failure is in `made.faults`.
    """
    is_muted = context.is_muted
    made = make_due(
        context, early_for=early_for, early=early, heard_until=heard_until, is_asked=is_asked, reminds=reminds
    )
    if is_muted and not is_asked:
        return Flushed(made=made)
    own = _waiting_mails(context, early_for) if early_for else ()
    if is_muted and early_for:
        sent = deliver(context, early=retry, only=own, seen_by=seen_by, stop=stop)
        return Flushed(made=made, tried=tuple(sent), called=_call_hooks(context, stop, incident=early_for))
    tried = [*deliver(context, early=retry, first=own, seen_by=seen_by, stop=stop)]
    called = _call_hooks(context, stop, early=retry and early_for is None)
    if write_private_mails(context).message_ids:  # so that the operator is told at once what failed
        tried += deliver(context, stop=stop)
    return Flushed(made=made, tried=tuple(tried), called=called)


def _play(context: AppContext) -> MadeMails:
    """Write the mails of a drill that are due, if a drill is running."""
    with context.ledger.snapshot() as view:
        if unfinished(view) is None:
            return MadeMails()
    from incidentmail.app.drills.play import play

    return play(context)


def _call_hooks(
    context: AppContext, stop: Callable[[], bool], *, early: bool = False, incident: str | None = None
) -> tuple[Delivery, ...]:
    """Call the hooks that are due. Mail is sent first, because a hook may take seconds."""
    if not context.config.settings.hook:
        return ()
    from incidentmail.app.hooks.deliver import deliver_to_hooks

    return tuple(deliver_to_hooks(context, early=early, incident=incident, stop=stop))


def _missing(context: AppContext, heard_until: datetime) -> tuple[list[OutboxMail], MadeMails]:
    from .returned_copies import watch  # imported here because most commands do not need it

    return watch(context, heard_until=heard_until)


def _remind(context: AppContext) -> list[tuple[str, str]]:
    from incidentmail.app.reminding.remind import remind  # only `flush` and `serve` do this

    return remind(context)


def _heard_until(context: AppContext) -> datetime | None:
    with context.ledger.snapshot() as view:
        return view.newest_accepted_at(before=context.now() - QUEUE_CLEARS)


def _waiting_mails(context: AppContext, incident: str) -> tuple[int, ...]:
    with context.ledger.snapshot() as view:
        return tuple(mail.id for mail in view.outbox(("queued",)) if mail.incident == incident)
