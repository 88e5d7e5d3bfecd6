"""Templates of one's own: found, checked and looked at before anybody gets a mail made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from incidentmail.templating import Templates

if TYPE_CHECKING:
    from conftest import House

KINDS = ("declaration", "follow-up", "offer")
OTHERS = (
    "public", "briefing", "answer", "new-thread", "which", "stranger", "named", "brief", "controls", "confirm",
    "proposal-over", "declined", "not-returned", "alarm",
)  # fmt: skip


def own_template(house: House, name: str, text: str) -> None:
    file = house.path / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    if "templates =" not in house.config.read_text():
        house.config.write_text(f'templates = "{house.path / "templates"}"\n{house.config.read_text()}')


def test_list_tells_whose_each_template_is(house: House) -> None:
    own_template(house, "email/offer.txt.j2", "{{ state }}")
    lines = house.ok("template", "list", "--json").lines
    assert {line["name"] for line in lines} == set(Templates().names())
    assert [line["name"] for line in lines if line["own"]] == ["email/offer.txt.j2"]
    assert "email/offer.txt.j2  yours, " in house.ok("template", "list").out


def test_show_prints_the_file_that_would_be_used(house: House) -> None:
    own_template(house, "email/offer.txt.j2", "{{ state }}\n")
    assert house.ok("template", "show", "email/offer.txt.j2").out == "{{ state }}\n"
    assert "Reply with the one word accept" in house.ok("template", "show", "email/offer.txt.j2", "--built-in").out
    assert house.run("template", "show", "email/nothing.j2").err.startswith(
        "incidentmail: error: there is no template email/nothing.j2\nhint: "
    )


def test_check_passes_on_the_built_in_ones(house: House) -> None:
    told = house.ok("template", "check").out
    assert told == f"{len(OTHERS) + 3} kinds of mail can be made: {', '.join((*KINDS, *OTHERS))}\n"


@pytest.mark.parametrize("name", Templates().names())
def test_check_names_the_file_the_line_and_the_fault(house: House, name: str) -> None:
    own_template(house, name, "one\n{{ nobody }}\n")
    result = house.run("template", "check")
    assert result.code == 78
    assert f"error: template {name} line 2: 'nobody' is undefined" in result.err


@pytest.mark.parametrize("kind", OTHERS)
def test_preview_shows_the_mails_to_single_people_too(house: House, kind: str) -> None:
    assert "Message-ID: " in house.ok("template", "preview", "--kind", kind).out
    assert (house.private, house.ok("list", "--all", "--json").json) == ([], [])


def test_a_template_under_a_wrong_name_is_told(house: House) -> None:
    own_template(house, "declaration.txt.j2", "{{ state }}")
    assert "declaration.txt.j2 is used by nothing" in house.ok("template", "check").err


@pytest.mark.parametrize("kind", KINDS)
def test_preview_shows_each_kind_and_sends_nothing(house: House, kind: str) -> None:
    text = house.ok("template", "preview", "--kind", kind).out
    assert "Sample: checkout is rejecting card payments" in text
    assert "Severity " in text
    assert (house.mails, house.ok("list", "--all", "--json").json) == ([], [])


def test_preview_of_a_follow_up_shows_old_values(house: House) -> None:
    text = house.ok("template", "preview", "--kind", "follow-up").out
    assert "Severity 1 (critical; was 2), phase 3 (rebuilding and learning; was 1)." in text
    assert "Alícia S. is incident commander (was Mara Lindqvist)." in text


def test_preview_prints_the_page_or_writes_all_forms(house: House) -> None:
    assert house.ok("template", "preview", "--html").out.startswith("<!doctype html>")
    house.ok("template", "preview", "--out", str(house.path / "shown"))
    assert {file.name for file in (house.path / "shown").iterdir()} == {
        "declaration.txt", "declaration.html", "declaration.eml",
    }  # fmt: skip


def test_preview_shows_a_real_incident_in_its_present_state(house: House) -> None:
    house.declare("Cards fail", "--severity", "2")
    before = house.log()
    assert "Subject: Cards fail" in house.ok("template", "preview", "cards").out
    assert "Re: Cards fail" in house.ok("template", "preview", "cards", "--kind", "follow-up").out
    assert (house.log(), len(house.mails)) == (before, 1)


def test_a_template_of_ones_own_is_previewed_and_its_fault_is_not_papered_over(house: House) -> None:
    own_template(house, "email/declaration.txt.j2", "Acme. {{ state }}")
    assert "Acme. Severity 2" in house.ok("template", "preview").out
    own_template(house, "email/declaration.txt.j2", "{{ sate }}")
    assert "'sate' is undefined" in house.run("template", "preview").err
