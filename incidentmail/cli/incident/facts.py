"""Define options for the facts of an incident: severity, phase, people, texts and times.

`declare` and `update` accept all of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from incidentmail.cli.common import phase_of, severity_of, stated, time
from incidentmail.cli.corrected import PLACEHOLDERS, WHO, command_line, typed
from incidentmail.cli.corrected import WORDS as SAID
from incidentmail.cli.help import option
from incidentmail.cli.named_people import is_not_needed, person
from incidentmail.cli.terminal import Terminal
from incidentmail.core.commands import AddNote
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Holders, Person, TextField, TimeField
from incidentmail.core.policy import DEFAULT_PHASES, DEFAULT_SEVERITIES, SME
from incidentmail.errors import UnreadableInputError, UsageError

F = TypeVar("F", bound=Callable[..., Any])
STATE, PEOPLE, WORDS, TIMES = "How bad it is", "Who", "What is told", "When"
TEXTS: tuple[TextField, ...] = ("impact", "not_affected", "customers_may_be_told")
_UNLESS = ", unless configured otherwise"
SCALE = ", ".join(f"{step.level} {step.name}" for step in DEFAULT_SEVERITIES) + _UNLESS
STEPS = ", ".join(f"{step.number} {step.name}" for step in DEFAULT_PHASES) + _UNLESS

_OPTIONS = (
    option("--severity", "--sev", "-s", group=STATE, metavar="N", help=f"Number or name: {SCALE}."),
    option("--phase", group=STATE, metavar="N", help=f"How far the response is: {STEPS}."),
    option("--commander", group=PEOPLE, metavar="WHO", help="The one incident commander; for 'declare': else you."),
    option("--customer-liaison", group=PEOPLE, metavar="WHO", help="Who answers customers; or 'not needed'."),
    option("--business-liaison", group=PEOPLE, metavar="WHO", help="Who answers management; or 'not needed'."),
    option("--sme", group=PEOPLE, metavar="WHO", multiple=True, help="A subject-matter expert; may be repeated."),
    option("--role", group=PEOPLE, metavar="ROLE=WHO", multiple=True, help="Any other role of the configuration."),
    option("-m", "--message", group=WORDS, metavar="TEXT", help="What is known, in your words."),
    option("-F", "--file", group=WORDS, metavar="FILE", help="The same from a file; - is standard input."),
    option("--edit", group=WORDS, is_flag=True, help="The same, written in $EDITOR."),
    option("--venue", group=WORDS, metavar="TEXT", help="Where people meet: a link, a channel, a room."),
    option("--impact", group=WORDS, metavar="TEXT", help="Who and what is affected."),
    option("--not-affected", group=WORDS, metavar="TEXT", help="What still works."),
    option("--customers-may-be-told", group=WORDS, metavar="TEXT", help="What support may say; it is approved first."),
    option("--started", group=TIMES, metavar="TIME", help="When it began: 14:07, 14m ago, or 2026-11-20 14:07 UTC."),
    option("--detected", group=TIMES, metavar="TIME", help="When somebody or an alert first noticed it."),
    option("--next-update", group=TIMES, metavar="TIME", help="When news comes next: 15:00 or +30m."),
)  # fmt: skip


reason_option = option("-m", "--message", metavar="TEXT", help="Why, in one sentence: the list is told it too.")


def reason_given(message: str | None) -> list[AddNote]:
    """Return the text of -m as a note that is mailed to the list along with the change, or an empty list.

    Raise UsageError if the text is empty.
    """
    hint = "write the reason, or leave it out"
    return [] if message is None else [AddNote(stated(message, "-m", hint=hint), rides=True)]


def refused_by_mail(reason: Sequence[AddNote], what: str) -> None:
    """Raise UsageError if a reason was given for `what`, because mail from a laptop cannot contain such a reason."""
    if reason:
        raise UsageError(
            f"from this machine, {what} can hold no message",
            hint=f"tell it to everybody: {command_line('update', '-m', reason[0].text)}",
        )


def facts_options(function: F) -> F:
    """Add the options for all facts of an incident to a command."""
    for add in reversed(_OPTIONS):
        function = add(function)
    return function


class Facts(Frozen, kw_only=True):
    """The facts that were stated. Facts that were not stated are None or empty.

    In `roles`, a role is marked as dismissed if somebody wrote that it is not needed.
    """

    severity: int | None
    phase: int | None
    commander: Person | None
    venue: str | None
    texts: tuple[tuple[TextField, str], ...]
    roles: tuple[tuple[str, Holders], ...]
    times: tuple[tuple[TimeField, datetime], ...]


def stated_facts(context: Terminal, given: Mapping[str, object]) -> Facts:
    """Return the facts stated by the options. Raise UsageError if the value of an option is invalid."""
    severity, phase, commander = given["severity"], given["phase"], given["commander"]
    venue = given["venue"]
    return Facts(
        severity=severity_of(context, severity) if isinstance(severity, str) else None,
        phase=phase_of(context, phase) if isinstance(phase, str) else None,
        commander=person(context, commander, "--commander") if isinstance(commander, str) else None,
        venue=venue if isinstance(venue, str) else None,
        texts=tuple((name, text) for name in TEXTS if isinstance(text := given[name], str)),
        roles=tuple(_roles(context, given).items()),
        times=tuple(_times(context, given)),
    )


def _roles(context: Terminal, given: Mapping[str, object]) -> dict[str, Holders]:
    named: list[tuple[str, str, str]] = []
    for key in OWN_OPTIONS[:2]:
        if isinstance(value := given[key], str):
            named.append((key, value, f"--{key.replace('_', '-')}"))
    named += [(SME, str(who), "--sme") for who in _many(given["sme"])]
    named += [_role(context, str(pair)) for pair in _many(given["role"])]
    roles: dict[str, tuple[Person, ...]] = {}
    for key, who, name in named:
        roles[key] = roles.get(key, ()) + (() if is_not_needed(who) else (person(context, who, name),))
    return {key: Holders(people=people, dismissed=not people) for key, people in roles.items()}


def _role(context: Terminal, pair: str) -> tuple[str, str, str]:
    key, equals, who = pair.partition("=")
    key = key.strip().replace("-", "_")
    if not equals:
        line = typed().with_value("--role", pair, f"{key}={WHO}")
        raise UsageError(f"--role '{pair}' names nobody", hint=f"say who: {line}")
    if context.words.policy.role(key) is None:
        raise UsageError(f"no role is called '{key}'", hint=_instead_of_role(context, key, pair, who))
    return key, who, f"--role {key}"


OWN_OPTIONS = ("customer_liaison", "business_liaison", SME)
"""The roles that have options of their own and are therefore not listed in hints."""


def _instead_of_role(context: Terminal, key: str, pair: str, who: str) -> str:
    """Return a hint about what to write in place of a nonexistent role. `pair` is the option's value."""
    from difflib import get_close_matches  # imported here because only mistyped roles need it

    keys = [role.key for role in context.words.policy.roles]
    line = typed()
    if near := get_close_matches(key, keys, n=1):
        return f"did you mean {near[0]}? {line.with_value('--role', pair, f'{near[0]}={who}')}"
    others = ", ".join(one for one in keys if one not in OWN_OPTIONS)
    return f"leave it out: {line.with_value('--role', pair)}\nor give a role that exists: {others}"


