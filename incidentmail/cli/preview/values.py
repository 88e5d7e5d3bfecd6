"""Parse the value of a fact typed at a terminal, and format a value as people type it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from incidentmail.cli.common import phase_of, severity_of, time
from incidentmail.cli.named_people import NotANameError, is_not_needed, looks_like_a_name, person
from incidentmail.cli.terminal import Terminal
from incidentmail.core.model import Holders, Person
from incidentmail.core.names.name_lists import join_names, split_names
from incidentmail.errors import UsageError

NOBODY_YET = "-"
"""The answer that removes a value."""
Value = str | int | Person | Holders | datetime | None
"""The value of a fact, or None if it was removed."""
Insists = Callable[[str], bool]
"""A function that asks whether a text that does not look like a name is a name after all."""


def read_value(context: Terminal, fact: str, text: str, title: str, insists: Insists) -> Value:
    """Return the value that `text` gives to a fact. If the text is invalid, raise a UsageError with the reason."""
    text = text.strip()
    if text in ("", NOBODY_YET):
        return None
    match fact:
        case "severity":
            severity, steps = severity_of(context, text), context.words.policy.severities
            if context.words.policy.severity(severity) is None:
                raise UsageError(f"there is no severity {severity}", hint=_one_of([step.level for step in steps]))
            return severity
        case "phase":
            phase, known = phase_of(context, text), context.words.policy.phases
            if context.words.policy.phase(phase) is None:
                raise UsageError(f"there is no phase {phase}", hint=_one_of([step.number for step in known]))
            return phase
        case "commander":
            return somebody(context, text, title, insists)
        case "started_at" | "next_update_at":
            return time(context, text, title, "last" if fact == "started_at" else "next")
        case _ if fact.startswith("roles."):
            return _holders(context, text, title, insists)
        case _:
            return text


def _one_of(numbers: Sequence[int]) -> str:
    return f"one of: {', '.join(map(str, numbers))}"


def _holders(context: Terminal, text: str, title: str, insists: Insists) -> Holders:
    """Return the people whom a line names as holders of a role, or a value meaning that the role is not needed."""
    if is_not_needed(text):
        return Holders(dismissed=True)
    return Holders(people=tuple(somebody(context, name, title, insists) for name in split_names(text)))


def somebody(context: Terminal, name: str, title: str, insists: Insists) -> Person:
    """Return the person named by `name`. If it does not look like a name, ask whether it is one.

    Raise UsageError as `person` does, or NotANameError if the answer is no.
    """
    found = person(context, name, title, insists=True)
    if found.address is None and not looks_like_a_name(found.name) and not insists(name):
        raise NotANameError(f"{title} '{name}' is not a person's name")
    return found


def as_typed(value: Value) -> str:
    """Return a value in the form in which people type it, or an empty string if there is none."""
    match value:
        case None:
            return ""
        case Holders():
            return join_names(value.people) or ("not needed" if value.dismissed else "")
        case datetime():
            return f"{value:%H:%M} UTC"
        case _:
            return str(value)
