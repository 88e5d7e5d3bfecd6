"""Suggest what to type in place of a faulty command line. Imported only after the user has made a mistake."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import click

from incidentmail.app.choose_incident import NoSuchIncidentError, SeveralError
from incidentmail.errors import UsageError

from .corrected import HOUR, NEWS, WHO, WORDS, CommandLine, parsed

OPTIONS_MEANT = {
    "--priority": "--severity", "--level": "--severity", "--text": "--message", "--body": "--message",
    "--details": "--message", "--comment": "--message", "--reason": "--message", "--title": "--description",
    "--subject": "--description", "--ic": "--commander", "--lead": "--commander", "--expert": "--sme",
    "--channel": "--venue", "--where": "--venue", "--next": "--next-update", "--since": "--started",
    "-n": "--dry-run", "--test": "--drill", "--verbatim": "--raw",
}  # fmt: skip
NOT_TAKEN = frozenset({"-v", "-V", "--verbose", "-q", "--quiet", "-y", "--yes"})
"""Common options of other programs, which can simply be omitted here."""
STATUS = (
    ("is it over?", "close"), ("was it a false alarm?", "retract"), ("does it fail again?", "reopen"),
)  # fmt: skip
OPTIONS_INSTEAD = {
    "-v": "to see the version: incidentmail --version",
    "-V": "to see the version: incidentmail --version",
    "-q": "leave it out; nothing is printed but what was done",
    "--quiet": "leave it out; nothing is printed but what was done",
    "--restricted": "only 'incidentmail declare' takes it",
    "--drill": "only 'incidentmail declare' takes it",
}
VALUES = {
    "N": "N", "WHO": WHO, "TEXT": "TEXT", "TIME": f"{HOUR} UTC", "FILE": "FILE", "ROLE=WHO": f"ROLE={WHO}",
}  # fmt: skip
"""What to fill in for each kind of value, keyed by its placeholder in the help."""
OPTIONS_SHOWN_MAX = 5
ALIKE = 0.7
"""How similar an option must be to be suggested. A wrong suggestion is worse than none."""


class MistakeError(click.UsageError):
    """An invalid command line. `hint` says what to type instead.

    `untold` is true if the command would have told the list.
    """

    def __init__(self, message: str, hint: str, *, untold: bool = False) -> None:
        super().__init__(message)
        self.hint, self.untold = hint, untold


def misread(words: Sequence[str], command: click.Command, path: str) -> MistakeError | None:
    """Return an error with a suggestion if click has parsed an option as something else, or None.

    click parses `-severity 1` as `-s everity`, and the `-m` in `--severity -m TEXT` as the severity.
    """
    names = [spelling for param in command.params for spelling in param.opts if spelling.startswith("-")]
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if f"-{word}" in names and len(word) > 2:
            return MistakeError(f"{word} is no option of {command.name}", hint=f"write it with two dashes: -{word}")
        option = _option(command, word)
        if option is not None and not option.is_flag and following in names:
            return MistakeError(*_misused(word, option, _line(words, command, path)))
    return None


def renamed_incident(error: UsageError, words: Sequence[str], command: click.Command, path: str) -> str | None:
    """Return a hint with the whole command for the incident that was probably meant, or None if none is similar.

    If several may be meant, the hint contains the whole command for each.
    """
    line = _line(words, command, path)
    if isinstance(error, SeveralError):
        lines = [_about(one, error.which, line, command) for one in error.candidates]
        return None if line in lines else "\n".join(f"one of them: {one}" for one in lines)
    if not isinstance(error, NoSuchIncidentError) or error.instead is None:
        return None
    better = line.with_word(error.which, error.instead)
    if better == line:
        return None
    if command.name == "update" and not line.has_options():
        better = better.adding("-m", NEWS)
    if error.near:
        return f"did you mean this? {better}"
    updates = line.instead("timeline", error.instead)
    return f"only {error.instead} is open: {better}\nto see its updates with their numbers: {updates}"


def _about(incident: str, which: str | None, line: CommandLine, command: click.Command) -> CommandLine:
    """Return the command line with `incident` in place of `which`, or added if no incident was typed."""
    if which is not None:
        return line.with_word(which, incident)
    has_option = _option(command, "--incident") is not None
    return line.adding("--incident", incident) if has_option else line.with_words(incident, *line.words)


def too_many(extra: Sequence[str], line: CommandLine, path: str) -> MistakeError:
    """Return an error about words that a command does not take."""
    for word in extra:
        line = line.without(word)
    shown = " ".join(extra)
    return MistakeError(f"{path} does not take '{shown}'", hint=f"leave it out: {line}")


def answer(error: click.ClickException, words: Sequence[str], command: click.Command, path: str) -> tuple[str, str]:
    """Return a text that says what is wrong with `words`, and a hint.

    `command` is the command that was meant, and `path` its full name.
    """
    line = _line(words, command, path)
    examples = getattr(command, "examples", ())
    help_hint = (
        f"such as: incidentmail {examples[0]}; '{path} --help' says more" if examples else f"see '{path} --help'"
    )
    match error:
        case MistakeError():
            return error.message, error.hint
        case click.NoSuchOption(option_name=name):
            return f"{path} has no option {name}", _instead_of(name, command, line) or help_hint
        case click.BadOptionUsage(option_name=name) if (option := _option(command, name)) is not None:
            return _misused(name, option, line)
        case click.MissingParameter(param=click.Parameter() as param):
            what = param.human_readable_name.rpartition(" ")[2]
            return f"{what} is missing", f"such as: incidentmail {examples[0]}" if examples else help_hint
        case click.BadParameter(param=click.Option() as option):
            return f"{option.opts[-1]}: {error.message[:1].lower()}{error.message[1:].rstrip('.')}", help_hint
        case _:
            message = error.format_message()
            return message[:1].lower() + message[1:].rstrip("."), help_hint


def _line(words: Sequence[str], command: click.Command, path: str) -> CommandLine:
    return parsed(words, command, len(path.split()) - 1)


def _option(command: click.Command, name: str) -> click.Option | None:
    options = (param for param in command.params if isinstance(param, click.Option))
    return next((option for option in options if name in (*option.opts, *option.secondary_opts)), None)


def _misused(name: str, option: click.Option, line: CommandLine) -> tuple[str, str]:
    if option.is_flag:
        return f"{name} takes no value", f"write {name} alone: {line.with_flag(name)}"
    metavar = option.metavar or "VALUE"
    value = WORDS if "--message" in option.opts else VALUES.get(metavar, metavar)
    return f"{name} needs a value", str(line.with_first_value(name, value))


def _instead_of(name: str, command: click.Command, line: CommandLine) -> str | None:
    """Return a hint for an option that `command` does not have: a similar option or all existing ones, or None."""
    names = [spelling for param in command.params for spelling in param.opts if spelling.startswith("-")]
    meant = OPTIONS_MEANT.get(name)
    if meant in names:
        return f"did you mean {meant}? {line.renamed(name, meant)}"
    if name in NOT_TAKEN and line.head:
        return f"leave it out: {line.without(name)}"
    if name == "--status" and line.head[-1:] == ("update",):
        incident = line.words[: line.words.index("--status")] if "--status" in line.words else ()
        return "\n".join(f"{question} {line.instead(verb, *incident)}" for question, verb in STATUS)
    if instead := OPTIONS_INSTEAD.get(name):
        return instead
    near = difflib.get_close_matches(name, names, n=1, cutoff=ALIKE)
    if near:
        return f"did you mean {near[0]}? {line.renamed(name, near[0])}"
    longest = [max(param.opts, key=len) for param in command.params if isinstance(param, click.Option)]
    return f"it has {_any_of(longest)}" if 0 < len(longest) <= OPTIONS_SHOWN_MAX else None


def _any_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
