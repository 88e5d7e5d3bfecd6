"""Define the proposal of an alert to declare an incident, and the alerts that it groups."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Person

AlertState = Literal["open", "declared", "rejected", "recovered", "expired"]


class AskedPerson(Frozen, kw_only=True):
    """A person who was asked: when, how many times, and the severity of the proposal at the last question."""

    person: Person
    at: datetime
    severity: int
    times: int = 1


class OnCallAnswer(Frozen, kw_only=True):
    """The people that the on-call command named, and a sentence about what was wrong with its answer, if anything."""

    at: datetime
    people: tuple[Person, ...] = ()
    fault: str | None = None


class Settled(Frozen, kw_only=True):
    """How a proposal ended. `by` is None if no person ended it, but silence, a recovery or its expiry.

    If `joins` is true, the alert belongs to an incident that was already known, so none was declared.
    """

    at: datetime
    by: Person | None = None
    reason: str = ""
    joins: bool = False


class AlertPart(Frozen, kw_only=True):
    """One of the alerts that a proposal groups. `key` is the same in all its mails.

    `is_over` is true if the newest mail says that the alert is over.
    """

    key: str
    title: str
    severity: int
    count: int
    last_at: datetime
    is_over: bool = False


class AlertProposal(Frozen, kw_only=True):
    """A proposal to declare an incident. `number` is 0 until it is stored.

    `mail` is the number of the accepted mail that made it; `title`, `details` and `system` come from that mail. `count`
    is the number of mails grouped in it. `severity` is the worst of them, and `because` the word or pattern that showed
    it. If `is_proven` is true, all of their senders are proven; proven and unproven mails are never grouped together.
    Nobody is asked before `ask_at`. `noted` counts its notes on the incident, and `told_operator` is true once the
    operator was told that nobody answers.
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
        """Return the proposal in its final state."""
        return replace(self, state=state, settled=settled, incident=incident or self.incident)
