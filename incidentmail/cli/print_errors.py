"""Print errors on standard error, each followed by a hint about what to do."""

from __future__ import annotations

from collections.abc import Sequence

import click

from incidentmail.errors import IncidentMailError

from .remedies import as_command
from .screen.output import say

NOBODY_TOLD = "NOBODY HAS BEEN TOLD YET"
"""The first line of the error of every command that should have told the list but could not."""


def print_error(error: IncidentMailError, *, untold: bool = False) -> int:
    """Print an error and its hint. Return its exit code. `untold` is true if it prevented mail to the list."""
    say(f"incidentmail: error: {f'{NOBODY_TOLD}: ' if untold or error.nobody_told else ''}{error}", err=True)
    say_hint(hint_of(error) or "")
    if error.untold_text:
        from .reporting import print_text

        print_text(error.untold_text)
    return error.exit_code


def hint_of(error: IncidentMailError) -> str | None:
    """Return the error's hint or, for a refusal, the command that would work instead."""
    refusal = getattr(error, "answer", None)
    return error.hint if refusal is None else as_command(refusal)


def say_hint(hint: str) -> None:
    """Print a hint. Each of its lines is a separate hint, usually with a command to paste."""
    for line in hint.splitlines():
        say(f"hint: {line}", err=True)


def print_usage_error(error: click.ClickException, words: Sequence[str], command: click.Command, path: str) -> int:
    """Print what is wrong with the `words` for `command`, whose full name is `path`. Return the exit code."""
    from .mistakes import MistakeError, answer  # imported here because other errors do not need it

    message, hint = answer(error, words, command, path)
    untold = path.endswith(" declare") and "--dry-run" not in words
    untold = untold or (isinstance(error, MistakeError) and error.untold)
    say(f"incidentmail: error: {f'{NOBODY_TOLD}: ' if untold else ''}{message}", err=True)
    say_hint(hint)
    return 2
