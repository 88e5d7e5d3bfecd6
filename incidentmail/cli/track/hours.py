"""Commands about hours and deadlines: break, back, aware, notified."""

from __future__ import annotations

import click

from incidentmail.cli.common import context_of, incident_argument, incident_names, json_option, time
from incidentmail.cli.help import command
from incidentmail.cli.incident.carry_out import carry_out
from incidentmail.cli.incident.target import incident_and_value
from incidentmail.core.commands import EndBreak, MarkNotified, StateAware, TakeBreak


@command("break", "break 30m", "break checkout 1h")
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] TIME", shell_complete=incident_names)
@json_option
@click.pass_context
def break_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Say that you are away for a while, such as 30m or 1h; nobody is mailed.

    'incidentmail brief' shows it.
    """
    with context_of(ctx) as context:
        incident, value = incident_and_value(context, words, "break")
        until = time(context, value if value.startswith("+") else f"+{value}", "TIME", "next")
        return carry_out(context, incident, [TakeBreak(until)], dry_run=False, as_json=as_json, on_record=True)


@command("back", "back", "back checkout")
@incident_argument
@json_option
@click.pass_context
def back_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Say that you are back from your break; nobody is mailed."""
    with context_of(ctx) as context:
        return carry_out(context, incident, [EndBreak()], dry_run=False, as_json=as_json, on_record=True)


@command("aware", "aware 14:07", 'aware checkout "yesterday 18:00"')
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] TIME", shell_complete=incident_names)
@json_option
@click.pass_context
def aware_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Say when you became aware of what happened: the configured deadlines count from then; nobody is mailed now."""
    with context_of(ctx) as context:
        incident, value = incident_and_value(context, words, "aware")
        at = time(context, value, "TIME", "last")
        return carry_out(context, incident, [StateAware(at)], dry_run=False, as_json=as_json, on_record=True)


@command("notified", 'notified "GDPR, supervisory authority"', "notified checkout GDPR")
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] NAME", shell_complete=incident_names)
@json_option
@click.pass_context
def notified_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Say that everybody who had to be told by a deadline has been told; nobody is mailed.

    NAME is the name of the deadline, or a part of it.
    """
    with context_of(ctx) as context:
        incident, value = incident_and_value(context, words, "notified")
        return carry_out(context, incident, [MarkNotified(value)], dry_run=False, as_json=as_json, on_record=True)
