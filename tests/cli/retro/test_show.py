"""`incidentmail retro`: printed, kept in a file that people edit, and given to programs."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

NAME = "2026-11-20-checkout-is-rejecting-card-payments"
ANSWER = "<!-- yours: went-well -->\n"


@pytest.fixture
def closed(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation with one closed incident, and an editor that adds a line to what went well."""
    installation.declare("Checkout is rejecting card payments", "--severity", "2")
    installation.clock.tick(minutes=20)
    installation.ok("close", "All payments work again")
    editor = installation.path / "editor"
    editor.write_text(f"#!/bin/sh\nsed -i 's/^{ANSWER.strip()}$/&\\nPeople came at once./' \"$1\"\n")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    return installation


def kept(installation: Installation) -> Path:
    return installation.path / "retrospectives" / f"{NAME}.md"


def test_without_a_name_it_is_the_incident_that_was_closed_last(closed: Installation) -> None:
    closed.declare("Search is slow", "--severity", "3")
    assert closed.ok("retro").out.startswith("# Retrospective: Checkout is rejecting card payments\n")
    assert closed.ok("retro", "search").out.startswith("# Retrospective: Search is slow\n")


def test_an_edited_one_keeps_its_words_when_it_is_written_again(closed: Installation) -> None:
    closed.ok("retro", "--edit")
    assert f"{ANSWER}People came at once.\n" in kept(closed).read_text()
    closed.ok("note", NAME, "The bank has apologised")
    again = closed.ok("retro", "--edit")
    assert "with your words in 1 place" in again.err
    text = kept(closed).read_text()
    assert "The bank has apologised" in text
    assert "People came at once.\n" in text
    assert "People came at once.\n" in closed.ok("retro").out


def test_what_was_changed_outside_the_marked_lines_is_not_lost(closed: Installation) -> None:
    target = closed.path / "retro.md"
    closed.ok("retro", "-o", str(target))
    target.write_text(target.read_text().replace("## Facts", "## Facts, and one of mine"))
    said = closed.ok("retro", "-o", str(target)).err
    (aside,) = closed.path.glob("retro.2026-11-20T*.md")
    assert str(aside) in said
    assert "one of mine" in aside.read_text()
    assert "one of mine" not in target.read_text()


def test_another_file_is_not_overwritten(closed: Installation) -> None:
    target = closed.path / "notes.md"
    target.write_text("Buy milk.\n")
    refused = closed.run("retro", "-o", str(target))
    assert refused.code == 2
    assert "is another file" in refused.err
    assert target.read_text() == "Buy milk.\n"


def test_two_people_do_not_edit_one_file_at_once(closed: Installation) -> None:
    from incidentmail.app.retro.kept_file import being_edited

    with being_edited(kept(closed)):
        refused = closed.run("retro", "--edit")
    assert refused.code == 75
    assert "somebody is editing" in refused.err


def test_a_restricted_one_is_for_its_owner_only(installation: Installation) -> None:
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n')
    )
    installation.declare("Keys leaked", "--restricted")
    installation.ok("retro", "-o", str(installation.path / "r.md"))
    assert (installation.path / "r.md").stat().st_mode & 0o077 == 0


def test_it_gives_programs_all_of_it(closed: Installation) -> None:
    retro = closed.ok("retro", "--json").json
    assert retro["id"] == NAME
    assert len(retro["summary"]) == 3
    assert [one["source"]["how"] for one in retro["timeline"]] == ["command"] * len(retro["timeline"])
    assert {question["area"] for question in retro["questions"]} == {"outcome", "process"}
    assert retro["people"][0]["minutes"] == 20


def test_a_mail_that_the_list_got_is_linked_to_its_archive(installation: Installation, mails: Mails) -> None:
    archive = "https://lists.example.com/mail/{hash}/{message_id}"
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", f'[list]\narchive = "{archive}"\n')
    )
    declaration = installation.declare()
    bo = "Bo K. <bo@example.com>"
    listed = mails.reply_to(
        declaration, "The bank is slow", bo, to="incidents@example.com", message_id="<a@example.com>"
    )
    private = mails.reply_to(declaration, "Between us", bo, to="incident-bot@example.com", message_id="<b@example.com>")
    for raw in (listed, private):
        installation.ingest(raw)
    sources = {one["what"]: one["source"] for one in installation.ok("retro", "--json").json["timeline"]}
    assert sources["The bank is slow"]["link"] == (
        "https://lists.example.com/mail/CGSYNTI7PVLTXBLPSSTBTLUANKNGH4FE/a@example.com"
    )
    assert sources["Between us"] == {"how": "mail", "message_id": "<b@example.com>", "link": None}
    assert f"[mail](<{sources['The bank is slow']['link']}>)" in installation.ok("retro").out


def test_only_one_form_is_written_at_a_time(closed: Installation) -> None:
    refused = closed.run("retro", "--edit", "--json")
    assert (refused.code, "exclude each other" in refused.err) == (2, True)


def test_an_editor_that_fails_loses_nothing(closed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", os.devnull)
    refused = closed.run("retro", "--edit")
    assert refused.code == 2
    assert "the editor failed" in refused.err
    assert kept(closed).read_text().startswith("# Retrospective")


def test_its_json_has_the_documented_keys(closed: Installation) -> None:
    page = (Path(__file__).parents[3] / "docs" / "json.md").read_text(encoding="utf-8")
    documented = json.loads(page.partition("```json retro\n")[2].partition("```")[0])
    closed.ok("decide", NAME, "no deployments today")
    retro = closed.ok("retro", "--json").json
    assert list(retro) == list(documented)
    for name in ("facts", "timeline", "people", "decisions", "questions"):
        assert list(retro[name][0]) == list(documented[name][0])


def test_a_page_holds_the_words_of_the_kept_file_and_replaces_an_older_page_only(closed: Installation) -> None:
    closed.ok("retro", "--edit")
    target = closed.path / "retro.html"
    for _ in range(2):
        closed.ok("retro", "--html", "-o", str(target))
    page = target.read_text()
    assert "<blockquote>People came at once.</blockquote>" in page
    assert "<script" not in page
    target.write_text("Buy milk.\n")
    assert "is another file" in closed.run("retro", "--html", "-o", str(target)).err
    assert target.read_text() == "Buy milk.\n"


def test_text_from_mail_cannot_become_part_of_the_page(installation: Installation, mails: Mails) -> None:
    declaration = installation.declare()
    hostile = "<img src=x onerror=alert(1)> </td></table><script>alert(2)</script>"
    installation.ingest(mails.reply_to(declaration, hostile, "Bo K. <bo@example.com>"))
    page = installation.ok("retro", "--html").out
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
