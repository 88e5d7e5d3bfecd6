"""Commands are read, other text is not, and unclear text leads to a question, whatever surrounds the command."""

from __future__ import annotations

import os
from collections import Counter

from generated_replies import CONTEXT, replies

from incidentmail.reply.understand import understand

COUNT = int(os.environ.get("REPLIES", "3000"))
READ_MIN = 0.97


def test_replies_from_parts_are_read_as_they_are_meant() -> None:
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    unread: list[str] = []
    for reply in replies(COUNT, seed=20261120):
        read = understand(reply.text, CONTEXT).read
        found = {command.name: command.value for command in read.commands}
        meant = dict(reply.means)
        if found:
            is_right = found.keys() == meant.keys() and all(
                value is None or found[name] == value for name, value in meant.items()
            )
            outcomes["read" if is_right else "wrong"] += 1
            if not is_right:
                wrong.append(f"{reply.text!r} -> {found}")
        else:
            is_asked = bool(read.asks or read.problems)
            outcomes["asked" if is_asked else "silent"] += 1
            unread.append(f"{'asked' if is_asked else 'silent'} {reply.text!r}")
    assert wrong == []
    assert outcomes["silent"] == 0, "\n".join(text for text in unread if text.startswith("silent"))
    assert outcomes["read"] >= READ_MIN * COUNT, "\n".join(unread)
