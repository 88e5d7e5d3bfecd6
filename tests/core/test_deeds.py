"""A mail and the terminal describe what somebody did in the same words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from incidentmail.core import events as e
from incidentmail.core.deeds.changes import ChangeEvent, change_in, deed, deed_in_full
from incidentmail.core.facts import fact_of
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.policy import SME, Policy
from incidentmail.core.words import Words

WORDS, ON = Words(Policy()), date(2026, 11, 20)
MARA, BO = Person(name="Mara Lindqvist", address="mara@example.com"), Person(name="Bo K.", address="bo@example.com")
ANN = Person(name="Ann B.")
AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def role(key: str, was: tuple[Person, ...], now: tuple[Person, ...], *, dismissed: bool = False) -> e.RoleChanged:
    return e.RoleChanged(role=key, holders=Holders(people=now, dismissed=dismissed), was=Holders(people=was))


# The event, what Bo did in the words of a mail, and what the terminal adds.
DEEDS: tuple[tuple[ChangeEvent, str, str], ...] = (
    (e.SeverityChanged(severity=1, was=2), "raised the severity from 2 to 1", " (critical)"),
    (e.SeverityChanged(severity=3, was=2), "lowered the severity from 2 to 3", " (moderate)"),
    (e.SeverityChanged(severity=2, was=2), "confirmed severity 2", " (serious)"),
    (e.PhaseChanged(phase=2, was=1), "changed the phase from 1 to 2", " (resolving)"),
    (e.StatusChanged(status=Status.RETRACTED, was=Status.OPEN), "retracted the incident as a false alarm", ""),
    (e.StatusChanged(status=Status.OPEN, was=Status.CLOSED), "reopened the incident", ""),
    (e.CommandTransferred(commander=BO, was=MARA), "took command from Mara Lindqvist", ""),
    (e.CommandTransferred(commander=MARA, was=BO), "handed command to Mara Lindqvist", ""),
    (e.CommandTransferred(commander=ANN, was=MARA), "named Ann B. incident commander, after Mara Lindqvist", ""),
    (e.VenueChanged(venue="#x", was=None), "set the venue", " to: #x"),
    (e.VenueChanged(venue="#y", was="#x"), "changed the venue", " to: #y"),
    (e.VenueChanged(venue=None, was="#x"), "removed the venue", ""),
    (e.DescriptionChanged(description="Cards fail", was="Cards"), "changed the description", " to: Cards fail"),
    (e.TextChanged(name="impact", text="all", was=None), "set the impact", " to: all"),
    (e.TextChanged(name="customers_may_be_told", text="x", was="y"), "changed the words approved for customers",
     " to: x"),
    (e.TimeChanged(name="next_update_at", time=AT, was=None), "set the time of the next update", " to 15:00 UTC"),
    (e.TimeChanged(name="next_update_at", time=None, was=AT), "removed the time of the next update", ""),
    (role("customer_liaison", (), (ANN,)), "named Ann B. as customer liaison", ""),
    (role("customer_liaison", (ANN,), (BO,)), "named Bo K. as customer liaison instead of Ann B.", ""),
    (role("customer_liaison", (ANN,), ()), "removed Ann B. as customer liaison", ""),
    (role("customer_liaison", (), (), dismissed=True), "marked the customer liaison as not needed", ""),
    (role(SME, (ANN,), (ANN, BO)), "became subject-matter expert", ""),
    (role(SME, (), (ANN, BO)), "named Ann B., Bo K. as subject-matter experts", ""),
    (role(SME, (ANN, BO), (BO,)), "removed Ann B. as subject-matter expert", ""),
    (role("scribe", (), (ANN,)), "named Ann B. as scribe", ""),
)  # fmt: skip


@pytest.mark.parametrize(("event", "mail", "more"), DEEDS, ids=[mail for _, mail, _ in DEEDS])
def test_a_mail_and_the_terminal_say_the_same_and_the_terminal_adds_the_value(
    event: ChangeEvent, mail: str, more: str
) -> None:
    change = change_in(event, BO)
    assert deed(WORDS, change) == mail
    assert deed_in_full(WORDS, change, (), ON) == mail + more


@pytest.mark.parametrize("event", [event for event, _, _ in DEEDS])
def test_the_change_is_the_fact_that_the_incident_keeps(event: ChangeEvent) -> None:
    change = change_in(event, BO)
    assert (change.fact, change.now) == fact_of(event)
