"""The mail that is shown before sending is the mail that is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation

CHANGES = [
    ("close", "All works again"), ("update", "--severity", "1", "-m", "Refunds fail too"), ("update", "--phase", "2"),
    ("retract", "It was planned"),
]  # fmt: skip


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: " ".join(words[:2]))
def test_the_preview_has_the_text_of_the_mail(installation: Installation, words: tuple[str, ...]) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.clock.tick(minutes=1)
    shown = installation.ok(*words, "--dry-run").out
    installation.ok(*words)
    sent = installation.mails[-1].get_content()
    text = shown[shown.index("\n\n") + 2 :]
    assert re.sub(r"Ref \S+", "Ref", text).strip() == re.sub(r"Ref \S+", "Ref", sent).strip()
