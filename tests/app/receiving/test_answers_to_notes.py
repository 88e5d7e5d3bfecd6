"""An answer to a colleague's note is only compared with that note and what it quotes, not with everything earlier."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, BO, CY = "Ann Bryce <ann@example.com>", "Bo K. <bo@example.com>", "Cy N. <cy@example.com>"
COMMANDS = "Severity: 2\nPhase: 2"


class Thread:
    """An incident with two commands by Bo that no longer hold, and a later note by Ann."""

    def __init__(self, installation: Installation, mails: Mails, note: str = "The bank will call back.") -> None:
        self.installation, self.mails = installation, mails
        declared = installation.declare("Cards fail", "--severity", "3", "--phase", "1")
        assert self.reply(declared, COMMANDS, BO)["outcome"] == "applied"
        assert self.reply(installation.mails[-1], "Severity: 3\nPhase: 1\n\nIt was the other shop.", ANN)
        assert installation.show()["severity"] == 3
        self.note = self.raw(installation.mails[-1], note, ANN)
        installation.ingest(self.note)

    def raw(self, mail: EmailMessage, text: str, sender: str, style: str = "bare") -> bytes:
        self.installation.clock.tick(minutes=3)
        return self.mails.reply_to(
            mail, text, sender, style, at=self.installation.clock.now, to="incident-bot@example.com"
        )

    def reply(self, mail: EmailMessage, text: str, sender: str, style: str = "bare") -> dict[str, object]:
        return self.installation.ingest(self.raw(mail, text, sender, style))

    def answer(self, text: str) -> bytes:
        return self.raw(message_from_bytes(self.note, policy=policy.default), text, CY)


def test_commands_that_somebody_else_wrote_earlier_are_ones_own_in_an_answer_to_another_note(
    installation: Installation, mails: Mails
) -> None:
    thread = Thread(installation, mails)
    outcome = installation.ingest(thread.answer(f"{COMMANDS}\n\nThe bank has called."))
    assert (outcome["outcome"], outcome["reason"]) == ("applied", None)
    assert (installation.show()["severity"], installation.show()["phase"]) == (2, 2)


@pytest.mark.parametrize("quoting", ["", "On Fri, 20 Nov 2026 Bo K. wrote:\n"])
def test_commands_that_the_note_quotes_without_a_mark_are_not_the_answers_own(
    installation: Installation, mails: Mails, quoting: str
) -> None:
    note = f"The bank will call back.\n\n{quoting}{COMMANDS}"
    thread = Thread(installation, mails, note)
    before = installation.show()
    outcome = installation.ingest(thread.answer(f"{COMMANDS}\n\nThe bank has called."))
    assert outcome["outcome"] != "applied"
    assert (installation.show()["severity"], installation.show()["phase"]) == (before["severity"], before["phase"])


def test_the_words_of_the_note_itself_are_a_quotation_in_its_answer(installation: Installation, mails: Mails) -> None:
    thread = Thread(installation, mails, "The bank will call back.\n\nSeverity 1 is too high for this, I think.")
    quoted = "The bank will call back.\nSeverity 1 is too high for this, I think."
    assert installation.ingest(thread.answer(quoted))["outcome"] == "note"


def test_explain_shows_the_same(installation: Installation, mails: Mails) -> None:
    thread = Thread(installation, mails)
    installation.path.joinpath("answer.eml").write_bytes(thread.answer(COMMANDS))
    (line,) = installation.ok("explain", "--json", str(installation.path / "answer.eml")).out.splitlines()
    assert [one["name"] for one in json.loads(line)["commands"]] == ["severity", "phase"]


def test_a_message_id_that_two_people_have_used_names_no_note(installation: Installation, mails: Mails) -> None:
    thread = Thread(installation, mails)
    note = message_from_bytes(thread.note, policy=policy.default)
    installation.ingest(thread.note.replace(ANN.encode(), b"Eve M. <eve@example.com>"))
    outcome = installation.ingest(thread.raw(note, f"{COMMANDS}\n\nThe bank has called.", CY))
    assert outcome["outcome"] != "applied"


@pytest.mark.parametrize("above", ["> is it worse?\n", "> is it worse?\n\n", "> The bank said no.\n> is it worse?\n"])
def test_a_command_below_a_short_quoted_line_counts_even_if_somebody_wrote_it_before(
    installation: Installation, mails: Mails, above: str
) -> None:
    thread = Thread(installation, mails)
    outcome = installation.ingest(thread.answer(f"{above}Severity: 2"))
    assert (outcome["outcome"], installation.show()["severity"]) == ("applied", 2)


def test_the_answer_about_repeated_words_gives_a_reply_that_does_it(installation: Installation, mails: Mails) -> None:
    thread = Thread(installation, mails, f"The bank will call back.\n\n{COMMANDS}")
    assert installation.ingest(thread.answer(f"{COMMANDS}\n\nThe bank has called."))["outcome"] == "refused"
    mail = installation.private[-1]
    assert "Reply with: Severity: 2\n" in mail.get_content()
    assert thread.reply(mail, "Severity: 2", CY)["outcome"] == "applied"
    assert installation.show()["severity"] == 2
