"""Show the state of incidents, taken from the list's newest mail, on a machine without a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from incidentmail.app.laptop.laptop import Laptop
from incidentmail.app.laptop.list_mails import Seen, newest_mails
from incidentmail.cli.common import print_json, say
from incidentmail.cli.screen.layout import Line, Span, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.cli.shapes import seen_in_mail
from incidentmail.core.times import show_duration, show_time
from incidentmail.errors import UsageError

UNPROVEN = "this machine has no key to check these mails with, so anybody could have written them"


def list_from_mails(laptop: Laptop, *, everything: bool, as_json: bool) -> int:
    """Print the open incidents (or all, if `everything` is true) found in the mailbox. Return the exit code."""
    found = [one for one in newest_mails(laptop) if everything or one.is_open]
    if as_json:
        print_json([seen_in_mail(one) for one in found])
        return 0
    if not found:
        click.echo(f"no mail in this mailbox is about an {'' if everything else 'open '}incident", err=True)
        return 0
    width = width_of_screen()
    show([line for one in found for line in (*_lines(laptop, one, width), ())][:-1])
    _say_how_old(laptop, found)
    return 0


def show_from_mails(laptop: Laptop, which: str | None, *, as_json: bool) -> int:
    """Print the state of an incident from its newest mail. Return the exit code."""
    found = newest_mails(laptop)
    wanted = (which or "").strip().lower()
    named = [one for one in found if wanted == one.id] or [one for one in found if wanted and wanted in one.id]
    meant = named if wanted else [one for one in found if one.is_open]
    if len(meant) != 1:
        known = ", ".join(one.id for one in meant or found)
        what = "may be several incidents" if meant else "is in no mail here"
        raise UsageError(
            f"'{which}' {what}"
            if wanted
            else "say which incident"
            if meant
            else "no mail here is about an open incident",
            hint=f"one of: {known}"
            if known
            else f"look in your mail program for mails to {laptop.config.list_address}",
        )
    if as_json:
        print_json(seen_in_mail(meant[0]))
        return 0
    width = width_of_screen()
    show([*_lines(laptop, meant[0], width), (), *wrapped(meant[0].text.strip(), width)])
    _say_how_old(laptop, meant)
    return 0


def _lines(laptop: Laptop, one: Seen, width: int) -> Iterator[Line]:
    words, now, zones = laptop.words, laptop.now(), laptop.config.settings.timezones
    phase = words.phase_clause(one.phase)
    severity = words.severity_clause(one.severity)
    state = (
        f"{severity}, {phase}" if one.is_open else f"{str(one.status.value).capitalize()}; it was {severity.lower()}"
    )
    yield from wrapped(Span(one.description, "strong"), width)
    yield from wrapped(Span(one.id, "faint"), width)
    yield from wrapped(f"{state}. {words.commander_sentence(one.commander.name)}", width)
    if one.is_open and one.next_update_at is not None:
        yield from wrapped(f"Next update: by {show_time(one.next_update_at, zones, now.date())}", width)
    age = show_duration(now - one.mailed_at)
    yield from wrapped(f"As its mail of {show_time(one.mailed_at, zones, now.date())} says, {age} ago", width)


def _say_how_old(laptop: Laptop, found: Sequence[Seen]) -> None:
    newest = max(one.mailed_at for one in found)
    say(
        f"the newest of these mails is {show_duration(laptop.now() - newest)} old; what came later is not known",
        err=True,
    )
    if any(one.is_proven is None for one in found):
        say(f"incidentmail: warning: {UNPROVEN}", err=True)
    for one in found:
        if one.is_proven is False:
            say(
                f"incidentmail: warning: {one.id}: its declaration is not in this mailbox, so this is not proven",
                err=True,
            )
