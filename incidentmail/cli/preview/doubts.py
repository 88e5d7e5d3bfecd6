"""Find reasons not to mail something now: a similar open incident, a mistyped address, another commander."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from incidentmail.app.context import AppContext
from incidentmail.cli.common import say
from incidentmail.cli.corrected import NEWS, command_line
from incidentmail.core.commands import (
    AssignRole,
    Command,
    Declare,
    GiveUpdate,
    NameCommander,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
)
from incidentmail.core.conduct.promises import LAST_PHASE
from incidentmail.core.model import Incident, Person, Status
from incidentmail.core.text import counted
from incidentmail.core.tracking.tracked_items import TO_DO, open_items
from incidentmail.report.near_duplicates import near_duplicates

if TYPE_CHECKING:
    from incidentmail.inbound.authentication.author import Roster

OPEN_SHOWN_MAX, NEAR_SHOWN_MAX = 5, 2
ALIKE = 0.85
"""How similar to a member's address an address must be to count as mistyped."""


def named(context: AppContext, commands: Iterable[Command]) -> list[Person]:
    """Return the people to whom `commands` assign command or a role, without duplicates or the user."""
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
    """Return reasons not to mail now, such as a similar incident in `others` or an address that is not a member's.

    If `can_stop` is true, also say how to update the similar incident instead.
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
    """Return a warning about an address that is not a member's: it may be mistyped, and replies change nothing."""
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


def would_end(commands: Iterable[Command]) -> bool:
    return any(isinstance(command, SetStatus) and command.status is not Status.OPEN for command in commands)


def led_by_another(context: AppContext, incident: Incident) -> list[str]:
    """Return a warning if the person at the terminal, who is ending the incident, does not lead it."""
    is_mine = incident.commander.same_as(context.operator().person)
    return [] if is_mine else [f"{incident.commander.name} leads this incident, not you"]


def ending_doubts(context: AppContext, incident: Incident) -> list[str]:
    """Return warnings about ending an incident: another person leads it, or actions or needs are not done yet."""
    doubts, left = led_by_another(context, incident), open_items(incident.items, *TO_DO)
    if not left:
        return doubts
    numbers = ", ".join(f"{item.kind} {item.number}" for item in left)
    told = "" if all(item.owner and item.owner.address for item in left) else " if their address is known"
    return [*doubts, f"{counted(len(left), 'thing')} not done yet ({numbers}); the owners are told{told}"]


def broken(context: AppContext, incident: Incident) -> str:
    """Return the line in which all mail about `incident` states what is broken."""
    from incidentmail.outbound.wording import Wording

    line = Wording(words=context.words, zones=context.config.settings.timezones).broken(incident)
    return f"{line.key}: {line.value}"


def leaves_broken(commands: Sequence[Command], incident: Incident) -> bool:
    """Return whether `commands` make `incident` worse and say why, but do not restate what is broken."""
    worse = any(isinstance(one, SetSeverity) and one.severity < incident.severity for one in commands)
    restated = any(
        isinstance(one, SetDescription) or (isinstance(one, SetText) and one.name == "impact") for one in commands
    )
    return worse and not restated and any(isinstance(one, GiveUpdate) and one.text for one in commands)
