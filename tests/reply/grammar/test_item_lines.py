"""Lines that keep track of items: their owner, their time, and their content."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidentmail.core.commands import (
    AddItem,
    AddNote,
    AskItem,
    AssignItem,
    AssignRole,
    CallRoll,
    Command,
    FinishItem,
    Join,
    JudgeItem,
    Leave,
    ReleaseItem,
)
from incidentmail.core.model import Person
from incidentmail.core.names.handles import by_handle
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.parsed import Context, NewLine, Read

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WRITER = Person(name="Wanda O.", address="wanda@example.com")
BO, INGRID = Person(name="Bo K.", address="bo@example.com"), Person(name="Ingrid T.", address="i.t@example.com")
TEN_PAST_THREE = datetime(2026, 11, 20, 15, 10, tzinfo=UTC)


def find(text: str) -> Person:
    person = by_handle(text[1:], [WRITER, BO, INGRID]) if text.startswith("@") else Person.parse(text)
    if person is None:
        raise ValueError(text)
    return next((one for one in (BO, INGRID) if one.name == person.name), person)


def heard(text: str) -> Read:
    context = Context(words=Words(Policy()), written_at=NOON, writer=WRITER, find=find)
    return read([NewLine(number, line) for number, line in enumerate(text.splitlines(), 1)], context)


def only(text: str) -> Command:
    (command,) = heard(text).commands
    return command.command


@pytest.mark.parametrize(
    "line",
    [
        "Action: restart the queue @bo by 15:10",
        "Action: restart the queue by 15:10 @bo",
        "Action: @bo restart the queue by 15:10",
        "Action: @bo: restart the queue, by 15:10",
        "Action: restart the queue (Bo K.) by 15:10 UTC",
        "Action: restart the queue by 15:10 (Bo K.)",
        "Action: restart the queue, @bo, by 15:10.",
        "Action: restart the queue - @Bo until 15:10",
        "ACTION: restart the queue (@bo) due by 15:10",
    ],
)
def test_owner_and_time_stand_in_any_order(line: str) -> None:
    assert only(line) == AddItem("action", "restart the queue", BO, TEN_PAST_THREE)


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("Need: a DBA from @ingrid by 15:10", AddItem("need", "a DBA", INGRID, TEN_PAST_THREE)),
        ("Action: call the bank by 15:10", AddItem("action", "call the bank", None, TEN_PAST_THREE)),
        ("Action: call the bank @me", AddItem("action", "call the bank", WRITER)),
        ("Action: ask @ingrid about the disk", AddItem("action", "ask @ingrid about the disk")),
        ("Action: confirm it by restarting", AddItem("action", "confirm it by restarting")),
        ("Action: fix it by hand (see above)", AddItem("action", "fix it by hand (see above)")),
        ("Action: report by 15:10 (CET)", AddItem("action", "report", None, TEN_PAST_THREE)),
        ("Evidence: the log is empty (for 2)", AddItem("evidence", "the log is empty", about=2)),
        ("Evidence: the log is empty (see 2nd disk)", AddItem("evidence", "the log is empty (see 2nd disk)")),
        ("Ruled out: 2", JudgeItem("refuted", 2)),
        ("Ruled out: the disk", AddItem("ruled_out", "the disk")),
        ("About to: reboot db1", AddItem("about_to", "reboot db1")),
        ("Decision: we fail over", AddItem("decision", "we fail over")),
        ("Done: 3", FinishItem("3")),
        ("Done: #3.", FinishItem("3")),
        ("Assign: 3 @bo", AssignItem(3, BO)),
        ("Assign: 3 to Cy D. <cy@example.com>", AssignItem(3, Person(name="Cy D.", address="cy@example.com"))),
    ],
)
def test_what_is_no_owner_and_no_time_stays_in_the_text(line: str, item: Command) -> None:
    assert only(line) == item


def test_an_owner_nobody_knows_keeps_the_name_that_was_written() -> None:
    assert only("Action: call the bank @zoe") == AddItem("action", "call the bank", Person(name="zoe"))


@pytest.mark.parametrize("line", ["Action: none", "Need: n/a", "Assumption: -", "Decision: None."])
def test_saying_that_there_is_none_adds_nothing(line: str) -> None:
    assert heard(line) == Read(prose="")


def test_a_time_far_ahead_is_asked_about_with_its_date() -> None:
    read_ = heard("Action: call the bank by 11:00 @bo")
    assert [problem.remedy for problem in read_.problems] == ["Action: call the bank by 2026-11-21 11:00 UTC @bo"]


@pytest.mark.parametrize(
    "line",
    ["Action: " + part * 20_000 for part in ("@bo ", "by ", "(", ")", "by 15:10 ", "(Bo) ", " ", "@", "-", "from ")],
    ids=lambda line: line[8:18],
)
def test_long_lines_are_read_and_give_at_most_one_item(line: str) -> None:
    assert len(heard(line).commands) <= 1


def whole(text: str, *, owns: tuple[int, ...] = (), asked: tuple[int, ...] = (), called: bool = False) -> object:
    """Return the command in a reply by a person who owns the items `owns` and was asked about the items `asked`."""
    context = Context(
        words=Words(Policy()), written_at=NOON, writer=WRITER, find=find, owned_items=owns, asked_items=asked,
        is_called=called,
    )  # fmt: skip
    commands = read([NewLine(number, line) for number, line in enumerate(text.splitlines(), 1)], context).commands
    return commands[0].command if commands else None


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("done 3", FinishItem("3")),
        ("Hi all,\n3 is done, thanks!", FinishItem("3")),
        ("I finished action 3", FinishItem("3")),
        ("cannot 3", ReleaseItem(3)),
        ("Can't do 3, sorry", ReleaseItem(3)),
        ("2 holds", JudgeItem("holds", 2)),
        ("assumption 2 is wrong", JudgeItem("refuted", 2)),
        ("2 is still unknown", JudgeItem("unknown", 2)),
        ("ask 2", AskItem(2)),
        ("I'll take 3", AssignItem(3, WRITER)),
        ("joining", Join()),
        ("I've joined", Join()),
        ("Leaving now.", Leave()),
        ("joining as SME", AssignRole("subject_matter_experts", (WRITER,), "add")),
        ("I'll be the scribe", AssignRole("scribe", (WRITER,), "add")),
        ("roll call", CallRoll()),
        ("Roll call, everybody, please", CallRoll(everybody=True)),
    ],
)
def test_a_whole_reply_is_enough(text: str, command: Command) -> None:
    assert whole(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "done", "cannot", "holds", "nothing", "3", "is 3 done?", "3 done yesterday by Bo", "done 3 times", "not done 3",
        "joining tomorrow", "leaving the datacenter in an hour", "who called the roll call", "2 holds us back",
        "ask 2 people", "taking 3 servers down",
    ],
)  # fmt: skip
def test_other_words_do_nothing_for_somebody_who_was_asked_nothing(text: str) -> None:
    assert whole(text) is None


def test_a_bare_word_counts_for_somebody_who_was_asked() -> None:
    assert whole("Done!", owns=(3,)) == FinishItem("")
    assert whole("I cannot, sorry", owns=(3,)) == ReleaseItem()
    assert whole("refuted", asked=(2,)) == JudgeItem("refuted")
    assert whole("Nothing to report", called=True) == AddNote("Nothing to report")
    assert whole("holds", owns=(3,)) is None
    assert whole("done", asked=(2,)) is None
