"""Suggest what to type in place of a faulty command line. Imported only after somebody has made a mistake."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Sequence

import click

INSTEAD = {
    "resolve": (
        "'resolve' may mean three things",
        "'incidentmail update --phase 2' if it is being resolved, '--phase 3' if only rebuilding is left, or "
        "'incidentmail close' if it is over",
    ),
    "next": (
        "'next' is what a reply says",
        "at a terminal: incidentmail update --next-update 15:00 --no-change tells everybody when the next update comes",
    ),
}
"""Words that are not commands because they have several meanings, each with an explanation and a hint."""
MEANT = {
    "announce": "declare", "create": "declare", "new": "declare", "open": "declare", "raise": "declare",
    "start": "declare", "cancel": "retract", "incidental": "retract", "done": "close", "end": "close",
    "finish": "close", "stop": "close", "post": "update", "send": "update", "set": "update", "tell": "update",
    "edit": "update", "command": "handoff", "handover": "handoff", "offer": "handoff", "comment": "note",
    "events": "timeline", "history": "timeline", "info": "show", "get": "show", "summary": "brief",
    "catch-up": "brief", "catchup": "brief", "incidents": "list", "mail": "outbox", "mails": "outbox",
    "queue": "outbox", "health": "status", "doctor": "status", "revert": "undo",
}  # fmt: skip
"""Words that people type for a command. It is only suggested, because the word could mean another one."""
OPTIONS_MEANT = {
    "--priority": "--severity", "--level": "--severity", "--text": "--message", "--body": "--message",
    "--details": "--message", "--comment": "--message", "--reason": "--message", "--title": "--description",
    "--subject": "--description", "--ic": "--commander", "--lead": "--commander", "--expert": "--sme",
    "--channel": "--venue", "--where": "--venue", "--next": "--next-update", "--since": "--started",
    "-n": "--dry-run", "--test": "--drill", "--verbatim": "--raw",
}  # fmt: skip
OPTIONS_INSTEAD = {
    "-v": "'incidentmail version' says the version; leave -v out for anything else",
    "-V": "'incidentmail version' says the version",
    "--verbose": "leave it out; every command says all that it did",
    "-q": "leave it out; '> /dev/null' hides what a command prints",
    "--quiet": "leave it out; '> /dev/null' hides what a command prints",
    "-y": "leave it out; only a command that cannot be taken back asks, and only at a terminal",
    "--yes": "leave it out; only a command that cannot be taken back asks, and only at a terminal",
    "--status": "'incidentmail close' ends an incident, 'retract' says it was a false alarm, 'reopen' opens it again",
    "--restricted": "only 'incidentmail declare' takes it",
    "--drill": "only 'incidentmail declare' takes it",
}
EXAMPLES = {
    "N": "1", "WHO": '"Mara Lindqvist <mara@example.com>"', "TEXT": '"what to say"', "TIME": "14:07", "FILE": "FILE",
    "ROLE=WHO": '"scribe=Bo K. <bo@example.com>"',
}  # fmt: skip
"""An example of each kind of value, by its placeholder in the help."""
OPTIONS_SHOWN_MAX = 5
ALIKE = 0.7
"""How similar an option must be to be suggested. A wrong suggestion is worse than none."""


class MistakeError(click.UsageError):
    """A command line that is invalid. `hint` says what to type instead.

    `untold` is true if the command would have told the list.
    """

    def __init__(self, message: str, *, hint: str, untold: bool = False) -> None:
        super().__init__(message)
        self.hint, self.untold = hint, untold


def unknown_command(words: Sequence[str], known: Iterable[str]) -> MistakeError:
    """Return an error with a suggestion for `words`, the first of which is not a command.

    >>> unknown_command(["Site down"], ["declare"]).hint
    "incidentmail declare 'Site down'"
    """
    first = words[0]
    if found := INSTEAD.get(first.lower()):
        return MistakeError(found[0], hint=found[1])
    if (near := MEANT.get(first.lower())) or (near := next(iter(difflib.get_close_matches(first, known, n=1)), None)):
        hint = f"did you mean 'incidentmail {near}'?"
        return MistakeError(f"there is no command '{first}'", hint=hint, untold=near == "declare")
    if len(first.split()) > 1 or (len(words) > 1 and not any(word.startswith("-") for word in words)):
        sentence = f"there is no command '{first}', so nothing was declared"
        return MistakeError(sentence, hint=f"incidentmail declare {shlex.quote(' '.join(words))}", untold=True)
    return MistakeError(f"there is no command '{first}'", hint="'incidentmail help' shows what there is")


def misread(words: Sequence[str], command: click.Command) -> MistakeError | None:
    """Return an error with a suggestion if click has read an option as something else, or None.

    click reads `-severity 1` as `-s everity`, and the `-m` in `--severity -m TEXT` as the severity.
    """
    names = [spelling for param in command.params for spelling in param.opts if spelling.startswith("-")]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if f"-{word}" in names and len(word) > 2:
            return MistakeError(f"{word} is no option of {command.name}", hint=f"write it with two dashes: -{word}")
        option = _option(command, word)
        if option is not None and not option.is_flag and following in names:
            message, hint = _misused(word, option)
            return MistakeError(message, hint=hint)
    return None


def answer(error: click.ClickException, command: click.Command, path: str) -> tuple[str, str]:
    """Return what is wrong, and a hint. `command` is the command that was meant, and `path` its full name."""
    examples = getattr(command, "examples", ())
    help_hint = (
        f"such as: incidentmail {examples[0]}; '{path} --help' says more" if examples else f"see '{path} --help'"
    )
    match error:
        case MistakeError():
            return error.message, error.hint
        case click.NoSuchOption(option_name=name):
            return f"{path} has no option {name}", _instead_of(name, command) or help_hint
        case click.BadOptionUsage(option_name=name) if (option := _option(command, name)) is not None:
            return _misused(name, option)
        case click.MissingParameter(param=click.Parameter() as param):
            what = param.human_readable_name.rpartition(" ")[2]
            return f"{what} is missing", f"incidentmail {examples[0]}" if examples else help_hint
        case click.BadParameter(param=click.Option() as option):
            return f"{option.opts[-1]}: {error.message[:1].lower()}{error.message[1:].rstrip('.')}", help_hint
        case _:
            message = error.format_message()
            return message[:1].lower() + message[1:].rstrip("."), help_hint


def _context(command: click.Command, path: str) -> click.Context:
    return click.Context(command, info_name=path)


def _option(command: click.Command, name: str) -> click.Option | None:
    options = (param for param in command.params if isinstance(param, click.Option))
    return next((option for option in options if name in (*option.opts, *option.secondary_opts)), None)


def _misused(name: str, option: click.Option) -> tuple[str, str]:
    if option.is_flag:
        return f"{name} takes no value", f"write {name} alone"
    metavar = option.metavar or "VALUE"
    return f"{name} needs a value", f"{name} {EXAMPLES.get(metavar, metavar)}"


def _instead_of(name: str, command: click.Command) -> str | None:
    """Return a hint about an option that `command` does not have: a similar one, or all that it has, or None."""
    names = [spelling for param in command.params for spelling in param.opts if spelling.startswith("-")]
    meant = OPTIONS_MEANT.get(name)
    if meant in names:
        return f"did you mean {meant}?"
    if instead := OPTIONS_INSTEAD.get(name):
        return instead
    near = difflib.get_close_matches(name, names, n=1, cutoff=ALIKE)
    if near:
        return f"did you mean {near[0]}?"
    longest = [max(param.opts, key=len) for param in command.params if isinstance(param, click.Option)]
    return f"it has {_any_of(longest)}" if 0 < len(longest) <= OPTIONS_SHOWN_MAX else None


def _any_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