def _many(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def _times(context: Terminal, given: Mapping[str, object]) -> list[tuple[TimeField, datetime]]:
    found: list[tuple[TimeField, datetime]] = []
    if isinstance(started := given["started"], str):
        found.append(("started_at", time(context, started, "--started", "last")))
    if isinstance(detected := given["detected"], str):
        found.append(("detected_at", time(context, detected, "--detected", "last")))
    if isinstance(next_update := given["next_update"], str):
        found.append(("next_update_at", time(context, next_update, "--next-update", "next")))
    return found


def message_of(given: Mapping[str, object]) -> str | None:
    """Return the text given by -m, or the content of the file given by -F, or None if neither is given.

    Raise UsageError if both are given, or if a text is still a placeholder (in capitals) from one of our hints. Raise
    UnreadableInputError if the file cannot be read.
    """
    message, file = given["message"], given["file"]
    for text in (message, given.get("description")):
        if text in PLACEHOLDERS:
            raise UsageError(f"a text is still '{text}'", hint="write your own words in place of the capitals")
    if message is not None and file is not None:
        raise UsageError("-m and -F both say what is known", hint="give one of them")
    if not isinstance(file, str):
        return message if isinstance(message, str) else None
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8")
    except FileNotFoundError as error:
        raise UnreadableInputError(f"-F {file}: there is no such file", hint=_instead_of_file(file)) from error
    except OSError as error:
        raise UnreadableInputError(f"-F {file}: {error.strerror}", hint=_instead_of_file(file)) from error
    except UnicodeDecodeError as error:
        raise UnreadableInputError(f"-F {file}: it is not in UTF-8", hint=_instead_of_file(file)) from error


def _instead_of_file(file: str) -> str:
    line = typed()
    other, without = line.with_value("-F", file, "FILE"), line.with_value("-F", file)
    if other is None or without is None:
        return "name a text file in UTF-8"
    return f"name a text file in UTF-8: {other}\nor say it here: {without.adding('-m', SAID)}"
