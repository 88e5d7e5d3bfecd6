"""Suggest the whole command that was meant if the first word is not a command. Imported only if needed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime

from .corrected import command_line
from .mistakes import MistakeError
from .reply_words import as_reply

INSTEAD = {
    "resolve": (
        "'resolve' may mean three things",
        "is the cause being repaired? incidentmail update --phase 2\n"
        "does only rebuilding remain? incidentmail update --phase 3\n"
        "is it over? incidentmail close",
    ),
    "next": (
        "'next' is what a reply says",
        "to tell everybody when the next update comes: incidentmail update --next-update HH:MM --no-change",
    ),
    "accept": (
        "'accept' is what a reply says",
        "to take command that was offered to you: incidentmail update --commander me\n"
        "to see the changes that wait for your word: incidentmail proposal list",
    ),
    "escalate": ("'escalate' is no command", "if it is worse than was said: incidentmail update --severity N"),
    "reject": ("'reject' is what a reply says", "to see the changes that wait for a word: incidentmail proposal list"),
    "decline": (
        "'decline' is what a reply says",
        "reply it to the mail that offers you command or a role\n"
        "to see the changes that wait for a word: incidentmail proposal list",
    ),
}
"""Words that are not commands because they are ambiguous, each with an explanation and a hint."""
MEANT = {
    "announce": "declare", "create": "declare", "new": "declare", "open": "declare", "raise": "declare",
    "start": "declare", "cancel": "retract", "incidental": "retract", "done": "close", "end": "close",
    "finish": "close", "stop": "close", "post": "update", "send": "update", "set": "update", "tell": "update",
    "edit": "update", "command": "handoff", "handover": "handoff", "hand": "handoff", "offer": "handoff",
    "comment": "note", "events": "timeline", "history": "timeline", "info": "show", "get": "show", "summary": "brief",
    "catch-up": "brief", "catchup": "brief", "incidents": "list", "mail": "outbox", "mails": "outbox",
    "queue": "outbox", "health": "status", "doctor": "status", "revert": "undo",
}  # fmt: skip
"""Words that people type for a command. The command is only suggested, because another one may be meant."""
_SET_BY_NUMBER = {"sev": "--severity", "severity": "--severity", "phase": "--phase"}
"""The first words of replies that set a number, and the options that set it."""
_BETWEEN = {"handoff": ("over", "command", "to")}
"""Words that people type between a command and its values, as in `hand over to Bo`."""


def unknown_command(words: Sequence[str], known: Iterable[str], now: datetime) -> MistakeError:
    """Return an error with a suggestion for `words`, of which the first is not a command.

    >>> unknown_command(["Site down"], ["declare"], datetime(2026, 11, 20)).hint
    "incidentmail declare 'Site down'"
    >>> unknown_command(["sev", "1"], ["serve"], datetime(2026, 11, 20)).hint
    'for the open incident: incidentmail update --severity 1'
    """
    first = words[0]
    if reply := as_reply(["sev", *words[1:]] if _changes_severity(words) else words, now):
        return _said_in_a_reply(words, *reply)
    if first.lower() in _SET_BY_NUMBER:
        option = _SET_BY_NUMBER[first.lower()]
        return MistakeError(
            f"'{first}' is what a reply says", hint=f"for the open incident: {command_line('update', option, 'N')}"
        )
    if found := INSTEAD.get(first.lower()):
        return MistakeError(found[0], hint=found[1])
    if (near := MEANT.get(first.lower())) or (near := next(iter(difflib.get_close_matches(first, known, n=1)), None)):
        hint = "\n".join(_meant(near, words[1:]))
        return MistakeError(f"there is no command '{first}'", hint=hint, untold=near == "declare")
    if len(first.split()) > 1 or (len(words) > 1 and not any(word.startswith("-") for word in words)):
        sentence = f"there is no command '{first}', so nothing was declared"
        return MistakeError(sentence, hint=command_line("declare", " ".join(words)), untold=True)
    return MistakeError(f"there is no command '{first}'", hint="'incidentmail help' shows what there is")


def _changes_severity(words: Sequence[str]) -> bool:
    """Return whether the words ask for another severity, such as `raise 1`."""
    return words[0].lower() in ("raise", "escalate", "lower") and len(words) > 1 and words[1].isdecimal()


def _said_in_a_reply(words: Sequence[str], line: Sequence[str], sentence: str) -> MistakeError:
    """Return an error about a reply typed as a command. A severity with a sentence may also be a declaration."""
    hint = f"for the open incident: {command_line(*line)}"
    if sentence and "--severity" in line:
        severity = line[line.index("--severity") + 1]
        hint += f"\nfor a new one: {command_line('declare', sentence, '--severity', severity)}"
    return MistakeError(f"'{' '.join(words)}' is what a reply says", hint=hint)


def _meant(command: str, rest: Sequence[str]) -> list[str]:
    """Return hints with the whole command that was probably meant; `rest` are the words after its name."""
    while rest and rest[0].lower() in _BETWEEN.get(command, ()):
        rest = rest[1:]
    is_plain = bool(rest) and not any(word.startswith("-") for word in rest)
    if command == "handoff" and is_plain:
        line = _passed_on(rest)
        asked, spoken = command_line(command, *line), command_line(command, *line, "--spoken")
        return [f"did you mean this? {asked}", f"if it was agreed by voice: {spoken}"]
    if command == "update" and is_plain:
        rest = _told(rest)
    return [f"did you mean this? {command_line(command, *rest)}"]


def _passed_on(words: Sequence[str]) -> list[str]:
    """Return the words after `handoff`, with -m inserted before any sentence that follows a person's address."""
    at = next((at for at, word in enumerate(words) if "@" in word), None)
    if at is None or at + 1 == len(words):
        return [*words]
    return [*words[: at + 1], "-m", " ".join(words[at + 1 :])]


def _told(words: Sequence[str]) -> list[str]:
    """Return the words after `update`, with `-m` inserted before the text meant for the mailing list."""
    is_named = len(words) == 2 and " " not in words[0] and " " in words[1]  # an incident, and a text in quotes
    return [*words[:is_named], "-m", " ".join(words[is_named:])]
