"""Handle commands for tracked items, people at work and roll calls, returning events or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

from incidentmail.core.commands import Refused
from incidentmail.core.decision.checks import check_text, whole_minute
from incidentmail.core.decision.leaders import leads_now
from incidentmail.core.events import Event, ItemFinished, RoleChanged
from incidentmail.core.model import Actor, Holders, Incident, Person
from incidentmail.core.text import clip, one_line, paragraphs

from .engaged import ENGAGED_MAX, is_engaged
from .roll_call import AGAIN_AFTER, is_asked, whom_to_ask
from .tracked_items import FINISHED, TO_DO, Item, asked_of, numbered, open_items, owned_by
from .tracking_commands import (
    AddItem,
    AskItem,
    AssignItem,
    CallRoll,
    FinishItem,
    Join,
    JudgeItem,
    Leave,
    ReleaseItem,
    TrackingCommand,
)
from .tracking_events import ItemAsked, ItemAssigned, ItemJudged, ItemTracked, Joined, Left, RollAnswered, RollCalled

ROLL_ANSWER_CHARS_MAX = 400
"""The maximum length of an answer in the table. The note contains the whole answer."""
SHOWN_CHARS_MAX = 60
"""The maximum length of a text quoted in a refusal, enough to recognise it."""
PAST_SLACK = timedelta(minutes=1)
Events = tuple[Event, ...] | Refused


def track(state: Incident, command: TrackingCommand, *, actor: Actor, now: datetime) -> Events:
    """Return the events that a command by `actor` causes, () if nothing would change, or a refusal."""
    writer = actor.person
    match command:
        case AddItem():
            return _add(state, command, writer, now)
        case FinishItem(text=text):
            return _finish(state, text, writer)
        case AssignItem(number=number, person=person):
            item = _one(state, number, "action or need", TO_DO)
            if isinstance(item, Refused):
                return item
            return () if item.owner == person else (ItemAssigned(number=item.number, owner=person),)
        case ReleaseItem(number=number):
            return _release(state, number, writer)
        case Join():
            is_known = is_engaged(state.engaged, writer) or len(state.engaged) >= ENGAGED_MAX
            return () if is_known else (Joined(person=writer),)
        case CallRoll(everybody=everybody):
            return _call_roll(state, actor, now, everybody=everybody)
        case Leave():
            return _leave(state, writer)
        case AskItem(number=number):
            item = _one(state, number, "assumption", ("assumption",))
            return item if isinstance(item, Refused) else (ItemAsked(number=item.number),)
        case JudgeItem(number=number, verdict=verdict):
            asked = asked_of(state.items, writer)
            if number is None and len(asked) != 1:
                return _which(f"{verdict}", asked or open_items(state.items, "assumption"), "assumption")
            found = numbered(state.items, asked[0].number if number is None else number)
            if found is None or found.kind != "assumption":
                return _no_such(state, str(number), "assumption", ("assumption",))
            is_known = found.verdict == verdict and not found.is_asked
            return () if is_known else (ItemJudged(number=found.number, verdict=verdict),)
        case _:
            assert_never(command)


def _add(state: Incident, command: AddItem, writer: Person, now: datetime) -> Events:
    what = f"the {command.kind.replace('_', ' ')}"
    if not paragraphs(command.text):
        return Refused(reason=f"{what} is empty", remedy="write it in the same line")
    if refused := check_text(command.text, what):
        return refused
    if command.due_at is not None and command.due_at < now - PAST_SLACK:
        return Refused(reason=f"the time in {what} is past", remedy="write when it will be done, such as 'by 15:10'")
    if command.about is not None and numbered(state.items, command.about) is None:
        return Refused(reason=f"there is no number {command.about}", remedy="leave '(for ...)' away, or correct it")
    item = ItemTracked(
        number=next_number(state.items), item=command.kind, text=command.text, about=command.about,
        owner=writer if command.owner is None and command.due_at is not None else command.owner,
        due_at=whole_minute(command.due_at) if command.due_at else None,
    )  # fmt: skip
    return (item,)


def next_number(items: Sequence[Item]) -> int:
    return 1 + max((item.number for item in items), default=0)


def _finish(state: Incident, text: str, writer: Person) -> Events:
    wanted = one_line(text).lstrip("#").casefold()
    if not text:
        own = owned_by(state.items, writer)
        return (ItemFinished(number=own[0].number),) if len(own) == 1 else _which("done", own, "action or need")
    known = [item for item in state.items if item.kind in FINISHED]
    if any(item.done and str(item.number) == wanted for item in known):
        return ()
    unfinished = [item for item in known if not item.done]
    found = [i for i in unfinished if str(i.number) == wanted] or [
        i for i in unfinished if wanted and wanted in i.text.casefold()
    ]
    if len(found) == 1:
        return (ItemFinished(number=found[0].number),)
    which = "no" if not found else "more than one"
    return Refused(
        reason=f"'{clip(one_line(text), SHOWN_CHARS_MAX)}' names {which} open action or need",
        write="a number",
        remedy=f"; open are: {_listed(unfinished)}",
    )


def _release(state: Incident, number: int | None, writer: Person) -> Events:
    own = owned_by(state.items, writer)
    if number is None:
        found = own[0] if len(own) == 1 else None
    else:
        found = next((item for item in own if item.number == number), None)
    if found is not None:
        return (ItemAssigned(number=found.number, owner=None),)
    if number is not None:
        return Refused(reason=f"number {number} is not yours", remedy=f"yours are: {_listed(own)}")
    return _which("cannot", own, "action or need")


def _call_roll(state: Incident, actor: Actor, now: datetime, *, everybody: bool) -> Events:
    """Return the event for a roll call, or a refusal if `actor` may not make one or the last one was too recent."""
    if not leads_now(state, actor):
        return Refused(
            reason="only the commander, or a deputy whom the commander named, calls the roll",
            remedy="ask them, or reply: catch up",
        )
    if not state.is_open:
        return Refused(reason=f"the incident is {state.status}", remedy="nobody is asked any more")
    if state.roll_call is not None and now - state.roll_call.at < AGAIN_AFTER:
        minutes = int(AGAIN_AFTER.total_seconds() // 60)
        return Refused(
            reason=f"the roll was called less than {minutes} minutes ago",
            remedy="reply 'catch up' for the answers so far",
        )
    people = whom_to_ask(state, actor.person, everybody=everybody)
    if not people:
        return Refused(reason="nobody else has a role or an action", remedy="name people to roles first")
    return (RollCalled(people=people),)


def roll_answer(state: Incident, writer: Person, text: str, now: datetime) -> tuple[RollAnswered, ...]:
    """Return the event that records a note as an answer to a roll call, or () if it is not an answer."""
    short = clip(one_line(text), ROLL_ANSWER_CHARS_MAX)
    return (RollAnswered(person=writer, text=short),) if short and is_asked(state, writer, now) else ()


def _leave(state: Incident, writer: Person) -> Events:
    """Return the events that remove a person from work and from all roles, or a refusal for the commander."""
    if writer.same_as(state.commander):
        return Refused(reason="you have command, and an incident always has a commander", write="a handover")
    held = {role: [p for p in held.people if not p.same_as(writer)] for role, held in state.roles.items()}
    roles = [
        RoleChanged(role=role, holders=Holders(people=tuple(kept)), was=state.roles[role])
        for role, kept in held.items()
        if len(kept) < len(state.roles[role].people)
    ]
    return (*roles, *((Left(person=writer),) if is_engaged(state.engaged, writer) else ()))


def _one(state: Incident, number: int, what: str, kinds: Sequence[str]) -> Item | Refused:
    """Return the open item with this number, of one of `kinds`, or a refusal that lists the open items."""
    found = numbered(state.items, number)
    if found is not None and found.kind in kinds and found.is_open:
        return found
    return _no_such(state, str(number), what, kinds)


def _no_such(state: Incident, shown: str, what: str, kinds: Sequence[str]) -> Refused:
    known = [item for item in open_items(state.items) if item.kind in kinds]
    return Refused(reason=f"{shown} is no open {what}", remedy=f"open are: {_listed(known)}")


def _which(word: str, items: Sequence[Item], what: str) -> Refused:
    """Return a refusal for a command that gives no number and matches several items or none."""
    if not items:
        return Refused(reason=f"no {what} is waiting for you", remedy=f"add its number: '{word} 3'")
    return Refused(
        reason=f"you have more than one open {what}", remedy=f"write '{word}' and a number; {_listed(items)}"
    )


def _listed(items: Sequence[Item]) -> str:
    return ", ".join(f"{item.number} ({clip(one_line(item.text), SHOWN_CHARS_MAX)})" for item in items) or "none"
