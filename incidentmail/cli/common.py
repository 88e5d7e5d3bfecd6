"""Provide functions that several commands share: open the app context, parse options, print values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import click

from incidentmail.app.context import AppContext, now_utc, open_context
from incidentmail.app.key_file import is_there
from incidentmail.config.load import Config, load
from incidentmail.core.commands import AddNote, Command
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Proposal
from incidentmail.core.text import fold_case, paragraphs
from incidentmail.core.times import show_time
from incidentmail.core.words import Words
from incidentmail.errors import (
    IncidentMailError,
    LedgerElsewhereError,
    SecretHeldError,
    UsageError,
)

from .corrected import HOUR, PLACEHOLDERS, typed
from .screen.output import say as say
from .terminal import Terminal
from .waiting import closing_lines

if TYPE_CHECKING:
    from incidentmail.app.laptop.laptop import Laptop
    from incidentmail.isolation.pool import Pool

ALLOW_SECRET = "incidentmail.allow_secret"
ALREADY_SAID = "incidentmail.already_said"
"""The key in click's `meta` for the warnings that the command has already printed: "waits" or "muted"."""
NUMBER_DIGITS_MAX = 18
"""The maximum number of digits in a number. SQLite cannot store 20, and Python does not parse thousands."""
FUTURE_AT_MOST = timedelta(minutes=5)
"""How far in the future a time that should be past may be, to allow for differences between clocks."""

BAD_IN_WORDS = frozenset({"critical", "high", "highest", "low", "lowest", "major", "medium", "minor", "urgent"})
"""Words that express how bad something is, on any severity scale."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
secret_option = click.option(
    "--allow-secret",
    is_flag=True,
    expose_value=False,
    callback=lambda ctx, _, value: ctx.meta.update({ALLOW_SECRET: value}),
    help="Send it although it looks like a secret; this is recorded.",
)


def incident_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the ids of open incidents that a shell can complete with the Tab key.

    Return an empty list if they cannot be read, because a shell has no place to show an error.
    """
    if incomplete.startswith("-"):
        return []
    try:
        config = load(ctx.find_root().params.get("config"))
        if config.settings.home.address is not None:
            return []
        context = open_context(config, now_utc, looks_only=True)
    except IncidentMailError:
        return []
    try:
        with context.ledger.snapshot() as view:
            return [name for name in view.next_updates() if incomplete in name]
    finally:
        context.close()


incident_argument = click.argument("incident", required=False, shell_complete=incident_names)


def config_beside_ledger(ctx: click.Context) -> Config:
    """Return the configuration. Raise LedgerElsewhereError if it says that the ledger is on another machine."""
    config = load(ctx.find_root().obj.get("config"))
    if config.settings.home.address is not None:
        raise LedgerElsewhereError(config.settings.home.address)
    return config


@contextmanager
def context_of(
    ctx: click.Context, *, warn: bool = False, looks_only: bool = False, pool: Pool | None = None
) -> Iterator[AppContext]:
    """Open the app context for this command line, and close it at the end of the block.

    `looks_only` is for commands that change nothing: they create no files and do not wait for a process that is
    writing. `pool` creates the workers that parse mail; the default is one forked worker. If `warn` is true, print
    which settings have no effect yet; this is for commands used while installing the program, not during an incident.
    """
    options = ctx.find_root().obj
    config, clock = config_beside_ledger(ctx), options.get("clock") or now_utc
    begins_anew = is_there(config.key_path) and config.ledger.database_url is None and not is_there(config.ledger_path)
    begins_anew = begins_anew and not looks_only
    context = open_context(config, clock, looks_only=looks_only, pool=pool)
    if begins_anew:
        where = f"a new ledger was begun, {config.ledger_path}, though there was a key"
        click.echo(f"incidentmail: warning: {where}; if there was a ledger, put it back", err=True)
    for warning in context.config.warnings if warn else ():
        click.echo(f"incidentmail: warning: {warning}", err=True)
    try:
        yield context
        command, said = ctx.find_root().invoked_subcommand, ctx.meta.get(ALREADY_SAID, frozenset())
        for line in closing_lines(context, command, changes=not looks_only, said=said):
            say(f"incidentmail: warning: {line}", err=True)
    finally:
        context.close()


