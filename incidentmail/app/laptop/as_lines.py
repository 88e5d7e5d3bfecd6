"""Render commands as lines that a person could have typed and that the grammar parses as the same commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from incidentmail.core import commands as c
from incidentmail.core.commands import Command
from incidentmail.core.frozen import replace
from incidentmail.core.model import Person, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.teams.team_commands import MergeInto, Restrict
from incidentmail.core.teams.team_words import YES
from incidentmail.core.text import composed, one_line
from incidentmail.core.words import NO_CHANGE, NOT_NEEDED, NOTHING_YET, STATUS_WORDS, Words
from incidentmail.errors import UsageError
from incidentmail.reply.extraction.link_targets import without_targets
from incidentmail.reply.wrapped_values import in_marks

_STATUS = {status: word for word, status in reversed(STATUS_WORDS.items())}


def as_spoken(commands: Sequence[Command]) -> list[Command]:
    """Return the commands with their texts adapted to lines: no blank lines, and short values on a single line."""
    return [_spoken(command) for command in commands]


def lines_of(commands: Sequence[Command], words: Words) -> Iterator[str]:
    """Yield the lines that request `commands`, in the same order.

    Raise UsageError for a command that only the machine with the ledger can carry out.

    >>> from incidentmail.core.policy import Policy
    >>> list(lines_of([c.SetSeverity(1), c.GiveUpdate("Refunds fail too")], Words(Policy())))
    ['Severity: 1', 'News: Refunds fail too']
    """
    for command in as_spoken(commands):
        yield from _lines(command, words)


def stated_by(command: c.Declare) -> tuple[Command, ...]:
    """Return commands for the facts that a declaration states apart from its description and details."""
    stated: list[Command] = []
    stated += [] if command.severity is None else [c.SetSeverity(command.severity)]
    stated += [] if command.phase is None else [c.SetPhase(command.phase)]
    stated += [] if command.commander is None else [c.NameCommander(command.commander)]
    stated += [] if command.venue is None else [c.SetVenue(command.venue)]
    for role, held in command.roles:
        stated.append(c.AssignRole(role, how="dismiss") if held.dismissed else c.AssignRole(role, held.people))
    stated += [c.SetText(name, text) for name, text in command.texts]
    stated += [c.SetTime(name, at) for name, at in command.times]
    return tuple(stated)


def _spoken(command: Command) -> Command:
    match command:
        case c.AddNote(text=text) | c.GiveUpdate(text=text):
            return replace(command, text="\n".join(filter(None, map(_line, text.split("\n")))))
        case c.SetDescription(description=text):
            return c.SetDescription(_line(text))
        case c.SetVenue(venue=text):
            return c.SetVenue(without_targets(composed(one_line(text))))
        case c.SetText(name=name, text=text) if text is not None:
            return c.SetText(name, _line(text))
        case c.SetTime(name=name, at=at):
            return c.SetTime(name, at.astimezone(UTC).replace(second=0, microsecond=0))
        case _:
            return command


def _line(text: str) -> str:
    """Return a text as one line without colons at the end, because such a line would introduce a quotation.

    >>> _line("On Friday, Bo wrote: ")
    'On Friday, Bo wrote'
    """
    return without_targets(composed(one_line(text))).rstrip(" :：")


def _lines(command: Command, words: Words) -> Iterator[str]:
    def line(name: str, value: object) -> str:
        return f"{words.key(name)}: {value}"

    match command:
        case c.SetSeverity(severity=number):
            yield line("severity", number)
        case c.SetPhase(phase=number):
            yield line("phase", number)
        case c.SetStatus(status=status) if status is not Status.MERGED:
            yield line("status", _STATUS[status])
        case c.SetDescription(description=text):
            yield line("description", text)
        case c.SetVenue(venue=text):
            yield line("venue", text)
        case c.SetText(name=name, text=value):
            written = in_marks(value) if value and name == CUSTOMER_WORDS else value
            yield line(name, NOTHING_YET if written is None else written)
        case c.SetTime(name=name, at=at):
            yield line(name, f"{at:%Y-%m-%d %H:%M} UTC")
        case c.NameCommander(person=person):
            yield line("commander", _names([person]))
        case c.OfferCommand(person=person):
            yield line("offer", _names([person]))
        case c.PlanHandover(person=Person() as person, at=at):
            yield line("next_commander", f"{_names([person])}{f' at {at:%Y-%m-%d %H:%M} UTC' if at else ''}")
        case c.AssignRole(role=role, people=people, how=how):
            yield line(f"roles.{role}", NOT_NEEDED if how == "dismiss" else _holders(people, how))
        case c.AddNote(text=text):
            yield from (line("note", each) for each in text.split("\n"))
        case c.GiveUpdate(text=""):
            yield NO_CHANGE
        case c.GiveUpdate(text=text):
            yield from (line("news", each) for each in text.split("\n"))
        case MergeInto(into=into):
            yield line("duplicate_of", into)
        case Restrict():
            yield line("restricted", YES)
        case c.Undo(number=number):
            yield f"undo {number}"
        case _:
            raise UsageError("this can only be done where the ledger is", hint="ask somebody who can log in there")


def _names(people: Sequence[Person]) -> str:
    return join_names(people, with_address={str(person.address) for person in people})


def _holders(people: Sequence[Person], how: str) -> str:
    """Return the names for the line of a role. If people are added or removed, each name has a sign in front."""
    sign = {"add": "+", "remove": "-"}.get(how, "")
    if not sign:
        return _names(people)
    signed = [f"{sign}{person}" for person in people]
    return (
        "; ".join(signed) + ";"
        if any("," in one or " and " in one or "&" in one for one in signed)
        else ", ".join(signed)
    )
