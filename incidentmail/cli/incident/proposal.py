"""`incidentmail proposal`: list proposals waiting for confirmation, and accept or reject them as the operator."""

from __future__ import annotations

from collections.abc import Sequence

import click

from incidentmail.app import actions as act
from incidentmail.app.choose_incident import SeveralError, choose
from incidentmail.cli import shapes
from incidentmail.cli.common import context_of, json_option, number_of, print_json, proposal_line, say
from incidentmail.cli.help import group
from incidentmail.cli.reporting import report
from incidentmail.core.commands import AcceptProposal, Command, RejectProposal
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.model import Incident
from incidentmail.errors import UsageError
from incidentmail.ledger.view import LedgerView

incident_option = click.option("--incident", metavar="INCIDENT", help="Its id or any unique part of it.")


@group(
    "proposal", "proposal", "proposal accept 1", "proposal reject 1 --incident checkout", invoke_without_command=True
)
@click.pass_context
def proposal_command(ctx: click.Context) -> int:
    """Show, accept or reject changes that wait for confirmation."""
    if ctx.invoked_subcommand is None:
        result: int = ctx.invoke(proposal_list)
        return result
    return 0


@proposal_command.command("list", examples=("proposal list --all",))
@incident_option
@click.option("--all", "everything", is_flag=True, help="Also those that were answered or expired.")
@json_option
@click.pass_context
def proposal_list(
    ctx: click.Context, incident: str | None = None, everything: bool = False, as_json: bool = False
) -> int:
    """List what waits for confirmation, in one incident or in all."""
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found = _chosen(view, incident, everything=everything)
        shown = [(state, p) for state in found for p in (state.proposals if everything else open_proposals(state))]
        if not shown and not as_json:
            click.echo("there is no proposal" if everything else "no proposal waits", err=True)
        for state, proposal in shown:
            if as_json:
                print_json({"incident": state.id, **shapes.proposal(proposal, context.words)})
            else:
                say(f"{state.id}\n    {proposal_line(context, proposal)}")
    return 0


def _chosen(view: LedgerView, which: str | None, *, everything: bool) -> Sequence[Incident]:
    """Return the incident named by `which` or, if it is None, all incidents that may have proposals to show."""
    if which:
        return [choose(view, which)]
    if everything:
        return view.incidents(everything=True)
    return [state for name in view.with_proposals() if (state := view.incident(name))]


@proposal_command.command("accept", examples=("proposal accept 1",))
@click.argument("number", metavar="N")
@incident_option
@json_option
@click.pass_context
def proposal_accept(ctx: click.Context, number: str, incident: str | None, as_json: bool) -> int:
    """Carry out what proposal N asks for; the list is told."""
    command = AcceptProposal(_number(number))
    return _answer(ctx, incident, command, f"proposal {number} accepted", announced=True, as_json=as_json)


@proposal_command.command("reject", examples=("proposal reject 1",))
@click.argument("number", metavar="N")
@incident_option
@json_option
@click.pass_context
def proposal_reject(ctx: click.Context, number: str, incident: str | None, as_json: bool) -> int:
    """Reject proposal N. Nothing changes, and the person who asked is told."""
    command = RejectProposal(_number(number))
    return _answer(ctx, incident, command, f"proposal {number} rejected", announced=False, as_json=as_json)


def _number(text: str) -> int:
    return number_of(text, "the number of a proposal", hint="'incidentmail proposal list' shows them")


def _answer(
    ctx: click.Context, incident: str | None, command: Command, what: str, *, announced: bool, as_json: bool
) -> int:
    with context_of(ctx) as context:
        try:
            done = act.change(context, incident, [command])
        except SeveralError as error:
            raise UsageError(error.message, hint=f"--incident, and one of: {', '.join(error.candidates)}") from error
        return report(context, done, as_json=as_json, what=f"{done.incident.id}: {what}", announced=announced)
