"""Commands that change an incident: update, handoff, note, close, retract, reopen, undo."""

from __future__ import annotations

import click

from incidentmail.app import actions as act
from incidentmail.app.context import AppContext
from incidentmail.cli.common import (
    context_of,
    guarded,
    incident_argument,
    is_not_needed,
    json_option,
    number_of,
    person,
    phase_of,
    secret_option,
    severity_of,
    stated,
    time,
)
from incidentmail.cli.elsewhere import of_options, told_elsewhere
from incidentmail.cli.reporting import report
from incidentmail.core.commands import (
    AddNote,
    AssignRole,
    Command,
    GiveUpdate,
    NameCommander,
    OfferCommand,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
    SetTime,
    SetVenue,
    Undo,
)
from incidentmail.core.model import Status, TextField
from incidentmail.core.policy import SME
from incidentmail.core.words import STATUS_SENTENCES
from incidentmail.errors import UsageError
from incidentmail.outbound.wire_format import readable

dry_run_option = click.option("--dry-run", is_flag=True, help="Print the mail and do nothing.")
message_option = click.option("-m", "--message", metavar="TEXT", help="What to tell the list.")


@click.command("update")
@incident_argument
@click.option("--severity", "--sev", "-s", metavar="N", help="How bad it is now, by number or name; smaller is worse.")
@click.option("--phase", metavar="N", help="How far along the response is now.")
@click.option("--commander", metavar="WHO", help="Who is commander now.")
@click.option("--description", metavar="TEXT", help="A better description; the subject of the thread stays.")
@click.option("--venue", metavar="TEXT", help="Where people coordinate now.")
@click.option("--customer-liaison", metavar="WHO", help="Who answers customers now.")
@click.option("--business-liaison", metavar="WHO", help="Who answers management now.")
@click.option("--sme", metavar="WHO", multiple=True, help="One more subject-matter expert; may be given several times.")
@click.option("--impact", metavar="TEXT", help="Who and what is affected.")
@click.option("--not-affected", metavar="TEXT", help="What still works.")
@click.option("--customers-may-be-told", metavar="TEXT", help="What support may say.")
@click.option("--next-update", metavar="TIME", help="When the next update comes: 15:00 or +30m.")
@click.option("--no-change", is_flag=True, help="Tell the list that nothing changed.")
@message_option
@dry_run_option
@secret_option
@json_option
@click.pass_context
def update_command(ctx: click.Context, /, incident: str | None, dry_run: bool, as_json: bool, **given: object) -> int:
    """Change an incident, or tell the list where it stands.

    INCIDENT is its id or any unique part of it; with one open incident none is needed.
    """
    text = of_options(given, first=str(given["description"] or ""), incident=incident)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        commands = _updates(context, given)
        if not commands:
            raise UsageError("nothing to update", hint='say what changed, such as --severity 1 or -m "Found the cause"')
        return _change(context, incident, commands, dry_run=dry_run, as_json=as_json)


@click.command("handoff")
@click.argument("names", nargs=-1, required=True, metavar="[INCIDENT] WHO")
@click.option("--spoken", is_flag=True, help="It was agreed by voice: command passes now.")
@dry_run_option
@json_option
@click.pass_context
def handoff_command(ctx: click.Context, names: tuple[str, ...], spoken: bool, dry_run: bool, as_json: bool) -> int:
    """Offer command to somebody, or pass it.

    WHO gets a private mail and takes command by replying with one word. With --spoken it passes at once.
    """
    incident, who = _last_of(names, "WHO")
    line = f"{who} is commander now." if spoken else f"{who} is asked to take command."
    text = of_options({}, first=line, incident=incident)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        to = person(context, who, "WHO")
        if not spoken and to.address is None:
            raise UsageError(
                f"no address is known for {to.name}, so nobody can be asked",
                hint=f'write "{to.name} <name@example.com>", or add --spoken if it was agreed by voice',
            )
        command: Command = NameCommander(to) if spoken else OfferCommand(to)
        return _change(context, incident, [command], dry_run=dry_run, as_json=as_json)


