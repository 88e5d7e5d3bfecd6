"""The page of a retrospective and the page of figures, as a browser shows them and as HTML validators see them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import chromium
import pytest
from generated_year import write_year

if TYPE_CHECKING:
    from conftest import Installation, Mails

CONTRAST_MIN, FONT_PX_MIN = 4.5, 11
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TOMAS, BO = "Tomás Ruiz <tomas@example.com>", "Bo Keller <bo@example.com>"
NAME = "2026-11-20-checkout-is-rejecting-card-payments"
made: dict[str, str] = {}


@pytest.fixture
def pages(installation: Installation, mails: Mails) -> dict[str, str]:
    """The pages by name, made once: a full retrospective, an empty one, one with long words, a year, and no figures."""
    if not made:
        made.update(make(installation, mails))
    return made


def make(house: Installation, mails: Mails) -> dict[str, str]:
    house.config.write_text(
        f'timezones = ["Europe/Berlin", "America/Los_Angeles"]\n{house.configure().config.read_text()}'
    )
    found = {"no figures": figures(house)}
    mail = house.declare(
        "Checkout is rejecting card payments", "--severity", "2", "--customer-liaison", TOMAS, "--sme", BO,
        "--venue", "https://meet.example.com/checkout", "--impact", "one in five card payments", "--started", "14:07",
    )  # fmt: skip
    for minutes, command in (
        (9, ("update", "--severity", "1", "-m", "The second gateway declines too.")),
        (9, ("action", "Roll back the gateway change @bo by 15:10")), (4, ("assume", "The certificate has expired.")),
        (5, ("update", "--commander", "Alícia Soler <alicia@example.com>")), (7, ("decide", "We stay on the old one.")),
        (30, ("flush",)), (10, ("update", "--phase", "2")), (5, ("done", "1")), (90, ("flush",)),
    ):  # fmt: skip
        house.clock.tick(minutes=minutes)
        house.ok(*command)
    house.ingest(mails.reply_to(mail, "refuted 2", BO, at=house.clock.now))
    house.ok("close", "-m", "All payments work again.")
    house.ok("retro", "plan", "2026-12-03 14:00", TOMAS, BO)
    found["retrospective"] = retrospective(house, NAME)
    kept = house.path / "retrospectives" / f"{NAME}.md"
    house.ok("retro", NAME, "-o", str(kept))
    words = f"{WORD * 3}\n\nPeople came <b>at once</b> & stayed."
    kept.write_text(re.sub(r"(<!-- yours: [^\n]*\n)", lambda found: found[0] + words + "\n", kept.read_text()))
    found["retrospective with words"] = retrospective(house, NAME)
    house.declare(f"{(WORD * 3)[:140]} <b>&amp;", "--severity", "4", "--sme", WORD)
    house.ok("close", WORD[:8].lower(), "-m", WORD * 3)
    found["long words"] = retrospective(house, WORD[:8].lower())
    house.declare("دفع البطاقات معطل", "--severity", "3", "--drill")
    found["open drill"] = retrospective(house, str(house.ok("list", "--json").json[0]["id"]))
    found["few figures"] = figures(house)
    house.clock.now = datetime(2027, 1, 15, tzinfo=UTC)
    with house.context() as context:
        write_year(context, incidents=200, seed=7)
    return {**found, "a year of figures": figures(house)}


def retrospective(house: Installation, name: str) -> str:
    return house.ok("retro", name, "--html").out


def figures(house: Installation) -> str:
    target = house.path / "figures.html"
    house.ok("stats", "--html", str(target))
    return target.read_text(encoding="utf-8")


@pytest.mark.parametrize("scheme", chromium.SCHEMES)
def test_nothing_reaches_beyond_the_edge_and_every_word_stands_out(pages: dict[str, str], scheme: str) -> None:
    seen = chromium.measure(pages, scheme=scheme)
    assert len(seen) == len(pages) * len(chromium.WIDTHS) == 7 * 3
    assert not {name: page["scroll"] for name, page in seen.items() if page["scroll"] > 0 or page["left"] < 0}
    words = [(name, text) for name, page in seen.items() for text in page["texts"]]
    assert len(words) > 1000
    assert not [(name, text) for name, text in words if text["contrast"] < CONTRAST_MIN]
    assert not [(name, text) for name, text in words if text["size"] < FONT_PX_MIN]


@pytest.mark.parametrize("scheme", chromium.SCHEMES)
def test_axe_objects_to_nothing(pages: dict[str, str], scheme: str) -> None:
    found = chromium.axe(pages, scheme=scheme)
    assert len(found) == len(pages) * len(chromium.WIDTHS)
    assert {name: objections for name, objections in found.items() if objections} == {}


def test_the_html_is_valid(pages: dict[str, str], tmp_path: Path) -> None:
    assert chromium.html_faults(pages, tmp_path) == ""


def test_headings_are_in_order(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), (name, levels)


def test_on_a_phone_each_figure_stands_beside_what_it_is(pages: dict[str, str]) -> None:
    page = pages["a year of figures"]
    cells = re.findall(r'<td class="number"([^>]*)>', page)
    assert len(cells) > 100
    assert all('data-label="' in cell for cell in cells)
