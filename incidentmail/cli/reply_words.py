"""Translate a reply that somebody typed as a command, such as `sev 1`, to the command that does the same."""

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
from incidentmail.core.tracking.tracking_commands import CallRoll, Join, Leave
from incidentmail.core.words import NOT_NEEDED, Words
from incidentmail.errors import IncidentMailError
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.parsed import Context, NewLine

from .reporting import naming

WORDS_MAX = 12
"""The maximum number of words of a reply that is translated. A longer line is a sentence."""
MYSELF = Person(name="me")
"""The writer. The command line takes `me` as a name."""
_ENDINGS = {Status.CLOSED: "close", Status.RETRACTED: "retract", Status.OPEN: "reopen"}
_OPTIONS = {"started_at": "--started", "detected_at": "--detected", "next_update_at": "--next-update"}


def as_reply(words: Sequence[str], now: datetime) -> tuple[list[str], str] | None:
    """Return the command line for a reply, without the program's name, and the sentence after the reply.

    Return None if the words do not begin with a reply.
    """
    given = [part for word in words for part in ((word,) if " " in word else word.split())]
    if len(given) > WORDS_MAX or any(word.startswith("-") for word in given):
        return None
    context = Context(words=_words(), written_at=now, writer=MYSELF, is_named=True)
    for count in range(len(given), 0, -1):
        found = read([NewLine(1, " ".join(given[:count]))], context)
        if len(found.commands) != 1 or found.commands[0].unsure or found.prose.strip():
            continue
        sentence = " ".join(given[count:])
        line = _line(found.commands[0].command, sentence, now)
        return None if line is None else (line, sentence)
    return None


def _words() -> Words:
    """Return the organisation's words, or the built-in ones if there is no valid configuration."""
    ctx = click.get_current_context(silent=True)
    try:
        return Words(load(None if ctx is None else ctx.find_root().params.get("config")).policy)
    except IncidentMailError:
        return Words(Policy())


def _line(command: Command, sentence: str, now: datetime) -> list[str] | None:
    """Return the words that carry out `command`, with a sentence for everybody, or None if a hint has none."""
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
    """Return the options of `update` for a command, or None if it has none."""
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
