"""Define a draft: commands about to be carried out, whose facts and sentence can still be changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from incidentmail.core.commands import (
    AssignRole,
    Command,
    NameCommander,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetText,
    SetTime,
    SetVenue,
)
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.model import Holders, Person, TextField, TimeField
from incidentmail.core.policy import SME

from .letters import SENTENCE, TEXTS, TIMES
from .values import Value, as_typed

Together = Callable[[Sequence[Command], str | None], list[Command]]
"""A function that returns all commands, given those that state facts, and the sentence if there is one."""


def _without_sentence(facts: Sequence[Command], sentence: str | None) -> list[Command]:
    return [*facts]


@dataclass(frozen=True, slots=True)
class Draft:
    """Commands about to be carried out: those that state facts, and the sentence that everybody reads.

    `changeable` are the facts that a person at the terminal may change before the commands are carried out.
    """

    facts: tuple[Command, ...]
    sentence: str | None = None
    together: Together = _without_sentence
    changeable: tuple[str, ...] = ()

    @property
    def commands(self) -> list[Command]:
        """All commands. Raise UsageError if there are none."""
        return self.together(self.facts, self.sentence)

    def put(self, fact: str, value: Value) -> Draft:
        """Return the draft with `value` for the fact. None removes the fact."""
        if fact == SENTENCE:
            return replace(self, sentence=value if isinstance(value, str) else None)
        at = next((at for at, one in enumerate(self.facts) if _stated(one)[0] == fact), len(self.facts))
        made = [] if value is None else [_stating(fact, value)]
        return replace(self, facts=(*self.facts[:at], *made, *self.facts[at + 1 :]))

    def stated(self, fact: str) -> str:
        """Return the value of a fact in the form in which people type it, or "" if the draft does not state it."""
        if fact == SENTENCE:
            return self.sentence or ""
        return next((as_typed(value) for name, value in map(_stated, self.facts) if name == fact), "")


def _stated(command: Command) -> tuple[str, Value]:
    """Return the fact that a command states and its value, or "" and None if it states none."""
    match command:
        case SetSeverity(severity=severity):
            return "severity", severity
        case SetPhase(phase=phase):
            return "phase", phase
        case NameCommander(person=person):
            return "commander", person
        case SetDescription(description=description):
            return "description", description
        case SetVenue(venue=venue):
            return "venue", venue
        case SetText(name=name, text=text):
            return name, text
        case SetTime(name=name, at=at):
            return name, at
        case AssignRole(role=role, people=people, how=how):
            return f"{ROLE_PREFIX}{role}", Holders(people=people, dismissed=how == "dismiss")
        case _:
            return "", None


def _stating(fact: str, value: Value) -> Command:
    """Return the command that states a fact."""
    match fact, value:
        case "severity", int(number):
            return SetSeverity(number)
        case "phase", int(number):
            return SetPhase(number)
        case "commander", Person() as person:
            return NameCommander(person)
        case "description", str(text):
            return SetDescription(text)
        case "venue", str(text):
            return SetVenue(text)
        case _, str(text):
            return SetText(_TEXTS[fact], text)
        case _, datetime() as at:
            return SetTime(_TIMES[fact], at)
        case _, Holders(people=people, dismissed=dismissed):
            role = fact.removeprefix(ROLE_PREFIX)
            return AssignRole(role, people, "dismiss" if dismissed else "add" if role == SME else "set")
        case _:
            raise ValueError(f"{fact} cannot be {value!r}")


_TEXTS: dict[str, TextField] = {name: name for name in TEXTS}
_TIMES: dict[str, TimeField] = {name: name for name in TIMES}
