"""The authority reads the text that a laptop writes as the same commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.app.laptop.as_lines import as_spoken, lines_of
from incidentmail.app.laptop.laptop import Laptop
from incidentmail.app.laptop.letter import KNOWN, change, change_text, declaration_text
from incidentmail.app.laptop.read_back import read_declaration, says_exactly
from incidentmail.config.load import resolve
from incidentmail.config.sections import Settings
from incidentmail.core import commands as c
from incidentmail.core.commands import Command, Declare
from incidentmail.core.frozen import replace
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.policy import Policy
from incidentmail.core.teams.team_commands import MergeInto, Restrict, StopCustomerWords
from incidentmail.core.tracking import tracking_commands as tracking
from incidentmail.core.words import KEYS, Words
from incidentmail.errors import UsageError

NOW = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
ME = Person(name="Mara Lindqvist", address="mara@example.com")
WORDS = Words(Policy())
BASE = Settings()
SETTINGS = replace(
    BASE, list=replace(BASE.list, address="incidents@example.com"), me=replace(BASE.me, address=ME),
    home=replace(BASE.home, address="incident-bot@example.com"),
)  # fmt: skip
ROLES = [role.key for role in Policy().roles]

# Words that mean something to the grammar, to the detector, or to what cuts signatures and quotations off.
PIECES = [
    "sev 1", "Severity: 2", "close", "not yet", "undo 3", "I am incident commander.", "Venue: #ops", "> quoted", "--",
    "Sent from my iPhone", "Mara Lindqvist", "Best regards", "no change", "?", "P1", "until 15:00",
    "Incident: x", "Status: closed", "refunds fail too", "https://example.com/a?b=c", "Grüße", "決済", "(see above)",
    "- a", '"so"', "“so", "«", "a.com<https://a.com>", "Bo<mailto:bo@example.com>",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), min_size=1, max_size=5).map(" ".join)


def _spoken(text: str) -> str:
    """Return the text in the form that lines can hold."""
    (note,) = as_spoken([c.AddNote(text)])
    assert isinstance(note, c.AddNote)
    return note.text


lines = texts.map(_spoken).filter(bool)
paragraphs = st.lists(texts, min_size=1, max_size=4).map("\n".join)
spoken = paragraphs.map(_spoken).filter(bool)
plain_lines = st.lists(st.sampled_from(["refunds", "fail", "#ops", "on Slack", "sev 1", "close"]), min_size=1).map(
    " ".join
)
names = st.sampled_from(
    ["Bo K.", "Smith, John", "Research and Development", "Tomás R.", "O'Neill", "van der Berg, Jan"]
)
addresses = st.sampled_from(["bo@example.com", "john.smith@example.com", "x+y@example.org"])
people = st.builds(Person, name=names, address=addresses)
times = st.integers(-10_000, 10_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
FACTS: dict[str, st.SearchStrategy[Command]] = {
    "severity": st.integers(1, 4).map(c.SetSeverity),
    "phase": st.integers(0, 3).map(c.SetPhase),
    "commander": people.map(c.NameCommander),
    "offer": people.map(c.OfferCommand),
    "description": lines.map(c.SetDescription),
    "venue": plain_lines.map(c.SetVenue),
    "impact": lines.map(lambda text: c.SetText("impact", text)),
    "nothing": st.just(c.SetText("not_affected", None)),
    "customers": lines.map(lambda text: c.SetText("customers_may_be_told", text)),
    "started": times.map(lambda at: c.SetTime("started_at", at)),
    "next": times.map(lambda at: c.SetTime("next_update_at", at)),
    "liaison": st.lists(people, min_size=1, max_size=3).map(lambda who: c.AssignRole("customer_liaison", tuple(who))),
    "dismissed": st.just(c.AssignRole("business_liaison", how="dismiss")),
    "experts": st.lists(people, min_size=1, max_size=3).map(
        lambda who: c.AssignRole("subject_matter_experts", tuple(who), "add")
    ),
    "no longer": people.map(lambda who: c.AssignRole("subject_matter_experts", (who,), "remove")),
    "merged": st.sampled_from(["checkout", "2026-11-20-checkout-is-down"]).map(MergeInto),
    "restricted": st.just(Restrict()),
    "told": spoken.map(c.GiveUpdate),
    "note": spoken.map(c.AddNote),
}
ENDS = [Status.CLOSED, Status.RETRACTED, Status.OPEN]


def laptop() -> Laptop:
    return Laptop(config=resolve(SETTINGS, Path("/etc/incidentmail/config.toml")), clock=lambda: NOW, words=WORDS)


def says(commands: list[Command]) -> bool:
    """Return whether the text that is sent asks for exactly the commands. Otherwise, writing it must raise an error."""
    text = change_text(laptop(), "2026-11-20-checkout", commands)
    return says_exactly(text, commands, words=WORDS, me=ME, now=NOW)


@given(st.lists(st.sampled_from([*FACTS]), min_size=1, max_size=6, unique=True).flatmap(
    lambda kinds: st.tuples(*(FACTS[kind] for kind in kinds if kind != "no longer" or "experts" not in kinds))
))  # fmt: skip
def test_what_the_laptop_writes_is_read_as_the_same_commands(commands: tuple[Command, ...]) -> None:
    assert says([*commands]), "\n".join(lines_of(commands, WORDS))


@pytest.mark.parametrize("status", ENDS)
@given(reason=spoken)
def test_an_end_is_read_with_any_reason(status: Status, reason: str) -> None:
    note = c.AddNote(reason, rides=True)
    ended: list[Command] = [c.SetStatus(status), note] if status is Status.OPEN else [note, c.SetStatus(status)]
    assert says(ended)
    assert says([c.SetStatus(status)])


@given(st.integers(1, 999_999))
def test_an_undo_is_read(number: int) -> None:
    assert says([c.Undo(number)])


def test_no_change_is_read_alone_and_below_other_lines() -> None:
    assert says([c.GiveUpdate()])
    assert says([c.SetSeverity(1), c.GiveUpdate()])


ELSEWHERE: list[Command] = [
    c.TakeCommand(), c.Decline(), c.AcceptProposal(1), c.RejectProposal(1), tracking.AddItem("action", "restart it"),
    tracking.FinishItem("1"), tracking.AssignItem(1, None), tracking.ReleaseItem(1), tracking.AskItem(1),
    tracking.JudgeItem("holds"), tracking.Join(), tracking.Leave(), StopCustomerWords(),
]  # fmt: skip
WRITTEN = {
    c.SetSeverity, c.SetPhase, c.NameCommander, c.OfferCommand, c.SetDescription, c.SetVenue, c.SetText, c.SetTime,
    c.AssignRole, c.GiveUpdate, c.AddNote, c.SetStatus, c.Undo, c.Declare,
    MergeInto, Restrict,
}  # fmt: skip


def test_a_command_that_the_laptop_has_no_words_for_is_refused() -> None:
    for command in ELSEWHERE:
        with pytest.raises(UsageError):
            list(lines_of([command], WORDS))
    assert set(get_args(Command)) >= WRITTEN


@given(
    st.builds(
        Declare, description=plain_lines, details=paragraphs, severity=st.none() | st.integers(1, 4),
        phase=st.none() | st.integers(0, 3), commander=st.none() | people, venue=st.none() | plain_lines,
        texts=st.just(()) | lines.map(lambda text: (("impact", text),)),
        roles=st.just(()) | people.map(lambda who: (("customer_liaison", Holders(people=(who,))),)),
        times=st.just(()) | times.map(lambda at: (("started_at", at),)),
    )
)  # fmt: skip
def test_a_declaration_is_read_with_its_facts_whatever_its_details_say(command: Declare) -> None:
    text = declaration_text(laptop(), command)
    read = read_declaration(text, words=WORDS, me=ME, now=NOW)
    found = {one.name: one for one in read.commands}
    severity, phase, venue = (found.get(name) for name in ("severity", "phase", "venue"))
    assert (severity and severity.value) == command.severity
    assert (phase and phase.value) == command.phase
    assert (venue and venue.value) == command.venue
    commander = found["commander"]
    assert commander.unsure == (command.commander is None)
    expected = command.commander or ME
    assert commander.command in (c.NameCommander(expected), c.TakeCommand())


def test_details_that_read_like_commands_stand_below_other_text() -> None:
    command = Declare(description="Checkout is down", severity=2, details="Now severity 1 for refunds.")
    assert KNOWN in declaration_text(laptop(), command)
    command = Declare(description="Checkout is down", severity=2, details="Refunds fail too.")
    assert KNOWN not in declaration_text(laptop(), command)


def test_what_could_be_read_as_something_else_is_not_sent() -> None:
    for command in (c.SetText("impact", "nothing"), c.GiveUpdate("sev 1 until 15:00 On Friday, Bo wrote")):
        with pytest.raises(UsageError, match="could be read as something else"):
            change(laptop(), "checkout", [command], to_list=True)


def test_a_mail_that_may_be_about_a_restricted_incident_is_not_copied_to_the_list() -> None:
    for name, copied in (("2026-11-20-checkout", True), ("2026-11-20-se4b6x", False), ("se4b6x", False), (None, True)):
        mail = change(laptop(), name, [c.GiveUpdate("the words are secret")], to_list=True)
        assert ("incidents@example.com" in mail.forward_paths) == copied
        assert ("secret" in mail.subject) == copied


def test_each_key_of_the_grammar_is_spelled_in_one_way() -> None:
    assert {"news", "offer"} <= {fact for _, fact in KEYS}
