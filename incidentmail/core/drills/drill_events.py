"""Define the events of drills, recorded in the stream `drills` (core/record/streams.py).

Their fields follow the same rules as those in core/events.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from incidentmail.core.frozen import SEALED, Frozen

from .scenario import Scenario

OPENING, CLOSING = 0, -1
"""The numbers of the first and last mail of a drill. Mails from invented people are numbered from 1."""


class DrillStarted(Frozen, kw_only=True):
    """The run with the id `run` began. The times in its scenario are divided by `faster`."""

    kind: Literal["drill_started.v1"] = "drill_started.v1"
    run: str
    scenario: Annotated[Scenario, SEALED]
    faster: int = 1


class DrillMailSent(Frozen, kw_only=True):
    """Mail `number` of the run was put into the outbox."""

    kind: Literal["drill_mail_sent.v1"] = "drill_mail_sent.v1"
    run: str
    number: int
    message_id: str


class DrillJoined(Frozen, kw_only=True):
    """An incident was declared during the run and belongs to it."""

    kind: Literal["drill_joined.v1"] = "drill_joined.v1"
    run: str
    incident: str


class DrillEnded(Frozen, kw_only=True):
    """The run ended. If `stopped` is true, somebody stopped it; otherwise its time was up."""

    kind: Literal["drill_ended.v1"] = "drill_ended.v1"
    run: str
    stopped: bool


DrillEvent = DrillStarted | DrillMailSent | DrillJoined | DrillEnded
