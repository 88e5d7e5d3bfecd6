"""Run the dialogue of `declare` at a terminal, which asks for missing facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from incidentmail.cli.common import say
from incidentmail.cli.preview.declaration_form import declaration_form
from incidentmail.cli.preview.letters import Change
from incidentmail.cli.preview.loop import Form, asked, put
from incidentmail.cli.preview.questions import ask_line, paragraphs
from incidentmail.cli.terminal import Terminal
from incidentmail.core.commands import Declare
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import replace
from incidentmail.core.words import Words

from .first_words import first_words


def means_severity(context: Terminal, word: str, number: str) -> bool:
    """Ask whether `word`, the first word of a description, means the severity `number`."""
    clause = context.words.severity_clause(int(number))
    question = f"Does {word} mean {clause[:1].lower()}{clause[1:]}?"
    return ask_line(question, note="Enter: yes; n: no, it belongs to the description").casefold() not in ("n", "no")


def ask(context: Terminal, command: Declare, id_for: Callable[[Declare], str]) -> Declare:
    """Complete `command` with answers from the person at the terminal. Only the description is required.

    `id_for` returns the id that the incident would get, which may be part of its venue. The questions go to stderr, so
    that stdout contains only data.
    """
    form = declaration_form(context, lambda _: None)
    if not command.description:
        first = first_words(ask_line("What do you see, in one line?", note="needed", needed=True))
        command = replace(command, description=first.description or first.whole)
        if command.severity is None and first.severity is not None:
            command = put(context, command, form, Change("severity", first.severity))
    if command.severity is None:
        command = _severity(context, command, form)
    if "started_at" not in dict(command.times):
        note = "14:07, 20m ago; Enter: not known"
        command = asked(context, command, form, "started_at", "When did it begin?", note=note)
    if command.venue is None:
        suggested = suggested_venue(context, command, id_for)
        note = f"Enter: {suggested}" if suggested else "a link, a channel, a room; Enter: not known yet"
        venue = ask_line("Where do people meet?", note=note) or suggested
        command = replace(command, venue=venue)
    if command.commander is None:
        title, note = context.words.title, "a name or an address; Enter: you"
        command = asked(context, command, form, "commander", f"Who leads it, as {title}?", note=note)
    for fact, question in _roles(context, command):
        note = "names or addresses, or 'not needed'; Enter: not yet"
        command = asked(context, command, form, fact, question, note=note)
    return command if command.details else replace(command, details=paragraphs())


def suggested_venue(context: Terminal, command: Declare, id_for: Callable[[Declare], str]) -> str:
    """Return the venue from `[incident] venue`, with the incident's future id, or "" if none is configured."""
    pattern = context.config.settings.incident.venue
    return pattern.replace("{id}", id_for(command)) if pattern else ""


def say_severities(words: Words) -> None:
    """Ask how bad it is, and print each severity with its meaning."""
    say("How bad is it?", err=True)
    for step in words.policy.severities:
        meaning = f": {step.meaning}" if step.meaning else ""
        say(f"  {step.level}  {step.name}{meaning}", err=True)


def _severity(context: Terminal, command: Declare, form: Form[Declare]) -> Declare:
    say_severities(context.words)
    usual = context.words.policy.default_severity
    note = f"number or name; Enter: {' '.join(filter(None, (str(usual), context.words.severity_name(usual))))}"
    answered = asked(context, command, form, "severity", "Severity", note=note)
    return answered if answered.severity is not None else replace(answered, severity=usual)


def _roles(context: Terminal, command: Declare) -> Iterator[tuple[str, str]]:
    """Yield each role that the severity requires and the command does not mention, with a question about the role.

    Experts are named in the preview, with a letter.
    """
    policy, known = context.words.policy, dict(command.roles)
    step = policy.severity(command.severity if command.severity is not None else policy.default_severity)
    for key in step.requires if step else ():
        role = policy.role(key)
        if role is not None and key not in known:
            yield f"{ROLE_PREFIX}{key}", f"{role.title}{f', for {role.takes}' if role.takes else ''}?"
