"""`incidentmail handoff`: offer command to somebody, pass it at once, or plan it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from incidentmail.cli.common import context_of, incident_names, json_option, laptop_of, say, secret_option, time
from incidentmail.cli.corrected import typed
from incidentmail.cli.elsewhere import of_options, told_elsewhere
from incidentmail.cli.help import command, option
from incidentmail.cli.incident.before_mail import ask_line, dry_run_option, is_watched, meant_address, yes_option
from incidentmail.cli.incident.carry_out import Confirm, carry_out
from incidentmail.cli.incident.facts import reason_given, reason_option, refused_by_mail
from incidentmail.cli.incident.target import incident_and_value
from incidentmail.cli.named_people import person, person_in
from incidentmail.core.commands import AddNote, Command, GiveUpdate, NameCommander, OfferCommand, PlanHandover
from incidentmail.core.model import Person
from incidentmail.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidentmail.app.laptop.laptop import Laptop
    from incidentmail.inbound.authentication.author import Roster


@command(
    "handoff",
    'handoff "Ann B. <ann@example.com>"',
    'handoff checkout "Ann B." --spoken -m "She has seen one like it"',
)
@click.argument("names", nargs=-1, required=True, metavar="[INCIDENT] WHO", shell_complete=incident_names)
@option("--spoken", is_flag=True, help="It was agreed by voice: command passes now.")
@option("--at", "then", metavar="TIME", help="Only plan it: command is offered to WHO at this time.")
@reason_option
@yes_option
@dry_run_option
@secret_option
@json_option
@click.pass_context
def handoff_command(
    ctx: click.Context, names: tuple[str, ...], spoken: bool, then: str | None, message: str | None, yes: bool,
    dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    """Offer command to somebody, by a private mail; with --spoken, pass it at once and mail the list.

    WHO takes command by replying with one word, and then the list is told. The sentence behind -m is in both mails;
    with --spoken, it is in the mail to the list.
    """
    reason = reason_given(message)
    if laptop := laptop_of(ctx):
        return _hand_off_by_mail(laptop, names, reason, spoken=spoken, dry_run=dry_run, as_json=as_json)
    line = f"{names[-1]} is commander now." if spoken else f"{names[-1]} is asked to take command."
    text = of_options({"message": message}, first=line, incident=names[0] if len(names) == 2 else None)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        incident, who = incident_and_value(context, names, "handoff")
        to = person_in(context, incident, who, "WHO")
        if not spoken:
            _check_can_answer(to, who, context.roster)
        told: Command = NameCommander(to) if spoken else OfferCommand(to)
        if then is not None:
            told = PlanHandover(to, time(context, then, "--at", "next"))
        if not (spoken or then or yes or dry_run or as_json) and is_watched():
            note = "Enter: ask by mail; v: it was, tell everybody"
            if ask_line(f"Was it agreed by voice with {to.name}?", note=note).casefold() in ("v", "voice", "y", "yes"):
                told, spoken = NameCommander(to), True
        confirm: Confirm = "never" if yes else "mail"
        code = carry_out(context, incident, [*reason, told], dry_run=dry_run, as_json=as_json, confirm=confirm)
        if not (spoken or then or dry_run or as_json):
            read = ", and then everybody reads your sentence" if reason else ""
            again = "was it agreed by voice? then repeat it with --spoken"
            say(f"command passes once {to.name} accepts{read}; {again}")
        return code


def _check_can_answer(to: Person, who: str, roster: Roster | None = None) -> None:
    """Raise UsageError if `to`, typed as `who`, cannot be asked by mail, or if their answer would change nothing."""
    spoken = f"if it was agreed by voice: {typed().adding('--spoken')}"
    if to.address is None:
        asked = typed().with_word(who, f"{to.name} <ADDRESS>")
        hint = f"to ask by mail: {asked}\n{spoken}"
        raise UsageError(f"no address is known for {to.name}, so nobody can be asked", hint=hint)
    if roster is not None and not roster.has(to.address):
        near = meant_address(roster, to.address) or "ADDRESS"
        hint = f"if it is mistyped: {typed().with_word(who, f'{to.name} <{near}>')}\n{spoken}"
        raise UsageError(f"{to.address} is not a member's address, so an answer would not count", hint=hint)


def _hand_off_by_mail(
    laptop: Laptop, names: tuple[str, ...], reason: Sequence[AddNote], *, spoken: bool, dry_run: bool, as_json: bool
) -> int:
    from incidentmail.cli.laptop.send import change_by_mail, incident_and_words

    incident, who = incident_and_words(names, "handoff", value=True)
    to = person(laptop, str(who), "WHO")
    if not spoken:
        _check_can_answer(to, str(who))
        refused_by_mail(reason, "the mail that offers command")
    told: Command = NameCommander(to) if spoken else OfferCommand(to)
    then = "" if spoken else f"it asks {to.name}, and command passes once they accept"
    commands = [*(GiveUpdate(note.text) for note in reason), told]
    return change_by_mail(laptop, incident, commands, dry_run=dry_run, as_json=as_json, next_step=then)
