"""Describe a command in a few words that can follow "wants to", as in "wants to close it".

None of these descriptions is parsed as a command.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from . import commands as c
from .command_json import read_command
from .commands import Command
from .model import Person, Proposal, Status
from .names.name_lists import join_names
from .retro.retro_commands import NameRetroOwner, PlanRetro
from .retro.retro_text import describe_retro
from .teams.team_commands import MergeInto, Restrict, StopCustomerWords
from .text import clip, one_line
from .times import show_time
from .words import Words, in_brackets

SHOWN_CHARS_MAX = 120
_STATUS = {
    Status.OPEN: "open it again",
    Status.CLOSED: "close it",
    Status.RETRACTED: "retract it as a false alarm",
    Status.MERGED: "merge it into another",
}

_VERDICTS = {"holds": "holds", "refuted": "is refuted"}


def describe(command: Command, words: Words, with_address: Collection[str] = ()) -> str:
    """Return a description of `command` that can follow "wants to".

    A person's address is shown only if `with_address` contains it.

    >>> from .policy import Policy
    >>> describe(c.SetSeverity(1), Words(Policy()))
    'set the severity to 1 (critical)'
    """
    if isinstance(command, c.RetroCommand):
        return describe_retro(command, with_address)
    match command:
        case c.Declare(description=description):
            return f"declare an incident: {_short(description)}"
        case c.SetSeverity(severity=severity):
            return f"set the severity to {severity}{in_brackets(words.severity_name(severity))}"
        case c.SetPhase(phase=phase):
            return f"set the phase to {phase}{in_brackets(words.phase_name(phase))}"
        case c.SetStatus(status=status, reason=reason):
            return f"{_STATUS[status]}: {_short(reason)}" if reason else _STATUS[status]
        case c.SetDescription(description=description):
            return f"describe it as: {_short(description)}"
        case c.SetVenue(venue=venue):
            return f"move to another venue: {_short(venue)}"
        case c.SetText(name=name, text=text):
            return f"say under '{words.key(name)}': {_short(text or 'nothing')}"
        case c.SetTime(name=name, at=at):
            return f"set '{words.key(name)}' to {show_time(at, (), at.date())}"
        case c.TakeCommand():
            return "take command"
        case c.NameCommander(person=person):
            return f"make {join_names([person], with_address=with_address)} {words.title}"
        case c.OfferCommand(person=person):
            return f"offer command to {join_names([person], with_address=with_address)}"
        case c.AssignRole():
            return _assign(command, words, with_address)
        case c.AddNote(text=text):
            return f"add a note: {_short(text)}"
        case c.GiveUpdate(text=text):
            return f"tell everybody: {_short(text or 'nothing changed')}"
        case c.AddItem(kind=kind, text=text):
            return f"add to the timeline ({kind.replace('_', ' ')}): {_short(text)}"
        case c.FinishItem(text=text):
            return f"mark as done: {_short(text) or 'what they own'}"
        case c.AssignItem(number=number, person=person):
            who = join_names([person], with_address=with_address) if person else "nobody"
            return f"give number {number} to {who}"
        case c.ReleaseItem(number=number):
            return "give back what they own" if number is None else f"give back number {number}"
        case c.Join():
            return "be listed as at work"
        case c.CallRoll():
            return "ask everybody at work what they see, do and need"
        case c.Leave():
            return "leave, and give up every role"
        case c.AskItem(number=number):
            return f"ask whether number {number} holds"
        case c.JudgeItem(number=number, verdict=verdict):
            which = "an assumption" if number is None else f"number {number}"
            return (
                f"say that it is unknown whether {which} holds"
                if verdict == "unknown"
                else f"say that {which} {_VERDICTS[verdict]}"
            )
        case c.Undo(number=number):
            return f"put back what update {number} changed"
        case c.Decline():
            return "give back what others gave them"
        case c.AcceptProposal(number=number):
            return f"accept proposal {number}"
        case c.RejectProposal(number=number):
            return f"reject proposal {number}"
        case MergeInto(into=into):
            return f"merge it into another incident: {_short(into)}"
        case Restrict():
            return "restrict it to its own list"
        case StopCustomerWords():
            return "take back what customers may be told"
        case _:
            return _about_hours(command, with_address)


def _about_hours(command: c.ClockCommand, with_address: Collection[str]) -> str:
    match command:
        case c.PlanHandover(person=None):
            return "have nobody planned as the next commander"
        case c.PlanHandover(person=Person() as person):
            return f"have {join_names([person], with_address=with_address)} command next"
        case c.PlanHandover():
            return "plan who commands next"
        case c.TakeBreak(until=until):
            return f"be away until {show_time(until, (), until.date())}"
        case c.EndBreak():
            return "be back"
        case c.StateAware(at=at):
            return f"say that we became aware at {show_time(at, (), at.date())}"
        case c.MarkNotified(name=name):
            return f"say who was notified: {_short(name)}"
        case _:
            assert_never(command)


def asks(proposal: Proposal, words: Words, with_address: Collection[str] = ()) -> str:
    """Return a description of the proposed command, or a note that it was redacted."""
    try:
        return describe(read_command(proposal.command), words, with_address)
    except ValueError:
        return "something that is no longer on record"


def people_in(proposal: Proposal) -> tuple[Person, ...]:
    """Return the people named in a proposed command."""
    try:
        command = read_command(proposal.command)
    except ValueError:
        return ()
    match command:
        case (
            c.NameCommander(person=person)
            | c.OfferCommand(person=person)
            | c.AssignItem(person=person)
            | c.PlanHandover(person=person)
            | NameRetroOwner(person=person)
        ):
            return (person,) if person else ()
        case c.AssignRole(people=people) | PlanRetro(people=people):
            return people
        case _:
            return ()


def _assign(command: c.AssignRole, words: Words, with_address: Collection[str]) -> str:
    title, names = words.key(f"roles.{command.role}"), _short(join_names(command.people, with_address=with_address))
    match command.how:
        case "set":
            return f"have as {title}: {names}" if command.people else f"have nobody as {title}"
        case "add":
            return f"add as {title}: {names}"
        case "remove":
            return f"take off as {title}: {names}"
        case "dismiss":
            return f"say that no {title} is needed"


def _short(text: str) -> str:
    return clip(one_line(text), SHOWN_CHARS_MAX)
