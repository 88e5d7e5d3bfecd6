"""The decision on each command: applied, refused with a remedy, or nothing to do; who may give it; and undoing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidentmail.core import commands as c
from incidentmail.core.commands import Declare, Held, Identity, NameCommander, Refused, SetSeverity, TakeCommand, Undo
from incidentmail.core.decision.decide import Decision, decide, declare
from incidentmail.core.decision.remedy import as_reply
from incidentmail.core.events import Announced, Declared, Event, NoteAdded, Recorded
from incidentmail.core.facts import fact
from incidentmail.core.fold import evolve
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Holders, Incident, Person, Status, Trust
from incidentmail.core.policy import DEFAULT_PERMISSIONS, Policy, permission_for

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
BO = Person(name="Bo K.", address="bo@example.com")
ALICIA = Person(name="Alícia S.", address="alicia@example.com")
NAMESAKE = Person(name="Bo K.", address="other.bo@example.com")
NAME_ONLY = Person(name="bo k.")
IDENTITY = Identity(id="2026-11-20-checkout", ref="abcdef", origin="ghijkl")
CL = "customer_liaison"
STRICT = Policy(verifies=True)


def begin(
    command: Declare, *, by: Person = MARA, trust: Trust = Trust.MEMBER, policy: Policy | None = None
) -> tuple[Event, ...] | Refused:
    actor = Actor(person=by, trust=trust)
    return declare(command, identity=IDENTITY, actor=actor, now=NOW, policy=policy or Policy())


def _declared(severity: int = 2) -> Incident:
    events = begin(Declare(description="Checkout is down", severity=severity, phase=1, commander=MARA))
    assert isinstance(events, tuple)
    return evolve(None, Recorded(incident=IDENTITY.id, version=1, at=NOW, by=MARA, event=events[0]))


@dataclass
class Scenario:
    """One incident, declared by Mara, and what happens to it."""

    policy: Policy = field(default_factory=Policy)
    state: Incident = field(default_factory=_declared)

    def ask(self, command: c.Command, *, by: Person = MARA, trust: Trust = Trust.MEMBER) -> Decision:
        """Return the decision, after recording its events."""
        actor = Actor(person=by, trust=trust)
        decision = decide(self.state, command, actor=actor, now=NOW, policy=self.policy)
        if isinstance(decision, tuple):
            for event in decision:
                self._record(event, by)
        return decision

    def ask_all(self, *commands: c.Command, by: Person = MARA) -> None:
        for command in commands:
            assert isinstance(self.ask(command, by=by), tuple), command

    def announce(self) -> int:
        number = self.state.updates + 1 if self.state.is_announced else 0
        self._record(Announced(number=number, message_id=f"<{number}@example.com>"), MARA)
        return number

    def facts(self) -> dict[str, Any]:
        names = ["severity", "phase", "status", "venue", "description", "commander", "impact", "started_at"]
        return {name: fact(self.state, name) for name in [*names, f"roles.{CL}"]}

    def _record(self, event: Event, by: Person) -> None:
        version = self.state.version + 1
        recorded = Recorded(incident=self.state.id, version=version, at=NOW, by=by, event=event)
        self.state = evolve(self.state, recorded)


def kinds(decision: Decision) -> list[str]:
    assert isinstance(decision, tuple), decision
    return [event.kind.removesuffix(".v1") for event in decision]


def later(**delta: float) -> datetime:
    return NOW + timedelta(**delta)


# Before, the command, and the kinds of the events that it causes.
APPLIED: dict[str, tuple[list[c.Command], c.Command, list[str]]] = {
    "severity": ([], SetSeverity(1), ["severity_changed"]),
    "phase": ([], c.SetPhase(2), ["phase_changed"]),
    "close": ([], c.SetStatus(Status.CLOSED), ["status_changed"]),
    "retract": ([], c.SetStatus(Status.RETRACTED), ["status_changed"]),
    "description": ([], c.SetDescription("Card payments fail"), ["description_changed"]),
    "venue": ([], c.SetVenue("#checkout"), ["venue_changed"]),
    "impact": ([], c.SetText("impact", "one in five"), ["text_changed"]),
    "started": ([], c.SetTime("started_at", later(minutes=-13)), ["time_changed"]),
    "next update": ([], c.SetTime("next_update_at", later(minutes=30)), ["time_changed"]),
    "name a commander": ([], NameCommander(BO), ["command_transferred"]),
    "offer command": ([], c.OfferCommand(BO), ["command_offered"]),
    "offer command to another": ([c.OfferCommand(ALICIA)], c.OfferCommand(BO), ["command_offered"]),
    "take on a role": ([], c.AssignRole(CL, (BO,)), ["role_changed"]),
    "add to a role": ([c.AssignRole(CL, (BO,))], c.AssignRole(CL, (ALICIA,), "add"), ["role_changed"]),
    "leave a role": ([c.AssignRole(CL, (BO,))], c.AssignRole(CL, (BO,), "remove"), ["role_changed"]),
    "nobody is needed": ([], c.AssignRole(CL, (), "dismiss"), ["role_changed"]),
    "note": ([], c.AddNote("The gateway answers 502."), ["note_added"]),
    "update": ([], c.GiveUpdate("Still looking."), ["update_given"]),
    "no change": ([], c.GiveUpdate(), ["update_given"]),
    "action": ([], c.AddItem("action", "call the bank", BO), ["item_tracked"]),
    "done by number": ([c.AddItem("action", "call the bank")], c.FinishItem("#1"), ["item_finished"]),
    "done without a number": ([c.AddItem("action", "call the bank", MARA)], c.FinishItem(""), ["item_finished"]),
    "a time without an owner": ([], c.AddItem("need", "a room", due_at=later(hours=1)), ["item_tracked"]),
    "an action changes hands": ([c.AddItem("action", "call", BO)], c.AssignItem(1, ALICIA), ["item_assigned"]),
    "an action is given back": ([c.AddItem("action", "call", MARA)], c.ReleaseItem(), ["item_assigned"]),
    "an assumption is asked about": ([c.AddItem("assumption", "it is the disk")], c.AskItem(1), ["item_asked"]),
    "an assumption is refuted": (
        [c.AddItem("assumption", "it is the disk")],
        c.JudgeItem("refuted", 1),
        ["item_judged"],
    ),
    "the author answers": (
        [c.AddItem("assumption", "it is the disk"), c.AskItem(1)],
        c.JudgeItem("unknown"),
        ["item_judged"],
    ),
    "joining": ([], c.Join(), ["joined"]),
    "done by words": ([c.AddItem("need", "a second gateway")], c.FinishItem("Second Gateway"), ["item_finished"]),
}


@pytest.mark.parametrize("name", APPLIED)
def test_a_command_that_changes_something_is_applied(name: str) -> None:
    scenario = Scenario()
    before, command, expected = APPLIED[name]
    scenario.ask_all(*before)
    assert kinds(scenario.ask(command)) == expected


def test_there_is_nothing_to_tell_customers_any_more() -> None:
    scenario = Scenario()
    scenario.ask_all(c.AssignRole(CL, (MARA,)))
    scenario.state = replace(scenario.state, unannounced=())  # the list has heard who the liaison is
    scenario.ask_all(c.SetText("customers_may_be_told", "a delay"))
    assert kinds(scenario.ask(c.SetText("customers_may_be_told", None))) == ["text_changed"]


UNCHANGED: dict[str, tuple[list[c.Command], c.Command]] = {
    "severity": ([], SetSeverity(2)),
    "phase": ([], c.SetPhase(1)),
    "status": ([], c.SetStatus(Status.OPEN)),
    "description": ([], c.SetDescription("  Checkout   is down ")),
    "venue": ([c.SetVenue("#checkout")], c.SetVenue("#checkout\u200b")),
    "text": ([c.SetText("impact", "some")], c.SetText("impact", " some")),
    "nothing yet": ([], c.SetText("customers_may_be_told", "nothing yet")),
    "time in the same minute": (
        [c.SetTime("started_at", later(minutes=-5))],
        c.SetTime("started_at", later(minutes=-5, seconds=30)),
    ),
    "commander already": ([], TakeCommand()),
    "offer to the commander": ([], c.OfferCommand(MARA)),
    "the same offer again": ([c.OfferCommand(BO)], c.OfferCommand(BO)),
    "the same holder": ([c.AssignRole(CL, (BO,))], c.AssignRole(CL, (BO, BO), "add")),
    "removing nobody who holds it": ([c.AssignRole(CL, (BO,))], c.AssignRole(CL, (ALICIA,), "remove")),
    "removing from a dismissed role": ([c.AssignRole(CL, (), "dismiss")], c.AssignRole(CL, (BO,), "remove")),
    "an empty note": ([], c.AddNote(" \u200b\n")),
}


@pytest.mark.parametrize("name", UNCHANGED)
def test_a_command_that_asks_for_what_holds_does_nothing(name: str) -> None:
    scenario = Scenario()
    before, command = UNCHANGED[name]
    scenario.ask_all(*before)
    assert scenario.ask(command) == ()


REFUSED: dict[str, tuple[list[c.Command], c.Command, str]] = {
    "severity off the scale": ([], SetSeverity(5), "1 (critical), 2 (serious), 3 (moderate), 4 (mild)"),
    "phase that does not exist": ([], c.SetPhase(4), "0 (discovery)"),
    "empty description": ([], c.SetDescription(" \x00 "), "write it in one line"),
    "long description": ([], c.SetDescription("x" * 301), "say it shorter"),
    "empty venue": ([], c.SetVenue(""), "write it in one line"),
    "long text": ([], c.SetText("impact", "x" * 301), "say it shorter"),
    "next update in the past": ([], c.SetTime("next_update_at", later(minutes=-2)), "next +30m"),
    "start in the future": ([], c.SetTime("started_at", later(minutes=2)), "Started: 14:07"),
    "unknown role": ([], c.AssignRole("piper", (BO,)), "Customer liaison, Business liaison"),
    "long note": ([], c.AddNote("x" * 20_001), "say it shorter"),
    "long update": ([], c.GiveUpdate("x" * 20_001), "say it shorter"),
    "empty action": ([], c.AddItem("action", "\u200b"), "write it in the same line"),
    "nothing to finish": ([c.AddItem("action", "call the bank")], c.FinishItem("call mum"), "1 (call the bank)"),
    "two to finish": ([c.AddItem("action", "call Ann"), c.AddItem("need", "call Bo")], c.FinishItem("call"), "2 (call"),
    "finishing nothing": ([c.AddItem("action", "call Ann")], c.FinishItem("#"), "1 (call Ann)"),
    "finishing what is no task": ([c.AddItem("decision", "we wait")], c.FinishItem("1"), "none"),
    "declared again": ([], Declare(description="Checkout is down"), "write a new mail to the list"),
    "undo of the declaration": ([], Undo(0), "retract"),
    "undo of nothing": ([], Undo(3), "reply 'retract' if that was a false alarm"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_command_that_cannot_be_is_refused_with_a_remedy(name: str) -> None:
    scenario = Scenario()
    before, command, remedy = REFUSED[name]
    scenario.ask_all(*before)
    state = scenario.state
    decision = scenario.ask(command)
    assert isinstance(decision, Refused)
    assert remedy in as_reply(decision)
    assert scenario.state == state


def test_a_refusal_stays_short_however_much_was_written() -> None:
    scenario = Scenario()
    scenario.ask_all(c.AddItem("action", "one\ntwo " * 2000))
    decision = scenario.ask(c.FinishItem("other " * 3000))
    assert isinstance(decision, Refused)
    assert len(decision.reason + as_reply(decision)) < 300
    assert "\n" not in decision.remedy


@pytest.mark.parametrize(
    "command",
    [SetSeverity(1), c.SetPhase(2), c.SetVenue("#x"), TakeCommand(), c.GiveUpdate("x"), c.AssignRole(CL, (BO,))],
    ids=lambda command: type(command).__name__,
)
def test_a_closed_incident_refuses_changes_and_says_how_to_reopen(command: c.Command) -> None:
    scenario = Scenario()
    scenario.ask_all(c.SetStatus(Status.CLOSED))
    decision = scenario.ask(command)
    assert isinstance(decision, Refused)
    assert "closed" in decision.reason
    assert "reply 'reopen'" in as_reply(decision)


@pytest.mark.parametrize(
    "command",
    [c.AddNote("It was the disk."), c.AddItem("document", "https://example.com/x"), c.SetStatus(Status.OPEN)],
    ids=lambda command: type(command).__name__,
)
def test_a_closed_incident_takes_notes_and_can_be_reopened(command: c.Command) -> None:
    scenario = Scenario()
    scenario.ask_all(c.SetStatus(Status.CLOSED))
    assert len(kinds(scenario.ask(command))) == 1


def test_confirming_what_was_only_assumed_is_a_change() -> None:
    events = begin(Declare(description="Checkout is down"))
    assert isinstance(events, tuple)
    scenario = Scenario()
    scenario.state = evolve(None, Recorded(incident=IDENTITY.id, version=1, at=NOW, by=MARA, event=events[0]))
    assert list(scenario.state.assumed) == ["severity", "phase", "commander"]
    assert kinds(scenario.ask(SetSeverity(3))) == ["severity_changed"]
    assert kinds(scenario.ask(TakeCommand())) == ["command_transferred"]
    assert list(scenario.state.assumed) == ["phase"]
    assert scenario.ask(SetSeverity(3)) == ()


def test_a_declaration_assumes_what_is_not_stated() -> None:
    events = begin(Declare(description=" Checkout\nis down ", unsure=("severity",), severity=1, roles=()))
    assert isinstance(events, tuple)
    (event,) = events
    assert isinstance(event, Declared)
    assert (event.description, event.severity, event.phase, event.commander) == ("Checkout is down", 1, 1, MARA)
    assert event.assumed == ("severity", "phase", "commander")


def test_a_declaration_names_each_holder_once() -> None:
    events = begin(Declare(description="Down", roles=((CL, Holders(people=(BO, BO))),)))
    assert isinstance(events, tuple)
    assert isinstance(events[0], Declared)
    assert events[0].roles[CL].people == (BO,)


@pytest.mark.parametrize(
    ("command", "remedy"),
    [
        (Declare(description=" \u200b"), "say in one line"),
        (Declare(description="x", severity=9), "1 (critical)"),
        (Declare(description="x", phase=9), "0 (discovery)"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_with_a_remedy(command: Declare, remedy: str) -> None:
    refused = begin(command)
    assert isinstance(refused, Refused)
    assert remedy in as_reply(refused)


@pytest.mark.parametrize(
    "command",
    [
        Declare(description="x" * 301),
        Declare(description="x", details="x" * 20_001),
        Declare(description="x", details="word " * 200_000),
        Declare(description="x", details="決" * 8_001),
        Declare(description="x", venue="x" * 301),
        Declare(description="x", texts=(("impact", "x" * 301),)),
    ],
)
def test_no_declaration_is_refused_because_it_is_too_long(command: Declare) -> None:
    events = begin(command)
    assert isinstance(events, tuple)
    declared, *notes = events
    assert isinstance(declared, Declared)
    assert all(isinstance(note, NoteAdded) for note in notes)
    assert len(declared.details.encode()) <= 24_000 and len(declared.details) <= 20_000
    assert len(notes) <= 21


def test_a_stranger_declares_nothing() -> None:
    assert isinstance(begin(Declare(description="x"), trust=Trust.STRANGER), Refused)


ALL: dict[str, c.Command] = {name: command for name, (before, command, _) in APPLIED.items() if not before}


@pytest.mark.parametrize("name", ALL)
def test_a_stranger_changes_nothing_at_all(name: str) -> None:
    decision = Scenario().ask(ALL[name], trust=Trust.STRANGER)
    assert isinstance(decision, Refused)
    assert "stranger" in decision.reason


VERIFIED_ONLY: dict[str, c.Command] = {
    "close": c.SetStatus(Status.CLOSED),
    "retract": c.SetStatus(Status.RETRACTED),
    "venue": c.SetVenue("#x"),
    "offer": c.OfferCommand(ALICIA),
    "name another": NameCommander(ALICIA),
    "name another to a role": c.AssignRole(CL, (ALICIA,)),
}


@pytest.mark.parametrize("name", VERIFIED_ONLY)
def test_where_mail_can_be_verified_a_member_alone_waits_for_a_proof(name: str) -> None:
    held = Scenario(STRICT, _declared(severity=3)).ask(VERIFIED_ONLY[name], by=BO)
    assert isinstance(held, Held)
    assert BO in held.confirmers or name == "name another"


@pytest.mark.parametrize("name", VERIFIED_ONLY)
def test_what_needs_the_operator_is_refused_to_everybody_else(name: str) -> None:
    policy = Policy(verifies=True, permissions=dict.fromkeys(DEFAULT_PERMISSIONS, Trust.OPERATOR))
    assert isinstance(Scenario(policy).ask(VERIFIED_ONLY[name], by=BO, trust=Trust.VERIFIED), Refused)


@pytest.mark.parametrize("name", VERIFIED_ONLY)
def test_where_nothing_verifies_a_members_word_is_enough(name: str) -> None:
    decision = Scenario(state=_declared(severity=3)).ask(VERIFIED_ONLY[name], by=BO)
    assert isinstance(decision, Held if name == "name another" else tuple)


def test_a_severity_that_nobody_was_told_yet_makes_no_severe_incident_mild() -> None:
    scenario = Scenario(state=_declared(severity=1))
    close = c.SetStatus(Status.CLOSED)
    scenario.ask(SetSeverity(3), by=BO)
    held = scenario.ask(close, by=BO)
    assert isinstance(held, Held) and held.confirmers == (MARA,)
    scenario._record(Announced(number=1, message_id="<1@x>"), MARA)
    assert kinds(scenario.ask(close, by=BO)) == ["status_changed"]


@pytest.mark.parametrize("command", [TakeCommand(), NameCommander(BO)], ids=["taking command", "by the own name"])
def test_any_member_may_take_command_in_either_form(command: c.Command) -> None:
    scenario = Scenario(STRICT)
    assert kinds(scenario.ask(command, by=BO)) == ["command_transferred"]
    assert scenario.state.commander == BO


def test_the_commander_the_declarer_and_the_operator_may_name_a_third_person() -> None:
    for by, trust in ((MARA, Trust.MEMBER), (ALICIA, Trust.OPERATOR)):
        scenario = Scenario(STRICT)
        assert kinds(scenario.ask(NameCommander(BO), by=by, trust=trust)) == ["command_transferred"]
        assert kinds(scenario.ask(NameCommander(ALICIA), by=MARA)) == ["command_transferred"]  # she declared it


def test_a_third_person_named_by_somebody_else_waits_for_a_word() -> None:
    held = Scenario(Policy(commander_title="DRI")).ask(NameCommander(ALICIA), by=BO)
    assert isinstance(held, Held)
    assert "'Alícia S. is DRI.'" in held.remedy


def test_a_strangers_claim_to_be_the_commander_asserts_nothing() -> None:
    assert isinstance(Scenario().ask(NameCommander(BO), by=MARA, trust=Trust.STRANGER), Refused)


@pytest.mark.parametrize(
    ("command", "by", "allowed"),
    [
        (c.AssignRole(CL, (ALICIA,), "add"), ALICIA, True),
        (c.AssignRole(CL, (BO, ALICIA)), ALICIA, True),  # restates Bo, adds herself
        (c.AssignRole(CL, (BO,), "remove"), BO, None),  # asked whether it was they who wrote
        (c.AssignRole(CL, (NAME_ONLY,), "remove"), BO, None),  # by name alone
        (c.AssignRole(CL, (), "dismiss"), BO, None),
        (c.AssignRole(CL, (ALICIA,)), ALICIA, False),  # pushes Bo out
        (c.AssignRole(CL, (MARA,), "add"), ALICIA, False),
        (c.AssignRole(CL, (BO,), "remove"), ALICIA, False),
        (c.AssignRole(CL, (), "dismiss"), ALICIA, False),
        (c.AssignRole(CL, (Person(name="Bozo", address=BO.address),)), ALICIA, False),  # another name for him
    ],
)
def test_ones_own_role_is_ones_own_and_nobody_elses(command: c.Command, by: Person, allowed: bool | None) -> None:
    scenario = Scenario(STRICT)
    scenario.ask_all(c.AssignRole(CL, (BO,), "add"), by=BO)
    answer = scenario.ask(command, by=by)
    assert isinstance(answer, tuple) is bool(allowed)
    if allowed is None:
        assert isinstance(answer, Held) and answer.confirmers == (by,)
        assert isinstance(scenario.ask(command, by=by, trust=Trust.VERIFIED), tuple)


def test_removing_a_person_leaves_the_namesake_at_another_address() -> None:
    scenario = Scenario()
    scenario.ask_all(c.AssignRole(CL, (BO, NAMESAKE)), c.AssignRole(CL, (BO,), "remove"))
    assert scenario.state.roles[CL].people == (NAMESAKE,)


def test_every_permission_asked_for_stands_in_the_default_table() -> None:
    asked = [*ALL.values(), TakeCommand(), Undo(1), *map(c.SetStatus, Status), Declare(description="x")]
    actor = Actor(person=BO, trust=Trust.MEMBER)
    assert {permission_for(Scenario().state, command, actor) for command in asked} <= set(DEFAULT_PERMISSIONS)


UNDOABLE: dict[str, list[c.Command]] = {
    "severity": [SetSeverity(1)],
    "commander": [NameCommander(BO)],
    "venue that was none": [c.SetVenue("#x")],
    "description": [c.SetDescription("Other")],
    "status": [c.SetStatus(Status.CLOSED)],
    "a role that was empty": [c.AssignRole(CL, (BO,)), c.GiveUpdate("x")],
    "a time that was none": [c.SetTime("started_at", later(minutes=-9)), c.GiveUpdate("x")],
    "several": [SetSeverity(1), c.SetPhase(2), c.SetText("impact", "all"), NameCommander(BO)],
    "there and further": [SetSeverity(1), SetSeverity(4)],
}


@pytest.mark.parametrize("name", UNDOABLE)
def test_undo_puts_back_all_that_an_update_announced(name: str) -> None:
    scenario = Scenario()
    scenario.announce()
    before = scenario.facts()
    scenario.ask_all(*UNDOABLE[name])
    number = scenario.announce()
    after = scenario.facts()
    assert kinds(scenario.ask(Undo(number)))[-1] == "update_undone"
    assert scenario.facts() == before
    assert scenario.ask(Undo(number)) != ()  # a second time it is refused: it changed again since
    undone = scenario.announce()
    assert isinstance(scenario.ask(Undo(undone)), tuple)
    assert scenario.facts() == after


def test_undo_of_what_changed_again_since_is_refused_whole() -> None:
    scenario = Scenario()
    scenario.announce()
    scenario.ask_all(SetSeverity(1), c.SetPhase(2))
    number = scenario.announce()
    scenario.ask_all(SetSeverity(3))
    decision = scenario.ask(Undo(number))
    assert isinstance(decision, Refused)
    assert decision.reason == "severity changed again after update 1"
    assert scenario.state.phase == 2


def test_undo_of_an_update_without_changes_is_refused() -> None:
    scenario = Scenario()
    scenario.announce()
    scenario.ask_all(c.GiveUpdate("x"), SetSeverity(1), SetSeverity(2))
    assert isinstance(scenario.ask(Undo(scenario.announce())), Refused)


@pytest.mark.parametrize(("by", "allowed"), [(BO, True), (ALICIA, False)])
def test_a_member_undoes_the_own_update_and_nobody_elses(by: Person, allowed: bool) -> None:
    scenario = Scenario(STRICT)
    scenario.announce()
    scenario.ask_all(SetSeverity(1), by=BO)
    assert isinstance(scenario.ask(Undo(scenario.announce()), by=by), tuple) is allowed
