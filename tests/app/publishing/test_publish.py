"""Web pages show the right facts of an incident, and only pages that have changed are written."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest
from published import (
    CHECKOUT,
    changed,
    dead_links,
    declared,
    everything,
    pages,
    publishing,
    say,
    site,
    status,
    words_of,
)

if TYPE_CHECKING:
    from conftest import Installation, Mails


@pytest.fixture
def house(installation: Installation) -> Installation:
    return publishing(installation)


def test_each_incident_has_a_page_and_the_first_page_lists_the_worst_first(house: Installation) -> None:
    house.declare("Search is slow", "--severity", "3")
    house.declare("Checkout is rejecting card payments", "--severity", "1")
    house.ok("publish")
    assert list(pages(house)) == [CHECKOUT, "2026-11-20-search-is-slow.html"]
    index = site(house)["index.html"]
    assert index.index("Checkout is rejecting") < index.index("Search is slow")
    assert "2 open incidents" in index


def test_a_page_says_what_changed_and_who_said_so(house: Installation) -> None:
    declared(house)
    house.ok("update", "--severity", "1", "-m", "The second gateway declines too.")
    house.ok("publish")
    page = site(house)[CHECKOUT]
    assert "Severity 1 (critical)" in page
    assert "Mara Lindqvist raised the severity from 2 to 1 (critical)." in page
    assert "The second gateway declines too." in page


def test_an_action_that_is_done_is_called_by_its_name(house: Installation) -> None:
    declared(house)
    house.ok("action", "Roll back the gateway")
    house.ok("done", "1")
    house.ok("publish")
    assert "Mara Lindqvist finished action 1." in words_of(site(house)[CHECKOUT])


def test_each_mail_to_the_list_has_a_link_to_the_archive(house: Installation) -> None:
    mail = declared(house)
    house.ok("publish")
    bare = str(mail["Message-ID"]).strip("<>").replace("@", "%40")
    assert f'href="https://lists.example.com/search?q={bare}"' in site(house)[CHECKOUT]


def test_every_link_within_the_site_leads_to_something(house: Installation, mails: Mails) -> None:
    say(house, mails, declared(house))
    house.ok("update", "--severity", "1")
    house.declare("Search is slow", "--severity", "3")
    house.ok("close", "search")
    house.ok("publish")
    for found in (site(house), status(house)):
        assert dead_links(found) == []


def test_text_that_people_wrote_is_no_html(house: Installation) -> None:
    house.declare('<script>alert("x")</script>', "--severity", "3", "-m", "</style><img src=x onerror=alert(1)>")
    house.ok("publish")
    for text in site(house).values():
        assert "<script" not in text
        assert "<img" not in text


def test_the_policy_of_a_page_allows_its_own_style_only(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    for name, text in [*site(house).items(), *status(house).items()]:
        if name.endswith(".html"):
            assert re.search(
                r'Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-', text
            )
            assert " style=" not in text
            assert "url(" not in text


def test_drills_are_marked_or_left_out(house: Installation) -> None:
    house.declare("We practise", "--severity", "1", "--drill")
    house.ok("publish")
    assert "This is a drill." in site(house)["2026-11-20-we-practise.html"]
    publishing(house, 'drills = "left out"\n').ok("publish")
    assert "practise" not in everything(house)
    assert "0 incidents are shown" in house.ok("publish").out


def test_after_one_change_only_what_it_touches_is_written(house: Installation) -> None:
    declared(house)
    house.declare("Search is slow", "--severity", "3")
    house.ok("publish")
    house.ok("update", "checkout", "--severity", "1")
    assert [name for name in changed(house)["site"] if name[0] != "."] == [
        CHECKOUT,
        "2026.html",
        "feed.xml",
        "index.html",
    ]


def test_nothing_is_written_while_nothing_changes(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    assert changed(house) == {"site": [], "status": []}


def test_the_first_pages_say_every_five_minutes_that_they_are_right(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    house.clock.tick(minutes=5)
    written = changed(house)
    assert [name for name in written["site"] if name[0] != "."] == ["index.html"]
    assert [name for name in written["status"] if name[0] != "."] == ["index.html"]


def test_another_configuration_makes_all_pages_anew(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    publishing(house, 'title = "What is broken"\n')
    assert CHECKOUT in changed(house)["site"]
    assert "What is broken" in site(house)["index.html"]


def test_pages_are_the_same_whether_made_step_by_step_or_at_once(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ok("flush")
    say(house, mails, mail)
    house.ok("flush")
    house.declare("Search is slow", "--severity", "3")
    house.ok("update", "checkout", "--severity", "1")
    house.ok("flush")
    before = {**site(house), **status(house)}
    assert json.loads(house.ok("publish", "--json").out) == {
        "incidents": 2,
        "folders": [{"folder": f"{house.path}/{name}", "changed": []} for name in ("site", "status")],
    }
    assert {**site(house), **status(house)} == before


def test_a_file_that_somebody_changed_is_written_again(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    (house.path / "site" / CHECKOUT).write_text("defaced")
    (house.path / "site" / "feed.xml").unlink()
    house.ok("publish")
    assert "Checkout is rejecting" in site(house)[CHECKOUT]
    assert "<feed" in site(house)["feed.xml"]


def test_a_fault_in_a_template_of_the_organisation_is_told_and_the_built_in_one_is_used(house: Installation) -> None:
    declared(house)
    (house.path / "own" / "page").mkdir(parents=True)
    (house.path / "own" / "page" / "incident.html.j2").write_text("{{ nobody }}")
    house.config.write_text(f'templates = "{house.path}/own"\n{house.config.read_text()}')
    result = house.ok("publish")
    assert "warning: template page/incident.html.j2 line 1: 'nobody' is undefined" in result.err
    assert "Checkout is rejecting card payments" in site(house)[CHECKOUT]


def test_a_style_of_the_organisation_is_allowed_by_the_policy_of_its_pages(house: Installation) -> None:
    declared(house)
    (house.path / "own" / "page").mkdir(parents=True)
    (house.path / "own" / "page" / "style.css.j2").write_text("h1 { color: red } /* </style><script> */")
    house.config.write_text(f'templates = "{house.path}/own"\n{house.config.read_text()}')
    house.ok("publish")
    page = site(house)[CHECKOUT]
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert "color: red" in style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in page
