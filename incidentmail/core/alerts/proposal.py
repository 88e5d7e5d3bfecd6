"""Define the proposal to declare an incident because of an alert, and the alerts grouped in it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Person

AlertState = Literal["open", "declared", "rejected", "recovered", "expired"]


class AskedPerson(Frozen, kw_only=True):
    """A person who was asked: how many times, when last, and the proposal's severity at that time."""

    person: Person
    at: datetime
    severity: int
    times: int = 1


class OnCallAnswer(Frozen, kw_only=True):
    """The people returned by the on-call command, and a sentence describing any error in its output."""

    at: datetime
    people: tuple[Person, ...] = ()
    fault: str | None = None


class Settled(Frozen, kw_only=True):
    """How a proposal ended. `by` is None if nobody answered, or if the alert recovered first.

    If `joins` is true, the alert belongs to an incident that was already known, so no new one was declared.
    """

    at: datetime
    by: Person | None = None
    reason: str = ""
    joins: bool = False


class AlertPart(Frozen, kw_only=True):
    """One of the alerts grouped in a proposal. All messages about it have the same `key`.

    `is_over` is true if the newest message reports that the alert has ended.
    """

    key: str
    title: str
    severity: int
    count: int
    last_at: datetime
    is_over: bool = False


class AlertProposal(Frozen, kw_only=True):
    """A proposal to declare an incident. `number` is 0 until it is stored.

    `mail` is the sequence number of the accepted message that caused the proposal; `title`, `details` and `system` are
    taken from that message. `count` is the number of messages grouped in it. `severity` is the worst of their
    severities, and `because` is the word or pattern that indicated it. `is_proven` is true if all their senders are
    verified; verified and unverified messages are never grouped together. Nobody is asked before `ask_at`. `noted` is
    the number of notes that the proposal has added to its incident, and `told_operator` is true once the operator has
    been told that nobody answers.
    """

    number: int = 0
    state: AlertState = "open"
    mail: int
    message_id: str | None
    sender: str
    system: str
    title: str
    details: str
    severity: int
    because: str | None = None
    is_proven: bool
    opened_at: datetime
    last_at: datetime
    ask_at: datetime
    count: int = 1
    alerts: int = 1
    """The number of different alerts in the proposal."""
    on_call: OnCallAnswer | None = None
    asked: tuple[AskedPerson, ...] = ()
    incident: str | None = None
    settled: Settled | None = None
    noted: int = 0
    told_operator: bool = False
    reopened: int = 0

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    def settle(self, state: AlertState, settled: Settled, incident: str | None = None) -> AlertProposal:
        """Return the proposal with `state` as its final state."""
        return replace(self, state=state, settled=settled, incident=incident or self.incident)
