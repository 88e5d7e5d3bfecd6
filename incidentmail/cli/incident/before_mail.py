"""Before mail is sent, show it with its recipients and any doubts, and let a person at a terminal stop it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from incidentmail.app.context import AppContext
from incidentmail.cli.common import say
from incidentmail.cli.corrected import NEWS, command_line
from incidentmail.cli.help import option
from incidentmail.cli.screen.layout import BLANK, Line, Span, labelled, plain, wrapped
from incidentmail.cli.screen.output import is_terminal, show, width_of_screen
from incidentmail.core.commands import AssignRole, Command, Declare, NameCommander, SetPhase, SetStatus, Undo
from incidentmail.core.conduct.promises import LAST_PHASE
from incidentmail.core.model import Incident, Person, Status
from incidentmail.core.text import counted
from incidentmail.core.tracking.tracked_items import TO_DO, open_items
from incidentmail.core.words import RESTRICTED_PREFIX
from incidentmail.outbound.header_fields import Mail
from incidentmail.report.near_duplicates import near_duplicates

if TYPE_CHECKING:
    from incidentmail.inbound.authentication.author import Roster

OPEN_SHOWN_MAX, NEAR_SHOWN_MAX = 5, 2
ALIKE = 0.85
"""The minimum similarity to a member's address at which an address is called mistyped."""
dry_run_option = option("--dry-run", is_flag=True, help="Print the mail and do nothing.")
yes_option = option("-y", "--yes", is_flag=True, help="At a terminal: mail it without asking.")


def can_ask() -> bool:
    """Return whether a person at a terminal can answer questions."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def is_watched() -> bool:
    """Return whether a person at a terminal sees the output and can therefore be asked before mail is sent."""
    return is_terminal(sys.stdout) and can_ask()


def ask_line(question: str, *, note: str = "", needed: bool = False) -> str:
    """Ask for one line and return it trimmed, or "" if only Enter was pressed. If it is `needed`, ask again."""
    shown = f"{question}{f' ({note})' if note else ''}" if question else ">"
    *above, last = wrapped([Span(shown)], width_of_screen(sys.stderr) - 1)
    while True:
        show(above, err=True)
        answer = str(click.prompt(plain(last), default="", show_default=False, prompt_suffix=" ", err=True))
        if answer.strip() or not needed:
            return answer.strip()


def named(context: AppContext, commands: Iterable[Command]) -> list[Person]:
    """Return the distinct other people whom `commands` name to command or to a role."""
    me, people = context.operator().person, list[Person]()
    for command in commands:
        match command:
            case Declare(commander=commander, roles=roles):
                people += [*([commander] if commander else []), *(one for _, held in roles for one in held.people)]
            case NameCommander(person=person):
                people.append(person)
            case AssignRole(people=assigned, how="set" | "add"):
                people += assigned
            case _:
                continue
    return [one for one in dict.fromkeys(people) if not one.same_as(me)]


def doubts_about(
    context: AppContext, commands: Sequence[Command], others: Sequence[Incident] = (), *, can_stop: bool = False
) -> Sequence[str]:
    """Return the reasons not to mail now: `others` includes a similar incident, or a named person is not a member.

    If `can_stop` is true, say how to add to that incident instead.
    """
    doubts = []
    declared = next((command for command in commands if isinstance(command, Declare)), None)
    for near in near_duplicates(declared.description, others)[:NEAR_SHOWN_MAX] if declared else ():
        instead = f"; to add to it instead: {command_line('update', near.id, '-m', NEWS)}" if can_stop else ""
        doubts.append(f"this may be {near.id}, which is open (severity {near.severity}: {near.description}){instead}")
    for person in named(context, commands):
        if person.address and not context.roster.has(person.address):
            doubts.append(unknown_address(context.roster, person.address))
    for phase in (command.phase for command in commands if isinstance(command, SetPhase)):
        if phase > LAST_PHASE and context.words.policy.phase(phase):
            doubts.append(
                f"{context.words.phase_clause(phase)} means that the damage is over: no update is promised any more, "
                "and commands that name no incident do not mean this one"
            )
    return doubts


def unknown_address(roster: Roster, address: str) -> str:
    """Return what is doubtful about a non-member's address: whether it is mistyped, and the consequences."""
    near = meant_address(roster, address)
    what = f"looks mistyped ({near}?)" if near else "is not a member's"
    return f"the address {address} {what}, and replies from there change nothing"


