"""Define the keys with which a person at the terminal changes lines of a declaration before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from incidentmail.cli.common import phase_of, severity_of, time
from incidentmail.cli.named_people import NotANameError, is_not_needed, looks_like_a_name, person
from incidentmail.cli.terminal import Terminal
from incidentmail.core.commands import Declare
from incidentmail.core.frozen import replace
from incidentmail.core.model import Holders, Person, TextField, TimeField
from incidentmail.core.names.name_lists import join_names, split_names
from incidentmail.core.policy import SME
from incidentmail.core.text import fold_case
from incidentmail.errors import UsageError

ROLE = "roles."
LETTERS = (
    ("d", "description"), ("s", "severity"), ("p", "phase"), ("c", "commander"), ("v", "venue"),
    ("l", f"{ROLE}customer_liaison"), ("b", f"{ROLE}business_liaison"), ("x", f"{ROLE}{SME}"), ("i", "impact"),
    ("w", "started_at"), ("u", "next_update_at"), ("t", "details"),
)  # fmt: skip
"""The keys and the facts that they change. Every fact can also be written as in a mail: `Severity: 1`."""
NOBODY_YET = "-"
"""The answer that removes a value."""
Insists = Callable[[str], bool]
"""A function that asks whether a text that does not look like a name is a name after all."""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact to change, by its name in core/facts.py, and the new value if the same answer contains it."""

    fact: str
    value: str | None = None


def change_of(context: Terminal, answer: str) -> Change | None:
    """Return the change requested by an answer to a preview: one letter, the name of a fact, or `Key: value`."""
    key, colon, value = answer.partition(":")
    fact = dict(LETTERS).get(key.strip().casefold())
    if fact is None and (fact := context.words.keys.get(fold_case(key.strip()))) is None:
        fact = "details" if key.strip().casefold() in ("details", "text") else None
    if fact is None or fact not in dict(settable(context)):
        return None
    return Change(fact, value.strip() if colon and value.strip() else None)


def settable(context: Terminal) -> Iterator[tuple[str, str]]:
    """Yield each fact that a declaration can state, with its readable name."""
    yield "details", "Details"
    for fact in ("description", "severity", "phase", "commander", "venue", *_TEXTS, *_TIMES):
        yield fact, context.words.key(fact)
    for role in context.words.policy.roles:
        yield f"{ROLE}{role.key}", role.title


_TEXTS: tuple[TextField, ...] = ("impact", "not_affected", "customers_may_be_told")
_TIMES: tuple[TimeField, ...] = ("started_at", "next_update_at")


def changed(context: Terminal, command: Declare, change: Change, insists: Insists) -> Declare:
    """Return the declaration with another value. If the value is invalid, raise a UsageError that gives the reason."""
    fact, value = change.fact, (change.value or "").strip()
    value = "" if value == NOBODY_YET else value
    title = dict(settable(context))[fact]
    match fact:
        case "description":
            return replace(command, description=value or command.description)
        case "details":
            return replace(command, details=value)
        case "severity":
            severity = severity_of(context, value) if value else None
            if severity is not None and context.words.policy.severity(severity) is None:
                raise UsageError(
                    f"there is no severity {severity}", hint=_one_of(context.words.policy.severities, "level")
                )
            return replace(command, severity=severity)
        case "phase":
            phase = phase_of(context, value) if value else None
            if phase is not None and context.words.policy.phase(phase) is None:
                raise UsageError(f"there is no phase {phase}", hint=_one_of(context.words.policy.phases, "number"))
            return replace(command, phase=phase)
        case "commander":
            return replace(command, commander=somebody(context, value, title, insists) if value else None)
        case "venue":
            return replace(command, venue=value)
        case "started_at" | "next_update_at":
            times = {name: at for name, at in command.times if name != fact}
            if value:
                times[fact] = time(context, value, title, "last" if fact == "started_at" else "next")
            return replace(command, times=tuple(times.items()))
        case "impact" | "not_affected" | "customers_may_be_told":
            texts = {name: text for name, text in command.texts if name != fact}
            return replace(command, texts=(*texts.items(), *([(fact, value)] if value else [])))
        case _:
            roles = {key: held for key, held in command.roles if key != fact.removeprefix(ROLE)}
            if value:
                roles[fact.removeprefix(ROLE)] = holders(context, value, title, insists)
            return replace(command, roles=tuple(roles.items()))


def _one_of(steps: Sequence[object], name: str) -> str:
    return f"one of: {', '.join(str(getattr(step, name)) for step in steps)}"


def holders(context: Terminal, value: str, title: str, insists: Insists) -> Holders:
    """Return the people whom a line names as holders of a role, or a value meaning that the role is not needed."""
    if is_not_needed(value):
        return Holders(dismissed=True)
    return Holders(people=tuple(somebody(context, name, title, insists) for name in split_names(value)))


def somebody(context: Terminal, name: str, title: str, insists: Insists) -> Person:
    """Return the person with that name. If the text does not look like a name, ask again. Raise UsageError."""
    found = person(context, name, title, insists=True)
    if found.address is None and not looks_like_a_name(found.name) and not insists(name):
        raise NotANameError(f"{title} '{name}' is not a person's name")
    return found


def stated(context: Terminal, command: Declare, fact: str) -> str:
    """Return the current value of a fact in the form in which people type it, or an empty string."""
    match fact:
        case "description" | "details":
            return str(getattr(command, fact))
        case "severity" | "phase" | "commander" | "venue":
            value = getattr(command, fact)
            return "" if value is None else str(value)
        case "started_at" | "next_update_at":
            at = dict(command.times).get(fact)
            return f"{at:%H:%M} UTC" if at else ""
        case "impact" | "not_affected" | "customers_may_be_told":
            return dict(command.texts).get(fact, "")
        case _:
            held = dict(command.roles).get(fact.removeprefix(ROLE), Holders())
            return join_names(held.people) or ("not needed" if held.dismissed else "")
