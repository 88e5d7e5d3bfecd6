"""News cannot be undone, undone changes are announced as such, and the number for `undo` is easy to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation


@pytest.fixture
def raised(installation: Installation) -> Installation:
    """Declare an incident of severity 2. Update 1 raises it to 1, and update 2 only gives news."""
    installation.declare("Cards fail", "--severity", "2")
    installation.ok("update", "--severity", "1", "-m", "Refunds fail too")
    installation.ok("update", "-m", "Only refunds in Germany fail")
    return installation


def test_a_mail_that_only_says_something_does_not_offer_to_undo_it(raised: Installation) -> None:
    changed, said = (mail.get_content() for mail in raised.mails[-2:])
    assert "Update 1. Wrong? Reply: undo 1\n" in changed
    assert "Update 2. Wrong? Reply: news: WHAT IS RIGHT\n" in said


def test_undoing_what_was_only_said_names_the_command_that_tells_the_list(raised: Installation) -> None:
    refused = raised.run("undo", "2", "--yes")
    assert refused.code == 1
    assert "tell the list what is right, with 'incidentmail update -m'" in refused.err


def test_the_mail_says_which_update_was_undone(raised: Installation) -> None:
    done = raised.ok("undo", "1", "--yes")
    assert done.out.splitlines()[-1] == "wrong? incidentmail undo 2026-11-20-cards-fail 3"
    assert "undid update 1 and so lowered the severity from 1 to 2, 14:20 UTC" in raised.mails[-1].get_content()


def test_a_page_of_later_mails_says_what_earlier_updates_were(raised: Installation) -> None:
    raised.ok("undo", "1", "--yes")
    raised.ok("update", "--phase", "2")
    body = raised.mails[-1].get_body(("html",))
    assert body is not None
    page = body.get_content()
    assert "update 2: Mara Lindqvist sent a message." in page
    assert "update 3: Mara Lindqvist undid update 1 and so lowered the severity from 1 to 2." in page
    assert "no change" not in page


def test_a_number_that_is_missing_is_named(raised: Installation) -> None:
    for words in ((), ("last",), ("cards",)):
        refused = raised.run("undo", *words)
        line = " ".join(("undo", *(["cards"] if words == ("cards",) else []), "2"))
        error, hint = refused.err.splitlines()
        assert (refused.code, error) == (2, "incidentmail: error: the number of the update is missing")
        assert hint == f"hint: for the latest update: incidentmail {line}"


def test_what_was_sent_is_listed_with_its_time(raised: Installation) -> None:
    nothing = raised.ok("outbox")
    assert "incidentmail outbox --all" in nothing.err
    assert raised.ok("outbox", "--all").out == raised.ok("outbox", "list", "--all").out
    assert raised.ok("outbox", "--all").out.startswith("   1  sent 14:20 UTC, tried once, to incidents@example.com")
    assert raised.run("outbox", "--all", "retry").code == 2
