"""The organisation's templates are found, checked and previewed before they are used for mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from incidentmail.app.samples.list_mails import sample_mails
from incidentmail.cli.operate.template import SAMPLE_KINDS
from incidentmail.templating import Templates

if TYPE_CHECKING:
    from conftest import Installation

KINDS = ("declaration", "follow-up", "offer")
OTHERS = (
    "public", "briefing", "executives", "answer", "new-thread", "which", "stranger", "named", "brief", "controls",
    "passed-on", "paused", "tasks", "checklist", "reminder", "customer-words", "merged", "near-duplicate", "guide",
    "open-incidents", "confirm", "approve-words", "proposal-over", "declined", "invitation", "undelivered",
    "not-returned", "alert", "alert-over", "alarm", "trial", "drill-opening", "drill-inject",
    "drill-closing",
)  # fmt: skip


def own_template(installation: Installation, name: str, text: str) -> None:
    file = installation.path / "templates" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    if "templates =" not in installation.config.read_text():
        installation.config.write_text(
            f'templates = "{installation.path / "templates"}"\n{installation.config.read_text()}'
        )


def test_list_tells_whose_each_template_is(installation: Installation) -> None:
    own_template(installation, "email/offer.txt.j2", "{{ state }}")
    lines = installation.ok("template", "list", "--json").lines
    assert {line["name"] for line in lines} == set(Templates().names())
    assert [line["name"] for line in lines if line["own"]] == ["email/offer.txt.j2"]
    assert "email/offer.txt.j2  yours, " in installation.ok("template", "list").out


def test_show_prints_the_file_that_would_be_used(installation: Installation) -> None:
    own_template(installation, "email/offer.txt.j2", "{{ state }}\n")
    assert installation.ok("template", "show", "email/offer.txt.j2").out == "{{ state }}\n"
    assert "{{ otherwise }}" in installation.ok("template", "show", "email/offer.txt.j2", "--built-in").out
    assert installation.run("template", "show", "email/nothing.j2").err.startswith(
        "incidentmail: error: there is no template email/nothing.j2\nhint: "
    )


@pytest.mark.parametrize("built_in", [(), ("--built-in",)], ids=["own", "built in"])
@pytest.mark.parametrize(
    "name", ["../config.toml", "email/../../config.toml", "{folder}/config.toml", "email", "", "."]
)
def test_show_prints_templates_and_nothing_else(
    installation: Installation, name: str, built_in: tuple[str, ...]
) -> None:
    own_template(installation, "email/offer.txt.j2", "{{ state }}\n")
    own_template(installation, "notes.txt", "mine\n")
    for asked in (name.format(folder=installation.path), "notes.txt"):
        result = installation.run("template", "show", asked, *built_in)
        assert (result.out, result.code) == ("", 2)
        assert "there is no template" in result.err


def test_check_passes_on_the_built_in_ones(installation: Installation) -> None:
    told = installation.ok("template", "check").out.splitlines()
    assert told == [
        f"{len(OTHERS) + 3} kinds of mail can be made: {', '.join((*KINDS, *OTHERS))}",
        "4 templates of hooks can be used: matrix, pagerduty, slack, teams",
        "8 kinds of web page can be made",
    ]


@pytest.mark.parametrize("name", Templates().names())
def test_check_names_the_file_the_line_and_the_fault(installation: Installation, name: str) -> None:
    own_template(installation, name, "one\n{{ nobody }}\n")
    result = installation.run("template", "check")
    assert result.code == 70
    assert f"error: template {name} line 2: 'nobody' is undefined" in result.err


@pytest.mark.parametrize("kind", OTHERS)
def test_preview_shows_the_mails_to_single_people_too(installation: Installation, kind: str) -> None:
    assert "Message-ID: " in installation.ok("template", "preview", "--kind", kind).out
    assert (installation.private, installation.ok("list", "--all", "--json").json) == ([], [])


def test_a_template_under_a_wrong_name_is_told(installation: Installation) -> None:
    own_template(installation, "declaration.txt.j2", "{{ state }}")
    assert "declaration.txt.j2 is used by nothing" in installation.ok("template", "check").err


@pytest.mark.parametrize("kind", KINDS)
def test_preview_shows_each_kind_and_sends_nothing(installation: Installation, kind: str) -> None:
    text = installation.ok("template", "preview", "--kind", kind).out
    assert "Sample: checkout is rejecting card payments" in text
    assert "Severity " in text
    assert (installation.mails, installation.ok("list", "--all", "--json").json) == ([], [])


def test_preview_of_a_follow_up_shows_old_values(installation: Installation) -> None:
    text = installation.ok("template", "preview", "--kind", "follow-up").out
    assert "Severity 1 (critical; was 2), phase 3 (rebuilding and learning; was 1)." in text
    assert "Alícia S. is incident commander (was Mara Lindqvist)." in text


def test_preview_prints_the_page_or_writes_all_forms(installation: Installation) -> None:
    assert installation.ok("template", "preview", "--html").out.startswith("<!doctype html>")
    installation.ok("template", "preview", "--out", str(installation.path / "shown"))
    assert {file.name for file in (installation.path / "shown").iterdir()} == {
        "declaration.txt", "declaration.html", "declaration.eml",
    }  # fmt: skip


def test_preview_shows_a_real_incident_in_its_present_state(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    before = installation.log()
    assert "Subject: Cards fail" in installation.ok("template", "preview", "cards").out
    assert "Re: Cards fail" in installation.ok("template", "preview", "cards", "--kind", "follow-up").out
    assert (installation.log(), len(installation.mails)) == (before, 1)


def test_a_template_of_ones_own_is_previewed_and_its_fault_is_not_papered_over(installation: Installation) -> None:
    own_template(installation, "email/declaration.txt.j2", "Acme. {{ state }}")
    assert "Acme. Severity 2" in installation.ok("template", "preview").out
    own_template(installation, "email/declaration.txt.j2", "{{ sate }}")
    assert "'sate' is undefined" in installation.run("template", "preview").err


def test_every_kind_of_mail_that_can_be_made_can_be_previewed(installation: Installation) -> None:
    with installation.context() as context:
        assert set(SAMPLE_KINDS) == set(sample_mails(context))
