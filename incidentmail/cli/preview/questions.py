"""Ask questions at a terminal, and determine whether anybody is there to answer them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from incidentmail.cli.common import say
from incidentmail.cli.help import option
from incidentmail.cli.main import NOTHING_DONE as NOTHING_DONE
from incidentmail.cli.main import StoppedFirst
from incidentmail.cli.screen.layout import Span, plain, wrapped
from incidentmail.cli.screen.output import is_terminal, show, width_of_screen
from incidentmail.errors import IncidentMailError, UsageError

YES, NO = ("", "y", "yes", "send"), ("n", "no", "q", "quit", "stop")
"""The answers that send what is shown, and those that stop. Any other answer does neither."""
SCISSORS = "# ------------------------ >8 ------------------------"
ABOVE = "# Write what is known above this line. This line and what stands below it are left out.\n"

dry_run_option = option("--dry-run", is_flag=True, help="Print the mail and do nothing.")
yes_option = option("-y", "--yes", is_flag=True, help="At a terminal: mail it without asking.")


def can_ask() -> bool:
    """Return whether a person at a terminal can answer questions."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def is_watched() -> bool:
    """Return whether a person at a terminal sees the output and can therefore be asked before mail is sent."""
    return is_terminal(sys.stdout) and can_ask()


def ask_line(question: str, *, note: str = "", needed: bool = False) -> str:
    """Ask for one line and return it trimmed, or "" if only Enter was pressed.

    If an answer is `needed`, ask until there is one. Raise StoppedFirst if the person stops the program: every question
    is asked before anything is done.
    """
    shown = f"{question}{f' ({note})' if note else ''}" if question else ">"
    *above, last = wrapped([Span(shown)], width_of_screen(sys.stderr) - 1)
    while True:
        show(above, err=True)
        try:
            answer = str(click.prompt(plain(last), default="", show_default=False, prompt_suffix=" ", err=True))
        except click.Abort as error:
            raise StoppedFirst from error
        if answer.strip() or not needed:
            return answer.strip()


def says_yes(question: str, *, note: str, also: Sequence[str] = ()) -> bool:
    """Ask until the answer is yes (`y`, or one of `also`) or no (`n`, or only Enter). Return whether it is yes."""
    while True:
        answer = ask_line(question, note=note).casefold()
        if answer in ("y", "yes", *also):
            return True
        if answer in ("", "n", "no"):
            return False


def goes_on(prompt: str) -> bool:
    """Ask until the answer is one of YES, which includes Enter, or of NO. Return whether it is one of YES."""
    while True:
        answer = ask_line(prompt)
        if answer.casefold() in (*YES, *NO):
            return answer.casefold() in YES
        say(f"  '{answer}' is none of the answers", err=True)


def paragraphs() -> str:
    """Ask what else is known, and return the lines typed before an empty one."""
    say("What else is known? (an empty line ends it; Enter: nothing yet)", err=True)
    lines: list[str] = []
    while line := ask_line(""):
        lines.append(line)
    return "\n".join(lines)


def explain(error: IncidentMailError) -> None:
    """Print an error and its hint below the line that somebody has just typed."""
    from incidentmail.cli.print_errors import hint_of  # imported here because few answers are wrong

    say(f"  {error.message}", err=True)
    if hint := hint_of(error):
        say(f"  {hint}", err=True)


def edited(text: str) -> str:
    """Return `text` as edited in $VISUAL or $EDITOR. Raise UsageError if that fails or the text is empty."""
    try:
        given = click.edit(f"{text}\n\n{SCISSORS}\n{ABOVE}", extension=".txt")
    except click.ClickException as error:
        raise UsageError(
            f"nothing was sent: the editor failed: {error.format_message()}",
            hint="set $EDITOR to one that works here, or write the details with -m or -F",
        ) from error
    kept = text if given is None else given.partition(SCISSORS)[0].strip()
    if not kept:
        raise UsageError("nothing was sent: the editor gave no text", hint="write the details, or leave out --edit")
    return kept
