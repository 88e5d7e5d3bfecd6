"""Which events cause mail to whom, and which of these mails wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidentmail.core import events as e
from incidentmail.core.events import Event, SeverityChanged
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.notices import Notice, notices_for

BO, ANN = Person(name="Bo"), Person(name="Ann", address="ann@example.com")
AT = datetime(2026, 11, 20, tzinfo=UTC)
DECLARED = e.Declared(id="i", ref="r", origin="o", description="d", severity=2, phase=1, commander=BO, declared_at=AT)
WORSE, BETTER = SeverityChanged(severity=1, was=2), SeverityChanged(severity=3, was=2)
HANDED_OVER = e.CommandTransferred(commander=ANN, was=BO)
FOLLOW_UP = Notice(kind="follow_up", at_once=False)
AT_ONCE = Notice(kind="follow_up", at_once=True)
ROLE = e.RoleChanged(role="scribe", holders=Holders(people=(BO,)), was=Holders())

NOTICES: dict[str, tuple[tuple[Event, ...], tuple[Notice, ...]]] = {
    "nothing": ((), ()),
    "declared": ((DECLARED,), (Notice(kind="declaration", at_once=True),)),
    "declared and worse": ((DECLARED, WORSE), (Notice(kind="declaration", at_once=True),)),
    "worse": ((WORSE,), (AT_ONCE,)),
    "better": ((BETTER,), (FOLLOW_UP,)),
    "better and handed over": ((BETTER, HANDED_OVER), (AT_ONCE,)),
    "phase": ((e.PhaseChanged(phase=2, was=1),), (FOLLOW_UP,)),
    "status": ((e.StatusChanged(status=Status.CLOSED, was=Status.OPEN),), (FOLLOW_UP,)),
    "venue": ((e.VenueChanged(venue="#x", was=None),), (FOLLOW_UP,)),
    "description": ((e.DescriptionChanged(description="x", was="y"),), (FOLLOW_UP,)),
    "update": ((e.UpdateGiven(text=""),), (FOLLOW_UP,)),
    "offer": ((e.CommandOffered(to=ANN),), (Notice(kind="offer", at_once=True, to=ANN),)),
    "better and offer": ((BETTER, e.CommandOffered(to=ANN)), (FOLLOW_UP, Notice(kind="offer", at_once=True, to=ANN))),
    "role alone": ((ROLE,), ()),
    "text alone": ((e.TextChanged(name="impact", text="x", was=None),), ()),
    "time alone": ((e.TimeChanged(name="started_at", time=AT, was=None),), ()),
    "note alone": ((e.NoteAdded(text="x", rides=True),), ()),
    "item alone": ((e.ItemAdded(number=1, item="action", text="x"), e.ItemFinished(number=1)), ()),
    "announced": ((e.Announced(number=1, message_id="<1@example.com>"),), ()),
    "undone": ((BETTER, e.UpdateUndone(number=1)), (FOLLOW_UP,)),
}


@pytest.mark.parametrize("name", NOTICES)
def test_events_make_exactly_these_mails_due(name: str) -> None:
    happened, due = NOTICES[name]
    assert notices_for(happened) == due
