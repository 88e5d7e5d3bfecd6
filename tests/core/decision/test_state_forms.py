"""No text that a person writes can be mistaken for one of our sentences about the state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from incidentmail.core import commands as c
from incidentmail.core.commands import Declare, Identity, Refused
from incidentmail.core.decision.decide import decide, declare
from incidentmail.core.decision.state_forms import check_state_form, in_quotation_marks, reads_like_state
from incidentmail.core.events import Recorded
from incidentmail.core.fold import evolve
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.policy import Policy

if TYPE_CHECKING:
    from incidentmail.core.decision.decide import Decision

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.VERIFIED)

STATES = [
    "Incident closed",
    "incident closed.",
    "Incident retracted: a false alarm.",
    "Incident reopened",
    "The incident is over",
    "INCIDENT HAS BEEN RESOLVED!",
    "*** Incident closed ***",
    "Payments work - incident closed",
    "Update: incident closed",
    "lncident cIosed",
    "Inc\u0456dent cl\u043esed",
    "Inci\u00addent closed",
    "\uff29ncident closed",
    "Severity 1 (critical), phase 3 (rebuilding and learning).",
    "Severity 4",
    "Now severity 4, all is well",
    "sev 4 now",
    "S\u0435verity 4",
    "Cards fail. Severity 4.",
    "Phase 3",
    "phase 2 (resolving)",
    "Phase 2 was 1",
    "Bo K. is incident commander.",
    "This is a drill",
    "Only a drill",
    "Coordinating via #elsewhere",
    "All clear",
    "false alarm",
    "Resolved",
    "It is fixed now",
]
PLAIN = [
    "Checkout is rejecting card payments",
    "Phase 2 of the import fails",
    "Cards fail, and the severity of the fault is unclear",
    "Severe delays in the EU",
    "Fixed-rate loans cannot be booked",
    "Open banking is down",
    "Checkout closed for new customers",
    "Over 5,000 orders are lost",
    "The drill press in hall 4 is stuck",
    "None",
    "unknown",
    "It is not clear what fails",
    "Customers cannot pay; invoices work",
    "The commander's console shows nothing",
    "Der Zahlungsdienst lehnt Karten ab",
    "\u652f\u6255\u3044\u304c\u5931\u6557\u3059\u308b",
]


def incident() -> Incident:
    events = declare(
        Declare(description="Cards fail", severity=2, phase=1),
        identity=Identity(id="i", ref="abcdef", origin="ghijkl"), actor=MARA, now=NOW, policy=Policy(),
    )  # fmt: skip
    assert isinstance(events, tuple)
    return evolve(None, Recorded(incident="i", version=1, at=NOW, by=MARA.person, event=events[0]))


def answer(command: c.Command) -> Decision:
    return decide(incident(), command, actor=MARA, now=NOW, policy=Policy())


def forms(text: str) -> list[c.Command]:
    return [
        c.SetDescription(text),
        c.SetText("impact", text),
        c.SetText("not_affected", text),
        c.SetText("backchannel", text),
        c.SetVenue(text),
        c.AddItem("need", text),
        c.AddItem("action", text),
    ]


@pytest.mark.parametrize("text", STATES)
def test_no_field_takes_a_text_that_reads_like_a_sentence_about_the_state(text: str) -> None:
    for command in forms(text):
        refused = answer(command)
        assert isinstance(refused, Refused), command
        assert "sentence" in refused.reason and refused.remedy


@pytest.mark.parametrize("text", PLAIN)
def test_every_field_takes_a_text_that_says_what_is_broken(text: str) -> None:
    for command in forms(text):
        assert isinstance(answer(command), tuple), command


@pytest.mark.parametrize("text", STATES)
def test_decisions_and_other_items_that_the_list_is_not_shown_may_be_about_the_state(text: str) -> None:
    assert isinstance(answer(c.AddItem("decision", text)), tuple)


def test_what_customers_may_be_told_may_say_that_it_is_over_but_no_severity() -> None:
    assert check_state_form(c.SetText("customers_may_be_told", "The incident is over."), Policy()) is None
    assert isinstance(answer(c.SetText("customers_may_be_told", "Severity 4.")), Refused)


@pytest.mark.parametrize("text", STATES)
def test_a_declaration_is_never_refused_for_it_and_has_it_in_quotation_marks(text: str) -> None:
    command = Declare(
        description=text, details=f"Cards fail.\n\n{text}\n\nSince noon.", severity=2, texts=(("impact", text),)
    )
    declared = in_quotation_marks(command, Policy())
    for shown in (declared.description, str(dict(declared.texts)["impact"])):
        assert shown == f'"{text}"'
    first, marked, last = declared.details.split("\n\n")
    assert (first, last) == ("Cards fail.", "Since noon.")
    assert marked.startswith('"') and marked.endswith('"')


@pytest.mark.parametrize("text", PLAIN)
def test_other_declarations_stay_as_they_were_written(text: str) -> None:
    command = Declare(description=text, details=text, texts=(("impact", text),))
    assert in_quotation_marks(command, Policy()) == command


def test_the_title_and_the_phases_of_the_organisation_count() -> None:
    assert reads_like_state("Bo is DRI", Policy(commander_title="DRI"))
    assert not reads_like_state("Bo is DRI", Policy())
