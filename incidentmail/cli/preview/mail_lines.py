"""Lay out what a person sees before mail is sent: the mail, its recipients, and what it would end or undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from incidentmail.app.context import AppContext
from incidentmail.cli.screen.layout import BLANK, Line, Span, labelled, wrapped
from incidentmail.core.commands import Command, Declare, Undo
from incidentmail.core.model import Incident, Person
from incidentmail.core.words import RESTRICTED_PREFIX
from incidentmail.outbound.header_fields import Mail


def preview(mail: Mail, width: int) -> Iterator[Line]:
    """Yield a mail as it will arrive: its main fields, and its text."""
    yield from labelled(_addressed(mail), width)
    yield BLANK
    yield from wrapped(mail.text.rstrip(), width)


def recipients(
    context: AppContext, mail: Mail, people: Sequence[Person], about: Incident | Declare, width: int
) -> Iterator[Line]:
    """Yield lines about who gets the mail, who gets a private mail about their part, and who gets no mail."""
    private = [str(person) for person in people if person.address]
    lost = [person.name for person in people if not person.address]
    yield from wrapped([Span("Who gets it: ", "strong"), Span(", ".join(mail.forward_paths))], width, indent=2)
    if about.restricted and not about.silent:
        words = f"Without the details ({RESTRICTED_PREFIX.strip()}): {context.config.list_address}"
        yield from wrapped(words, width, indent=2)
    if private:
        yield from wrapped(f"In private, about their part: {', '.join(private)}", width, indent=2)
    if lost:
        words = f"Nobody tells {', '.join(lost)}: no address is known."
        yield from wrapped(Span(words, "warn"), width, indent=2)


def doubt_lines(doubts: Iterable[str], width: int) -> Iterator[Line]:
    """Yield the doubts as highlighted lines."""
    for doubt in doubts:
        end = "" if doubt.endswith("'") else "."  # a command to paste has no full stop
        yield from wrapped(Span(f"{doubt[:1].upper()}{doubt[1:]}{end}", "warn"), width, indent=2)


def undone(context: AppContext, commands: Iterable[Command], incident: Incident) -> Iterator[str]:
    """Yield a line for each update that is to be undone, about the changes that it announced."""
    from incidentmail.core.deeds.changes import FactChange, deed

    numbers = [command.number for command in commands if isinstance(command, Undo)]
    for update in (one for one in incident.announced if one.number in numbers):
        changes = (FactChange(fact=one.fact, was=one.was, now=one.now, by=one.by) for one in update.changes)
        deeds = "; ".join(dict.fromkeys(f"{one.by.name} {deed(context.words, one)}" for one in changes if one.by))
        yield f"Update {update.number}: {deeds or 'a message only'}."


def _addressed(mail: Mail) -> list[tuple[str, str]]:
    from incidentmail.outbound.wire_format import addressed

    return addressed(mail.raw)
