"""Web pages: what they show, what they never show, and that only what has changed is written."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

TOMAS, BO = "Tomás Ruiz <tomas@example.com>", "Bo Keller <bo@example.com>"
WORDS = "Card payments may fail. Please pay by invoice."
CHECKOUT = "2026-11-20-checkout-is-rejecting-card-payments.html"


def publishing(installation: Installation, more: str = "") -> Installation:
    folder = installation.path
    return installation.configure(
        f'[publish]\nfolder = "{folder}/site"\npublic = "{folder}/status"\n'
        'archive = "https://lists.example.com/search?q={message_id}"\n'
        f'{more}[publish.components]\n"Card payments" = ["card payment"]\n"Search" = []\n'
    )


@pytest.fixture
def house(installation: Installation) -> Installation:
    return publishing(installation)


def site(house: Installation) -> dict[str, str]:
    return read_all(house.path / "site")


def status(house: Installation) -> dict[str, str]:
    return read_all(house.path / "status")


def read_all(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def pages(house: Installation) -> dict[str, str]:
    """The files of the organisation's site that are pages of incidents."""
    return {name: text for name, text in site(house).items() if re.match(r"\d{4}-\d\d-\d\d-", name)}


def everything(house: Installation) -> str:
    return "\n".join([*site(house).values(), *status(house).values()])


def words_of(page: str) -> str:
    return re.sub("<[^>]*>", "", page)


def changed(house: Installation) -> dict[str, list[str]]:
    """The files that `flush` wrote or removed, by folder, as their times and names show."""
    folders = [house.path / name for name in ("site", "status")]
    before = {path: path.stat().st_ino for folder in folders for path in folder.iterdir()}
    house.ok("flush")
    after = {path: path.stat().st_ino for folder in folders for path in folder.iterdir()}
    names = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    return {folder.name: sorted(path.name for path in names if path.parent == folder) for folder in folders}


def say(house: Installation, mails: Mails, mail: Any, words: str = WORDS) -> None:
    """Bo suggests words for customers, and Tomás approves them."""
    house.ingest(mails.reply_to(mail, f"Customers may be told: {words}", BO, at=house.clock.now))
    asked = [one for one in house.private if words in one.get_content() and "tomas@" in str(one["To"])][-1]
    house.ingest(mails.reply_to(asked, "accept", TOMAS, to=str(asked["Reply-To"]), at=house.clock.now))


def declared(house: Installation) -> Any:
    return house.declare("Checkout is rejecting card payments", "--severity", "2", "--customer-liaison", TOMAS)


# what is shown


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


def dead_links(found: dict[str, str]) -> list[tuple[str, str]]:
    """The links of pages to files or places that are not there."""
    dead = []
    for name, text in found.items():
        for link in re.findall(r' href="(?!https?:)([^"]*)"', text):
            target, _, place = link.partition("#")
            page = found.get(target or name)
            if page is None or (place and f'id="{place}"' not in page):
                dead.append((name, link))
    return dead


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


# what is never shown


def test_a_restricted_incident_is_in_no_file(house: Installation) -> None:
    publishing(house)
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    house.ok("declare", "Payroll leaked", "--severity", "1", "--restricted", "-m", "The marmalade file.")
    house.ok("declare", "Passwords leaked", "--severity", "1", "--restricted", "--silent")
    declared(house)
    house.ok("publish")
    for word in ("Payroll", "marmalade", "Passwords", "leaked"):
        assert word not in everything(house)


def test_an_incident_that_is_restricted_later_disappears_from_all_files(house: Installation) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    declared(house)
    house.declare("Marmalade is on the keyboard", "--severity", "3")
    house.ok("publish")
    assert "armalade" in everything(house)
    house.ok("restrict", "marmalade")
    assert "2026-11-20-marmalade-is-on-the-keyboard.html" in changed(house)["site"]
    assert "armalade" not in everything(house)
    assert dead_links(site(house)) == []


def test_an_incident_that_was_merged_with_one_that_is_restricted_later_disappears_too(house: Installation) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    declared(house)
    house.declare("Marmalade is on the keyboard", "--severity", "3")
    house.ok("merge", "marmalade", "checkout")
    house.ok("publish")
    assert len(pages(house)) == 2
    house.ok("restrict", "checkout")
    house.ok("flush")
    assert pages(house) == {}
    assert "armalade" not in everything(house)


def test_words_that_were_redacted_disappear_from_all_files(house: Installation) -> None:
    declared(house)
    house.ok("note", "The marmalade came from jam street.")
    house.ok("publish")
    assert "marmalade" in everything(house)
    house.ok("ledger", "redact", "--words", "marmalade", "--reason", "not ours to keep", "--yes")
    house.ok("flush")
    assert "marmalade" not in everything(house)
    assert "marmalade" not in (house.path / "ledger.db.pages").read_text()
    assert "[redacted]" in site(house)[CHECKOUT]


def test_words_for_customers_that_nobody_approved_are_in_no_file(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, "Customers may be told: Our marmalade is on fire.", BO))
    house.ok("publish")
    assert "marmalade" not in everything(house)


