"""Properties that hold after any generated commands."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentmail.core import commands as c
from incidentmail.core.command_json import NAMES, command_json, read_command
from incidentmail.core.commands import Command, Declare, Held, Identity, Undo
from incidentmail.core.decision.decide import decide, declare
from incidentmail.core.decision.knowledge import Named, knowledge
from incidentmail.core.decision.proposals import expire, open_proposals, propose
from incidentmail.core.events import (
    Announced,
    CommandTransferred,
    Event,
    ProposalAccepted,
    ProposalExpired,
    ProposalMade,
    ProposalRejected,
    Recorded,
)
from incidentmail.core.facts import ROLE_PREFIX, TEXT_FACTS, TIME_FACTS, fact
from incidentmail.core.fold import evolve, first_state, fold
from incidentmail.core.frozen import json_text, read_text
from incidentmail.core.model import Actor, Holders, Incident, Person, Status, Trust
from incidentmail.core.policy import DEFAULT_ROLES, Policy
from incidentmail.core.retro import retro_commands as r

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
POLICY = Policy()
STRICT = Policy(verifies=True)
BOT = Person(name="Incidents", address="incident-bot@example.com")
PEOPLE = [
    Person(name="Mara Lindqvist", address="mara@example.com"),
    Person(name="Bo K.", address="bo@example.com"),
    Person(name="Bo K."),
    Person(name="Alícia S.", address="alicia@example.com"),
]

texts = st.text(max_size=40) | st.sampled_from(
    ["", "Nothing yet", "x" * 301, "a\u202eb", "call", "\ud800", "x" * 20_001]
)
people = st.sampled_from(PEOPLE)
several = st.lists(people, max_size=3).map(tuple)
roles = st.sampled_from([*(role.key for role in DEFAULT_ROLES), "piper"])
near = st.integers(min_value=-3000, max_value=3000).map(lambda minutes: NOW + timedelta(minutes=minutes, seconds=7))
times = near | st.sampled_from([datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
text_names, time_names = st.sampled_from(TEXT_FACTS), st.sampled_from(TIME_FACTS)
numbers = st.integers(min_value=-1, max_value=6)

declarations = st.builds(
    Declare,
    description=st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip())) | texts,
    details=texts,
    severity=st.none() | numbers,
    phase=st.none() | numbers,
    commander=st.none() | people,
    venue=st.none() | texts,
    texts=st.lists(st.tuples(text_names, texts), max_size=3).map(tuple),
    roles=st.lists(st.tuples(roles, st.builds(Holders, people=several)), max_size=3).map(tuple),
    times=st.lists(st.tuples(time_names, times), max_size=2).map(tuple),
    unsure=st.sampled_from([(), ("severity",), ("phase", "commander")]),
    drill=st.booleans(),
)
commands: st.SearchStrategy[Command] = st.one_of(
    declarations,
    st.builds(c.SetSeverity, numbers),
    st.builds(c.SetPhase, numbers),
    st.builds(c.SetStatus, st.sampled_from(Status)),
    st.builds(c.SetDescription, texts),
    st.builds(c.SetVenue, texts),
    st.builds(c.SetText, text_names, st.none() | texts),
    st.builds(c.SetTime, time_names, times),
    st.just(c.TakeCommand()),
    st.builds(c.NameCommander, people),
    st.builds(c.OfferCommand, people),
    st.builds(c.AssignRole, roles, several, st.sampled_from(["set", "add", "remove", "dismiss"])),
    st.builds(c.AddNote, texts, st.none() | times, st.booleans()),
    st.builds(c.GiveUpdate, texts),
    st.builds(
        c.AddItem,
        st.sampled_from(["action", "need", "assumption", "about_to"]),
        texts,
        st.none() | people,
        st.none() | times,
        st.none() | numbers,
    ),
    st.builds(c.FinishItem, texts | st.sampled_from(["1", "#2", ""])),
    st.builds(c.AssignItem, numbers, st.none() | people),
    st.builds(c.ReleaseItem, st.none() | numbers),
    st.builds(c.AskItem, numbers),
    st.builds(c.JudgeItem, st.sampled_from(["holds", "refuted", "unknown"]), st.none() | numbers),
    st.just(c.Join()),
    st.just(c.Leave()),
    st.builds(c.CallRoll, st.booleans()),
    st.builds(r.NameRetroOwner, people),
    st.builds(r.PlanRetro, times, several, st.none() | texts),
    st.builds(r.MarkRetroHeld, times),
    st.sampled_from([r.CallOffRetro(), r.WaiveRetro(), r.UnmarkRetro()]),
    st.builds(Undo, numbers),
    st.just(c.Decline()),
    st.builds(c.AcceptProposal, numbers),
    st.builds(c.RejectProposal, numbers),
)
actors = st.builds(Actor, person=people, trust=st.sampled_from(Trust))
# A command, who asks for it, and which mail he answers. None: the follow-up goes out here.
Step = tuple[Command, Actor, int | None] | None
steps = st.lists(st.none() | st.tuples(commands, actors, st.none() | st.integers(0, 3)), max_size=12)
FOUND = declare(
    Declare(description="Checkout is down", severity=3),
    identity=Identity(id="2026-11-20-checkout", ref="abcdef", origin="ghijkl"),
    actor=Actor(person=PEOPLE[0], trust=Trust.MEMBER),
    now=NOW,
    policy=POLICY,
)


def record(stream: list[Recorded], state: Incident | None, event: Event, by: Person, at: datetime) -> Incident:
    recorded = Recorded(incident="2026-11-20-checkout", version=len(stream) + 1, at=at, by=by, event=event)
    stream.append(recorded)
    return evolve(state, recorded)


def play(history: list[Step], policy: Policy = POLICY) -> tuple[list[Recorded], Incident]:
    """Decide and fold each step after the other. Return the stream and the state at its end."""
    assert isinstance(FOUND, tuple)
    stream: list[Recorded] = []
    state = record(stream, None, FOUND[0], PEOPLE[0], NOW)
    for minute, step in enumerate(history):
        at = NOW + timedelta(minutes=minute)
        if step is None:
            state = announce(stream, state)
            continue
        command, actor, answering = step
        named = None if answering is None else Named(update=answering, written_at=at)
        known = knowledge(state, named, actor.person) if named else None
        decision = decide(state, command, actor=actor, now=at, policy=policy, knowledge=known)
        if isinstance(decision, Held):
            made = propose(state, command, decision, actor=actor, now=at, expires_after=timedelta(minutes=7))
            decision = (made,) if isinstance(made, ProposalMade) else ()
        for event in decision if isinstance(decision, tuple) else ():
            state = record(stream, state, event, actor.person, at)
        for expired in expire(state, at):
            state = record(stream, state, expired, BOT, at)
    return stream, state


def announce(stream: list[Recorded], state: Incident) -> Incident:
    number = state.updates + 1 if state.is_announced else 0
    return record(stream, state, Announced(number=number, message_id=f"<{number}@example.com>"), PEOPLE[0], NOW)


def facts(state: Incident, keys: frozenset[str]) -> dict[str, object]:
    names = ["severity", "phase", "status", "venue", "description", "details", "commander", *TEXT_FACTS, *TIME_FACTS]
    return {name: fact(state, name) for name in [*names, *(ROLE_PREFIX + key for key in sorted(keys))]}


@given(steps, st.sampled_from([POLICY, STRICT]))
def test_whatever_decide_returns_folds_and_every_event_counts_once(history: list[Step], policy: Policy) -> None:
    stream, state = play(history, policy)
    assert state.version == len(stream)
    assert fold(stream) == state


@given(steps, st.integers(min_value=0))
def test_folding_a_prefix_and_then_the_rest_is_folding_all(history: list[Step], cut: int) -> None:
    stream, state = play(history)
    cut %= len(stream) + 1
    assert fold(stream[cut:], fold(stream[:cut])) == state


@given(steps)
def test_a_state_survives_being_stored_as_json(history: list[Step]) -> None:
    _, state = play(history)
    assert read_text(Incident, json_text(state)) == state


@given(steps)
def test_command_passes_from_hand_to_hand_without_a_gap(history: list[Step]) -> None:
    stream, state = play(history)
    holder = fold(stream[:1])
    assert holder is not None
    commander = holder.commander
    for event in (recorded.event for recorded in stream):
        if isinstance(event, CommandTransferred):
            assert event.was == commander
            commander = event.commander
    assert commander == state.commander


@settings(max_examples=200)
@given(steps, st.lists(st.tuples(commands, actors), min_size=1, max_size=5))
def test_undo_right_after_an_update_gives_back_the_facts_before_it(
    history: list[Step], asked: list[tuple[Command, Actor]]
) -> None:
    stream, before = play([*history, None, None])
    state = before
    for command, actor in asked:
        decision = decide(state, command, actor=actor, now=NOW, policy=POLICY)
        for event in decision if isinstance(decision, tuple) else ():
            state = record(stream, state, event, actor.person, NOW)
    state = announce(stream, state)
    keys = frozenset(before.roles) | frozenset(state.roles)
    operator = Actor(person=PEOPLE[3], trust=Trust.OPERATOR)
    undone = decide(state, Undo(state.updates), actor=operator, now=NOW, policy=POLICY)
    if not isinstance(undone, tuple):
        assert facts(state, keys) == facts(before, keys)
        return
    for event in undone:
        state = record(stream, state, event, operator.person, NOW)
    assert facts(state, keys) == facts(before, keys)


@given(declarations, actors)
def test_a_declaration_is_refused_or_folds(command: Declare, actor: Actor) -> None:
    identity = Identity(id="2026-11-20-x", ref="abcdef", origin="ghijkl")
    events = declare(command, identity=identity, actor=actor, now=NOW, policy=POLICY)
    if isinstance(events, tuple):
        state = first_state(identity, events, actor, NOW)
        assert state.commander == (command.commander or actor.person)
        assert state.description


@given(commands)
def test_a_command_comes_back_from_json_as_it_was(command: Command) -> None:
    assert read_command(json.loads(json.dumps(command_json(command)))) == command


def test_every_command_has_a_name_in_json() -> None:
    assert set(NAMES.values()) == set(get_args(Command))


@given(st.lists(st.tuples(commands, actors, st.none() | st.integers(0, 3)), min_size=3, max_size=12))
def test_proposals_count_from_one_and_each_ends_at_most_once(history: list[Step]) -> None:
    stream, state = play(history, STRICT)
    ends = (ProposalAccepted, ProposalRejected, ProposalExpired)
    settled = [recorded.event.number for recorded in stream if isinstance(recorded.event, ends)]
    assert [proposal.number for proposal in state.proposals] == list(range(1, len(state.proposals) + 1))
    assert len(settled) == len(set(settled)) == len(state.proposals) - len(open_proposals(state))
