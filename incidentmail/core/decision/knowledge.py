"""Find out which state the author of a reply had read, and which changes by others they had not.

Our messages are numbered, so the newest one that a reply refers to shows what its author knew. If they have written in
the incident since that message, they had also read everything up to then. If a reply refers to none of our messages,
its Date decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from incidentmail.core.events import Announced, ProposalExpired, ProposalMade, Recorded
from incidentmail.core.facts import fact_of
from incidentmail.core.frozen import Frozen, JsonValue, replace
from incidentmail.core.model import Change, Incident, Person

CLOCK_SLACK = timedelta(minutes=2)
"""The allowed difference between the sender's clock and ours, plus the time to read before writing."""


class Named(Frozen, kw_only=True):
    """The newest of our messages that a reply refers to, and when the reply was written.

    `update` is the number of that message (0 for the declaration), or None. `read_at` is when the newest private
    message that the reply answers was written, or None. That message showed the state at that time.
    """

    update: int | None = None
    read_at: datetime | None = None
    written_at: datetime


class Knowledge(Frozen, kw_only=True):
    """What the author of a reply knew: the messages that it refers to, and the later changes they had not read.

    `stated` holds the facts that the reply itself states, with their values as JSON.
    """

    named: Named
    unseen: tuple[Change, ...] = ()
    stated: tuple[tuple[str, JsonValue], ...] = ()


def written_at(date: datetime | None, *, received_at: datetime, declared_at: datetime) -> datetime:
    """Return when a reply was written: its Date if plausible, otherwise its time of arrival.

    A Date in the future, or before the incident was declared, is ignored. A message may arrive hours late because it
    was written offline, or because a moderator held it.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    >>> written_at(noon, received_at=noon + timedelta(hours=1), declared_at=noon - timedelta(hours=1)) == noon
    True
    >>> written_at(noon - timedelta(days=700), received_at=noon, declared_at=noon - timedelta(hours=1)) == noon
    True
    """
    if date is None or not declared_at - CLOCK_SLACK <= date <= received_at + CLOCK_SLACK:
        return received_at
    return min(date, received_at)


def knowledge(
    state: Incident, named: Named, person: Person, stated: tuple[tuple[str, JsonValue], ...] = ()
) -> Knowledge:
    """Return what `person` knew, assuming that they wrote nothing in the incident since the newest named message."""
    return Knowledge(
        named=named, stated=stated, unseen=tuple(c for c in _since(state, named) if not _made_by(person, c))
    )


def with_later_words(
    known: Knowledge, state: Incident, person: Person, history: Iterable[tuple[int | None, Recorded]]
) -> Knowledge:
    """Return `known` without the changes that `person` had read when they last wrote in the incident.

    `history` holds the entries of the incident in order, each with the sequence number of the accepted message that
    caused it. Messages held for their author's confirmation do not count, because their author may not have read the
    newest state. Neither do messages that arrived after the reply was written.
    """
    held: set[int] = set()
    changes = 0  # counted so far
    written: list[tuple[int | None, int]] = []
    for cause, recorded in history:
        event = recorded.event
        is_theirs = recorded.by.same_as(person) and not isinstance(event, Announced | ProposalExpired)
        if is_theirs and isinstance(event, ProposalMade) and cause is not None:
            held.add(cause)
        elif is_theirs and not isinstance(event, ProposalMade) and recorded.at <= known.named.written_at + CLOCK_SLACK:
            written.append((cause, changes))
        changes += fact_of(event) is not None
    last = max((before for cause, before in written if cause is None or cause not in held), default=0)
    newer = _all(state)[-(changes - last) :] if changes > last else ()
    return replace(known, unseen=tuple(change for change in known.unseen if change in newer))


def _all(state: Incident) -> tuple[Change, ...]:
    """Return every change since the declaration was announced, in order."""
    return (*(change for update in state.announced for change in update.changes), *state.unannounced)


def _since(state: Incident, named: Named) -> tuple[Change, ...]:
    """Return the changes that are newer than all the messages that the reply refers to."""
    if named.update is None:
        until = named.read_at or named.written_at - CLOCK_SLACK
        return tuple(change for change in _all(state) if change.at > until)
    newer = [change for update in state.announced if update.number > named.update for change in update.changes]
    return tuple(c for c in (*newer, *state.unannounced) if named.read_at is None or c.at > named.read_at)


def _made_by(person: Person, change: Change) -> bool:
    """Return whether `person` made or confirmed the change. People know their own changes, however late they reply."""
    return change.by.same_as(person) or (change.confirmed_by is not None and change.confirmed_by.same_as(person))
