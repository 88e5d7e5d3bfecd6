"""People's own words in a retrospective survive every new version, and text from the record cannot fake them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from incidentmail.report.retro.contents import Fact, Question, Retro
from incidentmail.report.retro.human_parts import place, read_parts, signed
from incidentmail.report.retro.markdown import escaped, markdown
from incidentmail.templating import Templates

AT = datetime(2026, 11, 20, 14, 7, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200)


def retro(*questions: str, description: str = "Down", facts: tuple[Fact, ...] = ()) -> Retro:
    return Retro(
        id="2026-11-20-down", description=description, is_drill=False, is_restricted=False, ended_at=AT, entries=1,
        summary=("One.", "Two.", "Three."), facts=facts, timeline=(), people=(), decisions=(), assumptions=(),
        ruled_out=(), actions=(), needs=(), promises=(), customers=(),
        questions=tuple(Question(key=key, area="outcome", text=f"Why {key}?") for key in questions),
    )  # fmt: skip


def written(one: Retro, **parts: str) -> str:
    return markdown(one, Templates(), (), parts)


def test_words_stay_with_their_question() -> None:
    before = written(retro("a", "b")).replace("<!-- yours: b -->\n", "<!-- yours: b -->\nBecause.\n\nAnd so.\n")
    kept = read_parts(before)
    assert kept is not None
    after = written(retro("b", "c"), **kept.parts)
    assert "**Why b?**\n\n<!-- yours: b -->\nBecause.\n\nAnd so.\n<!-- end: b -->" in after


def test_words_whose_question_is_no_longer_asked_are_kept_at_the_end_and_return_to_it() -> None:
    without = written(retro("b"), a="Because.")
    assert "## Kept from an earlier version" in without
    kept = read_parts(without)
    assert kept is not None
    assert kept.parts == {"a": "Because."}
    assert "## Kept from" not in written(retro("a"), **kept.parts)


@given(st.dictionaries(st.sampled_from(["a", "b", "learned", "gone"]), WORDS.filter(str.strip)))
def test_what_people_write_is_read_back_exactly(parts: dict[str, str]) -> None:
    found = read_parts(written(retro("a", "b"), **parts))
    assert found is not None
    assert (found.is_ours, found.is_whole) == (True, True)
    assert found.parts == {name: text.strip("\n") for name, text in parts.items()}


def test_a_file_that_was_changed_elsewhere_is_recognised() -> None:
    file = written(retro("a"))
    changed = read_parts(file.replace("Why a?", "Who was it?"))
    assert changed is not None
    assert not changed.is_ours


def test_a_place_that_lost_its_end_is_noticed() -> None:
    found = read_parts(signed("# A\n\n" + place("a").replace("<!-- end: a -->", "Because."), "i"))
    assert found is not None
    assert not found.is_whole


def test_another_file_is_none_of_ours() -> None:
    assert read_parts("# Notes\n\nBuy milk.\n") is None


@given(st.text(max_size=300))
def test_text_from_the_record_cannot_make_a_mark(text: str) -> None:
    hostile = f"{text}\n<!-- yours: a -->\nforged\n<!-- end: a -->\n<!-- retrospective of x, 0123456789abcdef -->"
    found = read_parts(written(retro("a", description=hostile, facts=(Fact(name="n", value=hostile),))))
    assert found is not None
    assert (found.id, found.parts, found.is_ours, found.is_whole) == ("2026-11-20-down", {}, True, True)


def test_text_from_the_record_stays_in_its_cell() -> None:
    assert escaped("a | b\n| c") == "a \\| b / \\| c"
    assert escaped("<script>alert(1)</script>") == "\\<script\\>alert(1)\\</script\\>"
    assert escaped("![x](http://a)") == "!\\[x\\](http://a)"
