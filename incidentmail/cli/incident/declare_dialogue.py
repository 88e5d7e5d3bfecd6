"""Run the dialogue of `declare` at a terminal: ask for missing facts, show the message, and send it on Enter."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

from incidentmail.app import actions as act
from incidentmail.app.context import AppContext
from incidentmail.cli.common import guarded, say
from incidentmail.cli.named_people import NotANameError
from incidentmail.cli.print_errors import hint_of
from incidentmail.cli.screen.layout import BLANK, Line, Span, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.cli.terminal import Terminal
from incidentmail.core.commands import Declare
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.core.policy import SME
from incidentmail.errors import SecretHeldError, UsageError
from incidentmail.outbound.header_fields import Mail

from .before_mail import ask_line, doubt_lines, doubts_about, named, preview, recipients
from .declare_fields import LETTERS, ROLE, Change, change_of, changed, settable, stated
from .first_words import first_words

SCISSORS = "# ------------------------ >8 ------------------------"
HELP = "# Write what is known above this line. This line and what stands below it are left out.\n"


def means_severity(context: Terminal, word: str, number: str) -> bool:
    """Ask whether the first word of a description, `word`, means the severity `number`."""
    clause = context.words.severity_clause(int(number))
    question = f"Does {word} mean {clause[:1].lower()}{clause[1:]}?"
    return ask_line(question, note="Enter: yes; n: no, it belongs to the description").casefold() not in ("n", "no")


def ask(context: Terminal, command: Declare, id_for: Callable[[Declare], str]) -> Declare:
    """Return `command` with the answers of the person at the terminal. Only the description is required.

    `id_for` returns the id that the incident would get, which may be part of its venue. The questions go to stderr, so
    that stdout contains only data.
    """
    if not command.description:
        first = first_words(ask_line("What do you see, in one line?", note="needed", needed=True))
        command = replace(command, description=first.description or first.whole)
        if command.severity is None and first.severity is not None:
            command = _with(context, command, Change("severity", first.severity))
    if command.severity is None:
        command = _severity(context, command)
    if "started_at" not in dict(command.times):
        command = _asked(context, command, "started_at", "When did it begin?", note="14:07, 20m ago; Enter: not known")
    if command.venue is None:
        suggested = suggested_venue(context, command, id_for)
        note = f"Enter: {suggested}" if suggested else "a link, a channel, a room; Enter: not known yet"
        venue = ask_line("Where do people meet?", note=note) or suggested
        command = replace(command, venue=venue)
    for fact, question in _roles(context, command):
        command = _asked(context, command, fact, question, note="names or addresses, or 'not needed'; Enter: not yet")
    return command if command.details else replace(command, details=_paragraphs())


def suggested_venue(context: Terminal, command: Declare, id_for: Callable[[Declare], str]) -> str:
    """Return [incident] venue with the id that the incident would get, or "" if no venue is configured."""
    pattern = context.config.settings.incident.venue
    return pattern.replace("{id}", id_for(command)) if pattern else ""


def confirmed(context: AppContext, command: Declare, others: Sequence[Incident]) -> Declare | None:
    """Show the mail until the person sends it (Enter) or stops. Any of its lines can be changed before that.

    `others` are the open incidents. If one of them may be the same incident, say so. Return the command, possibly with
    other values, or None if the person stops. They see severity, phase and commander in the mail, so Enter also
    confirms these, except for any value that they remove with `-`.
    """
    usual = _unstated(context, command)
    command = replace(command, **usual)
    while True:
        can_be_sent = _shown(context, command, others, usual)
        answer = ask_line("Enter sends it; a letter changes a line; q stops, and nothing is sent.")
        match answer.casefold():
            case "" | "y" | "yes" | "send":
                if can_be_sent:
                    return command
            case "q" | "quit" | "n" | "no" | "stop":
                return None
            case "e" | "edit":
                command = replace(command, details=edited(command.details))
            case _:
                command = _changed(context, command, answer)


def _unstated(context: AppContext, command: Declare) -> dict[str, Any]:
    """Return the default values for the facts that the person has not stated."""
    policy = context.words.policy
    usual = {
        "severity": policy.default_severity, "phase": policy.default_phase, "commander": context.operator().person,
    }  # fmt: skip
    return {name: value for name, value in usual.items() if getattr(command, name) is None}


def _shown(context: AppContext, command: Declare, others: Sequence[Incident], usual: Mapping[str, object]) -> bool:
    """Show the mail, or the reason why it cannot be sent yet. Return whether it can be sent."""
    try:
        guarded([command])
        mail = act.preview_declaration(context, command)
        show([BLANK, *_preview(context, command, mail, others, usual)], err=True)
    except (act.RefusedError, SecretHeldError) as error:
        say(f"  {error.message}", err=True)
        say(f"  {hint_of(error) or ''}", err=True)
        show(_keys(context), err=True)
        return False
    return True


def _preview(
    context: AppContext, command: Declare, mail: Mail, others: Sequence[Incident], usual: Mapping[str, object]
) -> Iterator[Line]:
    """Yield lines with the mail as it will arrive, who else is told, any doubts, and the keys that change it."""
    width = width_of_screen(sys.stderr)
    yield from preview(mail, width)
    yield BLANK
    yield from recipients(context, mail, named(context, [command]), command, width)
    yield from doubt_lines(doubts_about(context, [command], others, can_stop=True), width)
    if unstated := [name for name, value in usual.items() if getattr(command, name) == value]:
        taken = ", ".join(_in_words(context, command, name) for name in unstated)
        yield from wrapped([Span("You did not say, so Enter confirms: ", "strong"), Span(taken)], width, indent=2)
    yield from _keys(context)


def _in_words(context: AppContext, command: Declare, name: str) -> str:
    words = context.words
    match name:
        case "severity" if command.severity is not None:
            clause = words.severity_clause(command.severity)
            return f"{clause[:1].lower()}{clause[1:]}"
        case "phase" if command.phase is not None:
            return words.phase_clause(command.phase)
        case _:
            return f"{words.title} {command.commander.name}" if command.commander else ""


def _keys(context: Terminal) -> Iterator[Line]:
    """Yield the letters to type in order to change a line."""
    titles = dict(settable(context))
    keys = [f"{letter} {titles[fact].lower()}" for letter, fact in LETTERS if fact in titles]
    keys += ["e details in an editor"]
    yield from wrapped([Span("Change: ", "strong"), Span(", ".join(keys))], width_of_screen(sys.stderr), indent=2)


def _changed(context: Terminal, command: Declare, answer: str) -> Declare:
    change = change_of(context, answer)
    if change is None:
        say(f"  '{answer}' is none of the letters", err=True)
        return command
    if change.value is not None:
        return _with(context, command, change)
    if change.fact == "details":
        return replace(command, details=_paragraphs() or command.details)
    title = dict(settable(context))[change.fact]
    present = stated(context, command, change.fact)
    note = f"Enter: leave it as {present}; -: take it out" if present else "Enter: leave it open"
    return _asked(context, command, change.fact, f"{title}?", note=note)


def _asked(context: Terminal, command: Declare, fact: str, question: str, *, note: str) -> Declare:
    """Ask for the value of a fact until the answer is valid. Enter keeps the current value."""
    while answer := ask_line(question, note=note):
        try:
            return changed(context, command, Change(fact, answer), _insists)
        except NotANameError:
            continue  # the person has just typed this themselves
        except UsageError as error:
            _explain(error)
    return command


def _with(context: Terminal, command: Declare, change: Change) -> Declare:
    try:
        return changed(context, command, change, _insists)
    except UsageError as error:
        _explain(error)
        return command


def _explain(error: UsageError) -> None:
    say(f"  {error.message}", err=True)
    if error.hint:
        say(f"  {error.hint}", err=True)


def _insists(name: str) -> bool:
    """Ask whether a text that does not look like a name is a name after all."""
    answer = ask_line(f"Is '{name}' a person?", note="y: yes; Enter: no, ask again")
    return answer.casefold() in ("y", "yes")


def edited(text: str) -> str:
    """Return `text` as edited in $VISUAL or $EDITOR. Raise UsageError if that fails or the text is empty."""
    try:
        given = click.edit(f"{text}\n\n{SCISSORS}\n{HELP}", extension=".txt")
    except click.ClickException as error:
        raise UsageError(
            f"nothing was sent: the editor failed: {error.format_message()}",
            hint="set $EDITOR to one that works here, or write the details with -m or -F",
        ) from error
    kept = text if given is None else given.partition(SCISSORS)[0].strip()
    if not kept:
        raise UsageError("nothing was sent: the editor gave no text", hint="write the details, or leave out --edit")
    return kept


def _severity(context: Terminal, command: Declare) -> Declare:
    policy = context.words.policy
    say("How bad is it?", err=True)
    for step in policy.severities:
        meaning = f": {step.meaning}" if step.meaning else ""
        say(f"  {step.level}  {step.name}{meaning}", err=True)
    usual = policy.default_severity
    note = f"number or name; Enter: {' '.join(filter(None, (str(usual), context.words.severity_name(usual))))}"
    answered = _asked(context, command, "severity", "Severity", note=note)
    return answered if answered.severity is not None else replace(answered, severity=usual)


def _roles(context: Terminal, command: Declare) -> Iterator[tuple[str, str]]:
    """Yield the roles to ask about, each with its question: those that the severity requires, and the experts."""
    policy, known = context.words.policy, dict(command.roles)
    step = policy.severity(command.severity if command.severity is not None else policy.default_severity)
    for key in (*(step.requires if step else ()), SME):
        role = policy.role(key)
        if role is not None and key not in known:
            yield f"{ROLE}{key}", f"{role.title}{f', for {role.takes}' if role.takes else ''}?"


def _paragraphs() -> str:
    say("What else is known? (an empty line ends it; Enter: nothing yet)", err=True)
    lines: list[str] = []
    while line := ask_line(""):
        lines.append(line)
    return "\n".join(lines)
