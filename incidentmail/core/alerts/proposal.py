"""Define an alert's proposal to declare an incident, and the alerts that are joined in it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Person

AlertState = Literal["open", "declared", "rejected", "recovered", "expired"]


class AskedPerson(Frozen, kw_only=True):
    """A person who was asked, when, and the severity that the proposal had then. `times` counts the questions."""

    person: Person
    at: datetime
    severity: int
    times: int = 1


class OnCallAnswer(Frozen, kw_only=True):
    """Whom the command for on-call people named, and in words what was wrong with its answer."""

    at: datetime
    people: tuple[Person, ...] = ()
    fault: str | None = None


class Settled(Frozen, kw_only=True):
    """How a proposal ended: by a person, or else by silence, a recovery or the passing of time (`by` is None).

    `joins` is true if it declared nothing, because it belongs to an incident that was known already.
    """

    at: datetime
    by: Person | None = None
    reason: str = ""
    joins: bool = False


class AlertPart(Frozen, kw_only=True):
    """One alert of a proposal: mails with the same `key`. `is_over` is true if the newest of them says so."""

    key: str
    title: str
    severity: int
    count: int
    last_at: datetime
    is_over: bool = False


class AlertProposal(Frozen, kw_only=True):
    """A proposal to declare an incident. `number` is 0 until it is stored.

    `mail` is the number of the accepted mail that made it, and `title`, `details` and `system` come from that mail.
    `count` counts all mails that are joined in it. `severity` is the worst of them, and `because` the word or pattern
    that gave it. `is_proven` is true if it is proven who sent them; what is not proven never joins what is. Nobody is
    asked before `ask_at`. `noted` counts the notes that it has left on its incident, and `told_operator` is true once
    the operator was told that nobody answers.
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
    """How many different alerts are joined in it."""
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
        """Return the proposal with its end."""
        return replace(self, state=state, settled=settled, incident=incident or self.incident)