@click.command("note")
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] TEXT")
@secret_option
@json_option
@click.pass_context
def note_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Add a note to the timeline; the list is not mailed."""
    incident, text = _last_of(words, "TEXT")
    text = stated(text, "TEXT", hint='incidentmail note "The bank was called"')
    with context_of(ctx) as context:
        return _change(context, incident, [AddNote(text)], dry_run=False, as_json=as_json, tell=False)


@click.command("close")
@incident_argument
@message_option
@dry_run_option
@secret_option
@json_option
@click.pass_context
def close_command(ctx: click.Context, incident: str | None, message: str | None, dry_run: bool, as_json: bool) -> int:
    """Close an incident."""
    return _status(ctx, incident, Status.CLOSED, message, dry_run=dry_run, as_json=as_json)


@click.command("retract")
@incident_argument
@message_option
@dry_run_option
@secret_option
@json_option
@click.pass_context
def retract_command(ctx: click.Context, incident: str | None, message: str | None, dry_run: bool, as_json: bool) -> int:
    """Retract an incident: it was a false alarm. It stays on record."""
    return _status(ctx, incident, Status.RETRACTED, message, dry_run=dry_run, as_json=as_json)


@click.command("reopen")
@incident_argument
@message_option
@dry_run_option
@secret_option
@json_option
@click.pass_context
def reopen_command(ctx: click.Context, incident: str | None, message: str | None, dry_run: bool, as_json: bool) -> int:
    """Reopen an incident."""
    return _status(ctx, incident, Status.OPEN, message, dry_run=dry_run, as_json=as_json)


@click.command("undo")
@click.argument("names", nargs=-1, required=True, metavar="[INCIDENT] N")
@dry_run_option
@json_option
@click.pass_context
def undo_command(ctx: click.Context, names: tuple[str, ...], dry_run: bool, as_json: bool) -> int:
    """Put back what update N announced; every follow-up says its number."""
    incident, number = _last_of(names, "N")
    update = number_of(number, "the number of an update", hint="the last line of each follow-up names it")
    line = f"Undo {number}: what update {number} changed is put back."
    text = of_options({}, first=line, incident=incident)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        return _change(context, incident, [Undo(update)], dry_run=dry_run, as_json=as_json)


def _updates(context: AppContext, given: dict[str, object]) -> list[Command]:
    commands: list[Command] = []
    if isinstance(severity := given["severity"], str):
        commands.append(SetSeverity(severity_of(context, severity)))
    if isinstance(phase := given["phase"], str):
        commands.append(SetPhase(phase_of(context, phase)))
    if isinstance(commander := given["commander"], str):
        commands.append(NameCommander(person(context, commander, "--commander")))
    if isinstance(description := given["description"], str):
        commands.append(SetDescription(description))
    if isinstance(venue := given["venue"], str):
        commands.append(SetVenue(venue))
    for key in ("customer_liaison", "business_liaison"):
        if isinstance(who := given[key], str):
            if is_not_needed(who):
                commands.append(AssignRole(key, how="dismiss"))
            else:
                commands.append(AssignRole(key, (person(context, who, f"--{key.replace('_', '-')}"),)))
    if isinstance(experts := given["sme"], tuple) and experts:
        commands.append(AssignRole(SME, tuple(person(context, who, "--sme") for who in experts), "add"))
    names: tuple[TextField, ...] = ("impact", "not_affected", "customers_may_be_told")
    commands += [SetText(name, text) for name in names if isinstance(text := given[name], str)]
    if isinstance(next_update := given["next_update"], str):
        commands.append(SetTime("next_update_at", time(context, next_update, "--next-update", "next")))
    message = given["message"]
    if isinstance(message, str):
        message = stated(message, "-m", hint="write what to tell the list, or --no-change")
    if isinstance(message, str) or given["no_change"]:
        commands.append(GiveUpdate(message if isinstance(message, str) else ""))
    return commands


def _status(
    ctx: click.Context, incident: str | None, status: Status, message: str | None, *, dry_run: bool, as_json: bool
) -> int:
    if message is not None:
        message = stated(message, "-m", hint="write what to tell the list, or leave it out")
    text = of_options({"message": message}, first=STATUS_SENTENCES[status], incident=incident)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        note: list[Command] = [] if message is None else [AddNote(message, rides=True)]
        return _change(context, incident, [*note, SetStatus(status)], dry_run=dry_run, as_json=as_json)


def _change(
    context: AppContext,
    incident: str | None,
    commands: list[Command],
    *,
    dry_run: bool,
    as_json: bool,
    tell: bool = True,
) -> int:
    commands = guarded(commands)
    if dry_run:
        mail = act.preview_change(context, incident, commands)
        if mail is None:
            click.echo("no mail would be sent", err=True)
        else:
            click.echo(readable(mail.raw), nl=False)
        return 0
    done = act.change(context, incident, commands, tell=tell)
    what = f"{done.incident.id}: {_summary(done)}"
    return report(context, done, as_json=as_json, what=what, announced=tell)


def _summary(done: act.Done) -> str:
    kinds = [event.kind.partition(".")[0].replace("_", " ") for event in done.events]
    again = "; telling again" if done.mails else ""
    return ", ".join(kinds) if kinds else f"nothing to change, it is so already{again}"


def _last_of(words: tuple[str, ...], what: str) -> tuple[str | None, str]:
    """Return incident and value of `[INCIDENT] VALUE`; the incident is None if only the value is given."""
    if len(words) > 2:
        raise UsageError(f"too many words: [INCIDENT] {what}", hint="put quotes around what belongs together")
    return (words[0], words[1]) if len(words) == 2 else (None, words[0])
