"""The dialogue of `declare` at a terminal: it asks what it needs, shows the message, and sends it on Enter."""

from __future__ import annotations

import sys

import click

from incidentmail.app import actions as act
from incidentmail.app.begin_incident import new_identity
from incidentmail.app.context import AppContext
from incidentmail.cli.common import is_not_needed, person, say
from incidentmail.core.commands import Declare
from incidentmail.core.frozen import replace
from incidentmail.core.model import Holders
from incidentmail.core.names.name_lists import split_names
from incidentmail.core.policy import SME
from incidentmail.core.text import printable
from incidentmail.errors import UsageError

SCISSORS = "# ------------------------ >8 ------------------------"
HELP = "# Write what is known above this line. This line and what stands below it are left out.\n"


def can_ask() -> bool:
    """Return whether somebody at a terminal can answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(context: AppContext, command: Declare) -> Declare:
    """Return `command` with the answers of the person at the terminal. Only the description is required.

    The questions go to stderr, so that stdout contains only data.
    """
    description = command.description or _line("What do you see, in one line?", needed=True)
    severity = command.severity if command.severity is not None else _severity(context)
    command = replace(command, description=description, severity=severity)
    if command.venue is None:
        command = replace(command, venue=_line("Where do people meet?", default=suggested_venue(context, command)))
    known = dict(command.roles)
    known.update({role: held for role in _roles(context, command) if (held := _holders(context, role))})
    details = command.details or _paragraphs()
    return replace(command, roles=tuple(known.items()), details=details)


def suggested_venue(context: AppContext, command: Declare) -> str:
    """Return [incident] venue with the id that the incident would get, or "" if none is configured."""
    pattern = context.config.settings.incident.venue
    if not pattern:
        return ""
    with context.ledger.snapshot() as view:
        identity = new_identity(context, view, command.description, context.now(), restricted=command.restricted)
        return pattern.replace("{id}", identity.id)


def confirmed(context: AppContext, command: Declare) -> Declare | None:
    """Show the message until the person sends it (Enter) or stops; `e` opens the details in an editor.

    Return the command, perhaps with new details, or None if they stop.
    """
    while True:
        say("", err=True)
        mail = act.preview_declaration(context, command)
        say(mail.text, err=True)
        to = ", ".join(mail.forward_paths)
        answer = _line(f"Enter sends this to {to}; e edits the details, q stops").casefold()
        if answer in ("", "y", "yes", "send"):
            return command
        if answer in ("q", "quit", "n", "no", "stop"):
            return None
        if answer in ("e", "edit"):
            command = replace(command, details=edited(command.details))


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


def _severity(context: AppContext) -> int | None:
    policy = context.words.policy
    say("How bad is it?", err=True)
    for step in policy.severities:
        meaning = f": {step.meaning}" if step.meaning else ""
        say(f"  {step.level}  {step.name}{meaning}", err=True)
    while True:
        answer = _line("Severity", note=f"Enter: {policy.default_severity}, assumed")
        if not answer:
            return None
        if answer.isdecimal() and policy.severity(int(answer)):
            return int(answer)
        say(f"  one of: {', '.join(str(step.level) for step in policy.severities)}", err=True)


def _roles(context: AppContext, command: Declare) -> list[str]:
    """Return the roles to ask for: those that the severity requires, and the experts, without those already known."""
    policy, known = context.words.policy, dict(command.roles)
    step = policy.severity(command.severity if command.severity is not None else policy.default_severity)
    return [role for role in (*(step.requires if step else ()), SME) if role not in known and policy.role(role)]


def _holders(context: AppContext, key: str) -> Holders | None:
    role = context.words.policy.role(key)
    title = role.title if role else key
    takes = f", for {role.takes}" if role and role.takes else ""
    while answer := _line(f"{title}{takes}?", note="names or addresses; Enter: not yet"):
        if is_not_needed(answer):
            return Holders(dismissed=True)
        try:
            return Holders(people=tuple(person(context, name, title) for name in split_names(answer)))
        except UsageError as error:
            say(f"  {error}", err=True)
    return None


def _paragraphs() -> str:
    say("What else is known? An empty line ends it.", err=True)
    lines: list[str] = []
    while line := _line(""):
        lines.append(line)
    return "\n".join(lines)


def _line(question: str, *, default: str = "", note: str = "", needed: bool = False) -> str:
    """Ask for one line and return it trimmed. Enter gives `default`. Ask again if it is `needed` and empty."""
    shown = f"{question}{f' ({note})' if note else ''}{f' [{default}]' if default else ''} " if question else "> "
    while True:
        answer = str(click.prompt(printable(shown), default=default, show_default=False, prompt_suffix="", err=True))
        if answer.strip() or not needed:
            return answer.strip()
