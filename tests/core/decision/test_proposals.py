"""Proposals: who may answer them, how often, until when, and whose change it is in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from incidentmail.core import commands as c
from incidentmail.core.commands import AcceptProposal, Declare, Held, Identity, NameCommander, Refused, RejectProposal
from incidentmail.core.decision.decide import Decision, decide, declare
from incidentmail.core.decision.proposals import OPEN_MAX, OPEN_OF_ONE_MAX, expire, open_proposals, propose
from incidentmail.core.decision.remedy import as_reply
from incidentmail.core.events import Announced, CommandDeclined, Event, ProposalAccepted, ProposalMade, Recorded
from incidentmail.core.fold import evolve
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Incident, Person, Proposal, Status, Trust
from incidentmail.core.policy import Policy

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
BO = Person(name="Bo K.", address="bo@example.com")
ALICIA = Person(name="Alícia S.", address="alicia@example.com")
OPERATOR = Person(name="Ops", address="ops@example.com")
CLOSE = c.SetStatus(Status.CLOSED)


def _declared() -> Incident:
    events = declare(
        Declare(description="Checkout is down", severity=3, phase=1),
        identity=Identity(id="i", ref="abcdef", origin="ghijkl"),
        actor=Actor(person=MARA, trust=Trust.MEMBER),
        now=NOW,
        policy=Policy(),
    )
    assert isinstance(events, tuple)
    state = evolve(None, Recorded(incident="i", version=1, at=NOW, by=MARA, event=events[0]))
    return evolve(
        state, Recorded(incident="i", version=2, at=NOW, by=MARA, event=Announced(number=0, message_id="<0@x>"))
    )


@dataclass
class Scenario:
    """An incident that Mara declared, with senders that can be verified, and what people ask of it."""

    policy: Policy = field(default_factory=lambda: Policy(verifies=True))
    state: Incident = field(default_factory=_declared)
    now: datetime = NOW

    def ask(self, command: c.Command, by: Person, trust: Trust = Trust.MEMBER) -> Decision:
        actor = Actor(person=by, trust=trust)
        decision = decide(self.state, command, actor=actor, now=self.now, policy=self.policy)
        if isinstance(decision, tuple):
            self._record(decision, by)
        return decision

    def propose(self, command: c.Command, by: Person) -> ProposalMade | Proposal | Refused:
        held = self.ask(command, by)
        assert isinstance(held, Held), held
        actor = Actor(person=by, trust=Trust.MEMBER)
        made = propose(self.state, command, held, actor=actor, now=self.now, expires_after=HOUR)
        if isinstance(made, ProposalMade):
            self._record((made,), by)
        return made

    def accept(self, number: int, by: Person, trust: Trust = Trust.VERIFIED) -> Decision:
        return self.ask(AcceptProposal(number), by, trust)

    def _record(self, events: tuple[Event, ...], by: Person) -> None:
        for event in events:
            version = self.state.version + 1
            self.state = evolve(self.state, Recorded(incident="i", version=version, at=self.now, by=by, event=event))


def test_what_a_member_could_not_prove_is_done_when_he_answers_from_his_mailbox() -> None:
    scenario = Scenario()
    made = scenario.propose(CLOSE, BO)
    assert isinstance(made, ProposalMade)
    assert (made.number, made.confirmers, made.expires_at) == (1, (BO,), NOW + HOUR)
    assert scenario.state.is_open
    scenario.accept(1, BO)
    assert scenario.state.status is Status.CLOSED
    assert [proposal.state for proposal in scenario.state.proposals] == ["accepted"]


@pytest.mark.parametrize(
    ("by", "trust"),
    [(BO, Trust.MEMBER), (ALICIA, Trust.VERIFIED), (MARA, Trust.VERIFIED), (BO, Trust.STRANGER)],
    ids=["his address without proof", "somebody else", "the commander", "a stranger"],
)
def test_nobody_else_answers_for_him(by: Person, trust: Trust) -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    for command in (AcceptProposal(1), RejectProposal(1)):
        assert isinstance(scenario.ask(command, by, trust), Refused)
    assert open_proposals(scenario.state)


@pytest.mark.parametrize("by", [ALICIA, MARA], ids=["the person named", "the commander"])
def test_a_third_person_is_commander_once_that_person_or_the_commander_says_so(by: Person) -> None:
    scenario = Scenario()
    made = scenario.propose(NameCommander(ALICIA), BO)
    assert isinstance(made, ProposalMade)
    assert set(made.confirmers) == {ALICIA, MARA}
    assert isinstance(scenario.accept(1, BO), Refused)
    scenario.accept(1, by)
    assert scenario.state.commander == ALICIA


def test_the_change_is_the_proposers_and_says_who_confirmed_it() -> None:
    scenario = Scenario()
    scenario.propose(NameCommander(ALICIA), BO)
    scenario.accept(1, MARA)
    (change,) = scenario.state.unannounced
    assert (change.by, change.confirmed_by) == (BO, MARA)


def test_what_somebody_else_changed_meanwhile_stays_his() -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    scenario.ask(c.SetSeverity(1), ALICIA)
    scenario.accept(1, OPERATOR, Trust.OPERATOR)
    assert [(change.fact, change.by) for change in scenario.state.unannounced] == [("severity", ALICIA), ("status", BO)]


def test_words_that_waited_are_their_writers() -> None:
    scenario = Scenario(Policy(verifies=True, permissions={**Policy().permissions, "update": Trust.VERIFIED}))
    scenario.propose(c.GiveUpdate("Still looking."), BO)
    scenario.accept(1, BO)
    assert [(said.by, said.text) for said in scenario.state.said] == [(BO, "Still looking.")]


@pytest.mark.parametrize("end", [AcceptProposal(1), RejectProposal(1)], ids=["accepted", "rejected"])
def test_a_proposal_is_answered_one_time_only(end: c.Command) -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    scenario.ask(end, BO, Trust.VERIFIED)
    again = scenario.accept(1, BO)
    assert isinstance(again, Refused)
    assert "already" in again.reason


def test_what_no_longer_applies_is_refused_when_it_is_accepted_and_says_why() -> None:
    scenario = Scenario()
    scenario.propose(c.SetVenue("#checkout"), BO)
    scenario.ask(CLOSE, MARA, Trust.VERIFIED)
    refused = scenario.accept(1, BO)
    assert isinstance(refused, Refused)
    assert "no longer applies: the incident is closed" in refused.reason


def test_what_is_so_already_ends_without_a_change() -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    scenario.ask(CLOSE, MARA, Trust.VERIFIED)
    assert scenario.accept(1, BO) == (ProposalAccepted(number=1),)


def test_a_proposal_expires_visibly_and_is_not_accepted_afterwards() -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    scenario.now += HOUR - timedelta(seconds=1)
    assert expire(scenario.state, scenario.now) == ()
    scenario.now += timedelta(seconds=1)
    assert isinstance(scenario.accept(1, BO), Refused)
    scenario._record(expire(scenario.state, scenario.now), OPERATOR)
    assert [proposal.state for proposal in scenario.state.proposals] == ["expired"]
    assert expire(scenario.state, scenario.now) == ()


def test_the_same_words_again_are_the_same_proposal() -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    again = scenario.propose(CLOSE, BO)
    assert isinstance(again, Proposal) and again.number == 1
    assert len(scenario.state.proposals) == 1
    assert isinstance(scenario.propose(CLOSE, ALICIA), ProposalMade)


def test_no_more_wait_than_anybody_can_answer() -> None:
    scenario = Scenario()
    for number in range(OPEN_MAX):
        scenario.propose(c.SetVenue(f"#{number}"), Person.called("", f"member{number // OPEN_OF_ONE_MAX}@example.com"))
    assert isinstance(scenario.propose(CLOSE, BO), Refused)
    assert len(open_proposals(scenario.state)) == OPEN_MAX


def test_one_person_cannot_make_so_many_that_others_can_make_none() -> None:
    scenario = Scenario()
    for number in range(OPEN_OF_ONE_MAX + 3):
        scenario.propose(c.SetVenue(f"#{number}"), Person.called("Bo", f"bo+{number}@example.com"))
    assert len(open_proposals(scenario.state)) == OPEN_OF_ONE_MAX, "all addresses of a mailbox are one person's"
    assert isinstance(scenario.propose(CLOSE, BO), Refused)
    assert isinstance(scenario.propose(CLOSE, ALICIA), ProposalMade)


def test_what_would_not_apply_anyway_is_refused_at_once_and_what_is_so_already_is_nothing() -> None:
    scenario = Scenario()
    assert isinstance(scenario.ask(c.SetVenue(""), BO), Refused)
    assert scenario.ask(c.SetStatus(Status.OPEN), BO) == ()


def test_a_strangers_change_never_waits() -> None:
    assert isinstance(Scenario().ask(CLOSE, BO, Trust.STRANGER), Refused)


def test_a_redacted_proposal_cannot_be_accepted() -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    gone = tuple(replace(p, command="[redacted]") for p in scenario.state.proposals)
    scenario.state = replace(scenario.state, proposals=gone)
    assert isinstance(scenario.accept(1, BO), Refused)


def test_whoever_was_named_can_decline_and_command_goes_back() -> None:
    scenario = Scenario()
    scenario.ask(NameCommander(BO), MARA)
    scenario.ask(c.Decline(), BO)
    assert scenario.state.commander == MARA
    assert isinstance(scenario.ask(c.Decline(), MARA), Refused)


def test_whoever_took_command_himself_cannot_decline_it() -> None:
    scenario = Scenario()
    scenario.ask(c.TakeCommand(), BO)
    assert isinstance(scenario.ask(c.Decline(), BO), Refused)
    assert scenario.state.commander == BO


def test_who_declines_after_command_has_moved_on_changes_nothing() -> None:
    scenario = Scenario()
    scenario.ask(NameCommander(BO), MARA)
    scenario.ask(c.TakeCommand(), ALICIA)
    assert isinstance(scenario.ask(c.Decline(), BO), Refused)
    assert scenario.state.commander == ALICIA


def test_an_offer_can_be_declined_and_whoever_made_it_is_named() -> None:
    scenario = Scenario()
    scenario.ask(c.OfferCommand(BO), OPERATOR, Trust.OPERATOR)
    declined = scenario.ask(c.Decline(), BO)
    assert isinstance(declined, tuple)
    assert [event.told.name for event in declined if isinstance(event, CommandDeclined)] == ["Ops"]
    assert scenario.state.offered is None
    assert scenario.state.commander == MARA


def test_an_acceptance_does_not_do_what_only_the_operator_may_do_by_now() -> None:
    scenario = Scenario()
    scenario.propose(CLOSE, BO)
    only_operator = {**scenario.policy.permissions, "close": Trust.OPERATOR}
    scenario.policy = replace(scenario.policy, permissions=only_operator)
    refused = scenario.accept(1, BO)
    assert isinstance(refused, Refused) and "no longer applies: " in refused.reason
    assert scenario.state.is_open


def test_what_no_longer_applies_says_what_would_help() -> None:
    scenario = Scenario()
    scenario.propose(c.SetVenue("#checkout"), BO)
    scenario.ask(CLOSE, MARA, Trust.VERIFIED)
    refused = scenario.accept(1, BO)
    assert isinstance(refused, Refused)
    assert as_reply(refused) == "reply 'reopen' to open it again; notes are taken as they are"
