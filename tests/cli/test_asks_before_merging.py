"""A merge and a restriction are shown at a terminal before they are mailed; Enter does them, `n` stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal import typing

if TYPE_CHECKING:
    from conftest import Installation

CHECKOUT, SEARCH = "2026-11-20-checkout-is-down", "2026-11-20-search-is-slow"


def test_a_merge_shows_its_mail_and_names_the_other_thread(installation: Installation) -> None:
    installation.declare("Checkout is down")
    installation.declare("Search is slow")
    mailed = len(installation.mails)
    with typing(installation) as begin:
        terminal = begin("merge", "search", "checkout", "-m", "Same cache.")
        shown = terminal.sees("Enter sends it")
        assert "Same cache." in shown and "Subject  Re: Search is slow" in shown
        assert f"The thread of {CHECKOUT} gets a mail about it too." in shown
        terminal.types("n")
        terminal.sees("nothing was sent, and nothing has changed")
        assert terminal.ends() == 1 and len(installation.mails) == mailed
        terminal = begin("merge", "search", "checkout")
        terminal.sees("Enter sends it")
        terminal.types()
        terminal.sees(f"merged {SEARCH} into {CHECKOUT}")
        assert terminal.ends() == 0
    assert [str(mail["Subject"]) for mail in installation.mails[mailed:]] == [
        "Re: Search is slow", "Re: Checkout is down",
    ]  # fmt: skip


def test_a_restriction_which_cannot_be_undone_is_shown_first(installation: Installation) -> None:
    config = installation.config.read_text()
    installation.config.write_text(config.replace("[list]\n", '[list]\nrestricted = "few@example.com"\n', 1))
    installation.declare("Checkout is down")
    with typing(installation) as begin:
        terminal = begin("restrict", "checkout")
        terminal.sees("Enter sends it")
        terminal.types("n")
        assert terminal.ends() == 1 and not installation.show()["restricted"]
        assert begin("restrict", "checkout", "--yes").ends() == 0 and installation.show()["restricted"]
