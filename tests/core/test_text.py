"""Cleaned text can break no header, no terminal and no comparison."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.text import clip, fold_case, one_line, paragraphs, printable, written_line

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
anything = st.text(max_size=60) | st.text(alphabet=f"ab \t\r\n\x00\x1b\x85\u2028\u00a0\u3000{BIDI}", max_size=60)


def hides_nothing(text: str) -> bool:
    return not any(c in BIDI or unicodedata.category(c) in ("Cc", "Cs") for c in text)


@given(anything)
def test_one_line_is_idempotent_and_one_line(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line
    assert len(line.splitlines()) <= 1
    assert hides_nothing(line)


@given(anything)
def test_paragraphs_are_idempotent_and_hide_nothing(text: str) -> None:
    clean = paragraphs(text)
    assert paragraphs(clean) == clean
    assert "\n\n\n" not in clean
    assert hides_nothing(clean.replace("\n", ""))


@given(anything)
def test_a_written_line_keeps_its_place_and_hides_nothing(text: str) -> None:
    assert hides_nothing(written_line(text).replace("\n", "").replace("\t", ""))


@given(anything, st.integers(min_value=1, max_value=80))
def test_clipped_text_is_never_longer_than_asked(text: str, chars_max: int) -> None:
    assert len(clip(text, chars_max)) <= chars_max


@given(anything)
def test_what_is_printed_moves_no_cursor(text: str) -> None:
    assert hides_nothing(printable(text).replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize("hidden", [*BIDI, "\u200b", "\u2060", "\ufeff", "\u00ad", "\U000e0041", "\ufff9"])
def test_what_hides_or_reorders_is_taken_out(hidden: str) -> None:
    assert one_line(f"pay{hidden}ments") == "payments"


@pytest.mark.parametrize("kept", ["👩\u200d🚒", "می\u200cخواهم", "❤\ufe0f", "é", "e\u0301"])
def test_what_scripts_and_emoji_need_is_kept(kept: str) -> None:
    assert one_line(kept) == kept


@pytest.mark.parametrize("other", ["\u212a", "ſ", "İ", "É"])
def test_only_ascii_letters_are_folded(other: str) -> None:
    assert fold_case(other) == other
