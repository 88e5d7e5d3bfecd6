"""Print errors on standard error, each followed by a hint about what to do."""

from __future__ import annotations

import click

from incidentmail.errors import IncidentMailError

from .remedies import as_command
from .screen.output import say

NOBODY_TOLD = "NOBODY HAS BEEN TOLD YET"
"""The first line of the error of every command that should have told the list and could not."""


def print_error(error: IncidentMailError, *, untold: bool = False) -> int:
    """Print an error and its hint, and return its exit code. `untold` is true if it prevented mail to the list."""
    say(f"incidentmail: error: {f'{NOBODY_TOLD}: ' if untold or error.nobody_told else ''}{error}", err=True)
    if hint := hint_of(error):
        say(f"hint: {hint}", err=True)
    if error.untold_text:
        from .reporting import print_text

        print_text(error.untold_text)
    return error.exit_code


def hint_of(error: IncidentMailError) -> str | None:
    """Return the error's hint, or for a refusal, the command that would work instead."""
    refusal = getattr(error, "answer", None)
    return error.hint if refusal is None else as_command(refusal)


def print_usage_error(error: click.ClickException, command: click.Command, path: str, *, dry_run: bool) -> int:
    """Print what is wrong with a command line for `command`, whose full name is `path`. Return the exit code."""
    from .mistakes import MistakeError, answer  # imported here because other errors do not need it

    message, hint = answer(error, command, path)
    untold = path.endswith(" declare") and not dry_run
    untold = untold or (isinstance(error, MistakeError) and error.untold)
    say(f"incidentmail: error: {f'{NOBODY_TOLD}: ' if untold else ''}{message}", err=True)
    say(f"hint: {hint}", err=True)
    return 2
