"""The folders of web pages: whose files are in them, how they are configured, and what `status` and `doctor` report."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from published import CHECKOUT, changed, declared, pages, publishing, read_all, site

if TYPE_CHECKING:
    from conftest import Installation


@pytest.fixture
def house(installation: Installation) -> Installation:
    return publishing(installation)


def test_a_folder_with_other_files_is_refused_and_left_alone(house: Installation) -> None:
    (house.path / "site").mkdir()
    (house.path / "site" / "index.html").write_text("ours")
    result = house.run("publish")
    assert result.code == 73
    assert "holds files that are not ours, such as index.html" in result.err
    assert site(house) == {"index.html": "ours"}


def test_files_of_others_stay_when_ours_go(house: Installation) -> None:
    house.declare("We practise", "--severity", "1", "--drill")
    house.ok("publish")
    (house.path / "site" / "favicon.ico").write_text("theirs")
    publishing(house, 'drills = "left out"\n').ok("publish")
    assert "favicon.ico" in site(house)
    assert pages(house) == {}


def test_a_link_in_place_of_a_page_is_replaced_and_never_followed(house: Installation, tmp_path: Path) -> None:
    declared(house)
    house.ok("publish")
    other = tmp_path / "precious"
    other.write_text("precious")
    (house.path / "site" / "index.html").unlink()
    (house.path / "site" / "index.html").symlink_to(other)
    (house.path / "site" / ".incidentmail-part").symlink_to(other)
    house.ok("publish")
    assert other.read_text() == "precious"
    assert not (house.path / "site" / "index.html").is_symlink()


def test_another_folder_can_be_given_and_changes_nothing_about_the_configured_ones(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    house.ok("publish", str(house.path / "elsewhere"))
    assert CHECKOUT in read_all(house.path / "elsewhere")
    assert changed(house) == {"site": [], "status": []}


def test_without_a_folder_the_command_says_how_to_name_one(installation: Installation) -> None:
    result = installation.run("publish")
    assert result.code == 2
    assert "publish /srv/incidents" in result.err


@pytest.mark.parametrize(("folder", "public"), [("a", "a"), ("a", "a/b"), ("a/b", "a")])
def test_the_public_folder_is_never_in_the_other_one(installation: Installation, folder: str, public: str) -> None:
    root = installation.path
    result = installation.configure(f'[publish]\nfolder = "{root}/{folder}"\npublic = "{root}/{public}"\n').run(
        "publish"
    )
    assert result.code == 78
    assert "the public could read everything" in result.err


@pytest.mark.parametrize(
    ("key", "value"),
    [("archive", "https://lists.example.com/"), ("archive", "lists?q={message_id}"), ("url", "incidents.example.com"),
     ("archive", "https://x.example/{message_id}{list}"), ("url", "https://x.example/?q=1")],
)  # fmt: skip
def test_addresses_on_the_web_are_checked(installation: Installation, key: str, value: str) -> None:
    result = installation.configure(f'[publish]\n{key} = "{value}"\n').run("list")
    assert result.code == 78
    assert "such as 'https://" in result.err


def test_a_title_is_not_empty_and_a_component_may_have_brackets(installation: Installation) -> None:
    result = installation.configure('[publish]\ntitle = ""\n').run("list")
    assert "it is empty; write what the page shows" in result.err
    assert installation.configure('[publish]\ncomponents = { "Search (EU)" = [] }\n').run("list").code == 0


def unwritable(house: Installation) -> Callable[[], None]:
    """Make the folder of the site unwritable, even for root, and return a function that undoes this."""
    folder = house.path / "site"
    folder.rename(house.path / "away")
    folder.write_text("a file, and no folder")

    def back() -> None:
        folder.unlink()
        (house.path / "away").rename(folder)

    return back


def test_status_says_that_pages_could_not_be_written_until_they_can(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    assert "web pages" not in house.run("status").out
    back = unwritable(house)
    house.ok("update", "--severity", "1")
    flushed = house.run("flush")
    assert flushed.code == 0
    assert "warning: the pages in" in flushed.err
    house.clock.tick(minutes=7)
    assert "the web pages have not been up to date for 7 minutes: the pages in" in house.run("status").out
    back()
    house.ok("flush")
    assert "web pages" not in house.run("status").out
    assert "Severity 1" in site(house)[CHECKOUT]


def test_status_says_that_pages_were_never_written_or_are_too_old(house: Installation) -> None:
    declared(house)
    assert "the web pages were never written" in " ".join(house.run("status").out.split())
    house.ok("publish")
    house.clock.tick(minutes=15)
    assert "say that they are out of date" in " ".join(house.run("status").out.split())


def test_doctor_examines_the_folders(house: Installation) -> None:
    declared(house)
    house.ok("publish")
    assert ("ok", "up to date in") in found_by_doctor(house)
    (house.path / "site").chmod(0o700)
    assert ("warning", f"{house.path}/site is closed to other users") in found_by_doctor(house)
    unwritable(house)
    assert ("failure", f"pages cannot be written into {house.path}/site: it is no folder") in found_by_doctor(house)


def found_by_doctor(house: Installation) -> list[tuple[str, str]]:
    findings = house.run("doctor", "--json").json["findings"]
    found = [(one["level"], one["what"]) for one in findings if one["check"] == "web pages"]
    return [(level, what.partition(f" {house.path}/site and")[0].partition(", so a web")[0]) for level, what in found]


def test_pages_can_be_read_by_others_and_what_is_kept_beside_the_ledger_cannot(house: Installation) -> None:
    declared(house)
    before = os.umask(0o077)
    try:
        house.ok("publish")
    finally:
        os.umask(before)
    modes = {path.stat().st_mode & 0o777 for path in (house.path / "site").iterdir()}
    assert modes == {0o644}
    kept = [path for path in house.path.iterdir() if path.name.startswith("ledger.db.pages")]
    assert len(kept) == 3
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
