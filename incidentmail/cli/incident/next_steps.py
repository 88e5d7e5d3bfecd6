"""Print, at the end of `declare`, what to type next and who was paged, because a mail does not wake anybody up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.hooks.note import may_hear
from incidentmail.cli.common import say
from incidentmail.cli.corrected import BROKEN, NEWS, command_line
from incidentmail.cli.preview.doubts import broken, leaves_broken, meant_address
from incidentmail.cli.reporting import naming
from incidentmail.core.commands import Command, Declare
from incidentmail.core.model import Incident, Person
from incidentmail.core.policy import SME
from incidentmail.report.hooks.hook_events import PAGING

NOBODY_PAGED = "Mail was sent. No pager is set up: if somebody must act now, phone them."
"""Printed if no hook calls a pager."""
PAGED_BY_ANOTHER = "Mail was sent. Pagers, if any are set up, are called by the machine with the ledger."
"""Printed on a machine without a ledger."""


def say_what_next(context: AppContext, incident: Incident, others: Sequence[Incident], command: Declare) -> None:
    """Print hints: how to correct a new incident, and how to merge it with open `others` or tell it apart from them."""
    for line in (*_to_correct_addresses(context, incident, command), *_to_set(incident), *_among(incident, others)):
        say(f"hint: {line}", err=True)


def _to_correct_addresses(context: AppContext, incident: Incident, command: Declare) -> Iterator[str]:
    """Yield hints with commands that replace an unknown address with the one that was probably meant."""
    named = [("commander", command.commander)] if command.commander else []
    for role, who in (*named, *((role, who) for role, held in command.roles for who in held.people)):
        is_known = who.address is None or context.roster.has(who.address)
        meant = None if is_known else meant_address(context.roster, str(who.address))
        if meant is None:
            continue
        right = command_line("update", incident.id, *naming(role, str(Person(name=who.name, address=meant))))
        yield f"to correct the address: {right}"
        if role == SME:
            wrong = command_line("role", incident.id, "sme", str(who.address), "--remove")
            yield f"then take the wrong one off: {wrong}"


def _to_set(incident: Incident) -> Iterator[str]:
    if "severity" in incident.assumed:
        line = command_line("update", incident.id, "--severity", "N")
        yield f"no severity was given; to give one (1 is the worst): {line}"


def _among(incident: Incident, others: Sequence[Incident]) -> Iterator[str]:
    """Yield hints on how to merge `incident` with another open one, and on how to name it in later commands.

    A drill and a real incident cannot be merged.
    """
    if not others:
        return
    alike = [one.id for one in others if one.drill == incident.drill]
    if alike:
        other = alike[0] if len(alike) == 1 else "OTHER"
        yield f"the same outage? make them one: {command_line('merge', incident.id, other)}"
    what = "another outage" if alike else "several are open"
    yield f"{what}? name it from now on: {command_line('update', incident.id, '-m', NEWS)}"


def say_after_raise(context: AppContext, before: Incident, after: Incident, commands: Sequence[Command]) -> None:
    """Print what a worse severity may also require: a new description of the damage, or a call if nobody is paged."""
    if leaves_broken(commands, before):
        option = "--impact" if after.impact else "--description"
        line = command_line("update", after.id, option, BROKEN)
        say(f'hint: every mail goes on saying "{broken(context, after)}"; if that is not all: {line}', err=True)
    worst = min(step.level for step in context.words.policy.severities)
    if after.severity < before.severity and after.severity == worst:
        say_who_was_paged(context, after, since=after.updated_at)


def say_who_was_paged(context: AppContext, incident: Incident, *, since: datetime | None = None) -> None:
    """Print which pagers were called about a new incident, or about what has happened since `since`.

    Pagers are hooks for needed roles or missed updates.
    """
    hooks = [hook for hook in context.config.settings.hook if may_hear(hook, incident)]
    pagers = [hook.name for hook in hooks if any(hook.wants(event) for event in PAGING)]
    if not pagers:
        say(NOBODY_PAGED, err=True)
        return
    with context.ledger.snapshot() as view:
        calls = [call for call in view.deliveries(incident=incident.id) if call.hook in pagers]
        calls = [call for call in calls if since is None or call.queued_at >= since]
    for name in pagers:
        own = [call for call in calls if call.hook == name]
        waiting = [call for call in own if call.state != "sent"]
        if not own:
            say(f"Mail was sent. The hook {name} was not called: if somebody must act now, phone them.", err=True)
        elif not waiting:
            say(f"Paged: the hook {name} has it.", err=True)
        else:
            why = waiting[0].last_error or "another process is calling it now"
            say(f"incidentmail: warning: NOBODY HAS BEEN PAGED YET by the hook {name}: {why}", err=True)
            say("hint: it is tried again; 'incidentmail outbox list' shows it; tell people some other way", err=True)
