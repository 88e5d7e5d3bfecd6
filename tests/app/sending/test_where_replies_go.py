"""Replies to our mail go to the list and to us, or only to us if the list has hundreds of readers."""

from __future__ import annotations

from email.utils import getaddresses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, FEW = "incidents@example.com", "security-incidents@example.com"
QUIET = f'[list]\naddress = "{LIST}"\nrestricted = "{FEW}"\nreplies = "tool"\n'
JAYLA = "Jayla M. <jayla@example.com>"


def quiet(installation: Installation) -> Installation:
    """Configure that replies go only to us."""
    text = installation.config.read_text()
    installation.config.write_text(text.replace(f'[list]\naddress = "{LIST}"\n', QUIET))
    return installation


def reply_to(mail: object) -> list[str]:
    return [address for _, address in getaddresses([str(mail["Reply-To"])])]  # type: ignore[index]


def test_replies_go_to_everybody_and_to_us(installation: Installation) -> None:
    addresses = reply_to(installation.declare())
    assert addresses[0] == LIST
    assert addresses[1].startswith("incident-bot+")
    assert len(addresses) == 2


def test_a_list_of_hundreds_gets_no_replies(installation: Installation, mails: Mails) -> None:
    first = quiet(installation).declare()
    (address,) = reply_to(first)
    assert address.startswith("incident-bot+")
    reply = mails.reply_to(first, "sev 1, refunds fail too", JAYLA, to=address)
    assert installation.ingest(reply)["outcome"] == "applied"
    follow_up = installation.mails[-1]
    assert follow_up["To"] == LIST
    assert "Severity 1" in follow_up.get_content()
    assert reply_to(follow_up) == [address]


def test_a_note_by_a_reader_mails_nobody(installation: Installation, mails: Mails) -> None:
    first = quiet(installation).declare()
    (address,) = reply_to(first)
    installation.ingest(mails.reply_to(first, "The bank says it is not them.", JAYLA, to=address))
    assert len(installation.mails) == 1
    assert "The bank says" in installation.ok("timeline").out


def test_the_few_readers_of_the_restricted_list_answer_each_other(installation: Installation) -> None:
    quiet(installation).ok("declare", "Keys were stolen", "--restricted", "--silent")
    inside = next(mail for mail in installation.mails if mail["To"] == FEW)
    assert reply_to(inside)[0] == FEW


def test_somebody_who_wants_to_leave_the_list_is_told_how(installation: Installation, mails: Mails) -> None:
    first = installation.declare()
    installation.ingest(mails.reply_to(first, "remove me from this list", JAYLA))
    (told,) = installation.private
    assert "jayla@example.com" in told["To"]
    assert "how to leave it" in told.get_content()
    assert installation.show()["severity"] == 3
