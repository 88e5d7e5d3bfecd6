"""Translate a reply that somebody typed as a command, such as `sev 1`, into the command that does the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from incidentmail.config.load import load
from incidentmail.core.commands import (
    AssignRole,
    Command,
    GiveUpdate,
    NameCommander,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
    SetTime,
    SetVenue,
    TakeCommand,
)
from incidentmail.core.model import Person, Status
from incidentmail.core.policy import Policy
from incidentmail.core.text import fold_case
from incidentmail.core.tracking.tracking_commands import CallRoll, Join, Leave
from incidentmail.core.words import NOT_NEEDED, Words
from incidentmail.errors import IncidentMailError
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.parsed import Context, NewLine

from .reporting import naming

WORDS_MAX = 12
"""The maximum number of words of a reply that is translated. A longer line is a sentence."""
NAME_WORDS_MAX = 3
"""The maximum number of words in the name of a fact, such as `customer liaison`."""
MYSELF = Person(name="me")
"""The writer of the reply. The command line accepts `me` as the name of the person at the terminal."""
_ENDINGS = {Status.CLOSED: "close", Status.RETRACTED: "retract", Status.OPEN: "reopen"}
_OPTIONS = {"started_at": "--started", "detected_at": "--detected", "next_update_at": "--next-update"}


def as_reply(words: Sequence[str], now: datetime) -> tuple[list[str], str] | None:
    """Return the command line for a reply, without the program's name, and the sentence after the reply.

    Return None if the words do not begin with a reply.
    """
    at = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    given, options = [*words[:at]], words[at:]
    if len(given) > WORDS_MAX:
        return None
    context = Context(words=organisation_words(), written_at=now, writer=MYSELF, is_named=True)
    for count in range(len(given), 0, -1):
        command = _read(given[:count], context)
        if command is not None:
            sentence = " ".join(given[count:])
            line = _line(command, sentence, now)
            return None if line is None else ([*line, *options], sentence)
    return None


def _read(words: Sequence[str], context: Context) -> Command | None:
    """Return the only command in a reply of these words, or None. The colon after a fact's name may be missing."""
    lines = [" ".join(words)]
    for count in range(1, min(NAME_WORDS_MAX, len(words) - 1) + 1):
        name = " ".join(words[:count])
        if fold_case(name) in context.words.keys:
            lines.append(f"{name}: {' '.join(words[count:])}")
    for line in lines:
        found = read([NewLine(1, line)], context)
        if len(found.commands) == 1 and not found.commands[0].unsure and not found.prose.strip():
            return found.commands[0].command
    return None


def organisation_words() -> Words:
    """Return the organisation's words, or the built-in ones if there is no valid configuration."""
    ctx = click.get_current_context(silent=True)
    try:
        return Words(load(None if ctx is None else ctx.find_root().params.get("config")).policy)
    except IncidentMailError:
        return Words(Policy())


def _line(command: Command, sentence: str, now: datetime) -> list[str] | None:
    """Return the command line for `command` with a sentence for everybody, or None if there is none."""
    told = ["-m", sentence] if sentence else []
    match command:
        case SetStatus(status=status) if status in _ENDINGS:
            return [_ENDINGS[status], *told]
        case Join():
            return None if sentence else ["join"]
        case Leave():
            return None if sentence else ["leave"]
        case CallRoll():
            return None if sentence else ["roll-call"]
        case GiveUpdate():
            return ["update", *(told or ["--no-change"])]
        case SetTime():
            options = _options(command, now)
            return None if options is None else ["update", *options, *(told or ["--no-change"])]
        case _:
            options = _options(command, now)
            return None if options is None else ["update", *options, *told]


def _options(command: Command, now: datetime) -> list[str] | None:
    """Return the `update` options that do the same as `command`, or None if there are none."""
    match command:
        case SetSeverity(severity=severity):
            return ["--severity", str(severity)]
        case SetPhase(phase=phase):
            return ["--phase", str(phase)]
        case TakeCommand():
            return ["--commander", MYSELF.name]
        case NameCommander(person=person):
            return ["--commander", str(person)]
        case SetVenue(venue=venue):
            return ["--venue", venue]
        case SetDescription(description=description):
            return ["--description", description]
        case SetText(name=name, text=str(text)) if name in ("impact", "not_affected", "customers_may_be_told"):
            return [f"--{name.replace('_', '-')}", text]
        case SetTime(name=name, at=at):
            local = at.astimezone(now.tzinfo)
            return [_OPTIONS[name], f"{local:%H:%M}" if local.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"]
        case AssignRole(role=role, people=people, how=how) if how != "remove":
            names = [NOT_NEEDED] if how == "dismiss" else list(map(str, people))
            return [word for name in names for word in naming(role, name)]
        case _:
            return None
