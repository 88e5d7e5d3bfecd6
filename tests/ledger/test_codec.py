"""Every kind of event survives encoding, and no free text is in the part that cannot be redacted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core import events as e
from incidentmail.core.conduct import clock_events as c
from incidentmail.core.drills import drill_events as drills
from incidentmail.core.drills.scenario import Inject, Scenario
from incidentmail.core.events import KINDS, Event, Recorded
from incidentmail.core.facts import TEXT_FACTS, TIME_FACTS
from incidentmail.core.model import Actor, Holders, Person, Status, Trust
from incidentmail.core.record import record_events as r
from incidentmail.core.retro import retro_events as retro
from incidentmail.core.teams import team_events as teams
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.tracking import tracking_events as t
from incidentmail.ledger.codec import REDACTED, canonical, commitment, decode, encode, upcast
from incidentmail.ledger.values import CausedBy

SALT = b"0123456789abcdef"
MARA = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.MEMBER)

text = st.text(max_size=30)
line = text | st.sampled_from(["\ud800", "ü 決済", '{"sealed":"x"}', "\x00"])
maybe = st.none() | line
whole = st.integers(min_value=0, max_value=9)
moment = st.datetimes(timezones=st.just(UTC))
holders = st.builds(
    Holders,
    people=st.lists(st.sampled_from([MARA.person, Person(name="Bo K.")]), max_size=2).map(tuple),
    dismissed=st.booleans(),
)
person = st.sampled_from([MARA.person, Person(name="Bo K."), Person(name="{}")])
status = st.sampled_from(Status)

EVENTS: dict[type[Event], st.SearchStrategy[Event]] = {
    e.Declared: st.builds(
        e.Declared, id=text, ref=text, origin=text, description=line, details=line, severity=whole, phase=whole,
        commander=person, assumed=st.lists(text, max_size=2).map(tuple), venue=maybe, backchannel=maybe, impact=maybe,
        not_affected=maybe, customers_may_be_told=maybe, roles=st.dictionaries(text, holders, max_size=2),
        started_at=st.none() | moment, detected_at=st.none() | moment, next_update_at=st.none() | moment,
        declared_at=moment, declared_in=maybe, drill=st.booleans(), restricted=st.booleans(),
    ),
    e.SeverityChanged: st.builds(e.SeverityChanged, severity=whole, was=whole),
    e.PhaseChanged: st.builds(e.PhaseChanged, phase=whole, was=whole),
    e.StatusChanged: st.builds(e.StatusChanged, status=status, was=status),
    e.CommandTransferred: st.builds(e.CommandTransferred, commander=person, was=person),
    e.CommandOffered: st.builds(e.CommandOffered, to=person),
    e.VenueChanged: st.builds(e.VenueChanged, venue=maybe, was=maybe),
    e.DescriptionChanged: st.builds(e.DescriptionChanged, description=line, was=line),
    e.TextChanged: st.builds(e.TextChanged, name=st.sampled_from(TEXT_FACTS), text=maybe, was=maybe),
    e.TimeChanged: st.builds(
        e.TimeChanged, name=st.sampled_from(TIME_FACTS), time=st.none() | moment, was=st.none() | moment
    ),
    e.RoleChanged: st.builds(e.RoleChanged, role=text, holders=holders, was=holders),
    e.NoteAdded: st.builds(e.NoteAdded, text=line, time=st.none() | moment, rides=st.booleans()),
    e.UpdateGiven: st.builds(e.UpdateGiven, text=line),
    e.ItemAdded: st.builds(
        e.ItemAdded, number=whole, item=st.sampled_from(["action", "decision"]), text=line, owner=st.none() | person
    ),
    e.ItemFinished: st.builds(e.ItemFinished, number=whole),
    t.ItemTracked: st.builds(
        t.ItemTracked, number=whole, item=st.sampled_from(["need", "about_to"]), text=line, owner=st.none() | person,
        due_at=st.none() | moment, about=st.none() | whole,
    ),
    t.ItemAssigned: st.builds(t.ItemAssigned, number=whole, owner=st.none() | person),
    t.ItemAsked: st.builds(t.ItemAsked, number=whole),
    t.ItemJudged: st.builds(t.ItemJudged, number=whole, verdict=st.sampled_from(["holds", "refuted", "unknown"])),
    t.Joined: st.builds(t.Joined, person=person),
    t.Left: st.builds(t.Left, person=person),
    t.RollCalled: st.builds(t.RollCalled, people=st.lists(person, max_size=2).map(tuple)),
    t.RollAnswered: st.builds(t.RollAnswered, person=person, text=line),
    e.UpdateUndone: st.builds(e.UpdateUndone, number=whole),
    e.CommandDeclined: st.builds(e.CommandDeclined, told=person),
    e.ProposalMade: st.builds(
        e.ProposalMade, number=whole, command=st.fixed_dictionaries({"command": text, "text": line}), reason=line,
        trust=st.sampled_from(Trust), confirmers=st.lists(person, max_size=2).map(tuple), expires_at=moment,
    ),
    e.ProposalAccepted: st.builds(e.ProposalAccepted, number=whole, changes=whole, said=whole),
    e.ProposalRejected: st.builds(e.ProposalRejected, number=whole),
    e.ProposalExpired: st.builds(e.ProposalExpired, number=whole),
    e.AuthorityTaken: st.builds(e.AuthorityTaken, origin=text, epoch=whole),
    e.Announced: st.builds(e.Announced, number=whole, message_id=line),
    teams.MergedInto: st.builds(teams.MergedInto, into=maybe, was=maybe),
    teams.MergedFrom: st.builds(
        teams.MergedFrom, incidents=st.lists(text, max_size=2).map(tuple), was=st.lists(text, max_size=2).map(tuple)
    ),
    teams.MergeReceived: st.builds(
        teams.MergeReceived, incident=text, numbers=st.just((1,)),
        items=st.just([]) | st.just([{"number": 1, "text": "x"}]),
        before=st.dictionaries(text, line, max_size=2), after=st.dictionaries(text, line, max_size=2),
    ),
    teams.IncidentRestricted: st.builds(teams.IncidentRestricted),
    teams.MergeReturned: st.builds(teams.MergeReturned, incident=text),
    CustomerWordsApproved: st.builds(
        CustomerWordsApproved, approval=st.none() | st.builds(Approval, words=line, by=person, approved_by=person)
    ),
    e.UpdateKept: st.builds(e.UpdateKept, due_at=moment, has_news=st.booleans()),
    e.UpdateMissed: st.builds(e.UpdateMissed, due_at=moment),
    e.OnCallAsked: st.builds(
        e.OnCallAsked, role=text, people=st.lists(person, max_size=2).map(tuple), fault=st.none() | line
    ),
    e.RoleOffered: st.builds(e.RoleOffered, role=text, to=person),
    e.RoleOfferEnded: st.builds(e.RoleOfferEnded, role=text, to=person, declined=st.booleans()),
    c.HandoverPlanned: st.builds(c.HandoverPlanned, to=st.none() | person, at=st.none() | moment),
    c.BreakBegun: st.builds(c.BreakBegun, until=moment),
    c.BreakEnded: st.builds(c.BreakEnded),
    c.AwareStated: st.builds(c.AwareStated, at=moment),
    c.DeadlineMet: st.builds(c.DeadlineMet, name=line),
    retro.RetroOwnerNamed: st.builds(retro.RetroOwnerNamed, owner=person),
    retro.RetroPlanned: st.builds(
        retro.RetroPlanned, at=moment, until=moment, place=st.none() | line,
        invited=st.lists(person, max_size=2).map(tuple), number=whole,
    ),
    retro.RetroCalledOff: st.builds(retro.RetroCalledOff, number=whole),
    retro.RetroAnswered: st.builds(
        retro.RetroAnswered, person=person, answer=st.sampled_from(["accepted", "declined", "tentative"]), number=whole
    ),
    retro.RetroHeld: st.builds(retro.RetroHeld, held_at=moment),
    retro.RetroWaived: st.builds(retro.RetroWaived),
    retro.RetroStillDue: st.builds(retro.RetroStillDue),
    e.CommandOfferEnded: st.builds(e.CommandOfferEnded, to=person, told=person),
    r.Redacted: st.builds(
        r.Redacted, texts=st.lists(st.builds(r.TextsOf, seq=whole, slots=st.just(("text",))), max_size=2).map(tuple),
        mails=st.lists(whole, max_size=2).map(tuple), reason=line,
    ),
    r.Pruned: st.builds(
        r.Pruned, before=moment, mails=st.lists(st.tuples(whole, whole), max_size=2).map(tuple)
    ),
    r.HoldPlaced: st.builds(r.HoldPlaced, incident=text, reason=line),
    r.HoldLifted: st.builds(r.HoldLifted, incident=text, reason=line),
    r.KeyRotated: st.builds(r.KeyRotated, fingerprint=text, earlier=whole),
    r.RecordRebuilt: st.builds(r.RecordRebuilt, mails=whole, is_proven=st.booleans()),
    drills.DrillStarted: st.builds(
        drills.DrillStarted, run=text, faster=whole, scenario=st.builds(
            Scenario, title=line, description=line, opening=line, lasts_s=whole,
            injects=st.lists(st.builds(Inject, at_s=whole, by=line, subject=line, text=line), max_size=2).map(tuple),
        ),
    ),
    drills.DrillMailSent: st.builds(drills.DrillMailSent, run=text, number=whole, message_id=text),
    drills.DrillJoined: st.builds(drills.DrillJoined, run=text, incident=text),
    drills.DrillEnded: st.builds(drills.DrillEnded, run=text, stopped=st.booleans()),
}  # fmt: skip
any_event = st.one_of(list(EVENTS.values()))
causes = st.none() | st.builds(CausedBy, seq=whole, sha256=st.just("00" * 32))

SECRET = "Zanzibar"
SECRETIVE: tuple[Event, ...] = (
    e.Declared(
        id="i", ref="r", origin="o", description=SECRET, details=SECRET, severity=1, phase=1,
        commander=Person(name=SECRET), venue=SECRET, backchannel=SECRET, impact=SECRET, not_affected=SECRET,
        customers_may_be_told=SECRET, roles={"scribe": Holders(people=(Person(name=SECRET),))},
        declared_at=datetime(2026, 11, 20, tzinfo=UTC),
    ),
    e.CommandTransferred(commander=Person(name=SECRET), was=Person(name=SECRET)),
    e.CommandOffered(to=Person(name=SECRET)),
    e.VenueChanged(venue=SECRET, was=SECRET),
    e.DescriptionChanged(description=SECRET, was=SECRET),
    e.TextChanged(name="impact", text=SECRET, was=SECRET),
    e.RoleChanged(
        role="scribe", holders=Holders(people=(Person(name=SECRET),)), was=Holders(people=(Person(name=SECRET),))
    ),
    e.NoteAdded(text=SECRET),
    e.UpdateGiven(text=SECRET),
    e.ItemAdded(number=1, item="action", text=SECRET, owner=Person(name=SECRET)),
    t.ItemTracked(number=2, item="need", text=SECRET, owner=Person(name=SECRET)),
    t.ItemAssigned(number=2, owner=Person(name=SECRET)),
    t.Joined(person=Person(name=SECRET)),
    t.Left(person=Person(name=SECRET)),
    t.RollCalled(people=(Person(name=SECRET),)),
    t.RollAnswered(person=Person(name=SECRET), text=SECRET),
    e.CommandDeclined(told=Person(name=SECRET)),
    e.CommandOfferEnded(to=Person(name=SECRET), told=Person(name=SECRET)),
    e.OnCallAsked(role="scribe", people=(Person(name=SECRET),)),
    e.RoleOffered(role="scribe", to=Person(name=SECRET)),
    c.HandoverPlanned(to=Person(name=SECRET)),
    c.DeadlineMet(name=SECRET),
    retro.RetroOwnerNamed(owner=Person(name=SECRET)),
    retro.RetroPlanned(
        at=datetime(2026, 12, 3, 14, tzinfo=UTC), until=datetime(2026, 12, 3, 15, tzinfo=UTC), place=SECRET,
        invited=(Person(name=SECRET),), number=0,
    ),
    retro.RetroAnswered(person=Person(name=SECRET), answer="accepted", number=0),
    e.RoleOfferEnded(role="scribe", to=Person(name=SECRET)),
    e.ProposalMade(
        number=1, command={"command": SECRET}, reason=SECRET, trust=Trust.MEMBER, confirmers=(Person(name=SECRET),),
        expires_at=datetime(2026, 11, 21, tzinfo=UTC),
    ),
    teams.MergeReceived(
        incident="i", numbers=(1,), items=[{"text": SECRET}], before={"x": SECRET}, after={"x": SECRET}
    ),
    drills.DrillStarted(
        run="r", scenario=Scenario(title=SECRET, injects=(Inject(at_s=1, by=SECRET, subject=SECRET, text=SECRET),))
    ),
    r.Redacted(mails=(1,), reason=SECRET),
    r.HoldPlaced(incident="i", reason=SECRET),
    r.HoldLifted(incident="i", reason=SECRET),
    CustomerWordsApproved(
        approval=Approval(words=SECRET, by=Person(name=SECRET), approved_by=Person(name=SECRET))
    ),
)  # fmt: skip


def record(event: Event) -> Recorded:
    return Recorded(incident="i", version=3, at=datetime(2026, 11, 20, tzinfo=UTC), by=MARA.person, event=event)


def test_every_kind_of_event_is_generated_here() -> None:
    assert set(EVENTS) == set(get_args(Event)) == set(KINDS.values())


@given(any_event, causes)
def test_an_entry_is_decoded_as_it_was_encoded(event: Event, caused_by: CausedBy | None) -> None:
    recorded = record(event)
    encoded = encode(recorded, seq=7, actor=MARA, caused_by=caused_by, salt=lambda: SALT)
    slots = {slot: (salt, text) for slot, salt, text in encoded.sealed}
    entry = decode(encoded.body, slots, hash_=b"\x01")
    assert (entry.seq, entry.recorded, entry.trust) == (7, recorded, "member")
    assert (entry.caused_by, entry.hash) == (caused_by, "01")


@given(any_event)
def test_a_wholly_redacted_entry_still_reads_as_an_event_of_its_kind(event: Event) -> None:
    encoded = encode(record(event), seq=7, actor=MARA, caused_by=None, salt=lambda: SALT)
    slots: dict[str, tuple[bytes, str | None]] = {slot: (salt, None) for slot, salt, _ in encoded.sealed}
    entry = decode(encoded.body, slots, hash_=b"")
    assert type(entry.recorded.event) is type(event)
    assert entry.recorded.by.name == REDACTED


@pytest.mark.parametrize("event", SECRETIVE, ids=lambda event: event.kind)
def test_no_free_text_stands_in_the_body(event: Event) -> None:
    actor = Actor(person=Person(name=SECRET, address=f"{SECRET}@example.com"), trust=Trust.MEMBER)
    encoded = encode(record(event), seq=7, actor=actor, caused_by=None, salt=lambda: SALT)
    assert SECRET.casefold() not in encoded.body.decode().casefold()
    assert all(SECRET in text for _, _, text in encoded.sealed if "example" not in text)


def test_free_text_is_in_no_event_that_the_secrets_above_leave_out() -> None:
    plain = set(EVENTS) - {type(event) for event in SECRETIVE}
    texts = {"message_id", "incident", "origin", "fingerprint", "run"}
    for kind in plain:
        strings = {name for name, form in get_type_hints(kind).items() if form is str}
        assert strings <= texts, kind


@given(line, line)
def test_a_commitment_is_to_one_text_and_one_salt(one: str, other: str) -> None:
    first, second = canonical(one), canonical(other)
    assert (commitment(SALT, first) == commitment(SALT, second)) is (first == second)
    assert commitment(SALT, first) != commitment(SALT[::-1], first)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_the_canonical_form_is_utf8_and_loses_nothing(value: object) -> None:
    written = canonical(value)  # type: ignore[arg-type]  # generated JSON
    assert json.loads(written.encode("utf-8")) == value
    assert canonical(json.loads(written)) == written


def test_bytes_that_are_no_event_are_refused() -> None:
    no_events: list[dict[str, object]] = [
        {"kind": "colour_changed.v1"},
        {"kind": "severity_changed.v1", "severity": 1},
        {},
        {"kind": ["x"]},
    ]
    for data in no_events:
        with pytest.raises(ValueError):
            upcast(data)  # type: ignore[arg-type]  # wrong on purpose
    assert upcast({"kind": "update_undone.v1", "number": 1}) == e.UpdateUndone(number=1)