def meant_address(roster: Roster, address: str) -> str | None:
    """Return the member's address that was probably meant (a similar one, or one at a similar domain), or None."""
    import difflib  # imported here because few addresses are unknown

    local, _, domain = address.rpartition("@")
    known = sorted({member.rpartition("@")[2] for member in roster.members} - {domain})
    for near in difflib.get_close_matches(domain, known, n=1, cutoff=ALIKE):
        if roster.has(f"{local}@{near}"):
            return f"{local}@{near}"
    return next(iter(difflib.get_close_matches(address, sorted(roster.members), n=1, cutoff=ALIKE)), None)


def warn(doubts: Iterable[str]) -> None:
    for doubt in doubts:
        say(f"incidentmail: warning: {doubt}", err=True)


def show_open(incidents: Sequence[Incident]) -> None:
    """Print the first open incidents, so that nobody declares one of them again by mistake."""
    for incident in incidents[:OPEN_SHOWN_MAX]:
        say(f"also open: {incident.id}, severity {incident.severity}: {incident.description}", err=True)


def is_agreed(context: AppContext, commands: Sequence[Command], incident: Incident, mail: Mail | None) -> bool:
    """Show the mail, and ask once whether to send it. `mail` is None if the list gets no mail now."""
    width = width_of_screen(sys.stderr)
    lines: list[Line] = []
    if mail is not None:
        lines += [*preview(mail, width), BLANK, *recipients(context, mail, named(context, commands), incident, width)]
    else:
        lines += wrapped("The list gets no mail about it now.", width)
    lines += [line for text in undone(context, commands, incident) for line in wrapped(text, width)]
    lines += left_open_lines(context, incident, width) if would_end(commands) else []
    doubts = [*doubts_about(context, commands), *(led_by_another(context, incident) if would_end(commands) else ())]
    show([*lines, *doubt_lines(doubts, width), BLANK], err=True)
    what = f"Enter sends it ({incident.id})" if mail is not None else f"Enter does it ({incident.id})"
    return ask_line(f"{what}; n stops, and nothing changes.").casefold() in ("", "y", "yes", "send")


def undone(context: AppContext, commands: Iterable[Command], incident: Incident) -> Iterator[str]:
    """Yield a line about the announcement of each update that is to be undone."""
    from incidentmail.core.deeds.changes import FactChange, deed

    numbers = [command.number for command in commands if isinstance(command, Undo)]
    for update in (one for one in incident.announced if one.number in numbers):
        changes = (FactChange(fact=one.fact, was=one.was, now=one.now, by=one.by) for one in update.changes)
        deeds = "; ".join(dict.fromkeys(f"{one.by.name} {deed(context.words, one)}" for one in changes if one.by))
        yield f"Update {update.number}: {deeds or 'a message only'}."


def would_end(commands: Iterable[Command]) -> bool:
    return any(isinstance(command, SetStatus) and command.status is not Status.OPEN for command in commands)


def left_open_lines(context: AppContext, incident: Incident, width: int) -> list[Line]:
    """Return a heading, the open actions and needs, and the required roles that nobody holds."""
    from .parts import Page, item_lines, needed, section  # imported here because few commands end an incident

    page = Page.of(context, width)
    lines = item_lines(page, open_items(incident.items, *TO_DO))
    for title in needed(page, incident):
        lines += wrapped(Span(f"{title}: nobody", "warn"), width, first=(Span("  "),), indent=4)
    return section("If it ends now, this stays open", lines)


def led_by_another(context: AppContext, incident: Incident) -> list[str]:
    """Return a warning that the person at the terminal, who ends the incident, does not lead it."""
    is_mine = incident.commander.same_as(context.operator().person)
    return [] if is_mine else [f"{incident.commander.name} leads this incident, not you"]


def ending_doubts(context: AppContext, incident: Incident) -> list[str]:
    """Return the warnings of an end if nobody is asked: another person leads, or actions and needs are not done yet."""
    doubts, left = led_by_another(context, incident), open_items(incident.items, *TO_DO)
    if not left:
        return doubts
    numbers = ", ".join(f"{item.kind} {item.number}" for item in left)
    told = "" if all(item.owner and item.owner.address for item in left) else " if their address is known"
    return [*doubts, f"{counted(len(left), 'thing')} not done yet ({numbers}); the owners are told{told}"]


def preview(mail: Mail, width: int) -> Iterator[Line]:
    """Yield a mail as it will arrive: its main fields, and its text."""
    yield from labelled(_addressed(mail), width)
    yield BLANK
    yield from wrapped(mail.text.rstrip(), width)


def recipients(
    context: AppContext, mail: Mail, people: Sequence[Person], about: Incident | Declare, width: int
) -> Iterator[Line]:
    """Yield lines about who gets the mail, who gets a private one about their part, and who gets none."""
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


def _addressed(mail: Mail) -> list[tuple[str, str]]:
    from incidentmail.outbound.wire_format import addressed

    return addressed(mail.raw)
