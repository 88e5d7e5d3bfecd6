"""Text that is new according to the summary of an incident's words is also new in the full comparison."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from incidentmail.reply.extraction.plain_line import plain
from incidentmail.reply.memory.earlier_words import Memory
from incidentmail.reply.memory.summary import Summary

WORDS = [
    "gateway",
    "sev",
    "1",
    "17",
    "the",
    "same",
    "here,",
    "host",
    "late.",
    "https://a.example/x",
    "on-",
    "call",
    "Bo:",
]
LINE = st.lists(st.sampled_from([*WORDS, "new", "north", "42", "https://b.example/x"]), max_size=9).map(" ".join)
MAIL = st.lists(LINE, min_size=1, max_size=6)


@st.composite
def replies(draw: st.DrawFn) -> tuple[list[str], list[str]]:
    """Generate earlier texts, and a reply that may repeat lines of them, whole, broken, or with a changed word."""
    mails = draw(st.lists(MAIL, min_size=1, max_size=3))
    earlier = [line for mail in mails for line in mail]
    own = draw(MAIL)
    for line in draw(st.lists(st.sampled_from(earlier), max_size=3)):
        words = line.split(" ")
        at = draw(st.integers(0, len(words)))
        how = draw(st.sampled_from(["whole", "part", "changed", "broken"]))
        if how == "changed" and at < len(words):
            words[at] = draw(st.sampled_from(["other", "1", "https://c.example"]))
        pieces = [words[:at], words[at:]] if how == "broken" else [words[:at] if how == "part" else words]
        own += [" ".join(piece) for piece in pieces]
    return ["\n".join(mail) for mail in mails], own


@settings(max_examples=400)
@given(replies(), st.lists(st.booleans(), min_size=20, max_size=20))
def test_a_reply_that_the_summary_calls_new_has_no_quoted_line_among_those_that_count(
    found: tuple[list[str], list[str]], dropped: list[bool]
) -> None:
    texts, own = found
    summary, plains = Summary(), [plain(line) for line in own]
    for text in texts:
        summary.add(text)
    is_dropped = (dropped * 2)[: len(plains)]
    if summary.repeats_nothing(plains, [not one for one in is_dropped]):
        quoted = Memory.of(texts).quoted_below(plains, is_dropped)
        assert not any(one for one, dropped in zip(quoted, is_dropped, strict=True) if not dropped)


def test_most_fresh_replies_are_called_new_and_no_repeated_one_is() -> None:
    summary = Summary()
    texts = [
        f"Look {number}: the same here, and host {number * 7} answers late.\nWe restart it." for number in range(900)
    ]
    for text in texts[:800]:
        summary.add(text)
    fresh = [f"Look {number}: shop {number} in the west cannot take cards either." for number in range(1000, 1200)]
    assert sum(summary.repeats_nothing([line], [True]) for line in fresh) >= 190
    assert not any(summary.repeats_nothing(text.split("\n"), [True, True]) for text in texts[:800])
