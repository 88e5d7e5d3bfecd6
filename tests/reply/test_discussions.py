"""Text that only discusses severities, phases, closing and command asks for nothing."""

from __future__ import annotations

from pathlib import Path

from generated_replies import CONTEXT

from incidentmail.reply.parsed import Read
from incidentmail.reply.understand import understand

SENTENCES = (Path(__file__).parent.parent / "data" / "discussions.txt").read_text(encoding="utf-8").splitlines()
ASKED_MAX = 0.05


def heard(sentence: str) -> Read:
    return understand(sentence, CONTEXT).read


def test_no_sentence_of_a_discussion_changes_anything() -> None:
    acted = {sentence: [c.name for c in read.commands] for sentence in SENTENCES if (read := heard(sentence)).commands}
    assert acted == {}


def test_few_of_them_are_asked_about() -> None:
    asked = [sentence for sentence in SENTENCES if (read := heard(sentence)).asks or read.problems or read.wants_brief]
    assert len(SENTENCES) >= 300
    assert len(asked) <= ASKED_MAX * len(SENTENCES), asked
