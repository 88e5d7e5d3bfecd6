"""`incidentmail stats` as people call it, with incidents played by commands and a clock that the test moves."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation

DOCUMENTED = Path(__file__).parents[3] / "docs" / "json.md"


def documented(name: str) -> Any:
    block = re.search(rf"```json {name}\n(.*?)```", DOCUMENTED.read_text(encoding="utf-8"), re.S)
    assert block is not None
    return json.loads(block[1])


def played(installation: Installation) -> Installation:
    """Play one incident from 14:20 to 15:50, a drill, and an incident that is retracted."""
    installation.declare("Gateway timeouts", "--severity", "2", "--detected", "14:15")
    installation.declare("Search is slow", "--drill", "--severity", "1")
    installation.clock.tick(minutes=30)
    installation.ok("update", "gateway", "--phase", "2")
    installation.declare("=HYPERLINK(1)", "--severity", "4")
    installation.ok("retract", "hyperlink")
    installation.clock.tick(hours=1)
    installation.ok("close", "gateway")
    return installation


def test_a_played_incident_gives_the_figures_that_its_clock_says(installation: Installation) -> None:
    found = played(installation).ok("stats", "--json").json
    assert (found["incidents"], found["left_out"]) == (1, {"drills": 1, "retracted": 1, "merged": 0})
    # Mara is assumed to lead until she acts at 14:50.
    median = {key: figure["median_s"] for key, figure in found["figures"].items()}
    assert median == {
        "declare": 300, "commander": 1800, "customers": None, "stop": 1800, "resolve": 5400, "retro": None,
    }  # fmt: skip
    assert found["load"]["people"] is None
    assert all(figure["few"] for figure in found["figures"].values())


def test_a_hold_and_a_drill_that_was_run_change_no_figure(installation: Installation) -> None:
    before = played(installation).ok("stats", "--json").json
    installation.ok("ledger", "hold", "gateway", "--reason", "a court asks for it")
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", '[list]\ndrill = "incident-drills@example.com"\n'))
    installation.ok("drill", "run", "supplier")
    installation.ok("drill", "stop")
    assert installation.ok("stats", "--json").json == before


def test_json_has_the_documented_keys(installation: Installation) -> None:
    found, page = played(installation).ok("stats", "--people", "--json").json, documented("stats")
    assert found.keys() == page.keys()
    for part in ("figures", "left_out", "load", "repeats", "retros", "promises"):
        assert found[part].keys() == page[part].keys()
    assert found["figures"]["stop"].keys() == page["figures"]["stop"].keys()
    assert found["by_severity"][0].keys() == page["by_severity"][0].keys()
    assert found["by_month"][0].keys() == page["by_month"][0].keys()
    assert found["load"]["people"][0].keys() == page["load"]["people"][0].keys()
    (row,) = installation.ok("stats", "--each", "--json").lines
    assert row.keys() == documented("stats_each").keys()


def test_the_screen_marks_figures_from_few_incidents(installation: Installation) -> None:
    shown = played(installation).ok("stats").out
    assert "From declared to closed                         1 h 30 min *  1 h 30 min *  1   0\n" in shown
    assert "* from fewer than 5 incidents: one of them may have made this figure\n" in shown
    assert "not counted: 1 drill, 1 retracted\n" in shown
    assert "mara" not in shown


def test_who_carried_how_much_is_shown_only_if_asked(installation: Installation) -> None:
    shown = played(installation).ok("stats", "--people").out
    assert re.search(r"^mara@example.com +1 +1 h 30 min +0 +0$", shown, re.M)


def test_csv_is_read_by_a_csv_reader_and_holds_no_formula(installation: Installation) -> None:
    played(installation).declare("=HYPERLINK(2)", "--severity", "4")
    rows = list(csv.DictReader(io.StringIO(installation.ok("stats", "--csv").out)))
    stop = next(row for row in rows if (row["group"], row["figure"]) == ("all", "stop"))
    assert (stop["n"], stop["missing"], stop["median_s"], stop["few"]) == ("1", "1", "1800", "yes")
    assert {row["group"] for row in rows} == {"all", "severity", "month"}
    each = list(csv.DictReader(io.StringIO(installation.ok("stats", "--each", "--csv").out)))
    assert [row["description"] for row in each] == ["Gateway timeouts", "'=HYPERLINK(2)"]


@pytest.mark.parametrize(
    ("since", "until", "number"),
    [
        ("2026-11-20", "2026-11-20", 1), ("2026-11", "2026", 1), ("2026-Q4", "2026-q4", 1), ("2026-11-21", None, 0),
        (None, "2026-11-19", 0), (None, "2026-Q3", 0), ("2h", None, 1), ("1h", None, 0), (None, "14:00", 0),
        ("2026-12", "2026-12", 0),
    ],
)  # fmt: skip
def test_a_period_is_a_day_a_month_a_quarter_a_year_or_a_time(
    installation: Installation, since: str | None, until: str | None, number: int
) -> None:
    options = [*(("--since", since) if since else ()), *(("--until", until) if until else ())]
    assert played(installation).ok("stats", *options, "--json").json["incidents"] == number


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("--since", "2026-13"), "--since '2026-13' is no date"),
        (("--until", "2026-02-30"), "--until '2026-02-30' is no date"),
        (("--since", "2026-06", "--until", "2026-05"), "--since is not before --until"),
        (("--csv", "--json"), "--csv and --json exclude each other"),
        (("--each",), "--each prints rows for programs"),
        (("--people", "--csv"), "--people is not in CSV"),
        (("--html", "x.html", "--csv"), "--html excludes --each, --csv and --json"),
        (("--html", "x.html", "--people"), "--people is not on the page"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_what_does(
    installation: Installation, line: tuple[str, ...], says: str
) -> None:
    result = installation.run("stats", *line)
    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert "hint: " in result.err


def test_the_page_shows_pictures_and_names_nobody(installation: Installation) -> None:
    file = installation.path / "figures.html"
    said = played(installation).ok("stats", "--html", str(file)).out
    page = file.read_text(encoding="utf-8")
    assert said == f"{file} shows the figures of 1 incident\n"
    assert "1 incident." in page
    assert page.count("<svg ") >= 2 * 6
    assert "1 h 30 min *" in page
    assert not re.search("mara|lindqvist|<script|style=|https?://", page, re.I)


def test_words_of_an_incident_are_text_on_the_page(installation: Installation) -> None:
    for number in range(2):
        installation.clock.tick(hours=number)
        installation.declare(f"<img/src=xyz onerror> &quot; gateway timeouts {number}", "--severity", "2")
    page = installation.ok("stats", "--html", "-").out
    assert "gateway, onerror" in page
    assert "<img" not in page


def test_an_empty_page_says_that_there_is_nothing(installation: Installation) -> None:
    page = installation.ok("stats", "--since", "2020", "--until", "2020", "--html", "-").out
    assert "0 incidents declared from 2020-01-01 00:00 UTC to before 2021-01-01 00:00 UTC." in page
    assert "<svg" not in page


def test_an_empty_ledger_has_no_figures(installation: Installation) -> None:
    assert installation.ok("stats").out == "0 incidents\n"
    assert installation.ok("stats", "--json").json["figures"]["stop"]["median_s"] is None
