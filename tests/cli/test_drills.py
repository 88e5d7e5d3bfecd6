"""`incidentmail drill`: the included scenarios, faults in files, the output, and its documented JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.app.drills.shipped import find_scenario, shipped_names
from incidentmail.core.policy import Policy

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO = "Bo K. <bo@example.com>"
CELLAR = """
title = "The cellar is under water"
description = "A pipe broke."
lasts = "20m"

[[inject]]
at = "0m"
from = "Ada Hill"
subject = "The floor is wet"
text = "Water."

[[expected]]
what = "Declared"
happens = "declared"
"""
FAULTS = {
    "an unknown key": ('text = "Water."', 'txt = "Water."', "[[inject]] no. 1, txt is not known", "did you mean text?"),
    "no text": ('text = "Water."', "", "[[inject]] no. 1, text: it is missing", "drill show failover --toml"),
    "an empty text": ('"Water."', '" "', "[[inject]] no. 1, text = ' ': it is empty", "drill show failover --toml"),
    "a bad time": ('"0m"', '"soon"', "[[inject]] no. 1, at = 'soon': write a number and s, m, h or d", "--toml"),
    "a time that is too late": ('"0m"', '"20m"', "[[inject]] no. 1, at: the drill is over by then", "a longer lasts"),
    "too long": ('"20m"', '"3d"', "lasts: a drill lasts from 1 minute to 12 hours", 'lasts = "30m"'),
    "no mail": ("[[inject]]", "[inject]", "inject: write [[inject]], in double brackets, above each one", "--toml"),
    "no condition": (
        'happens = "declared"', "", "[[expected]] no. 1: nothing says how it is recognised", "write exactly one of",
    ),
    "two conditions": (
        'happens = "declared"', 'happens = "declared"\nphase = 2', "[[expected]] no. 1: it has happens and phase",
        "exactly one of happens, severity, phase, role, item or says",
    ),
    "an unknown outcome": ('"declared"', '"solved"', "[[expected]] no. 1, happens = 'solved': write", "--toml"),
    "an unknown role": (
        'happens = "declared"', 'role = "plumber"', "[[expected]] no. 1, role: there is no role plumber here",
        "customer_liaison",
    ),
    "an unknown severity": (
        'happens = "declared"', "severity = 9", "[[expected]] no. 1, severity: there is no severity 9 here",
        "known are 1, 2, 3, 4",
    ),
    "a limit that is too late": (
        'happens = "declared"', 'happens = "declared"\nwithin = "1h"', "[[expected]] no. 1, within: the drill is over",
        "a longer lasts",
    ),
    "no TOML": ('title = "', 'title = ', "is not valid TOML", "drill show failover --toml"),
}  # fmt: skip


@pytest.fixture
def house(installation: Installation) -> Installation:
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", '[list]\ndrill = "incident-drills@example.com"\n'))
    (installation.path / "cellar.toml").write_text(CELLAR)
    return installation


@pytest.mark.parametrize("name", shipped_names())
def test_an_included_scenario_can_be_used_as_it_is_in_half_an_hour(house: Installation, name: str) -> None:
    checked = house.ok("drill", "check", name).out
    assert checked.startswith(f"{name} has no fault: ") and "within 30 minutes" in checked
    scenario = find_scenario(name, Policy()).scenario
    assert scenario.injects[0].at_s == 0
    assert 5 <= len(scenario.injects) <= 8 <= len(scenario.expected) <= 10
    assert all(inject.role and "\n" not in inject.text.replace("\n\n", "") for inject in scenario.injects)
    texts = [scenario.opening, scenario.description, *(inject.text for inject in scenario.injects)]
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.?!:])\s", text)]
    assert [sentence for sentence in sentences if len(sentence.split()) > 25] == []


def test_three_scenarios_are_included(house: Installation) -> None:
    assert [line["name"] for line in house.ok("drill", "list", "--json").lines] == ["failover", "leak", "supplier"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_scenario_is_named_with_its_place_and_what_to_write(house: Installation, fault: str) -> None:
    right, wrong, what, hint = FAULTS[fault]
    assert right in CELLAR
    file = house.path / "cellar.toml"
    file.write_text(CELLAR.replace(right, wrong, 1))
    for command in ("check", "run"):
        result = house.run("drill", command, str(file))
        assert result.code == 65, result
        assert what in result.err.splitlines()[0] and str(file) in result.err
        assert hint in result.err.splitlines()[1]
    assert house.ok("drill", "list", "--runs").out == ""


def test_a_scenario_that_is_not_there_is_named_with_those_that_are(house: Installation) -> None:
    result = house.run("drill", "run", "fire")
    assert result.code == 2
    assert result.err.splitlines()[:2] == [
        "incidentmail: error: there is no scenario fire", "hint: name a file, or one of failover, leak, supplier",
    ]  # fmt: skip


def test_the_file_of_a_scenario_is_printed_to_make_another_of_it(house: Installation) -> None:
    copy = house.path / "our-own.toml"
    copy.write_text(house.ok("drill", "show", "leak", "--toml").out)
    assert house.ok("drill", "check", str(copy)).out.startswith(f"{copy} has no fault: 6 mails within 30 minutes, ")


def test_the_score_can_be_read_while_a_drill_is_on_and_later(house: Installation, mails: Mails) -> None:
    assert house.run("drill", "score").code == 2
    house.ok("drill", "run", str(house.path / "cellar.toml"))
    house.clock.tick(minutes=4)
    assert house.ok("drill", "score").out.splitlines() == [
        "The cellar is under water (2026-11-20-cellar)",
        "Began 14:20 UTC, ends by itself 14:40 UTC",
        "Incident: nobody declared one",
        "",
        "Declared               not yet",
        "A commander            not yet",
        "Words for customers    not yet",
        "Promised updates kept  none was due",
        "",
        "Expected outcomes, 0 of 1 met in time",
        "  Declared: not yet",
    ]
    inject = house.private[-1]
    house.ingest(mails.reply_to(inject, "Severity: 3\nI am incident commander.", BO, at=house.clock.now))
    house.clock.tick(minutes=2)
    house.ok("drill", "stop")
    assert house.ok("drill", "score", "cellar").out.splitlines() == [
        "The cellar is under water (2026-11-20-cellar)",
        "Began 14:20 UTC, stopped 14:26 UTC by Mara Lindqvist",
        "Incident: 2026-11-20-the-floor-is-wet",
        "",
        "Declared               4 min after the first mail",
        "A commander            with the declaration",
        "Words for customers    never",
        "Promised updates kept  none was due",
        "",
        "Expected outcomes, 1 of 1 met in time",
        "  Declared: met after 4 min",
    ]
    unknown = house.run("drill", "score", "fire")
    assert (unknown.code, "no drill is called 'fire'" in unknown.err) == (2, True)


def test_what_is_printed_about_drills_has_the_documented_shapes(house: Installation, mails: Mails) -> None:
    file = str(house.path / "cellar.toml")
    assert house.ok("drill", "list", "--json").lines[0].keys() == documented("drill_list").keys()
    shown, page = house.ok("drill", "show", file, "--json").json, documented("drill_show")
    assert shown.keys() == page.keys() and shown["scenario"].keys() == page["scenario"].keys()
    for part in ("injects", "expected"):
        assert shown["scenario"][part][0].keys() == page["scenario"][part][0].keys()
    house.ok("drill", "run", file)
    house.ingest(mails.reply_to(house.private[-1], "sev 3", BO, at=house.clock.now))
    assert house.ok("drill", "list", "--runs", "--json").json.keys() == documented("drill_runs").keys()
    score, page = house.ok("drill", "score", "--json").json, documented("drill_score")
    assert score.keys() == page.keys() and score["expected"][0].keys() == page["expected"][0].keys()


def documented(name: str) -> dict[str, Any]:
    """Return the object that docs/json.md shows under this name."""
    page = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    found = re.search(rf"```json {name}\n(.*?)```", page, re.DOTALL)
    assert found is not None, name
    return dict(json.loads(found[1]))
