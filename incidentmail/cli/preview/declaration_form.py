"""Show a declaration before it is mailed, and let the person at the terminal change its lines."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from incidentmail.app import actions as act
from incidentmail.app.context import AppContext
from incidentmail.cli.common import guarded
from incidentmail.cli.screen.layout import BLANK, Line, Span, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.cli.terminal import Terminal
from incidentmail.core.commands import Declare
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import replace
from incidentmail.core.model import Holders, Incident
from incidentmail.outbound.header_fields import Mail

from .doubts import doubts_about, named
from .letters import SENTENCE, TEXTS, TIMES, facts_of_incident
from .loop import Form, agreed
from .mail_lines import doubt_lines, preview, recipients
from .values import Value, as_typed


def declaration_form(context: Terminal, show_it: Callable[[Declare], None]) -> Form[Declare]:
    """Return a form for a declaration. `show_it` prints the declaration."""
    return Form(
        show=show_it,
        titles={SENTENCE: "Details", **dict(facts_of_incident(context))},
        put=put,
        stated=stated,
        note=lambda command, fact: _note(stated(command, fact)),
        enter=lambda _: "Enter sends it",
        stop="nothing is sent",
        has_paragraphs=True,
    )


def _note(present: str) -> str:
    return f"Enter: leave it as {present}; -: take it out" if present else "Enter: leave it open"


def confirmed(context: AppContext, command: Declare, others: Sequence[Incident], ref: str) -> Declare | None:
    """Show the mail until the person sends it (Enter) or stops. Any of its lines can be changed before that.

    `others` are the open incidents. If one of them may be the same incident, say so. `ref` will be the incident's REF.
    Return the command, possibly with other values, or None if the person stops. They see severity, phase and commander
    in the mail, so Enter also confirms these, except for any value that they remove with `-`.
    """
    usual = _unstated(context, command)

    def show_it(shown: Declare) -> None:
        guarded([shown])
        mail = act.preview_declaration(context, shown, ref=ref)
        show([BLANK, *_lines(context, shown, mail, others, usual)], err=True)

    return agreed(context, replace(command, **usual), declaration_form(context, show_it))


def _unstated(context: AppContext, command: Declare) -> dict[str, Any]:
    """Return the default values for the facts that the person has not stated."""
    policy = context.words.policy
    usual = {
        "severity": policy.default_severity, "phase": policy.default_phase, "commander": context.operator().person,
    }  # fmt: skip
    return {name: value for name, value in usual.items() if getattr(command, name) is None}


def _lines(
    context: AppContext, command: Declare, mail: Mail, others: Sequence[Incident], usual: Mapping[str, object]
) -> Iterator[Line]:
    """Yield lines with the mail as it will arrive, who else is told, any doubts, and what Enter confirms."""
    width = width_of_screen(sys.stderr)
    yield from preview(mail, width)
    yield BLANK
    yield from recipients(context, mail, named(context, [command]), command, width)
    yield from doubt_lines(doubts_about(context, [command], others, can_stop=True), width)
    if unstated := [name for name, value in usual.items() if getattr(command, name) == value]:
        taken = ", ".join(_in_words(context, command, name) for name in unstated)
        yield from wrapped([Span("You did not say, so Enter confirms: ", "strong"), Span(taken)], width, indent=2)


def _in_words(context: AppContext, command: Declare, name: str) -> str:
    words = context.words
    match name:
        case "severity" if command.severity is not None:
            clause = words.severity_clause(command.severity)
            return f"{clause[:1].lower()}{clause[1:]}"
        case "phase" if command.phase is not None:
            return words.phase_clause(command.phase)
        case _:
            return f"{words.title} {command.commander.name}" if command.commander else ""


def put(command: Declare, fact: str, value: Value) -> Declare:
    """Return the declaration with a new value for a fact. None removes the value, except for the description."""
    if fact == "description":
        return replace(command, description=value or command.description)
    if fact in (SENTENCE, "venue"):
        return replace(command, **{fact: value or ""})
    if fact in ("severity", "phase", "commander"):
        return replace(command, **{fact: value})
    place = "times" if fact in TIMES else "texts" if fact in TEXTS else "roles"
    kept = {name: one for name, one in getattr(command, place) if name != fact.removeprefix(ROLE_PREFIX)}
    stated_now = {} if value is None else {fact.removeprefix(ROLE_PREFIX): value}
    return replace(command, **{place: tuple({**kept, **stated_now}.items())})


def stated(command: Declare, fact: str) -> str:
    """Return the current value of a fact in the form in which people type it, or an empty string."""
    if fact in (SENTENCE, "description", "severity", "phase", "commander", "venue"):
        return as_typed(getattr(command, fact))
    others: dict[str, Value] = {**dict(command.times), **dict(command.texts)}
    others |= {f"{ROLE_PREFIX}{role}": held for role, held in command.roles}
    held = others.get(fact)
    return "" if held == Holders() else as_typed(held)
