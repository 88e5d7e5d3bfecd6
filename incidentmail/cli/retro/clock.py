"""`incidentmail retro owner`, `plan`, `call-off`, `held` and others: set a retrospective's owner and its time."""

from __future__ import annotations

from collections.abc import Sequence

import click

from incidentmail.app.choose_incident import named
from incidentmail.app.context import AppContext
from incidentmail.app.retro.which import choose_ended
from incidentmail.cli.common import context_of, incident_argument, incident_names, json_option, time
from incidentmail.cli.help import command, option
from incidentmail.cli.incident.carry_out import carry_out
from incidentmail.cli.incident.target import incident_and_value
from incidentmail.cli.named_people import person_in
from incidentmail.core.commands import Command
from incidentmail.core.model import Person
from incidentmail.core.retro.retro_commands import (
    CallOffRetro,
    MarkRetroHeld,
    NameRetroOwner,
    PlanRetro,
    UnmarkRetro,
    WaiveRetro,
)
from incidentmail.core.time_forms.written_times import NoTime
from incidentmail.errors import UsageError


@command("owner", 'retro owner "Ann B. <ann@example.com>"', "retro owner checkout bo@example.com")
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] WHO", shell_complete=incident_names)
@json_option
@click.pass_context
def owner_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Say who is responsible for the retrospective being held.

    If nobody is named, the commander is responsible. The owner is asked about it one day and three days after the end.
    """
    with context_of(ctx) as context:
        which, who = incident_and_value(context, words, "retro owner")
        incident = _id(context, which)
        return _do(context, incident, NameRetroOwner(_person(context, incident, who)), as_json=as_json)


@command("plan", 'retro plan "Thursday 14:00"', 'retro plan checkout "2026-12-03 14:00" ann@example.com')
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] TIME [WHO]...", shell_complete=incident_names)
@option("--place", metavar="TEXT", help="Where: a room, or a link. Without it, where the incident was coordinated.")
@json_option
@click.pass_context
def plan_command(ctx: click.Context, words: tuple[str, ...], place: str | None, as_json: bool) -> int:
    """Plan the retrospective, and mail an invitation that calendars can read.

    Without WHO, everybody with a part in the incident is invited. Plan it again to change the time, the place or the
    people: calendars then move the entry. Calendars' answers are kept on record.
    """
    with context_of(ctx) as context:
        which, rest = _incident_and_rest(context, words)
        incident = _id(context, which)
        at = time(context, rest[0], "TIME", "next")
        people = tuple(_person(context, incident, who) for who in rest[1:])
        return _do(context, incident, PlanRetro(at=at, people=people, place=place), as_json=as_json)


@command("call-off", "retro call-off", "retro call-off checkout")
@incident_argument
@json_option
@click.pass_context
def call_off_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Call off the planned retrospective. The calendars of the people invited remove it."""
    with context_of(ctx) as context:
        return _do(context, _id(context, incident), CallOffRetro(), as_json=as_json)


@command("held", "retro held", "retro held checkout 2026-12-03")
@click.argument("words", nargs=-1, metavar="[INCIDENT] [DATE]", shell_complete=incident_names)
@json_option
@click.pass_context
def held_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Say that the retrospective was held: today, or on DATE."""
    from incidentmail.reply.retro_line import held_at

    with context_of(ctx) as context:
        which, when = _incident_and_date(context, words)
        at = held_at(when or "", context.clock().astimezone())
        if isinstance(at, NoTime):
            raise UsageError(f"DATE '{when}' {at.reason}", hint="write a day, such as 2026-12-03 or yesterday")
        return _do(context, _id(context, which), MarkRetroHeld(at), as_json=as_json)


@command("not-held", "retro not-held checkout")
@incident_argument
@json_option
@click.pass_context
def not_held_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Take back that the retrospective was held, or that none is needed."""
    with context_of(ctx) as context:
        return _do(context, _id(context, incident), UnmarkRetro(), as_json=as_json)


@command("not-needed", "retro not-needed checkout")
@incident_argument
@json_option
@click.pass_context
def not_needed_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Say that an incident needs no retrospective, so that nobody is asked about it."""
    with context_of(ctx) as context:
        return _do(context, _id(context, incident), WaiveRetro(), as_json=as_json)


def _id(context: AppContext, which: str | None) -> str:
    with context.ledger.snapshot() as view:
        return choose_ended(view, which).id


def _person(context: AppContext, incident: str, who: str) -> Person:
    return person_in(context, incident, who, "WHO")


def _do(context: AppContext, incident: str, what: Command, *, as_json: bool) -> int:
    return carry_out(context, incident, [what], dry_run=False, as_json=as_json, on_record=True)


def _incident_and_rest(context: AppContext, words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """Return the incident, and the words starting with the time. A word that is a time does not count as an incident.

    Raise UsageError if there is no time.
    """
    if _is_time(context, words[0]):
        return None, words
    with context.ledger.snapshot() as view:
        is_known = bool(named(view, words[0]))
    if is_known and len(words) > 1:
        return words[0], words[1:]
    if is_known:
        raise UsageError("the time is missing", hint=f'incidentmail retro plan {words[0]} "Thursday 14:00"')
    return None, words


def _is_time(context: AppContext, word: str) -> bool:
    try:
        time(context, word, "TIME", "next")
    except UsageError:
        return False
    return True


def _incident_and_date(context: AppContext, words: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the incident and the day, either of which may be missing. A date alone does not name an incident."""
    from incidentmail.reply.retro_line import held_at

    if not words:
        return None, None
    if not isinstance(held_at(" ".join(words), context.clock().astimezone()), NoTime):
        return None, " ".join(words)
    return words[0], " ".join(words[1:]) or None
