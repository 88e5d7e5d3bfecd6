"""Replies that cross: which of them wait, against an oracle written from the rule alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentmail.core import commands as c
from incidentmail.core.commands import Declare, Held, Identity, SetPhase, SetSeverity
from incidentmail.core.decision.decide import Decision, decide, declare
from incidentmail.core.events import Announced, Event, Recorded
from incidentmail.core.fold import evolve
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
    """An incident, its mails, and the replies to them, as they arrive."""

    state: Incident = field(default_factory=_declared)
    at: datetime = START

    def __post_init__(self) -> None:
        self.tell()

    def tell(self, after: timedelta = timedelta()) -> Thread:
        """The declaration, or a follow-up where there is something to say."""
        self.at += after
        if self.state.unannounced or not self.state.is_announced:
            number = self.state.updates + 1 if self.state.is_announced else 0
            self._record(Announced(number=number, message_id=f"<{number}@example.com>"), MARA)
        return self

    def reply(
        self, command: c.Command, *, to: int | None, by: Person = BO, after: timedelta = timedelta(minutes=1)
    ) -> Decision:
        self.at += after
        actor = Actor(person=by, trust=Trust.MEMBER)
        decision = decide(self.state, command, actor=actor, now=self.at, policy=SCALE, answering=to)
        for event in decision if isinstance(decision, tuple) else ():
            self._record(event, by)
        return decision

    def _record(self, event: Event, by: Person) -> None:
        version = self.state.version + 1
        self.state = evolve(self.state, Recorded(incident="i", version=version, at=self.at, by=by, event=event))


@dataclass(frozen=True)
class Reply:
    """Of one person: the mail it answers, what it says, when it comes after the one before, and whether a follow-up
    goes out before the next one."""

    by: int
    answers: int
    value: int
    after_s: int
    told: bool


@dataclass
class Oracle:
    """The rule, written down again: three numbers for each mail, and a value."""

    smaller_is_worse: bool
    value: int
    now_s: int = 0
    held: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mails: list[tuple[int, int]] = [(self.value, 0)]

    def take(self, reply: Reply) -> None:
        self.now_s += reply.after_s
        worse = self.smaller_is_worse and reply.value < self.value
        newer = self.mails[reply.answers + 1 :]
        # A mail whose value is that of the mail before it does not announce this field.
        values = [value for value, _ in self.mails]
        speaking = [mail for n, mail in enumerate(newer, reply.answers + 1) if values[n] != values[n - 1]]
        crossed = bool(speaking) and speaking[-1][0] != reply.value and self.now_s - speaking[-1][1] < 600
        if reply.value == self.value:
            pass
        elif crossed and not worse:
            self.held.append(reply.by)
        else:
            self.value, self.touched = reply.value, True
        if reply.told and self.touched:
            self.mails.append((self.value, self.now_s))
            self.touched = False

    touched: bool = False


def replies(values: st.SearchStrategy[int]) -> st.SearchStrategy[list[Reply]]:
    """Ten replies by ten people, to two of the mails that there may be by then."""
    gaps = st.sampled_from([0, 5, 30, 120, 299, 301, 599, 600, 601])
    two = st.sampled_from([(0, 1), (0, 0), (0, 2), (1, 2), (0, 3)])

    def ten(answered: tuple[int, int]) -> st.SearchStrategy[list[Reply]]:
        one = st.tuples(st.sampled_from(answered), values, gaps, st.booleans())
        return st.tuples(*[one] * 10).map(lambda many: [Reply(by, *each) for by, each in enumerate(many)])

    return two.flatmap(ten).flatmap(st.permutations).map(list)


def play(arrivals: list[Reply], command: type[SetSeverity | SetPhase], oracle: Oracle) -> None:
    thread, held = Thread(), []
    for reply in arrivals:
        before = thread.state
        decision = thread.reply(
            command(reply.value), to=reply.answers, by=PEOPLE[reply.by], after=timedelta(seconds=reply.after_s)
        )
        if isinstance(decision, Held):
            held.append(reply.by)
            assert thread.state == before
            assert not (command is SetSeverity and reply.value < before.severity)
        oracle.take(reply)
        now = thread.state.severity if command is SetSeverity else thread.state.phase
        assert (now, held) == (oracle.value, oracle.held), reply
        if reply.told:
            thread.tell()


@settings(max_examples=150)
@given(replies(st.integers(min_value=1, max_value=5)))
def test_ten_replies_that_cross_over_the_severity_end_as_the_rule_says_in_any_order(arrivals: list[Reply]) -> None:
    play(arrivals, SetSeverity, Oracle(smaller_is_worse=True, value=3))


@settings(max_examples=100)
@given(replies(st.integers(min_value=0, max_value=3)))
def test_ten_replies_that_cross_over_the_phase_end_as_the_rule_says_in_any_order(arrivals: list[Reply]) -> None:
    play(arrivals, SetPhase, Oracle(smaller_is_worse=False, value=1))


# What is changed first and announced; the reply to the declaration that then comes in.
CROSSING: dict[str, tuple[c.Command, c.Command]] = {
    "severity": (SetSeverity(2), SetSeverity(4)),
    "phase": (SetPhase(2), SetPhase(3)),
    "commander": (c.TakeCommand(), c.NameCommander(PEOPLE[1])),
    "venue": (c.SetVenue("#two"), c.SetVenue("#three")),
    "description": (c.SetDescription("Cards fail"), c.SetDescription("Invoices fail")),
    "a role": (
        c.AssignRole("customer_liaison", (PEOPLE[1],)),
        c.AssignRole("customer_liaison", (PEOPLE[2],)),
    ),
    "what customers may be told": (
        c.SetText("customers_may_be_told", "a delay"),
        c.SetText("customers_may_be_told", "pay by invoice"),
    ),
    "the next update": (
        c.SetTime("next_update_at", START + timedelta(hours=1)),
        c.SetTime("next_update_at", START + timedelta(hours=2)),
    ),
}


@pytest.mark.parametrize("name", CROSSING)
def test_a_change_that_answers_an_older_mail_waits_and_shows_both_values(name: str) -> None:
    first, late = CROSSING[name]
    thread = Thread()
    thread.reply(first, to=0, by=MARA if name != "commander" else PEOPLE[3])
    thread.tell(after=timedelta(minutes=1))
    held = thread.reply(late, to=0, by=MARA, after=timedelta(minutes=2))
    assert isinstance(held, Held)
    assert held.confirmers == (MARA,)
    assert "update 1 said" in held.reason and "2 minutes ago" in held.reason


@pytest.mark.parametrize("name", CROSSING)
@pytest.mark.parametrize("answered", [1, None], ids=["the newest mail", "no mail that is known"])
def test_a_change_that_answers_the_newest_mail_or_none_applies(name: str, answered: int | None) -> None:
    first, late = CROSSING[name]
    thread = Thread()
    thread.reply(first, to=0, by=MARA if name != "commander" else PEOPLE[3])
    thread.tell()
    assert isinstance(thread.reply(late, to=answered, by=MARA), tuple)


@pytest.mark.parametrize(("minutes", "waits"), [(9, True), (10, False)])
def test_after_ten_minutes_everybody_means_what_he_writes(minutes: int, waits: bool) -> None:
    thread = Thread()
    thread.reply(SetPhase(2), to=0)
    thread.tell()
    assert isinstance(thread.reply(SetPhase(3), to=0, after=timedelta(minutes=minutes)), Held) is waits


def test_what_was_not_announced_yet_crosses_nothing() -> None:
    thread = Thread()
    thread.reply(SetPhase(2), to=0)
    assert isinstance(thread.reply(SetPhase(3), to=0, by=PEOPLE[1]), tuple)


def test_another_fact_does_not_cross() -> None:
    thread = Thread()
    thread.reply(SetSeverity(2), to=0)
    thread.tell()
    assert isinstance(thread.reply(SetPhase(2), to=0), tuple)


def test_one_more_in_a_role_and_an_undo_by_its_number_cross_nothing() -> None:
    thread = Thread()
    thread.reply(c.AssignRole("customer_liaison", (PEOPLE[1],)), to=0)
    thread.tell()
    more = c.AssignRole("customer_liaison", (PEOPLE[2],), "add")
    assert isinstance(thread.reply(more, to=0, by=PEOPLE[2]), tuple)
    assert isinstance(thread.reply(c.SetStatus(Status.CLOSED), to=0), tuple)
