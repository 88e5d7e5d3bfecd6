"""`incidentmail drill run` and `stop`: begin a drill, and end it at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import click

from incidentmail.app.context import AppContext
from incidentmail.app.drills.runs import end, running
from incidentmail.app.drills.shipped import find_scenario
from incidentmail.app.drills.start import real_incidents, start
from incidentmail.app.sending.flush import flush
from incidentmail.app.serve_lock import is_running
from incidentmail.cli.common import context_of, say
from incidentmail.cli.help import command, option
from incidentmail.cli.preview.questions import goes_on, is_watched, yes_option
from incidentmail.cli.reporting import raise_faults, report_mails, warn_about_faults
from incidentmail.core.model import Incident
from incidentmail.core.text import counted
from incidentmail.core.times import show_time
from incidentmail.errors import UsageError

FASTER_MAX = 60


@command("run", "drill run failover", "drill run our-own.toml", "drill run leak --faster 10")
@click.argument("scenario", metavar="NAME|FILE")
@option("--faster", metavar="N", type=click.IntRange(1, FASTER_MAX), default=1, help="Divide all times by N.")
@option("--anyway", is_flag=True, help="Although a severe incident is open that is no drill.")
@yes_option
@click.pass_context
def run_command(ctx: click.Context, scenario: str, faster: int, anyway: bool, yes: bool) -> int:
    """Begin a drill. The list of drills gets what invented people write, when it is due, and the score at the end.

    'serve' plays the drill, or 'flush' if it is called every minute. Only the list of drills gets mail: no copies, no
    executives, no people on call, no hooks (unless one says drills = true).
    """
    with context_of(ctx) as context:
        found = find_scenario(scenario, context.words.policy)
        with context.ledger.snapshot() as view:
            real = real_incidents(view)
        _warn_about(real)
        mails, to = len(found.scenario.injects), context.config.settings.list.drill
        if to and not yes and is_watched():
            say(f"{found.scenario.title}: {counted(mails, 'mail')} of invented people to {to}", err=True)
            if not goes_on("Enter begins it; n stops."):
                say("nothing was begun")
                return 1
        run = start(context, found.scenario, found.name, faster=faster, anyway=anyway)
        ends = show_time(run.ends_at, context.config.settings.timezones, context.now().date())
        say(f"began the drill {run.id}: {counted(mails, 'mail')} to {to} until {ends}")
        say("'incidentmail drill stop' ends it at once, and so does a mail to us with the words: stop drill")
        if not is_running(context.config.ledger_path):
            say("'serve' does not run here: call 'incidentmail flush' every minute, or start it", err=True)
        return _send(context)


@command("stop", "drill stop")
@click.pass_context
def stop_command(ctx: click.Context) -> int:
    """End the running drill at once: nothing more of it is sent, and its incidents are closed."""
    with context_of(ctx) as context:
        with context.ledger.transaction() as tx:
            run = running(tx)
            if run is None:
                raise UsageError("no drill is on", hint="'incidentmail drill list --runs' shows those that were")
            end(context, tx, run, actor=context.operator(), stopped=True)
        closed = f"; closed {', '.join(run.incidents)}" if run.incidents else ""
        say(f"stopped the drill {run.id}{closed}")
        say(f"'incidentmail drill score {run.id}' shows how it went")
        return _send(context, incidents=run.incidents)


def _warn_about(real: Sequence[Incident]) -> None:
    """Print a prominent warning about each real incident that is open."""
    for incident in real:
        what = "a restricted one" if incident.restricted else f"{incident.id}: {incident.description}"
        say(f"incidentmail: warning: A REAL INCIDENT IS OPEN: severity {incident.severity}, {what}", err=True)
    if real:
        say("hint: the drill changes nothing there; whoever works on it should not take part", err=True)


def _send(context: AppContext, incidents: Collection[str] = ()) -> int:
    """Render and send all mail that is due, and report what happened to the messages rendered just now."""
    flushed = flush(context)
    warn_about_faults(flushed.made)
    ours = [mail for mail in flushed.tried if mail.message_id in flushed.made.message_ids]
    code = report_mails(context, tuple(ours), quiet=False)
    raise_faults(flushed.made)
    return code
