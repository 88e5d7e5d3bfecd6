"""`incidentmail alert`: show, accept or reject proposals from alerts, and print the secret address for alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from incidentmail.cli.common import context_of, json_option, number_of, print_json, say
from incidentmail.cli.help import group
from incidentmail.core.text import counted
from incidentmail.errors import UsageError

if TYPE_CHECKING:
    from incidentmail.core.alerts.proposal import AlertProposal
    from incidentmail.ledger.view import LedgerView

SHOWN_MAX = 50
"""The number of proposals shown by `alert list --all`, newest first."""


@group("alert", "alert", "alert show 3", "alert accept 3 --severity 2", "alert address", invoke_without_command=True)
@click.pass_context
def alert_command(ctx: click.Context) -> int:
    """Show, accept or reject the incidents that alerts propose."""
    if ctx.invoked_subcommand is None:
        result: int = ctx.invoke(alert_list)
        return result
    return 0


@alert_command.command("list", examples=("alert list --all",))
@click.option("--all", "everything", is_flag=True, help=f"Also those that are settled, of the newest {SHOWN_MAX}.")
@json_option
@click.pass_context
def alert_list(ctx: click.Context, everything: bool = False, as_json: bool = False) -> int:
    """List the alerts that wait for an answer, the newest first."""
    from . import alert_shapes

    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found = view.alerts(everything=everything, limit=SHOWN_MAX if everything else None)
        if not found and not as_json:
            click.echo("no alert has come in" if everything else "no alert waits for an answer", err=True)
        for one in found:
            if as_json:
                print_json(alert_shapes.alert(one))
            else:
                say(f"{alert_shapes.line(one, context.now())}")
    return 0


@alert_command.command("show", examples=("alert show 3",))
@click.argument("number", metavar="N")
@json_option
@click.pass_context
def alert_show(ctx: click.Context, number: str, as_json: bool) -> int:
    """Show alert N: what it says, who was asked, how it ended."""
    from . import alert_shapes

    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found = _chosen(view, number)
        parts = view.alert_parts(found.number, limit=SHOWN_MAX)
        mails = view.alert_mails(found.number, limit=SHOWN_MAX)
        if as_json:
            print_json({**alert_shapes.alert(found), **alert_shapes.more(found, parts, mails)})
            return 0
        for text in alert_shapes.screen(found, parts, mails, context.now(), context.config.settings.timezones):
            say(text)
    return 0


@alert_command.command("accept", examples=("alert accept 3", "alert accept 3 --severity 1"))
@click.argument("number", metavar="N")
@click.option("--severity", "-s", type=int, metavar="N", help="Another severity than the alert's.")
@click.option("--incident", "which", metavar="INCIDENT", help="It belongs to this incident: nothing is declared.")
@json_option
@click.pass_context
def alert_accept(ctx: click.Context, number: str, severity: int | None, which: str | None, as_json: bool) -> int:
    """Declare the incident that alert N proposes; the list is told.

    With --incident, the alert is noted on an incident that exists already, and the list is not told.
    """
    from incidentmail.app.alerting.answer_here import accept_alert, join_alert
    from incidentmail.cli.reporting import report

    if which is not None and severity is not None:
        raise UsageError("--incident and --severity exclude each other", hint="'incidentmail update' sets the severity")
    with context_of(ctx) as context:
        if which is not None:
            done = join_alert(context, _number(number), which)
            what = f"alert {number} belongs to {done.incident.id}"
            return report(context, done, as_json=as_json, what=what, announced=False)
        done = accept_alert(context, _number(number), severity=severity)
        return report(context, done, as_json=as_json, what=f"declared {done.incident.id}, because of alert {number}")


@alert_command.command("reject", examples=("alert reject 3", 'alert reject 3 -m "The load test"'))
@click.argument("number", metavar="N")
@click.option("-m", "--message", "reason", default="", metavar="TEXT", help="Why it is no incident.")
@json_option
@click.pass_context
def alert_reject(ctx: click.Context, number: str, reason: str, as_json: bool) -> int:
    """Say that alert N is no incident. The people who were asked are told; the list is not."""
    from incidentmail.app.alerting.answer_here import reject_alert
    from incidentmail.cli.reporting import raise_faults, warn_about_faults

    from . import alert_shapes

    with context_of(ctx) as context:
        ended, made = reject_alert(context, _number(number), reason=reason)
        if as_json:
            print_json(alert_shapes.alert(ended))
        else:
            told = f"; {counted(len(ended.asked), 'person')} asked before hear of it" if ended.asked else ""
            say(f"alert {ended.number} is no incident{told}".replace("persons asked", "people asked"))
        warn_about_faults(made)
        raise_faults(made)
    return 0


@alert_command.command("address", examples=("alert address",))
@json_option
@click.pass_context
def alert_address_command(ctx: click.Context, as_json: bool) -> int:
    """Print the secret address for alerts: mail to it from a listed sender counts as proven.

    Give it only to your monitoring systems. It changes if the key changes.
    """
    from incidentmail.core.alerts.addresses import alert_address

    with context_of(ctx) as context:  # the address is derived from the key, which is created here if there is none
        address = alert_address(context.key, str(context.config.bot.address))
        if as_json:
            print_json({"address": address, "from": list(context.config.settings.alerts.from_)})
            return 0
        say(address)
        if not context.config.settings.alerts.from_:
            say("note: no sender is listed yet, so nothing that comes to it proposes anything", err=True)
            say('hint: [alerts] from = ["alerts@monitoring.example.com"]', err=True)
    return 0


def _chosen(view: LedgerView, number: str) -> AlertProposal:
    found = view.alert(_number(number))
    if found is None:
        raise UsageError(f"no alert has the number {number}", hint="'incidentmail alert list --all' shows them")
    return found


def _number(text: str) -> int:
    return number_of(text, "the number of an alert", hint="'incidentmail alert list' shows them")
