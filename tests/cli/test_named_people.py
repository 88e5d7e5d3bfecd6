"""A command may name a person by first name if only one known person has it, or in the form that hints propose."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation

PEOPLE = '[people]\n"bo@example.com" = "Bo Kern"\n"ann@example.com" = "Ann Lee"\n"ann.r@example.com" = "Ann Rao"\n'


@pytest.fixture
def known(installation: Installation) -> Installation:
    installation.configure(PEOPLE).declare("Cards fail")
    return installation


@pytest.mark.parametrize("who", ["Bo", "bo", "Bo Kern", "Bo bo@example.com", "Bo (bo@example.com)", "bo@example.com"])
def test_a_first_name_that_one_known_person_has_is_enough(known: Installation, who: str) -> None:
    known.ok("handoff", who)
    assert known.private[-1]["To"].addresses[0].addr_spec == "bo@example.com"
    known.ok("handoff", who, "--spoken")
    assert known.show()["commander"]["address"] == "bo@example.com"


def test_a_first_name_is_enough_for_every_part(known: Installation) -> None:
    known.ok("role", "scribe", "Bo")
    known.ok("update", "--sme", "bo", "--commander", "me")
    known.ok("action", "call the bank")
    known.ok("assign", "1", "Bo")
    shown = known.show()
    assert shown["roles"]["scribe"] == shown["roles"]["subject_matter_experts"]
    assert [shown["roles"]["scribe"][0]["address"], shown["actions"][0]["owner"]["address"]] == ["bo@example.com"] * 2
    assert shown["commander"]["address"] == "mara@example.com"


def test_somebody_whom_only_the_incident_knows_has_a_first_name_too(known: Installation) -> None:
    known.ok("update", "--sme", "Zoë Quint <zq@example.com>")
    known.ok("handoff", "Zoë", "--spoken")
    assert known.show()["commander"]["address"] == "zq@example.com"


def test_a_first_name_of_two_people_names_nobody_and_both_are_shown(known: Installation) -> None:
    refused = known.run("handoff", "Ann")
    assert refused.code == 2
    assert "may be any of Ann Lee <ann@example.com>, Ann Rao <ann.r@example.com>" in refused.err
    assert known.show()["offers"] == []


def test_what_a_hint_proposes_is_accepted(known: Installation) -> None:
    for args in (("Bo", "bo@example.com"), ("Ann",), ("Bo", "Kern")):
        hint = known.run("handoff", *args).err.splitlines()[-1]
        proposed = re.search(r'"(.*)"', hint)
        words = shlex.split(hint.partition("incidentmail ")[2]) if "incidentmail" in hint else []
        known.ok("handoff", words[1] if words else str(proposed and proposed[1]))


def test_an_address_that_was_not_filled_in_is_asked_for(known: Installation) -> None:
    hint = known.run("handoff", "zoe").err
    assert "handoff 'zoe <ADDRESS>'" in hint
    refused = known.run("handoff", "zoe <ADDRESS>")
    assert (refused.code, refused.err.splitlines()[-1]) == (2, "hint: write the address in place of ADDRESS")
