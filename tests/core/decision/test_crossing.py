"""Which replies have to wait if replies cross, compared with an oracle that is written from the rule alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentmail.core import commands as c
from incidentmail.core.commands import Declare, Held, Identity, SetPhase, SetSeverity
from incidentmail.core.decision.decide import Decision, decide, declare
from incidentmail.core.decision.knowledge import Named, knowledge, with_later_words
from incidentmail.core.events import Announced, Event, Recorded
from incidentmail.core.fold import evolve
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Actor, Incident, Person, Status, Trust
from incidentmail.core.policy import Policy, SeverityLevel

START = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
BO = Person(name="Bo K.", address="bo@example.com")
PEOPLE = [Person(name=f"Person {n}", address=f"p{n}@example.com") for n in range(10)]
SCALE = Policy(severities=tuple(SeverityLevel(level=n, name=f"level {n}") for n in range(1, 6)))


def _declared() -> Incident:
    events = declare(
        Declare(description="Checkout is down", severity=3, phase=1, commander=MARA, venue="#one"),
        identity=Identity(id="i", ref="abcdef", origin="ghijkl"),
        actor=Actor(person=MARA, trust=Trust.MEMBER),
        now=START,
        policy=SCALE,
    )
    assert isinstance(events, tuple)
    return evolve(None, Recorded(incident="i", version=1, at=START, by=MARA, event=events[0]))


@dataclass
class Thread:
    """An incident, its mails, and the replies to them, in the order in which they arrive."""

    state: Incident = field(default_factory=_declared)
    at: datetime = START
    history: list[Recorded] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tell()

    def tell(self) -> Thread:
        """Announce the declaration, or a follow-up if there is something to announce."""
        if self.state.unannounced or not self.state.is_announced:
            number = self.state.updates + 1 if self.state.is_announced else 0
            self._record(Announced(number=number, message_id=f"<{number}@example.com>"), MARA)
        return self

    def reply(
        self, command: c.Command, *, to: int | None, by: Person = BO, after: timedelta = timedelta(minutes=1),
        stated: tuple[tuple[str, JsonValue], ...] = (),
    ) -> Decision:  # fmt: skip
        self.at += after
        known = knowledge(self.state, Named(update=to, written_at=self.at), by, stated)
        known = with_later_words(known, self.state, by, ((None, recorded) for recorded in self.history))
        actor = Actor(person=by, trust=Trust.MEMBER)
        decision = decide(self.state, command, actor=actor, now=self.at, policy=SCALE, knowledge=known)
        for event in decision if isinstance(decision, tuple) else ():
            self._record(event, by)
        return decision

    def _record(self, event: Event, by: Person) -> None:
        version = self.state.version + 1
        self.history.append(Recorded(incident="i", version=version, at=self.at, by=by, event=event))
        self.state = evolve(self.state, self.history[-1])


@dataclass(frozen=True)
class Reply:
    """A reply: its author, the mail that it answers, its value, and whether a follow-up is sent after it."""

    by: int
    answers: int
    value: int
    told: bool


@dataclass
class Oracle:
    """A second implementation of the rule, which keeps the number of the mail that tells each change."""

    milder: int
    """1 if a larger value is milder, as for severities and phases."""
    value: int
    mail: int = 0
    changes: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)

    def take(self, reply: Reply) -> None:
        if (reply.value - self.value) * self.milder > 0 and any(told_by > reply.answers for told_by in self.changes):
            self.held.append(reply.by)
        elif reply.value != self.value:
            self.value = reply.value
            self.changes.append(self.mail + 1)
        if reply.told and self.mail + 1 in self.changes:
            self.mail += 1


def replies(values: st.SearchStrategy[int]) -> st.SearchStrategy[list[Reply]]:
    """Generate ten replies by ten people, each to any mail that may exist by then."""
    one = st.tuples(st.integers(min_value=0, max_value=4), values, st.booleans())
    return st.tuples(*[one] * 10).map(lambda many: [Reply(by, *each) for by, each in enumerate(many)])


def play(arrivals: list[Reply], command: type[SetSeverity | SetPhase], oracle: Oracle) -> None:
    thread, held = Thread(), []
    for arrival in arrivals:
        before, reply = thread.state, replace(arrival, answers=min(arrival.answers, oracle.mail))
        decision = thread.reply(command(reply.value), to=reply.answers, by=PEOPLE[reply.by])
        if isinstance(decision, Held):
            held.append(reply.by)
            assert thread.state == before
        oracle.take(reply)
        now = thread.state.severity if command is SetSeverity else thread.state.phase
        assert (now, held) == (oracle.value, oracle.held), reply
        if reply.told:
            thread.tell()


@settings(max_examples=150)
@given(replies(st.integers(min_value=1, max_value=5)))
def test_ten_replies_that_cross_over_the_severity_end_as_the_rule_says_in_any_order(arrivals: list[Reply]) -> None:
    play(arrivals, SetSeverity, Oracle(milder=1, value=3))


@settings(max_examples=100)
@given(replies(st.integers(min_value=0, max_value=3)))
def test_ten_replies_that_cross_over_the_phase_end_as_the_rule_says_in_any_order(arrivals: list[Reply]) -> None:
    play(arrivals, SetPhase, Oracle(milder=1, value=1))


# What is changed first and announced; the reply to the declaration that then comes in.
CROSSING: dict[str, tuple[c.Command, c.Command, str]] = {
    "severity": (SetSeverity(2), SetSeverity(4), "changed severity from 3 to 2 at 14:21 UTC"),
    "phase": (SetPhase(2), SetPhase(3), "changed phase from 1 to 2 at 14:21 UTC"),
    "commander": (
        c.TakeCommand(),
        c.NameCommander(PEOPLE[1]),
        "changed incident commander from Mara Lindqvist to Person 3 at 14:21 UTC",
    ),
    "an offer of command": (c.TakeCommand(), c.OfferCommand(PEOPLE[1]), "changed incident commander from"),
    "the end": (SetSeverity(2), c.SetStatus(Status.CLOSED), "changed severity from 3 to 2 at 14:21 UTC"),
}


@pytest.mark.parametrize("name", CROSSING)
def test_a_change_that_answers_an_older_mail_waits_for_its_writer_and_shows_both_facts(name: str) -> None:
    first, late, shown = CROSSING[name]
    thread = Thread()
    thread.reply(first, to=0, by=PEOPLE[3])
    thread.tell()
    held = thread.reply(late, to=0, by=MARA, after=timedelta(hours=5))
    assert isinstance(held, Held)
    assert (held.confirmers, held.crosses) == ((MARA,), True)
    assert held.reason.startswith(f"it answers the declaration, and since then Person 3 {shown}")


@pytest.mark.parametrize("name", CROSSING)
def test_a_change_that_answers_the_newest_mail_applies(name: str) -> None:
    first, late, _ = CROSSING[name]
    thread = Thread()
    thread.reply(first, to=0, by=PEOPLE[3])
    thread.tell()
    assert isinstance(thread.reply(late, to=1, by=MARA), tuple)


# What makes nothing milder and ends nothing is taken as it comes.
NEVER_HELD: dict[str, tuple[c.Command, c.Command]] = {
    "a venue": (c.SetVenue("#two"), c.SetVenue("#three")),
    "a description": (c.SetDescription("Cards fail"), c.SetDescription("Invoices fail")),
    "a role": (c.AssignRole("customer_liaison", (PEOPLE[1],)), c.AssignRole("customer_liaison", (PEOPLE[2],))),
    "the next update": (
        c.SetTime("next_update_at", START + timedelta(hours=1)),
        c.SetTime("next_update_at", START + timedelta(hours=2)),
    ),
    "a worse severity": (SetSeverity(2), SetSeverity(1)),
    "an earlier phase": (SetPhase(2), SetPhase(0)),
}


@pytest.mark.parametrize("name", NEVER_HELD)
def test_what_makes_nothing_milder_is_never_held(name: str) -> None:
    first, late = NEVER_HELD[name]
    thread = Thread()
    thread.reply(first, to=0, by=PEOPLE[3])
    thread.tell()
    assert isinstance(thread.reply(late, to=0, by=BO), tuple)


def test_a_reply_that_names_the_present_value_is_not_held() -> None:
    thread = Thread()
    thread.reply(SetSeverity(1), to=0, by=PEOPLE[3])
    assert isinstance(thread.reply(SetSeverity(4), to=0, stated=(("severity", 3), ("severity", 4))), Held)
    assert isinstance(thread.reply(SetSeverity(4), to=0, stated=(("severity", 1), ("severity", 4))), tuple)


def test_an_undo_that_would_put_back_what_changed_again_waits_and_one_that_would_not_is_refused() -> None:
    thread = Thread()
    thread.reply(SetSeverity(2), to=0)
    thread.tell()
    thread.reply(SetSeverity(4), to=1)
    held = thread.reply(c.Undo(1), to=1)
    assert isinstance(held, Held)
    assert "it puts back update 1, and since then Bo K. changed severity from 2 to 4" in held.reason
    thread.reply(SetSeverity(3), to=1)
    assert isinstance(thread.reply(c.Undo(1), to=1), c.Refused)
