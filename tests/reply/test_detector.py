"""Writers of replies with unclear requests are told which replies would work; plain reports cause no question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.detector.detect import detect
from incidentmail.reply.parsed import Ask, Context, NewLine, Read
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo Keller", address="bo@example.com"),
    severity=2,
    phase=1,
    updates=7,
)


def heard(body: str, **known: Any) -> Read:
    return understand(body, replace(CONTEXT, **known)).read


def offers(body: str, **known: Any) -> tuple[str, ...]:
    reply = heard(body, **known)
    assert reply.commands == ()
    return tuple(offer for ask in reply.asks for offer in ask.offers)


REQUESTS: list[tuple[str, tuple[str, ...]]] = [
    (
        "OK so the shops cannot print receipts and the tills are slow as well so this is severity one now and excuse "
        "my spelling I am in a taxi",
        ("sev 1",),
    ),
    ("its fixed, you can close it", ("phase 2", "phase 3", "close")),
    ("thats resolved", ("phase 2", "phase 3", "close")),
    ("feel free to close", ("close",)),
    ("it's safe to close this", ("close",)),
    ("Bo is not IC any more, I am", ("taking command",)),
    ("Mara handed over to me", ("taking command",)),
    ("Mara gave me command", ("taking command",)),
    ("i take customer questions from kim now", ("Customer liaison: +me",)),
    ("Management questions: me", ("Business liaison: +me",)),
    ("IC me", ("taking command",)),
    ("taking this", ("taking command",)),
    ("I'll take this.", ("taking command",)),
    ("Hi all,\n\ntaking it now", ("taking command",)),
    ("Thanks Mara, go get some sleep.\n\ntaking this", ("taking command",)),
    ("I got this, will update soon", ("taking command",)),
    ("I have the con", ("taking command",)),
    ("can I take command?", ("taking command",)),
    ("I will be incident commander.", ("taking command",)),
    ("ich übernehme", ("taking command",)),
    ("je prends le relais", ("taking command",)),
    ("lo tomo yo", ("taking command",)),
    ("eu assumo o comando", ("taking command",)),
    ("ik neem het over", ("taking command",)),
    ("przejmuję dowodzenie", ("taking command",)),
    ("let's close this", ("close",)),
    ("can we close?", ("close",)),
    ("incident closed", ("close",)),
    ("Resolved.", ("phase 2", "phase 3", "close")),
    ("it's fixed", ("phase 2", "phase 3", "close")),
    ("all clear", ("phase 2", "phase 3", "close")),
    ("mitigated, monitoring", ("phase 2", "phase 3", "close")),
    ("behoben", ("phase 2", "phase 3", "close")),
    ("c'est réglé", ("phase 2", "phase 3", "close")),
    ("ya está resuelto", ("phase 2", "phase 3", "close")),
    ("já está resolvido", ("phase 2", "phase 3", "close")),
    ("opgelost", ("phase 2", "phase 3", "close")),
    ("rozwiązane", ("phase 2", "phase 3", "close")),
    ("False alarm!", ("retract",)),
    ("not an incident", ("retract",)),
    ("Fehlalarm", ("retract",)),
    ("Undo!", ("undo 7",)),
    ("that was wrong", ("undo 7",)),
    ("escalate please", ("sev 1",)),
    ("it's getting worse", ("sev 1",)),
    ("downgrade this", ("sev 3", "sev 4")),
    ("next phase", ("phase 2",)),
    ("nothing new", ("no change",)),
    ("will update at 15:00", ("next 15:00",)),
    ("more in 30 minutes", ("next in 30 minutes",)),
    ("I can be scribe", ("Scribe: +me",)),
    ("put me down as deputy, please", ("Deputy: +me",)),
    ("Comms is me", ("Communications: +me",)),
    ("Ann Lee is the scribe.", ("Scribe: Ann Lee",)),
    ("Deputy is Ann", ("Deputy: Ann",)),
    ("Ann takes communications", ("Communications: Ann",)),
    ("Critical!", ("sev 1",)),
    ("resolving", ("phase 2",)),
    ("Schweregrad 1", ("sev 1",)),
    ("on passe en gravité 1", ("sev 1",)),
    ("fase 2", ("phase 2",)),
    ("bo is ic", ("Incident commander: Bo",)),
    ("Ann takes over", ("Incident commander: Ann",)),
    ("handing over to Ann Lee", ("Incident commander: Ann Lee",)),
    ("handoff to Ann", ("Incident commander: Ann",)),
    ("bridge: https://meet.example.com/x", ("Venue: https://meet.example.com/x",)),
    ("join #checkout-down", ("Venue: #checkout-down",)),
    ("remove me from this list", ()),
]


@pytest.mark.parametrize(("text", "replies"), REQUESTS)
def test_a_short_reply_in_other_words_is_told_the_words_that_do_it(text: str, replies: tuple[str, ...]) -> None:
    assert offers(text) == replies
    assert len(heard(text).asks) == 1


@pytest.mark.parametrize("reply", sorted({reply for _, replies in REQUESTS for reply in replies}))
def test_every_reply_that_is_offered_is_read_and_does_one_thing(reply: str) -> None:
    assert len(heard(reply).commands) == 1


TAKEN_BACK = [
    ("sev 1 maybe", "sev 1"), ("sev 1?", "sev 1"), ("sev 1, if it spreads", "sev 1"), ("sev 1, they say", "sev 1"),
    ("Sev 1, I think.", "sev 1"), ("sev 1 (not confirmed)", "sev 1"), ("sev 1, it is over", "sev 1"),
    ("sev 1 - false alarm", "sev 1"), ("sev 3 from 18:00", "sev 3"), ("sev 3, tomorrow", "sev 3"),
    ("phase 2 soon", "phase 2"), ("taking command tomorrow", "taking command"), ("taking command?", "taking command"),
    ("no change. Sorry, wrong thread", "no change"), ("S1: all is down", "sev 1"), ("sev 1, or 2", "sev 1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reply"), TAKEN_BACK)
def test_a_command_that_is_taken_back_is_asked_about(text: str, reply: str) -> None:
    assert offers(text) == (reply,)
    assert [ask.why for ask in heard(text).asks] == ["taken back"]


@pytest.mark.parametrize(
    "text",
    ["We talked to the vendor.\nSeverity 4.", "The bank is informed. Phase 2.", "Long day. I am incident commander."],
)
def test_a_sentence_behind_other_text_is_asked_about_unless_it_makes_things_worse(text: str) -> None:
    assert [ask.why for ask in heard(text).asks] == ["below"]
    assert [(c.name, c.value) for c in heard("We talked to the vendor. Severity 1.").commands] == [("severity", 1)]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("I think this is severity 1 by now.", "sev 1"),
        ("It should be sev 1", "sev 1"),
        ("Can you raise this to sev 1 please?", "sev 1"),
        ("Feels like a sev 3 to me", "sev 3"),
        ("The damage is contained and we are now in phase 2 here.", "phase 2"),
    ],
)
def test_prose_that_plainly_names_another_state_is_asked_about(text: str, state: str) -> None:
    assert offers(text) == (state,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Resolved the DNS part, the rest is still down.",
        "resolved?",
        "closing the valve in hall 3 now",
        "serious",
        "who is ic",
        "Taking this up with the vendor",
        "Thanks!",
        "on it",
        "The bank calls it a false alarm, we do not.",
        "not severity 1 yet",
        "if it spreads this is severity 1",
        "it was severity 1 yesterday",
        "This is severity 2, as declared.",
        "We are at severity 7.",
        "Everything is quiet.",
        "The runbook for sev 1 says to call the bank.",
        'Bo wrote "severity 1".',
        "Version 1.2 of phase 2.5 is out.",
        "Sev 1 would be overdoing it",
        "severity 1 customers are affected",
        "Last month we had three sev 1 incidents.",
    ],
)
def test_a_report_and_a_question_are_left_alone(text: str) -> None:
    assert heard(text).commands == ()
    assert heard(text).asks == ()


@pytest.mark.parametrize(
    "text", ["reopen until we know more", "reopen, until the bank answers", "reopen?", "reopen, if it fails"]
)
def test_reopening_on_a_condition_is_no_command(text: str) -> None:
    assert heard(text, is_open=False).commands == ()


def test_a_reason_to_reopen_may_say_that_something_fails_still() -> None:
    assert [c.name for c in heard("reopen, refunds still fail", is_open=False).commands] == ["status"]


def test_undo_alone_needs_an_update_to_undo() -> None:
    assert heard("undo", updates=0).asks == ()


def test_an_incident_that_has_ended_is_reopened_by_who_says_that_it_is_back() -> None:
    assert offers("it's back", is_open=False) == ("reopen",)
    assert offers("still broken", is_open=False) == ("reopen",)
    assert heard("still broken").asks == ()


@pytest.mark.parametrize("text", ["On it!", "Sounds good.", "Got it, thanks!", "yes, will do", "\U0001f44d", "ok"])
def test_an_answer_in_other_words_is_told_the_words_that_count(text: str) -> None:
    assert offers(text, offered=True) == ("accept", "decline")
    assert [ask.why for ask in heard(text, offered=True).asks] == ["unanswered"]


@pytest.mark.parametrize("text", ["accept", "Accept!", "I accept, thanks"])
def test_an_answer_to_no_question_is_told_so(text: str) -> None:
    assert [(ask.about, ask.why) for ask in heard(text).asks] == [("answer", "not asked")]


@given(st.text(max_size=400))
def test_any_text_is_looked_at_without_an_exception(text: str) -> None:
    lines = [NewLine(number, line) for number, line in enumerate(text.split("\n"), 1)]
    assert all(isinstance(ask, Ask) for ask in detect(lines, CONTEXT))


def test_a_promise_behind_other_text_is_asked_about() -> None:
    """The rest of the line is carried out, so its writer would believe that the promise was, too."""
    reply = heard("sev 1, phase 2, all but refunds works; next 20:30")
    assert [one.name for one in reply.commands] == ["severity", "phase"]
    assert [offer for ask in reply.asks for offer in ask.offers] == ["next 20:30"]
    assert len(reply.asks) == 1 and reply.asks[0].about == "time"
    assert heard("sev 1; next 20:30").asks == ()
    assert heard("sev 1, the job runs again; next to it the other one").asks == ()


@pytest.mark.parametrize(
    "text",
    [
        "who leads?", "Hi all, who is running this?", "The call dropped, who has a link?",
        "When is the next update due?",
        "which severity is this?", "Wer leitet das gerade?", "Où est la conférence ?", "¿Quién dirige?",
    ],
)  # fmt: skip
def test_a_question_about_the_state_brings_the_brief(text: str) -> None:
    read = heard(text)
    assert (read.wants_brief, read.commands, read.asks) == (True, (), ())


@pytest.mark.parametrize(
    "text",
    ["who leads the pump team?", "what is the link between the two errors?", "Which phase are you talking about?"],
)
def test_a_question_about_something_else_brings_none(text: str) -> None:
    assert not heard(text).wants_brief


@pytest.mark.parametrize("text", ['P1"', 'P1 "x"', "P1 «", "P1 \u200b"])
def test_a_priority_without_any_clause_is_left_alone_or_asked_about(text: str) -> None:
    assert heard(text).commands == ()