def laptop_of(ctx: click.Context) -> Laptop | None:
    """Return a Laptop for this machine if `[home] address` says that the ledger is elsewhere, otherwise None."""
    options = ctx.find_root().obj
    config = load(options.get("config"))
    if config.settings.home.address is None:
        return None
    from incidentmail.app.laptop.laptop import Laptop

    return Laptop(config=config, clock=options.get("clock") or now_utc, words=Words(config.policy))


def guarded(commands: Sequence[Command]) -> list[Command]:
    """Return `commands` if they contain no secret.

    If they do, raise a SecretHeldError that shows the first characters of the secret. With --allow-secret, return them
    along with a note about the secret.
    """
    from incidentmail.core.leaks.leaked_secrets import kinds, masked_command

    found = [leak for command in commands for leak in masked_command(command)[1]]
    if not found:
        return [*commands]
    if not click.get_current_context().meta.get(ALLOW_SECRET):
        shown = ", ".join(dict.fromkeys(leak.shown for leak in found))
        raise SecretHeldError(
            f"nothing was sent: this looks like a secret ({kinds(found)}): {shown}",
            hint="take it out; or, if everybody on the list may have it, add --allow-secret",
        )
    return [*commands, AddNote(f"Sent on purpose with what looks like a secret: {kinds(found)}.")]


