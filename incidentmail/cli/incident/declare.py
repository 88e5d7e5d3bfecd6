"""`incidentmail declare`: one line is enough; everything else is assumed, and marked as assumed."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from incidentmail.app import actions as act
from incidentmail.app.context import AppContext
from incidentmail.cli.common import (
    context_of,
    guarded,
    is_not_needed,
    json_option,
    person,
    phase_of,
    say,
    secret_option,
    severity_of,
    time,
)
from incidentmail.cli.elsewhere import Elsewhere, of_declaration, of_options, told_elsewhere
from incidentmail.cli.main import print_error
from incidentmail.cli.reporting import report
from incidentmail.core.commands import Declare
from incidentmail.core.model import Holders, Person, TextField, TimeField
from incidentmail.core.policy import SME
from incidentmail.errors import IncidentMailError, UnreadableInputError, UsageError
from incidentmail.outbound.wire_format import readable

from .declare_dialogue import ask, can_ask, confirmed, edited


@click.command("declare")
@click.argument("words", nargs=-1, metavar="[DESCRIPTION]")
@click.option("--severity", "--sev", "-s", metavar="N", help="How bad it is, by number or name; smaller is worse.")
@click.option("--phase", metavar="N", help="How far along the response is.")
@click.option("--commander", metavar="WHO", help="The one incident commander; you, if nobody is named.")
@click.option("--venue", metavar="TEXT", help="Where people coordinate.")
@click.option("--customer-liaison", metavar="WHO", help="Who answers customers.")
@click.option("--business-liaison", metavar="WHO", help="Who answers management.")
@click.option("--sme", metavar="WHO", multiple=True, help="A subject-matter expert; may be given several times.")
@click.option("--role", metavar="ROLE=WHO", multiple=True, help="Any other role of the configuration.")
@click.option("--impact", metavar="TEXT", help="Who and what is affected.")
@click.option("--not-affected", metavar="TEXT", help="What still works.")
@click.option("--customers-may-be-told", metavar="TEXT", help="What support may say.")
@click.option("--started", metavar="TIME", help="When it began: 14:07, 14:07 UTC, 2026-11-20 14:07.")
@click.option("--next-update", metavar="TIME", help="When the next update comes: 15:00 or +30m.")
@click.option("-m", "--message", metavar="TEXT", help="The details.")
@click.option("-F", "--file", metavar="FILE", help="The details from a file; - is standard input.")
@click.option("--edit", is_flag=True, help="Write the details in $EDITOR.")
@click.option("--drill", is_flag=True, help="An exercise: marked in the subject, and never counted.")
@click.option("--restricted", is_flag=True, help="Tell only the restricted list what it is about.")
@click.option("--silent", is_flag=True, help="With --restricted: tell the main list nothing at all.")
@click.option("--dry-run", is_flag=True, help="Print the mail and do nothing.")
@secret_option
@json_option
@click.pass_context
def declare_command(
    ctx: click.Context, /, words: tuple[str, ...], dry_run: bool, as_json: bool, **given: object
) -> int:
    """Announce a new incident to the list.

    Only DESCRIPTION is needed: what you see, in one line. Err on the side of declaring; a false alarm is retracted.
    Without it, a terminal asks for this and a few more things, shows the mail, and sends it on Enter.

    \b
    incidentmail declare "Checkout is rejecting card payments" --severity 2 -m "Since 14:07 UTC ..."
    """
    given["description"] = " ".join(words)  # people in a hurry forget the quotes
    try:
        given["message"] = _details(given["message"], given["file"])
        text = of_options(given, first=str(given["description"]))
        with told_elsewhere(text, dry_run=dry_run) as elsewhere:
            return _declare(ctx, given, elsewhere, dry_run=dry_run, as_json=as_json)
    except IncidentMailError as error:
        return print_error(error, untold=not dry_run)


def _declare(
    ctx: click.Context, given: dict[str, object], elsewhere: Elsewhere, *, dry_run: bool, as_json: bool
) -> int:
    with context_of(ctx, warn=dry_run, looks_only=dry_run) as context:
        asking = not given["description"] and can_ask()
        _show_open(context, quiet=as_json or dry_run)
        command = ask(context, _command(context, given)) if asking else _command(context, given)
        _, *also = guarded([command])
        if dry_run:
            click.echo(readable(act.preview_declaration(context, command).raw), nl=False)
            return 0
        if asking:
            agreed = confirmed(context, command)
            if agreed is None:
                say("nothing was sent", err=True)
                return 1
            command = agreed
            _, *also = guarded([command])
        elsewhere.text = of_declaration(command)
        done = act.declare(context, command, also)
        what = f"declared {done.incident.id}" if done.is_new else f"this is {done.incident.id}, declared just now"
        return report(context, done, as_json=as_json, what=what)


def _command(context: AppContext, given: dict[str, object]) -> Declare:
    def text(name: str) -> str | None:
        value = given[name]
        return value if isinstance(value, str) else None

    description = text("description")
    if not description and not can_ask():
        raise UsageError("say what you see", hint='incidentmail declare "Checkout is rejecting card payments"')
    if given["silent"] and not given["restricted"]:
        raise UsageError("--silent needs --restricted", hint="everybody hears of an incident that is not restricted")
    commander = text("commander")
    severity, phase = text("severity"), text("phase")
    texts: tuple[TextField, ...] = ("impact", "not_affected", "customers_may_be_told")
    return Declare(
        description=description or "",
        details=edited(text("message") or "") if given["edit"] else text("message") or "",
        severity=severity_of(context, severity) if severity else None,
        phase=phase_of(context, phase) if phase else None,
        commander=person(context, commander, "--commander") if commander else None,
        venue=text("venue"),
        texts=tuple((name, value) for name in texts if (value := text(name))),
        roles=tuple(_roles(context, given).items()),
        times=tuple(_times(context, text("started"), text("next_update"))),
        drill=bool(given["drill"]),
        restricted=bool(given["restricted"]),
        silent=bool(given["silent"]),
    )


def _roles(context: AppContext, given: dict[str, object]) -> dict[str, Holders]:
    named: list[tuple[str, str, str]] = []
    for key in ("customer_liaison", "business_liaison"):
        if isinstance(value := given[key], str):
            named.append((key, value, f"--{key.replace('_', '-')}"))
    named += [(SME, str(who), "--sme") for who in _many(given["sme"])]
    for pair in _many(given["role"]):
        key, equals, who = str(pair).partition("=")
        if not equals or context.words.policy.role(key) is None:
            keys = ", ".join(role.key for role in context.words.policy.roles)
            raise UsageError(f"--role {pair}: no such role", hint=f"--role ROLE=WHO, where ROLE is one of: {keys}")
        named.append((key, who, "--role"))
    roles: dict[str, tuple[Person, ...]] = {}
    for key, who, option in named:
        roles[key] = roles.get(key, ()) + (() if is_not_needed(who) else (person(context, who, option),))
    return {key: Holders(people=people, dismissed=not people) for key, people in roles.items()}


def _many(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _times(context: AppContext, started: str | None, next_update: str | None) -> list[tuple[TimeField, datetime]]:
    found: list[tuple[TimeField, datetime]] = []
    if started:
        found.append(("started_at", time(context, started, "--started", "last")))
    if next_update:
        found.append(("next_update_at", time(context, next_update, "--next-update", "next")))
    return found


def _details(message: object, file: object) -> object:
    """Return the message, or the content of the file."""
    if message and file:
        raise UsageError("-m and -F both give the details", hint="give one of them")
    if not isinstance(file, str):
        return message
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        raise UnreadableInputError(f"-F {file}: {error.strerror}", hint="name a text file in UTF-8") from error
    except UnicodeDecodeError as error:
        raise UnreadableInputError(f"-F {file}: it is not in UTF-8", hint="name a text file in UTF-8") from error


def _show_open(context: AppContext, *, quiet: bool) -> None:
    """Print the first open incidents, so that people notice if the incident is already declared."""
    with context.ledger.snapshot() as view:
        open_ones = view.incidents(everything=False)
    for incident in open_ones[:5] if not quiet else ():
        say(f"also open: {incident.id}, severity {incident.severity}: {incident.description}", err=True)
