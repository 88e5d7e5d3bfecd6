"""Compute when the next promised update is due, whom to remind of it, and whom to ask if the update is missed.

Updates are due while an incident is open, in phase 0 to 2, and its severity has `update_every`. Each follow-up restarts
that interval. A stated time (`Next update: 15:00`) replaces the interval until a follow-up goes out near that time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.core.facts import json_time, old_values
from incidentmail.core.frozen import replace
from incidentmail.core.model import Change, Incident, Status, Update
from incidentmail.core.names.person import Person
from incidentmail.core.policy import SME, Policy
from incidentmail.core.tracking.role_kinds import DEPUTY

from .clock_events import UpdateKept, UpdateMissed
from .digests.digest_line import DigestLine
from .rules import Rules

LAST_PHASE = 2
"""The last phase in which updates are due. In it, the interval is twice as long."""
REMIND_BEFORE = timedelta(minutes=5)
NEAR = timedelta(minutes=15)
"""How early a follow-up can be sent before a promised update and still count as that update."""
EARLIEST = timedelta(minutes=20)
"""How early the reminder of an update can be added to a mail that is sent for another reason."""
GRACE = timedelta(minutes=2)
"""The delay allowed for an update, because follow-ups are collected for a moment and relays can be slow."""
QUIET_UPDATES = 2
"""The number of updates in a row without news after which a longer interval, an hour, is offered."""
DAY = timedelta(days=1)
NO_CHANGE_SOON, NO_CHANGE_LATE, TAKE_COMMAND, CLOSE = (
    "no change; next +30m", "no change; next +1h", "taking command", "close",
)  # fmt: skip
HOW_TO_UPDATE = (
    "If there is news, begin your reply with the word News and a colon: the rest of that line goes to the list."
)
ASKED_IF_MISSED = (DEPUTY, "communications", "business_liaison")
"""The roles whose holders are asked about a missed update, in this order. The declarer comes last."""


def update_every(incident: Incident, policy: Policy) -> timedelta | None:
    """Return the current interval between updates, or None if no updates are due."""
    step = policy.severity(incident.severity)
    if step is None or not step.update_every or not incident.is_open or incident.phase > LAST_PHASE:
        return None
    return step.update_every * 2 if incident.phase >= LAST_PHASE else step.update_every


def update_due(incident: Incident, policy: Policy) -> datetime | None:
    """Return when the next update is due, or None if none is due. The time is in the past if the update is late."""
    every = update_every(incident, policy)
    if every is None or not incident.is_announced:
        return None
    last = incident.announced[-1].at if incident.announced else incident.declared_at
    return stated_promise(incident) or last + every


def stated_promise(incident: Incident) -> datetime | None:
    """Return the time stated for the next update, or None if none is stated or a follow-up has already met it."""
    stated = incident.next_update_at
    return None if stated is None or _is_kept(incident, stated) else stated


def next_update(incident: Incident, policy: Policy) -> datetime | None:
    """Return when the next update is expected, or None if neither a person nor the severity promises one.

    Mails, screens and pages all show this time. People are reminded of it only if `update_due` returns it too.
    """
    return update_due(incident, policy) or stated_promise(incident)


def next_update_after(incident: Incident, policy: Policy, at: datetime) -> datetime | None:
    """Return when the next update is expected, given that mail to the list goes out at `at`.

    A follow-up restarts the interval. A declaration does not, because the interval runs from the time of declaration.
    If the declaration goes out so late that the first update is already due, the severity promises none.
    """
    after = _as_announced(incident, at)
    due, stated = next_update(after, policy), stated_promise(after)
    return stated if due is not None and due <= at else due


def is_stated_after(incident: Incident, at: datetime) -> bool:
    """Return whether, after mail to the list at `at`, the time of the next update is one that somebody stated.

    Otherwise that time follows from the severity.
    """
    return stated_promise(_as_announced(incident, at)) is not None


def kept(incident: Incident, policy: Policy, now: datetime) -> tuple[UpdateKept, ...]:
    """Return the event that records that a follow-up sent at `now` kept a promise, or () if no update was due.

    `incident` is the state just before the follow-up, so the changes to announce are still in `unannounced`.
    """
    due = update_due(_before_changes(incident), policy)
    if due is None or not due - NEAR <= now <= due + GRACE:
        return ()
    news = any(change.fact != "next_update_at" for change in incident.unannounced)
    return (UpdateKept(due_at=due, has_news=news or any(said.text for said in incident.said)),)


def missed(incident: Incident, policy: Policy, now: datetime) -> tuple[UpdateMissed, ...]:
    """Return the event for an update that was not sent in time, or () if there is none or it is already recorded."""
    due = update_due(incident, policy)
    if due is None or now <= due + GRACE or incident.clock.missed_due_at == due:
        return ()
    return (UpdateMissed(due_at=due),)


def promise_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield a reminder of the next update, or a question about a missed one."""
    due = update_due(incident, rules.policy)
    if due is None:
        return
    if incident.clock.missed_due_at == due:
        yield from _missed_lines(incident, rules, due, now)
    elif due - EARLIEST <= now and now <= due + GRACE:
        soon = (NO_CHANGE_SOON, NO_CHANGE_LATE)
        yield DigestLine(
            key=f"update due {json_time(due)}",
            to=incident.commander,
            text=f"The next update is due by {rules.shown(due, now)}. {HOW_TO_UPDATE}",
            replies=soon[::-1] if incident.clock.quiet >= QUIET_UPDATES else soon,
            since=due - EARLIEST,
            due_by=due - REMIND_BEFORE,
        )


