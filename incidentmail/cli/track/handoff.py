"""`incidentmail handoff`: offer command to somebody, pass it at once, or plan it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from incidentmail.app.choose_incident import choose, named
from incidentmail.cli.common import context_of, incident_names, json_option, laptop_of, say, secret_option, time
from incidentmail.cli.corrected import command_line, typed
from incidentmail.cli.elsewhere import Text, of_options, told_elsewhere
from incidentmail.cli.help import command, option
from incidentmail.cli.incident.carry_out import Confirm, carry_out
from incidentmail.cli.incident.facts import reason_given, reason_option, refused_by_mail
from incidentmail.cli.incident.target import incident_who_and_reason, is_known_person
from incidentmail.cli.named_people import person, person_in
from incidentmail.cli.preview.doubts import meant_address
from incidentmail.cli.preview.draft import Draft
from incidentmail.cli.preview.letters import SENTENCE
from incidentmail.cli.preview.questions import ask_line, dry_run_option, explain, is_watched, says_yes, yes_option
from incidentmail.core.commands import Command, GiveUpdate, NameCommander, OfferCommand, PlanHandover
from incidentmail.core.model import Person
from incidentmail.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidentmail.app.context import AppContext
    from incidentmail.app.laptop.laptop import Laptop
    from incidentmail.inbound.authentication.author import Roster


@command(
    "handoff",
    'handoff "Ann B. <ann@example.com>"',
    'handoff checkout "Ann B." --spoken -m "She has seen one like it"',
)
@click.argument("names", nargs=-1, metavar="[INCIDENT] [WHO]", shell_complete=incident_names)
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

    WHO takes command by replying with one word, and then the list is told. The sentence after -m is in both mails; with
    --spoken, it is in the mail to the list. Typed alone at a terminal, the command asks who takes command, and whether
    that was agreed by voice.
    """
    reason_given(message)
    if laptop := laptop_of(ctx):
        return _hand_off_by_mail(laptop, names, message, then, spoken=spoken, yes=yes, dry_run=dry_run, as_json=as_json)
    is_asked = is_watched() and not (yes or dry_run or as_json)
    text = _told(names, message, spoken=spoken)
    with told_elsewhere(text, dry_run=dry_run) as elsewhere, context_of(ctx, looks_only=dry_run) as context:
        incident, who, reason = _words(context, names, message, is_asked=is_asked)
        to = who if isinstance(who, Person) else person_in(context, incident, who, "WHO")
        if is_asked and not (spoken or then):
            note = "y: yes, tell everybody now; Enter: ask by mail"
            spoken = says_yes(f"Was it agreed by voice with {to.name}?", note=note, also=("v", "voice"))
        elsewhere.text = _told([*([incident] if incident else []), str(to)], reason, spoken=spoken)
        if not spoken:
            _check_leads_not_yet(context, incident, to)
            _check_can_answer(to, str(who), context.roster)
        told: Command = NameCommander(to) if spoken else OfferCommand(to)
        if then is not None:
            told = PlanHandover(to, time(context, then, "--at", "next"))
        draft = Draft((told,), reason, _with_reason, (SENTENCE,))
        confirm: Confirm = "never" if yes else "always"
        code = carry_out(
            context, incident, draft, dry_run=dry_run, as_json=as_json, confirm=confirm, elsewhere=elsewhere
        )
        if code == 0 and not (spoken or then or dry_run or as_json):
            read = ", and then everybody reads your sentence" if reason else ""
            again = command_line("handoff", *([incident] if incident else []), str(to), "--spoken")
            say(f"command passes once {to.name} accepts{read}")
            say(f"hint: was it agreed by voice? {again}", err=True)
        return code


def _words(
    context: AppContext, names: Sequence[str], message: str | None, *, is_asked: bool
) -> tuple[str | None, str | Person, str | None]:
    """Return the incident, the person and the sentence. If the words name no person, ask for one at a terminal."""
    with context.ledger.snapshot() as view:
        which = names[0] if len(names) == 1 and named(view, names[0]) else None
        if not names and is_asked:
            choose(view, None)  # if the incident is unclear, fail before asking for a person
    if not names and not is_asked:
        raise _nobody_named()
    if not names or (is_asked and which and not is_known_person(context, which, which)):
        return which, _asked_for(context, which), message
    incident, who, sentence = incident_who_and_reason(context, names)
    if sentence is not None and message is not None:
        line = typed().with_words(*([incident] if incident else []), who)
        raise UsageError("there are two reasons", hint=f"only the one behind -m: {line}")
    return incident, who, message if sentence is None else sentence


def _nobody_named() -> UsageError:
    example = "Ann B. <ann@example.com>"
    offer, spoken = command_line("handoff", example), command_line("handoff", example, "--spoken")
    hint = f"to ask them by mail, such as: {offer}\nif they agreed by voice: {spoken}"
    return UsageError("WHO is missing", hint=hint)


def _asked_for(context: AppContext, incident: str | None) -> Person:
    """Ask who takes command until the answer names a person."""
    while True:
        answer = ask_line("Who takes command?", note="a name or an address", needed=True)
        try:
            return person_in(context, incident, answer, "WHO")
        except UsageError as error:
            explain(error)


def _with_reason(facts: Sequence[Command], reason: str | None) -> list[Command]:
    return [*reason_given(reason), *facts]


def _told(names: Sequence[str], reason: str | None, *, spoken: bool) -> Text:
    """Return the text that people can send in another way if this program cannot."""
    who = names[-1] if names else "Somebody"
    line = f"{who} is commander now." if spoken else f"{who} is asked to take command."
    return of_options({"message": reason}, first=line, incident=names[0] if len(names) == 2 else None)


def _check_leads_not_yet(context: AppContext, incident: str | None, to: Person) -> None:
    """Raise UsageError if command would be offered to the person who already has it."""
    with context.ledger.snapshot() as view:
        found = choose(view, incident)
    if found.commander.same_as(to):
        told = command_line("update", found.id, "--no-change")
        raise UsageError(f"{to.name} leads {found.id} already", hint=f"to tell the list how it stands: {told}")


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
    laptop: Laptop, names: tuple[str, ...], message: str | None, then: str | None, *, spoken: bool, yes: bool,
    dry_run: bool, as_json: bool,
) -> int:  # fmt: skip
    from incidentmail.cli.laptop.send import change_by_mail, incident_and_words

    if not names:
        raise _nobody_named()
    at = next((at for at, name in enumerate(names[:2]) if "@" in name), len(names))
    if sentence := " ".join(names[at + 1 :]):
        message = sentence
    reason = reason_given(message)
    incident, who = incident_and_words(names[: at + 1], "handoff", value=True)
    to = person(laptop, str(who), "WHO")
    if not spoken:
        _check_can_answer(to, str(who))
        refused_by_mail(reason, "the mail that offers command")
    told: Command = NameCommander(to) if spoken else OfferCommand(to)
    step = "" if spoken else f"it asks {to.name}, and command passes once they accept"
    if then is not None:
        told = PlanHandover(to, time(laptop, then, "--at", "next"))
        step = f"at that time it asks {to.name}, and command passes once they accept"
    commands = [*(GiveUpdate(note.text) for note in reason), told]
    return change_by_mail(laptop, incident, commands, dry_run=dry_run, as_json=as_json, next_step=step, confirm=not yes)