def test_words_that_one_person_approved_are_not_public(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(declared(house), f"Customers may be told: {WORDS}", TOMAS))
    house.ok("publish")
    assert WORDS in site(house)[CHECKOUT]
    assert WORDS not in "".join(status(house).values())


def test_addresses_secrets_and_codes_are_in_no_file(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    text = (
        "Note: ask jo@example.org or Jö@exämple.test, password: marmalade77, and AKIAIOSFODNN7EXAMPLE too.\n"
        f"It is in {mail['Reply-To']}"
    )
    house.ingest(mails.reply_to(mail, text, "bo@example.com"))
    house.ok("publish")
    found = re.sub(r'href="https://lists\.example\.com/[^"]*"', "", everything(house))
    assert "@" not in re.sub(r"@(media|keyframes)", "", found)
    assert "marmalade77" not in found
    assert "AKIAIOSFODNN7EXAMPLE" not in found
    assert "ask [address] or [address]" in found


# the public page


def test_words_that_two_people_approved_are_public_with_their_time(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.clock.tick(minutes=10)
    say(house, mails, mail)
    house.ok("publish")
    page = status(house)["index.html"]
    assert "We know of a problem." in page
    assert WORDS in page
    assert "20 Nov 2026, 14:30 UTC" in page
    assert re.search(r"Card payments</th><td><b[^>]*>affected", page)
    assert re.search(r"Search</th><td>nothing announced", page)


def test_nothing_else_of_an_incident_is_public(house: Installation, mails: Mails) -> None:
    say(house, mails, declared(house))
    house.ok("publish")
    found = "".join(status(house).values())
    for word in ("Checkout", "checkout-is", "rejecting", "Mara", "Tomás", "Bo Keller", "everity", "critical"):
        assert word not in found


def test_words_that_were_taken_back_are_not_public_any_more(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    say(house, mails, mail)
    house.ok("publish")
    house.clock.tick(minutes=5)
    house.ingest(mails.reply_to(mail, "stop", "Mara Lindqvist <mara@example.com>", at=house.clock.now))
    house.ok("publish")
    found = "".join(status(house).values())
    assert WORDS not in found
    assert "was withdrawn" in found


def test_an_incident_that_has_ended_is_over_on_the_public_page(house: Installation, mails: Mails) -> None:
    say(house, mails, declared(house))
    house.clock.tick(minutes=30)
    house.ok("close")
    house.ok("publish")
    page = status(house)["index.html"]
    assert "All is well." in page
    assert "This is over." in page
    assert WORDS in page


def test_all_is_well_says_when_that_was_true(house: Installation) -> None:
    house.ok("publish")
    assert "All is well." in status(house)["index.html"]
    assert "As of 20 Nov 2026, 14:20 UTC" in words_of(status(house)["index.html"])


def test_while_something_is_open_and_nothing_approved_the_page_does_not_claim_that_all_is_well(
    house: Installation,
) -> None:
    house.ok("publish")
    house.clock.tick(minutes=10)
    declared(house)
    house.clock.tick(minutes=5)
    house.ok("flush")
    page = status(house)["index.html"]
    assert "All is well" not in page
    assert "No problem is announced." in page
    assert "All was well, as far as we know, at 14:30 UTC" in words_of(page)


def test_all_was_well_before_the_first_of_the_incidents_that_overlap(house: Installation) -> None:
    declared(house)
    house.clock.tick(minutes=20)
    house.declare("Search is down", "--severity", "1")
    house.clock.tick(minutes=10)
    house.ok("close", "checkout")
    house.ok("publish")
    assert "All was well, as far as we know, at 14:20 UTC" in words_of(status(house)["index.html"])


@pytest.mark.parametrize("options", [("--severity", "4"), ("--severity", "1", "--drill")])
def test_what_customers_do_not_notice_changes_nothing_on_the_public_page(
    house: Installation, options: tuple[str, ...]
) -> None:
    house.declare("Nobody outside notices", *options)
    house.ok("publish")
    assert "All is well." in status(house)["index.html"]


def test_a_restricted_incident_does_not_show_in_whether_all_is_well(house: Installation) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    house.ok("declare", "Payroll leaked", "--severity", "1", "--restricted")
    house.ok("publish")
    assert "All is well." in status(house)["index.html"]


def test_a_page_says_until_when_it_can_be_relied_on_and_that_it_is_stale_when_nobody_keeps_it(
    house: Installation,
) -> None:
    house.ok("publish")
    assert "Is it later than" in status(house)["index.html"]
    assert "14:30 UTC" in status(house)["index.html"]
    house.ok("publish", "--stopped")
    page = status(house)["index.html"]
    assert "This page is not kept up to date now." in page
    assert "All is well." not in page
    assert "These pages are not kept up to date now." in site(house)["index.html"]
    house.ok("flush")
    assert "not kept up to date" not in status(house)["index.html"]


# only what changed


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


# folders


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


# faults


def unwritable(house: Installation) -> Callable[[], None]:
    """Makes the folder of the site one that cannot be written, even by root, and returns what undoes it."""
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
