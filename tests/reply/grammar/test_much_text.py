"""Text longer than people write is not read to its end, which would take time, and nothing is lost silently."""

from __future__ import annotations

from datetime import UTC, datetime

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.grammar.read_commands import PARAGRAPHS_MAX
from incidentmail.reply.grammar.reader import ASKS_MAX, KEY_LINES_MAX, SENTENCES_MAX
from incidentmail.reply.grammar.sentences import OWN_LINES_MAX
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

BO = Person.parse("Bo Keller <bo@example.com>")
CONTEXT = Context(words=Words(Policy()), written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC), writer=BO)


def read(body: str) -> Read:
    return understand(body, CONTEXT).read


def test_none_of_a_hundred_key_lines_counts_and_their_writer_is_told() -> None:
    found = read("Phase: 2\n" + "SME: +Ann\n" * KEY_LINES_MAX)
    assert found.commands == ()
    assert [problem.text for problem in found.problems] == ["Phase: 2"]


def test_a_dozen_lines_about_one_role_are_one_command() -> None:
    found = read("".join(f"SME: +Ann {letter}\n" for letter in "ABCDEFGHIJKL"))
    assert [command.name for command in found.commands] == ["roles.subject_matter_experts"]


def test_a_command_above_a_long_log_counts_and_the_log_is_kept() -> None:
    log = "".join(f"{number}: moved to severity {number} of the queue. Next try follows.\n" for number in range(900))
    found = read(f"sev 1\n\n{log}")
    assert [command.value for command in found.commands] == [1]
    assert all(line in found.prose for line in log.splitlines()[:SENTENCES_MAX])


def test_after_many_doubtful_commands_no_more_are_asked_about() -> None:
    found = read("sev 2, maybe. " * 4 * ASKS_MAX)
    assert found.commands == ()
    assert 0 < len(found.asks) <= ASKS_MAX + 1


def test_a_paragraph_below_hundreds_of_others_records_nothing() -> None:
    found = read("The gateway fails.\n\n" * PARAGRAPHS_MAX + "Action: call the bank")
    assert found.commands == ()
    assert found.prose.endswith("Action: call the bank")


def test_prose_behind_a_greeting_is_kept_as_it_was_written() -> None:
    found = read("Hi all, the gateway fails. Next we call the bank.")
    assert found.prose == "Hi all, the gateway fails. Next we call the bank."


def test_only_a_dozen_short_lines_of_a_sentence_are_searched_for_a_command_of_their_own() -> None:
    log = "severity of the queue is fine\n"
    assert [ask.text for ask in read("I looked\n" + log * 3 + "sev 1").asks] == ["sev 1"]
    found = read("I looked\n" + log * OWN_LINES_MAX + "sev 1")
    assert (found.commands, found.asks) == ((), ())
    assert found.prose.endswith("sev 1")


def test_a_list_of_hundreds_of_names_is_not_offered_as_a_choice_of_commander() -> None:
    (problem,) = read("IC: Ann, Bo").problems
    assert problem.remedy.endswith(": Ann or Bo")
    (problem,) = read("IC: " + "Ann, " * 300 + "Bo").problems
    assert problem.remedy.endswith(": NAME <ADDRESS>")


def test_many_words_about_being_at_work_are_too_many_commands() -> None:
    reply = understand("joining\n" * 300, CONTEXT).read
    assert reply.commands == ()
    assert len(reply.problems) == 1


def test_two_breaks_contradict_each_other() -> None:
    assert understand("break 20 min\nbreak 30 min", CONTEXT).read.commands == ()
