"""People who join, have a break, or say what became of an item may add a reason, and further lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Wanda O.", address="wanda@example.com"),
)


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


def names(body: str) -> list[str]:
    return [command.name for command in heard(body).commands]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("joining, the pager woke me", ["join"]),
        ("Hello, joining. I need a minute for the VPN", ["join"]),
        ("joining\nEvidence: the proxy answers 502", ["join", "evidence"]),
        ("break 20m, somebody rings at the door", ["break"]),
        ("break 20m\n\nsomebody rings at the door", ["break"]),
        ("leaving, my train is here", ["leave"]),
        ("leaving, been up since 4. Tom has my notes", ["leave"]),
        ("- joining as SME\n- Evidence: the heap is full", ["roles.subject_matter_experts", "evidence"]),
        ("I'll be scribe, my hands are free\nAction: page the DBA", ["roles.scribe", "action"]),
        ("joining, where do you need me?", ["join"]),
        ("Hi, joining as SME\n\nI had to find my glasses first.", ["roles.subject_matter_experts"]),
        ("Hi, back\n\nthe soup was good", ["back"]),
        ("back, what is new?", ["back"]),
        ("done 3, the queue is drained", ["done"]),
        ("done 3\n\nthe queue is drained\nand I checked it", ["done"]),
        ("cannot 4, my account is locked", ["cannot"]),
        ("Hi Mara\n\ncannot 4\n\nmy account is locked", ["cannot"]),
        ("I'll take 5, give me a quarter of an hour", ["assign"]),
        ("2 refuted\n\nit drops every tenth call", ["verdict"]),
        ("done 4\ndone 6\n\nand now some tea", ["done", "done"]),
        ("cannot 4\ncannot 6", ["cannot", "cannot"]),
        ("2 holds\n4 refuted", ["verdict", "verdict"]),
        ("I'll take 4\nI'll take 6\nthe others are yours", ["assign", "assign"]),
        ("done 4\nback to 6 now", ["done"]),
        ("roll call\n\nsomething is odd on this side", ["roll_call"]),
        ("undo 7\n\nthat was meant for the other thread", ["undo"]),
    ],
)
def test_a_reason_or_further_lines_may_follow(body: str, expected: list[str]) -> None:
    assert names(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "joining, if the boss agrees",
        "joining?",
        "joining the call in twenty minutes",
        "joining tables is what makes it slow, by the way",
        "break 20m, maybe",
        "break 20m if nobody minds",
        "leaving that aside, the disk is full",
        "I'll be back, give me a moment",
        "3 done, 2 to go",
        "3 confirmed cases at the moment",
        "done 3 of the 5 nodes, the others are slow",
        "2 confirmed, the rest is unclear",
        "done 3?",
        "done 3, right?",
    ],
)
def test_what_is_doubtful_or_about_something_else_changes_nothing(body: str) -> None:
    assert names(body) == []


@pytest.mark.parametrize("body", ["done 3 but not tested", "done 3, but it is slow", "done 3, only half of it"])
def test_whoever_leaves_something_open_is_asked_whether_the_item_is_done(body: str) -> None:
    read = heard(body)
    assert ([*read.commands], [one.offers for one in read.asks]) == ([], [("done 3",)])


def test_a_number_before_the_word_may_have_a_reason_if_its_writer_was_asked_about_it() -> None:
    asked = replace(CONTEXT, owned_items=(3,))
    assert [one.name for one in understand("3 done, all nodes are green", asked).read.commands] == ["done"]


@pytest.mark.parametrize("body", ["catch up\n\nI was on a train", "any news?\n\nCustomers ring all the time."])
def test_a_question_for_a_summary_may_say_why_and_the_reason_is_a_note(body: str) -> None:
    read = heard(body)
    assert (read.wants_brief, body.splitlines()[-1] in read.prose) == (True, True)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Business liaison: not needed. Thx", "roles.business_liaison"),
        ("Commander: Ann Lee. Thanks!", "commander"),
        ("Deputy: Ann Lee 🙏🙏 thanks", "roles.deputy"),
        ("Severity: 1 please", "severity"),
        ("hey, SME: -Ann Lee", "roles.subject_matter_experts"),
        ("Evening all (what a day)\n\nmoving to phase 2", "phase"),
        ("Hi Mara: venue: #checkout\n\nthe old one is full", "venue"),
    ],
)
def test_a_greeting_or_thanks_in_a_line_change_nothing(body: str, name: str) -> None:
    read = heard(body)
    assert [one.name for one in read.commands] == [name]
    assert "Thanks" not in str(read.commands[0].value)


def test_thanks_are_part_of_free_text() -> None:
    (command,) = heard("Description: The page that says thanks. Thanks page fails").commands
    assert command.value == "The page that says thanks. Thanks page fails"


@pytest.mark.parametrize("body", ["retract: it was the monitoring itself", "retract, only a drill of the night shift"])
def test_a_false_alarm_leaves_nothing_to_watch(body: str) -> None:
    assert names(body) == ["status"]


def test_the_reason_is_kept() -> None:
    assert "the pager woke me" in heard("joining, the pager woke me").prose


@pytest.mark.parametrize("body", ["The cause is DNS\nsev 1", "I joined, it is DNS\nsev 1", "Looks bad here\nphase 2"])
def test_a_command_on_a_line_of_its_own_below_an_unfinished_line_is_asked_about(body: str) -> None:
    read = heard(body)
    assert ([*read.commands], [one.why for one in read.asks]) == ([], ["below"])


def test_a_long_line_that_was_wrapped_has_no_command_on_its_second_line() -> None:
    wrapped = "The customers of the northern region say that for them it is\nsev 1"
    assert heard(wrapped).asks == ()


@pytest.mark.parametrize("body", ["_sev 1_", "_sev 1_, and legal is awake", "__sev 1__", "*sev 1*"])
def test_emphasis_changes_nothing(body: str) -> None:
    assert names(body) == ["severity"]


@pytest.mark.parametrize("body", ["leaving, maybe later", "joining, if the kids sleep"])
def test_a_doubt_behind_joining_or_leaving_is_asked_about(body: str) -> None:
    assert heard(body).commands == ()
    assert [ask.offers for ask in heard(body).asks] == [(body.partition(",")[0],)]