def print_json(value: JsonValue) -> None:
    """Print a JSON value on one line. Letters of any script remain readable; control characters are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    click.echo("".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text))


def in_words(value: JsonValue) -> str:
    """Return a JSON value (a person, the holders of a role, a list, or another value) in readable form on one line.

    >>> in_words({"people": [{"name": "Bo K.", "address": None}], "dismissed": False})
    'Bo K.'
    """
    match value:
        case {"people": [*people], **others}:
            nobody = "not needed" if others.get("dismissed") else "nobody"
            return ", ".join(in_words(one) for one in people) or nobody
        case {"name": name}:
            return str(name)
        case dict():
            return "; ".join(f"{name}: {in_words(one)}" for name, one in value.items())
        case [*parts]:
            return ", ".join(in_words(part) for part in parts)
        case _:
            return " / ".join(str(value).split("\n"))


def proposal_line(context: AppContext, proposal: Proposal) -> str:
    """Return a description of a proposal: its state, the request, who can accept it, and why they are asked."""
    from incidentmail.core.command_text import asks

    until = show_time(proposal.expires_at, context.config.settings.timezones, context.now().date())
    state = f"waits until {until}" if proposal.state == "open" else proposal.state
    names = " or ".join(person.name for person in proposal.confirmers) or "the operator"
    what = f"{proposal.by.name} wants to {asks(proposal, context.words)}"
    return f"proposal {proposal.number} {state}: {what}\n        {names} can accept it: {proposal.reason}"


def number_of(text: str, what: str, *, hint: str) -> int:
    """Return `text` as an integer. If it is not one, raise a UsageError that says what was expected (`what`)."""
    if not text.isdecimal() or len(text) > NUMBER_DIGITS_MAX:
        raise UsageError(f"'{text}' is not {what}", hint=hint)
    return int(text)


def stated(text: str, what: str, *, hint: str) -> str:
    """Return `text`. Raise UsageError if it has no visible characters or is a placeholder from one of our hints."""
    if not paragraphs(text):
        raise UsageError(f"{what} is empty", hint=hint)
    if text in PLACEHOLDERS:
        raise UsageError(f"{what} is still '{text}'", hint="write your own words in place of the capitals")
    return text


def severity_of(context: Terminal, text: str) -> int:
    """Return the number of a severity typed as 2, sev2, S2, or its name. Raise UsageError for anything else.

    This function does not check whether the scale contains that number.
    """
    return _number(text, "severity", {step.name: step.level for step in context.words.policy.severities})


def phase_of(context: Terminal, text: str) -> int:
    """Return the number of a phase typed as 2, p2, or its name. Raise UsageError for anything else."""
    try:
        return _number(text, "phase", {step.name: step.number for step in context.words.policy.phases})
    except UsageError as error:
        if instead := _as_severity(context, text):
            error.hint = f"for how bad it is: {instead}\nfor how far you are: {error.hint}"
        raise


def _as_severity(context: Terminal, text: str) -> str | None:
    """Return the command with --severity instead of --phase if `text` expresses a severity, otherwise None."""
    severities = {step.name: step.level for step in context.words.policy.severities}
    level = {fold_case(name): str(number) for name, number in severities.items()}.get(fold_case(text))
    line = typed().with_value("--phase", text)
    if line is None or line.has("--severity") or not (level or fold_case(text) in BAD_IN_WORDS):
        return None
    return (
        str(line.adding("--severity", level))
        if level
        else (f"{line.adding('--severity', 'N')}; N is {_scale(severities)}")
    )


def _number(text: str, what: str, steps: Mapping[str, int]) -> int:
    text = text.strip()
    found = re.fullmatch(rf"(?:{what}|{what[:3]}|{what[0]})?[ -]?(\d{{1,3}})", text, re.I | re.A)
    if found:
        return int(found[1])
    number = {fold_case(name): number for name, number in steps.items()}.get(fold_case(text))
    if number is None:
        priority = re.fullmatch(r"p[ -]?(\d)", text, re.I | re.A) if what == "severity" else None
        named = {str(step): name for name, step in steps.items()}.get(priority[1]) if priority else None
        line = typed().with_value(f"--{what}", text, priority[1] if priority and named else "N")
        if line is None:  # it is the answer to a question
            hint = f"write a number: {_scale(steps)}"
        elif priority and named:
            hint = f"if you mean severity {priority[1]} ({named}): {line}"
        else:
            hint = f"{line}; N is {_scale(steps)}"
        raise UsageError(f"--{what} '{text}' is no {what}", hint=hint)
    return number


def _scale(steps: Mapping[str, int]) -> str:
    *others, last = (f"{number} ({name})" for name, number in steps.items())
    return f"{', '.join(others)} or {last}" if others else last


def time(context: Terminal, text: str, option: str, nearest: Literal["next", "last"]) -> datetime:
    """Return the time given by `text` in the time zone of this terminal.

    Raise UsageError if it is not a complete time, or if it is in the future although `nearest` is "last".
    """
    from incidentmail.core.time_forms.written_times import NoTime, read_time

    now = context.clock().astimezone()
    found = read_time(text, written_at=now, nearest=nearest)
    if isinstance(found, NoTime):
        if not isinstance(read_time(f"{text} 14:07", written_at=now, nearest=nearest), NoTime):
            hint = f"add the time of day: {_with_time(option, text, f'{text} {HOUR}{_zone(now)}')}"
            raise UsageError(f"{option} '{text}' has no time of day", hint=hint)
        raise UsageError(f"{option} '{text}' {found.reason}", hint=found.remedy)
    if nearest == "last" and found - now > FUTURE_AT_MOST:
        today, before = (_with_time(option, text, f"{day}{HOUR}{_zone(now)}") for day in ("", "yesterday "))
        hint = f"if it was today: {today}\nif it was yesterday: {before}"
        raise UsageError(f"{option} '{text}' is in the future", hint=hint)
    return found


def _zone(now: datetime) -> str:
    """Return a space and the time zone's abbreviation, or "" if the abbreviation may mean another zone."""
    from incidentmail.core.time_forms.written_times import read_time

    named = read_time(f"{now:%H:%M %Z}", written_at=now, nearest="last")
    return f" {now:%Z}" if named == read_time(f"{now:%H:%M}", written_at=now, nearest="last") else ""


def _with_time(option: str, text: str, instead: str) -> str:
    """Return the typed command with `instead` as the time, or only `instead` if `text` answered a question."""
    line = typed().with_value(option, text, instead)
    return instead if line is None else str(line)
