"""Write the mails that a laptop sends, with their recipients, subjects and texts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence

from incidentmail.core.commands import Command, Declare, NameCommander
from incidentmail.core.ids import OurField, base32
from incidentmail.core.text import clip, one_line, paragraphs
from incidentmail.core.words import DRILL_PREFIX, INCIDENT_LINE
from incidentmail.errors import ConfigError, UsageError
from incidentmail.outbound.header_fields import Mail, mailbox
from incidentmail.outbound.wire_format import to_bytes
from incidentmail.reply.grammar.key_values import split_key
from incidentmail.reply.named_line import THE_OPEN_ONE, can_be_named
from incidentmail.reply.parsed import Context

from .as_lines import lines_of, stated_by
from .laptop import Laptop
from .last_sent import last_sent
from .read_back import declares_exactly, facts_in, says_exactly

KNOWN = "What is known:"
"""The line put above details so that they are not parsed as commands: below other text, no command counts."""
SUBJECT_CHARS_MAX = 120
_MAY_BE_RESTRICTED = re.compile(r"(?:\d{4}-\d\d-\d\d-)?[a-z2-7]{6}")


def declaration(laptop: Laptop, command: Declare) -> Mail:
    """Return the mail that declares an incident: to the list, with a copy to the authority.

    The mail always states a commander, because a mail to the list that states neither severity nor commander declares
    nothing. Raise UsageError or ConfigError if this declaration cannot be made by mail.
    """
    if command.silent:
        raise UsageError(
            "--silent needs the machine with the ledger", hint=f"log in there, or write to {laptop.home} in person"
        )
    settings = laptop.config.settings.list
    list_address = laptop.config.list_of(drill=command.drill, restricted=command.restricted)
    if list_address is None:
        raise ConfigError("there is no restricted list", hint="set [list] restricted")
    step = laptop.words.policy.severity(command.severity) if command.severity is not None else None
    others = () if command.restricted or command.drill else (*settings.always_to, *(step.also_to if step else ()))
    subject = f"{DRILL_PREFIX if command.drill else ''}{one_line(command.description)}"
    return _mail(laptop, [list_address], [laptop.home, *others], subject, declaration_text(laptop, command))


def declaration_text(laptop: Laptop, command: Declare) -> str:
    """Return the lines of a declaration, with its details last so that they are not parsed as commands."""
    stated, me = stated_by(command), laptop.me()
    head = [*lines_of(stated, laptop.words)]
    if not any(isinstance(one, NameCommander) for one in stated):
        head.insert(_after_state(head, laptop), f"{laptop.words.key('commander')}: {me}?")
    forms = list(_detail_forms(paragraphs(command.details), laptop))
    texts = ["\n\n".join(filter(None, ("\n".join(head), details))) for details in forms]
    now = laptop.now()
    exact = (
        text for text, details in zip(texts, forms, strict=True)
        if declares_exactly(text, stated, details, words=laptop.words, me=me, now=now)
    )  # fmt: skip
    return next(exact, texts[-1])


def change(laptop: Laptop, incident: str | None, commands: Sequence[Command], *, to_list: bool) -> Mail:
    """Return the mail to the authority that requests `commands`, with a copy to the list if `to_list` is true.

    If `incident` is None, the only open incident is meant. If the incident may be restricted, the list gets no copy,
    and the authority informs the people who may know. Raise UsageError if the text could be understood differently.
    """
    settings = laptop.config.settings.list
    if incident is None and settings.restricted is not None and to_list:
        raise UsageError(
            "say which incident is meant, because the list gets a copy", hint="its id is in each of its mails"
        )
    name = THE_OPEN_ONE if incident is None else incident.strip().lower()
    if not can_be_named(name):
        raise UsageError(f"'{clip(name, 60)}' is no id of an incident, and no part of one", hint="see the list's mails")
    text = change_text(laptop, name, commands)
    what = clip(next(lines_of(commands, laptop.words)), SUBJECT_CHARS_MAX)
    copied = to_list and not (incident and _MAY_BE_RESTRICTED.fullmatch(name))
    what = f"{what[:1].lower()}{what[1:]}" if copied else "change"
    subject = f"{'Open incident' if incident is None else name}: {what}"
    return _mail(laptop, [laptop.home], [laptop.config.list_address] if copied else [], subject, text)


def record_line(laptop: Laptop, incident: str | None, fact: str, value: str) -> Mail:
    """Return the mail that adds one line such as `Action: call the bank @bo` to the record. Only the authority gets it.

    The line is sent as it was typed, because only the authority knows the incident's people and item numbers. Raise
    UsageError if the line would be parsed as something else.
    """
    name = THE_OPEN_ONE if incident is None else incident.strip().lower()
    key = laptop.words.key(fact)
    text = f"{INCIDENT_LINE}{name}\n{key}: {one_line(value)}"
    if not can_be_named(name) or facts_in(text, words=laptop.words, me=laptop.me(), now=laptop.now()) != [fact]:
        raise UsageError(
            f"by mail, '{clip(value, 60)}' could be read as something else", hint=f"use other words after '{key}:'"
        )
    return _mail(laptop, [laptop.home], [], f"{name}: {key[:1].lower()}{key[1:]}", text)


def change_text(laptop: Laptop, name: str, commands: Sequence[Command]) -> str:
    """Return the text of a mail: a line that names the incident, and lines that are parsed as exactly `commands`.

    Two lines together may look like the heading of a quotation (a date above a verb). In that case they are separated
    by a blank line. Raise UsageError if the lines are still not parsed as `commands`.
    """
    lines = [f"{INCIDENT_LINE}{name}", *lines_of(commands, laptop.words)]
    words, me, now = laptop.words, laptop.me(), laptop.now()
    for text in ("\n".join(lines), "\n\n".join(lines)):
        if says_exactly(text, commands, words=words, me=me, now=now):
            return text
    raise UsageError(
        f"by mail, '{clip(lines[1], 60)}' could be read as something else",
        hint=f"use other words, or reply to a mail of the incident; mail to {laptop.home} reaches the ledger too",
    )


def _detail_forms(details: str, laptop: Laptop) -> Iterator[str]:
    """Yield versions of the details to try: unchanged, below other text, and without lines that look like our own."""
    yield details
    if details:
        yield f"{KNOWN}\n\n{details}"
        context = Context(words=laptop.words, written_at=laptop.now(), writer=laptop.me(), declaring=True)
        plain = (line.replace(":", " -", 1) if split_key(line, context) else line for line in details.split("\n"))
        yield f"{KNOWN}\n\n" + "\n".join(plain)


def _after_state(head: Sequence[str], laptop: Laptop) -> int:
    """Return the position for the commander's line: after severity and phase, so that a phone shows these two first."""
    state = tuple(f"{laptop.words.key(name)}: " for name in ("severity", "phase"))
    return sum(line.startswith(state) for line in head)


def _mail(laptop: Laptop, to: Sequence[str], cc: Sequence[str], subject: str, text: str) -> Mail:
    me = laptop.me()
    address = str(me.address)
    copies = [one for one in dict.fromkeys(cc) if one not in to]
    message_id = f"<{base32(secrets.token_bytes(15), 24)}@{address.rpartition('@')[2]}>"
    fields = {
        "From": mailbox(me), "To": ", ".join(to), **({"Cc": ", ".join(copies)} if copies else {}), "Subject": subject,
        "Message-ID": message_id, **({OurField.AFTER: after} if (after := last_sent(laptop)) else {}),
    }  # fmt: skip
    return Mail(
        message_id=message_id, subject=subject, reverse_path=address, forward_paths=(*to, *copies), text=text,
        raw=to_bytes(fields, date=laptop.clock().astimezone(), text=text),
    )  # fmt: skip
