"""Web pages in a browser, and the results of validators of accessibility, of HTML and of feeds.

The pages are those of an installation with an open incident, a closed one, a drill, and one whose texts were made to
break a page.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import chromium
import feedparser
import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

CONTRAST_MIN, FONT_PX_MIN = 4.5, 11
WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TOMAS, BO = "Tomás Ruiz <tomas@example.com>", "Bo Keller <bo@example.com>"
WORDS = "Card payments may fail. Please pay by invoice."
ATOM = "{http://www.w3.org/2005/Atom}"
made: dict[str, str] = {}


@pytest.fixture
def files(installation: Installation, mails: Mails) -> dict[str, str]:
    """Every file of both folders, by folder and name, made once."""
    if not made:
        made.update(make(installation, mails))
    return made


@pytest.fixture
def pages(files: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name.endswith(".html")}


def make(house: Installation, mails: Mails) -> dict[str, str]:
    root = house.path
    house.configure(
        f'[incident]\nvenue_hosts = ["meet.example.com"]\n[publish]\nfolder = "{root}/site"\npublic = "{root}/status"\n'
        'url = "https://incidents.example.com/"\npublic_url = "https://status.example.com/"\n'
        'archive = "https://lists.example.com/search?q={message_id}"\n'
        '[publish.components]\n"Card payments" = ["card payment"]\n"Search" = []\n'
    )
    house.config.write_text(f'timezones = ["Europe/Berlin", "America/Los_Angeles"]\n{house.config.read_text()}')
    house.ok("publish")
    found = {f"status/well {name}": text for name, text in texts(root / "status").items()}
    mail = house.declare(
        "Checkout is rejecting card payments", "--severity", "2", "--customer-liaison", TOMAS, "--sme", BO,
        "--venue", "https://meet.example.com/checkout", "--impact", "one in five card payments",
        "-m", "One in five card payments is declined by our gateway.\n\nCustomers can still pay by invoice.",
    )  # fmt: skip
    house.clock.tick(minutes=6)
    house.ok("flush")
    found |= {f"status/open {name}": text for name, text in texts(root / "status").items()}
    house.ingest(mails.reply_to(mail, f"Customers may be told: {WORDS}", BO, at=house.clock.now))
    asked = [one for one in house.private if WORDS in one.get_content() and "tomas@" in str(one["To"])][-1]
    house.ingest(mails.reply_to(asked, "accept", TOMAS, to=str(asked["Reply-To"]), at=house.clock.now))
    for minutes, command in (
        (9, ("update", "--severity", "1", "-m", "The second gateway declines too.")),
        (9, ("action", "Roll back the gateway change @bo by 15:10")), (4, ("assume", "The certificate has expired.")),
        (5, ("update", "--commander", "Alícia Soler <alicia@example.com>")), (7, ("decide", "We stay on the old one.")),
        (30, ("flush",)), (10, ("update", "--phase", "2")), (5, ("done", "1")),
    ):  # fmt: skip
        house.clock.tick(minutes=minutes)
        house.ok(*command)
    word, address = (WORD * 4)[:280], "https://meet.example.com/" + "room-and-token-" * 15
    house.declare(
        f"{word[:140]} <b>&amp;", "--severity", "4", "--venue", address, "-m", f"{word}\n\n{address}", "--impact", word,
        "--sme", word[:80],
    )  # fmt: skip
    house.declare("دفع البطاقات معطل", "--severity", "3", "--drill")
    house.declare("Search is slow", "--severity", "3")
    house.clock.tick(minutes=72)
    house.ok("close", "search", "-m", "The index was rebuilt.")
    house.ok("publish")
    found |= {f"{name}/{file}": text for name in ("site", "status") for file, text in texts(root / name).items()}
    house.ok("publish", "--stopped")
    return found | {f"status/stopped {name}": text for name, text in texts(root / "status").items()}


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name[0] != "."}


@pytest.mark.parametrize("scheme", chromium.SCHEMES)
def test_nothing_reaches_beyond_the_edge_and_every_word_stands_out(pages: dict[str, str], scheme: str) -> None:
    seen = chromium.measure(pages, scheme=scheme)
    assert len(seen) == len(pages) * len(chromium.WIDTHS) > 40
    assert not {name: page["scroll"] for name, page in seen.items() if page["scroll"] > 0 or page["left"] < 0}
    words = [(name, text) for name, page in seen.items() for text in page["texts"]]
    assert not [(name, text) for name, text in words if text["contrast"] < CONTRAST_MIN]
    assert not [(name, text) for name, text in words if text["size"] < FONT_PX_MIN]


@pytest.mark.parametrize("scheme", chromium.SCHEMES)
def test_axe_objects_to_nothing(pages: dict[str, str], scheme: str) -> None:
    found = chromium.axe(pages, scheme=scheme)
    assert len(found) == len(pages) * len(chromium.WIDTHS)
    assert {name: objections for name, objections in found.items() if objections} == {}


def test_headings_are_in_order(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
        assert levels[0] == 1 and levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in pairwise(levels)), (name, levels)


def test_the_html_is_valid(pages: dict[str, str], tmp_path: Path) -> None:
    assert chromium.html_faults(pages, tmp_path) == ""


def test_a_page_left_open_says_after_ten_minutes_that_it_is_old(pages: dict[str, str]) -> None:
    page = re.sub("<meta http-equiv=[^>]*>", "", pages["status/index.html"])
    later = page.replace("appear 0s 600s forwards", "appear 0s 0s forwards")
    assert later != page
    seen = chromium.measure({"now": page, "later": later}, scheme="light", widths=(1024,))
    assert seen["later 1024"]["height"] > seen["now 1024"]["height"]


@pytest.mark.parametrize("name", ["site/feed.xml", "status/feed.xml", "status/well feed.xml"])
def test_feeds_are_valid(files: dict[str, str], name: str) -> None:
    text = files[name]
    parsed = feedparser.parse(text)
    assert not parsed.bozo
    assert parsed.version == "atom10"
    root = ElementTree.fromstring(text)
    for element in (root, *root.findall(f"{ATOM}entry")):  # RFC 4287 sections 4.1.1 and 4.1.2
        for tag in ("id", "title", "updated"):
            assert len(element.findall(ATOM + tag)) == 1
        assert re.fullmatch(r"tag:example\.com,\d{4}-\d\d-\d\d:\S+", element.findtext(f"{ATOM}id") or "")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.findtext(f"{ATOM}updated") or "")
        assert len([link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]) == 1
        assert all(str(link.get("href")).startswith("https://") for link in element.findall(f"{ATOM}link"))
    assert len(root.findall(f"{ATOM}author")) == 1
    ids = [entry.id for entry in parsed.entries]
    assert len(ids) == len(set(ids))
    assert [entry.updated for entry in parsed.entries] == sorted(entry.updated for entry in parsed.entries)[::-1]


def test_a_feed_has_an_entry_for_each_update(files: dict[str, str]) -> None:
    titles = [entry.title for entry in feedparser.parse(files["site/feed.xml"]).entries]
    assert "Checkout is rejecting card payments" in titles
    assert "Update 1: Checkout is rejecting card payments" in titles
    assert "[drill] دفع البطاقات معطل" in titles
