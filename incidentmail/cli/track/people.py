"""Commands about the people at work in an incident: role, join, leave, roll-call."""

from __future__ import annotations

import click

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.app.parts import as_shown
from incidentmail.cli.common import (
    context_of,
    incident_argument,
    incident_names,
    json_option,
    print_json,
    secret_option,
)
from incidentmail.cli.help import command, option
from incidentmail.cli.incident.carry_out import carry_out
from incidentmail.cli.incident.facts import reason_given
from incidentmail.cli.incident.parts import Page, engaged, roles
from incidentmail.cli.named_people import is_not_needed, person_in
from incidentmail.cli.screen.layout import labelled
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.commands import AssignRole, CallRoll, Command, Join, Leave
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.policy import SME
from incidentmail.core.text import fold_case
from incidentmail.errors import UsageError


@command(
    "role", "role", 'role scribe "Ann B. <ann@example.com>"', 'role sme "Bo K." --remove', 'role deputy "not needed"'
)
@click.argument("words", nargs=-1, metavar="[INCIDENT] [ROLE WHO]", shell_complete=incident_names)
@option("--add", is_flag=True, help="Add WHO to those who have the role; experts are always added.")
@option("--remove", is_flag=True, help="Take WHO off the role.")
@option("-m", "--message", metavar="TEXT", help="Why, in one sentence: the next mail to the list says it.")
@secret_option
@json_option
@click.pass_context
def role_command(
    ctx: click.Context, words: tuple[str, ...], add: bool, remove: bool, message: str | None, as_json: bool
) -> int:
    """Show who holds which role, or give one to somebody, who is told privately; the list is told with its next mail.

    WHO replaces the people who have the role, unless --add or --remove is given.
    """
    if len(words) > 3:
        raise UsageError("a role is given to one person at a time", hint='incidentmail role scribe "Ann B."')
    reason = reason_given(message)
    if len(words) < 2:
        if reason:
            raise UsageError("-m says why, but who gets which role?", hint='incidentmail role scribe "Ann B." -m TEXT')
        return _show_roles(ctx, words[0] if words else None, as_json=as_json)
    incident = words[0] if len(words) == 3 else None
    with context_of(ctx) as context:
        asked = _assignment(context, incident, words[-2], words[-1], add=add, remove=remove)
        return carry_out(context, incident, [*reason, asked], dry_run=False, as_json=as_json)


@command("join", "join", "join checkout --as scribe")
@incident_argument
@option("--as", "role", metavar="ROLE", help="Take this role: its key or its title.")
@json_option
@click.pass_context
def join_command(ctx: click.Context, incident: str | None, role: str | None, as_json: bool) -> int:
    """Say that you are at work in an incident, with or without a role; the list is not mailed now."""
    with context_of(ctx) as context:
        asked: Command = Join()
        if role is not None:
            asked = AssignRole(_key(context, role), (context.operator().person,), "add")
        return carry_out(context, incident, [asked], dry_run=False, as_json=as_json, on_record=role is None)


@command("leave", "leave", "leave checkout")
@incident_argument
@json_option
@click.pass_context
def leave_command(ctx: click.Context, incident: str | None, as_json: bool) -> int:
    """Say that you are no longer at work in an incident; the list is not mailed now.

    You give back your roles, except command.
    """
    with context_of(ctx) as context:
        return carry_out(context, incident, [Leave()], dry_run=False, as_json=as_json, on_record=True)


@command("roll-call", "roll-call", "roll-call checkout --all")
@incident_argument
@option("--all", "everybody", is_flag=True, help="Ask also the people who joined without a role.")
@json_option
@click.pass_context
def roll_call_command(ctx: click.Context, incident: str | None, everybody: bool, as_json: bool) -> int:
    """Ask everybody with a role or an action, privately, what they see, do and need.

    'incidentmail brief' shows the answers. You can ask once every 30 minutes.
    """
    with context_of(ctx) as context:
        return carry_out(context, incident, [CallRoll(everybody)], dry_run=False, as_json=as_json, on_record=True)


def _show_roles(ctx: click.Context, which: str | None, *, as_json: bool) -> int:
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        incident = as_shown(view, choose(view, which))
        if as_json:
            from incidentmail.cli.track import shapes

            print_json(shapes.roles(incident, context.words))
            return 0
        page = Page.of(context, width_of_screen())
        leader = (page.words.title[:1].upper() + page.words.title[1:], incident.commander.name)
        show(labelled([leader, *roles(page, incident), *engaged(page, incident)], page.width))
    return 0


def _assignment(
    context: AppContext, incident: str | None, role: str, who: str, *, add: bool, remove: bool
) -> AssignRole:
    if add and remove:
        raise UsageError("--add and --remove exclude each other", hint="give one of them")
    key = _key(context, role)
    if is_not_needed(who):
        return AssignRole(key, how="dismiss")
    people = (person_in(context, incident, who, "WHO"),)
    return AssignRole(key, people, "remove" if remove else "add" if add or key == SME else "set")


def _key(context: AppContext, role: str) -> str:
    """Return the key of a role, given its key, its title or another spelling."""
    fact = context.words.keys.get(fold_case(role.replace("_", " ").strip()))
    if fact == "commander":
        raise UsageError("command is no role that is given like the others", hint="incidentmail handoff WHO")
    if fact is None or not fact.startswith(ROLE_PREFIX):
        known = ", ".join(kind.key for kind in context.words.policy.roles)
        raise UsageError(f"no role is called '{role}'", hint=f"the roles are {known}")
    return fact.removeprefix(ROLE_PREFIX)
