"""Commands that end or reopen an incident: close, retract, reopen. A reason may be given without an option."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from incidentmail.app.choose_incident import just_ended
from incidentmail.cli.common import context_of, incident_names, json_option, laptop_of, secret_option, stated
from incidentmail.cli.elsewhere import of_options, told_elsewhere
from incidentmail.cli.help import command, option
from incidentmail.cli.preview.draft import Draft
from incidentmail.cli.preview.letters import SENTENCE
from incidentmail.cli.preview.questions import ask_line, dry_run_option, is_watched, yes_option
from incidentmail.core.commands import AddNote, Command, SetStatus
from incidentmail.core.model import Status
from incidentmail.core.words import STATUS_SENTENCES
from incidentmail.errors import UsageError

from .carry_out import carry_out
from .target import incident_and_reason

if TYPE_CHECKING:
    from incidentmail.app.laptop.laptop import Laptop

F = TypeVar("F", bound=Callable[..., Any])


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.pass_context,
    json_option,
    secret_option,
    yes_option,
    dry_run_option,
    option("-m", "--message", metavar="TEXT", help="The reason, if it could be taken for the incident's name."),
    click.argument("words", nargs=-1, metavar="[INCIDENT] [REASON]", shell_complete=incident_names),
)


def _options(function: F) -> F:
    for add in _OPTIONS:
        function = add(function)
    return function


@command("close", "close", 'close "All payments work again"', 'close checkout "All payments work again"')
@_options
def close_command(ctx: click.Context, words: tuple[str, ...], message: str | None, **how: bool) -> int:
    """Close an incident, and mail the list; owners of what is left to do are told privately.

    INCIDENT is needed only if several are open. Typed without a reason at a terminal, the command asks for one.
    """
    return _end(ctx, Status.CLOSED, words, message, **how)


@command("retract", "retract", 'retract "It was planned work"')
@_options
def retract_command(ctx: click.Context, words: tuple[str, ...], message: str | None, **how: bool) -> int:
    """Retract an incident that was a false alarm, and mail the list.

    It stays on record. Typed without a reason at a terminal, the command asks for one.
    """
    return _end(ctx, Status.RETRACTED, words, message, **how)


@command("reopen", "reopen checkout", 'reopen checkout "Cards fail again"')
@_options
def reopen_command(ctx: click.Context, words: tuple[str, ...], message: str | None, **how: bool) -> int:
    """Reopen an incident that was closed or retracted, and mail the list."""
    return _end(ctx, Status.OPEN, words, message, **how)


JUST_ENDED = timedelta(days=1)
"""How recently an incident must have ended for `reopen` without a name to mean it. It must be the only such one."""
_WHY = {
    Status.CLOSED: "In one sentence, for everybody: why is it over?",
    Status.RETRACTED: "In one sentence, for everybody: what was it?",
    Status.OPEN: "In one sentence, for everybody: what fails again?",
}
_NAMES = {Status.CLOSED: "close", Status.RETRACTED: "retract", Status.OPEN: "reopen"}


def _end(
    ctx: click.Context, status: Status, words: tuple[str, ...], message: str | None, *, dry_run: bool, as_json: bool,
    yes: bool,
) -> int:  # fmt: skip
    if message is not None:
        message = stated(message, "-m", hint="write the reason, or leave it out")
    if laptop := laptop_of(ctx):
        return _end_by_mail(laptop, status, words, message, dry_run=dry_run, as_json=as_json, yes=yes)
    is_name = len(words) == 1 and len(words[0].split()) == 1
    said = message if message is not None or is_name else " ".join(words)
    text = of_options({"message": said}, first=STATUS_SENTENCES[status], incident=words[0] if is_name else None)
    with told_elsewhere(text, dry_run=dry_run) as elsewhere, context_of(ctx, looks_only=dry_run) as context:
        incident, reason = incident_and_reason(context, words, _NAMES[status])
        if incident is None and status is Status.OPEN:
            with context.ledger.snapshot() as view:
                incident = just_ended(view, since=context.now() - JUST_ENDED)
        if reason is not None and message is not None:
            raise UsageError("there are two reasons", hint="give the one behind -m, or the other")
        reason = message if reason is None else reason
        if reason is None and is_watched() and not (yes or dry_run or as_json):
            reason = ask_line(_WHY[status], note="Enter: say nothing") or None
        draft = Draft((), reason, lambda _, said: _commands(status, said), (SENTENCE,))
        return carry_out(
            context, incident, draft, dry_run=dry_run, as_json=as_json, confirm="never" if yes else "always",
            elsewhere=elsewhere,
        )  # fmt: skip


def _end_by_mail(
    laptop: Laptop, status: Status, words: tuple[str, ...], message: str | None, *, dry_run: bool, as_json: bool,
    yes: bool,
) -> int:  # fmt: skip
    from incidentmail.cli.laptop.send import change_by_mail, incident_and_words

    incident, reason = incident_and_words(words, _NAMES[status], value=False)
    if reason is not None and message is not None:
        raise UsageError("there are two reasons", hint="give the one behind -m, or the other")
    said = message if reason is None else reason
    draft = Draft((), said, lambda _, said: _commands(status, said), (SENTENCE,))
    return change_by_mail(laptop, incident, draft, dry_run=dry_run, as_json=as_json, confirm=not yes)


def _commands(status: Status, reason: str | None) -> list[Command]:
    """Return the commands that end or reopen an incident, with the reason as a note for everybody."""
    reason = None if reason is None else stated(reason, "the reason", hint="write it, or leave it out")
    note: list[Command] = [] if reason is None else [AddNote(reason, rides=True)]
    return [SetStatus(status), *note] if status is Status.OPEN else [*note, SetStatus(status)]