def _missed_lines(incident: Incident, rules: Rules, due: datetime, now: datetime) -> Iterator[DigestLine]:
    asked, commander = _asked(incident, rules), incident.commander
    key, was_due = missed_key(due), f"The update that was due by {rules.shown(due, now)}"
    if asked is not None:
        yield DigestLine(
            key=key,
            to=asked,
            text=f"{was_due} was not sent. {commander.name} leads and has not answered. {HOW_TO_UPDATE}",
            replies=(NO_CHANGE_SOON, TAKE_COMMAND),
            since=due,
            at_once=True,
            over_budget=asked.address in rules.had_enough,
        )
    yield DigestLine(
        key=key,
        to=commander,
        text=f"{was_due} was not sent. {f'{asked.name} is asked too.' if asked else 'Nobody else can be asked.'}",
        replies=(NO_CHANGE_SOON, NO_CHANGE_LATE),
        since=due,
        at_once=asked is None,
        over_budget=asked is None,
    )


def missed_key(due: datetime) -> str:
    """Return the key of lines about the missed update that was due at `due`."""
    return f"update missed {json_time(due)}"


def asked_if_missed(incident: Incident) -> tuple[Person, ...]:
    """Return the people to ask about an update that the commander missed, in order. All have an address."""
    held = (incident.roles[role].people for role in ASKED_IF_MISSED if role in incident.roles)
    people = (*(person for holders in held for person in holders), incident.declared_by)
    return tuple(p for p in people if p.address and not p.same_as(incident.commander))


def asked_instead(incident: Incident) -> tuple[Person, ...]:
    """Return the holders of other roles except experts, to ask if all `asked_if_missed` reached their limit."""
    others = (held.people for role, held in incident.roles.items() if role not in (*ASKED_IF_MISSED, SME))
    people = (person for holders in others for person in holders)
    return tuple(p for p in people if p.address and not p.same_as(incident.commander))


def _asked(incident: Incident, rules: Rules) -> Person | None:
    """Return the first reachable person below their mail limit, else the first reachable person, or None."""
    first = asked_if_missed(incident)
    others = asked_instead(incident) if first else ()
    free = (p for p in (*first, *others) if p.address not in rules.had_enough | rules.out_of_reach)
    return next(free, next((p for p in first if p.address not in rules.out_of_reach), None))


def silence_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield a line asking whether the incident is still open, after each day without any message about it."""
    days = (now - incident.updated_at) // DAY
    if days < 1 or not incident.is_open or incident.phase > LAST_PHASE:
        return
    yield DigestLine(
        key=f"silent since {json_time(incident.updated_at)}, {days}",
        to=incident.commander,
        text=f"Nobody has said anything since {rules.shown(incident.updated_at, now)}. Is the incident still open?",
        replies=("no change", CLOSE),
        since=incident.updated_at + days * DAY,
    )


def _as_announced(incident: Incident, at: datetime) -> Incident:
    """Return the incident as it will be after mail to the list at `at`, as far as promises are concerned."""
    if not incident.is_announced:
        return replace(incident, is_announced=True, unannounced=())
    update = Update(number=incident.updates + 1, changes=incident.unannounced, at=at)
    return replace(incident, announced=(*incident.announced, update), unannounced=())


def _before_changes(incident: Incident) -> Incident:
    """Return the incident with the facts that affect update times restored to their last announced values."""
    was = old_values(incident.unannounced)
    stated = was.get("next_update_at", json_time(incident.next_update_at))
    return replace(
        incident,
        unannounced=(),
        severity=was.get("severity", incident.severity),
        phase=was.get("phase", incident.phase),
        status=Status(str(was.get("status", incident.status.value))),
        next_update_at=datetime.fromisoformat(str(stated)) if stated else None,
    )


def _is_kept(incident: Incident, stated: datetime) -> bool:
    """Return whether a follow-up was sent near the stated time or later, not counting the one that stated it."""
    return any(update.at >= stated - NEAR for update in _after_stated(incident, stated))


def _after_stated(incident: Incident, stated: datetime) -> Iterator[Update]:
    if _states(incident.unannounced, stated):
        return
    for update in reversed(incident.announced):
        if _states(update.changes, stated):
            return
        yield update


def _states(changes: tuple[Change, ...], stated: datetime) -> bool:
    return any(change.fact == "next_update_at" and change.now == json_time(stated) for change in changes)
