"""The lexicon: words that are joined are split again, and each spelling leads back to its fact."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import incidentmail
from incidentmail.core.ids import OurField
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.names.name_lists import join_names, split_names
from incidentmail.core.policy import Policy, RoleKind
from incidentmail.core.words import (
    DRILL_PREFIX,
    INCIDENT_LINE,
    RESTRICTED_PREFIX,
    STATUS_SENTENCES,
    STATUS_WORDS,
    Words,
)

FIELDS = [name for key, name in vars(OurField).items() if key.isupper()]
FIXED = (*FIELDS, DRILL_PREFIX, RESTRICTED_PREFIX, INCIDENT_LINE)
LOWER_FIELDS = {name.lower() for name in FIELDS}
PIECES = ["Bo", "K.", "and", "&", ",", ";", " ", "Smith, John", "and Co", "Ops & Care", "Ann;Bo", "Alícia", "-", "x,"]


def person(name: str) -> Person | None:
    try:
        return Person(name=name)
    except ValueError:
        return None


names = st.text(max_size=20) | st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join)
people = names.map(person).filter(bool)


@given(st.lists(people, max_size=5))
def test_what_join_writes_split_reads(named: list[Person]) -> None:
    assert split_names(join_names(named)) == [p.name for p in named]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", []),
        ("Bo K. and Ann", ["Bo K.", "Ann"]),
        ("Bo & Ann", ["Bo", "Ann"]),
        ("Bo,Ann , ", ["Bo", "Ann"]),
        ("Anderson", ["Anderson"]),
        ('"Smith, John" <john@example.com>; Bo', ["Smith, John <john@example.com>", "Bo"]),
        ("Research and Development; Bo", ["Research and Development", "Bo"]),
    ],
)
def test_names_are_read_as_people_write_them(written: str, names: list[str]) -> None:
    assert split_names(written) == names


def test_every_key_that_is_written_is_read_as_its_fact() -> None:
    words = Words(Policy(roles=(*Policy().roles, RoleKind(key="scribe", title="Scribe"))))
    for name in set(words.keys.values()):
        assert words.keys[words.key(name).lower()] == name


def test_every_status_has_a_sentence_and_every_word_a_status() -> None:
    assert set(STATUS_SENTENCES) == set(Status)
    assert set(STATUS_WORDS.values()) < set(Status)


@pytest.mark.parametrize(
    ("title", "sentence"),
    [("Incident commander", "Bo is incident commander."), ("DRI", "Bo is DRI."), ("IC", "Bo is IC.")],
)
def test_an_abbreviated_title_keeps_its_capitals(title: str, sentence: str) -> None:
    assert Words(Policy(commander_title=title)).commander_sentence("Bo") == sentence


def test_a_role_line_says_who_nobody_or_wanted() -> None:
    words, bo = Words(Policy()), Person(name="Bo K.")
    key = "business_liaison"
    held = words.role_line(key, Holders(people=(bo,)), missing=False)
    assert str(held) == "Business liaison: Bo K. (management questions)"
    assert str(words.role_line(key, Holders(dismissed=True), missing=False)) == "Business liaison: not needed"
    assert str(words.role_line(key, Holders(), missing=True)) == "Business liaison: needed (management questions)"
    assert words.role_line(key, Holders(), missing=False) is None


def test_an_old_venue_that_brackets_could_not_tell_apart_is_left_out() -> None:
    words = Words(Policy())
    assert words.venue_sentence("#a", "#b") == "Coordinating via #a (was #b)."
    assert words.venue_sentence("#a", "#b (was #c)") == "Coordinating via #a."
    assert words.venue_sentence("#a") == "Coordinating via #a."


def test_what_rendering_writes_and_reading_knows_is_spelled_in_the_lexicon_or_among_the_ids() -> None:
    root = Path(incidentmail.__file__).parent
    copies = [
        f"{path.relative_to(root)}: {text.strip()}"
        for path in sorted(root.rglob("*.py"))
        if path not in (root / "core/words.py", root / "core/ids.py")
        for text in strings(ast.parse(path.read_text()))
        if any(fixed in text for fixed in FIXED) or text in LOWER_FIELDS
    ]
    assert copies == []


def strings(tree: ast.Module) -> list[str]:
    """Return the strings of a module, without its docstrings."""
    prose = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in prose)
    return [node.value for node in constants if isinstance(node.value, str)]
