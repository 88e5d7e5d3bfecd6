"""Commands that change an incident and leave it open: update, note, undo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from incidentmail.app.choose_incident import choose, named
from incidentmail.cli.common import (
    context_of,
    incident_names,
    json_option,
    laptop_of,
    number_of,
    say,
    secret_option,
    stated,
)
from incidentmail.cli.corrected import BROKEN, NEWS, command_line, typed
from incidentmail.cli.elsewhere import of_options, told_elsewhere
from incidentmail.cli.help import command, option
from incidentmail.cli.preview.draft import Draft
from incidentmail.cli.preview.letters import LETTERS, SENTENCE
from incidentmail.cli.preview.questions import NOTHING_DONE, dry_run_option, edited, is_watched, yes_option
from incidentmail.core.commands import (
    AddNote,
    AssignRole,
    Command,
    GiveUpdate,
    NameCommander,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetText,
    SetTime,
    SetVenue,
    Undo,
)
from incidentmail.core.model import Incident
from incidentmail.core.policy import SME
from incidentmail.core.text import fold_case
from incidentmail.errors import UsageError

from .carry_out import Confirm, carry_out
from .facts import WORDS, Facts, facts_options, message_of, reason_given, reason_option, refused_by_mail, stated_facts
from .target import incident_and_value, known_incident

if TYPE_CHECKING:
    from collections.abc import Sequence

    from incidentmail.app.context import AppContext
    from incidentmail.app.laptop.laptop import Laptop

_LATEST = ("last", "latest")


@command(
    "update",
    'update --severity 1 -m "Refunds fail too"',
    "update --phase 2 --next-update +30m",
    'update checkout --sme "Bo K. <bo@example.com>" --no-change',
)
@click.argument("words", nargs=-1, metavar="[INCIDENT]", shell_complete=incident_names)
@facts_options
@option("--description", group=WORDS, metavar="TEXT", help="A better description; the subject stays.")
@option("--no-change", group=WORDS, is_flag=True, help="Mail the list now, though there is no news to tell.")
@yes_option
@dry_run_option
@secret_option
@json_option
@click.pass_context
def update_command(ctx: click.Context, /, words: tuple[str, ...], dry_run: bool, as_json: bool, **given: object) -> int:
    """Change an incident, or say where it stands, and mail the list.

    The list gets mail at once about a sentence, severity, phase, commander or next update. Other changes are in the
    next mail to the list; --no-change sends one now.

    INCIDENT is an id or any unique part of one; it is needed only if several are open. Typed alone at a terminal, the
    command asks what is new. A terminal shows the mail, and each line can be changed before Enter sends it.
    """
    yes, given["message"] = bool(given.pop("yes")), message_of(given)
    if laptop := laptop_of(ctx):
        return _update_by_mail(laptop, words, given, yes=yes, dry_run=dry_run, as_json=as_json)
    text = of_options(given, first=str(given["description"] or ""), incident=words[0] if words else None)
    with told_elsewhere(text, dry_run=dry_run) as elsewhere, context_of(ctx, looks_only=dry_run) as context:
        incident = known_incident(context, words, begun=given["message"])
        draft = _draft(stated_facts(context, given), given)
        if not (draft.facts or draft.sentence is not None or yes or dry_run or as_json) and is_watched():
            from .update_dialogue import ask_what_is_new  # imported here because most updates are typed at once

            answered = ask_what_is_new(context, incident, draft)
            if answered is None:
                say(NOTHING_DONE, err=True)
                return 1
            draft = answered
        return carry_out(
            context, incident, draft, dry_run=dry_run, as_json=as_json, confirm="never" if yes else "mail",
            elsewhere=elsewhere,
        )  # fmt: skip


@command("note", 'note "The bank was called"', 'note checkout "The bank was called"')
@click.argument("words", nargs=-1, required=True, metavar="[INCIDENT] TEXT", shell_complete=incident_names)
@secret_option
@json_option
@click.pass_context
def note_command(ctx: click.Context, words: tuple[str, ...], as_json: bool) -> int:
    """Add a note to the timeline; the list is not mailed."""
    hint = 'incidentmail note "The bank was called"'
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.send import change_by_mail, incident_and_words

        incident, said = incident_and_words(words, "note", value=True)
        note = AddNote(stated(str(said), "TEXT", hint=hint))
        then = "it keeps the note, and mails nobody"
        return change_by_mail(laptop, incident, [note], dry_run=False, as_json=as_json, to_list=False, next_step=then)
    with context_of(ctx) as context:
        incident, text = incident_and_value(context, words, "note")
        text = stated(text, "TEXT", hint=hint)
        return carry_out(context, incident, [AddNote(text)], dry_run=False, as_json=as_json, tell=False)


@command("undo", "undo 3", "undo checkout 3")
@click.argument("names", nargs=-1, metavar="[INCIDENT] N", shell_complete=incident_names)
@reason_option
@dry_run_option
@yes_option
@secret_option
@json_option
@click.pass_context
def undo_command(
    ctx: click.Context, names: tuple[str, ...], message: str | None, dry_run: bool, yes: bool, as_json: bool
) -> int:
    """Reverse everything that update N announced, and mail the list.

    The last line of each follow-up gives its number. If only roles and times are reversed, no separate mail is sent
    unless -m says why.
    """
    reason = reason_given(message)
    incident, number = _named_update(ctx, names)
    update = number_of(number, "the number of an update", hint=_how_to_undo(incident))
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.send import change_by_mail

        refused_by_mail(reason, "the mail that asks to undo")
        return change_by_mail(laptop, incident, [Undo(update)], dry_run=dry_run, as_json=as_json, confirm=not yes)
    line = f"Undo {number}: what update {number} changed is put back."
    text = of_options({"message": message}, first=line, incident=incident)
    with told_elsewhere(text, dry_run=dry_run) as elsewhere, context_of(ctx, looks_only=dry_run) as context:
        with context.ledger.snapshot() as view:
            _check_updates(choose(view, incident))
        confirm: Confirm = "never" if yes else "always"
        draft = Draft((), message, partial(_undoing, context, incident, update), (SENTENCE,))
        return carry_out(
            context, incident, draft, dry_run=dry_run, as_json=as_json, confirm=confirm, elsewhere=elsewhere
        )


def _undoing(
    context: AppContext, which: str | None, number: int, facts: Sequence[Command], message: str | None
) -> list[Command]:
    """Return the commands that undo an update and tell the list the reason.

    If the undo ends or reopens the incident, the list is mailed in any case, so the reason is added as a note while the
    incident is open. Otherwise the reason is given as an update, which causes mail to the list by itself.
    """
    reason = reason_given(message)
    if not reason:
        return [*facts, Undo(number)]
    with context.ledger.snapshot() as view:
        state = choose(view, which)
    if not state.is_open:
        return [Undo(number), *reason]
    changes = (change for one in state.announced if one.number == number for change in one.changes)
    if any(change.fact == "status" for change in changes):
        return [*reason, Undo(number)]
    return [*(GiveUpdate(note.text) for note in reason), Undo(number)]


def _named_update(ctx: click.Context, names: tuple[str, ...]) -> tuple[str | None, str]:
    """Return the incident and update number given by `names`. Raise UsageError if the number is missing.

    The error names the latest update, because a wrong update is usually noticed at once.
    """
    if len(names) > 2:
        raise UsageError("one number undoes one update", hint=f"incidentmail undo {names[0]} N")
    if len(names) == 2:
        return names[0], names[1]
    if (names and names[0].isdigit()) or laptop_of(ctx):
        return None, names[0] if names else ""
    which = names[0] if names and fold_case(names[0]) not in _LATEST else None
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        if which and not named(view, which):
            return None, which
        incident = choose(view, which)
    _check_updates(incident)
    line = command_line("undo", *([which] if which else []), str(incident.updates))
    raise UsageError("the number of the update is missing", hint=f"for the latest update: {line}")


def _how_to_undo(incident: str | None) -> str:
    name = [incident] if incident else []
    return f"to see the numbers: {command_line('timeline', *name)}\nthen: {command_line('undo', *name, 'N')}"


def _check_updates(incident: Incident) -> None:
    """If an incident has no updates yet, raise a UsageError that says how to correct the incident instead."""
    if incident.updates:
        return
    raise UsageError(
        f"{incident.id} has no updates yet, so there is nothing to undo",
        hint=f"to correct the severity: {command_line('update', incident.id, '--severity', 'N')}\n"
        f"to correct the title: {command_line('update', incident.id, '--description', BROKEN)}\n"
        f"if the whole incident is a false alarm: {command_line('retract', incident.id)}",
    )


def _update_by_mail(
    laptop: Laptop, words: tuple[str, ...], given: dict[str, object], *, yes: bool, dry_run: bool, as_json: bool
) -> int:
    from incidentmail.cli.laptop.send import change_by_mail

    if len(words) > 1:
        told = " ".join(words)
        line = typed().with_words().adding("-m", told)
        raise UsageError(f"'{told}' is no incident", hint=f"to tell it to the list: {line}")
    draft = _draft(stated_facts(laptop, given), given)
    incident = words[0] if words else None
    return change_by_mail(laptop, incident, draft, dry_run=dry_run, as_json=as_json, confirm=not yes)


def _draft(facts: Facts, given: dict[str, object]) -> Draft:
    """Return the stated facts and the message as a draft, in which every line can be changed."""
    commands: list[Command] = []
    commands += [] if facts.severity is None else [SetSeverity(facts.severity)]
    commands += [] if facts.phase is None else [SetPhase(facts.phase)]
    commands += [] if facts.commander is None else [NameCommander(facts.commander)]
    if isinstance(description := given["description"], str):
        commands.append(SetDescription(description))
    commands += [] if facts.venue is None else [SetVenue(facts.venue)]
    for key, held in facts.roles:
        if held.dismissed:
            commands.append(AssignRole(key, how="dismiss"))
        else:
            commands.append(AssignRole(key, held.people, "add" if key == SME else "set"))
    commands += [SetText(name, text) for name, text in facts.texts]
    commands += [SetTime(name, at) for name, at in facts.times]
    message = given["message"]
    if given["edit"]:
        message = edited(message if isinstance(message, str) else "")
    if not isinstance(message, str):
        message = "" if given["no_change"] else None
    else:
        message = stated(message, "-m", hint="write what to tell the list, or --no-change")
    return Draft(tuple(commands), message, _updates, tuple(fact for _, fact in LETTERS))


def _updates(facts: Sequence[Command], message: str | None) -> list[Command]:
    """Return the commands for an update. An empty `message` means that nothing has changed.

    Raise UsageError if there is nothing to tell.
    """
    if not facts and message is None:
        news, none = typed().adding("-m", NEWS), typed().adding("--no-change")
        raise UsageError("nothing to update", hint=f"say what is new: {news}\nto say that nothing is: {none}")
    return [*facts, *([] if message is None else [GiveUpdate(message)])]
