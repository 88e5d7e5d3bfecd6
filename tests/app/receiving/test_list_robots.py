"""What the program behind our list writes, such as a digest, is filed and never answered; a person's mail is a letter.

The program carries out commands that arrive by mail, so an answer to it could begin a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

LISTED = "List-Id: <incidents.example.com>\nList-Post: <mailto:incidents@example.com>\nPrecedence: list\n"
DIGEST = """\
--b
Content-Type: text/plain

{text}
--b
Content-Type: multipart/digest; boundary=c

--c

From: Bo K. <bo@example.com>
Subject: Re: Cards fail

sev 1

--c--
--b--"""


def with_digest(
    mails: Mails, sender: str, text: str, more: str = "", subject: str = "Incidents Digest, Vol 3, Issue 2"
) -> bytes:
    """Return a mail with a text, and a digest of one mail below it."""
    raw = mails.new(DIGEST.format(text=text), sender=sender, subject=subject, more=more)
    return raw.replace(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: multipart/mixed; boundary=b", 1)


@pytest.mark.parametrize("fields", [LISTED, LISTED + "X-Mailman-Version: 3.3.8\n", ""])
@pytest.mark.parametrize("sender", ["incidents-request", "incidents-owner", "owner-incidents", "sympa"])
def test_a_digest_by_our_list_is_filed_and_not_answered(
    installation: Installation, mails: Mails, sender: str, fields: str
) -> None:
    installation.declare("Cards fail", "--severity", "3")
    outcome = installation.ingest(with_digest(mails, f"{sender}@example.com", "Topics: 1. Re: Cards fail", fields))
    assert (outcome["disposition"], outcome["rule"], outcome["outcome"]) == ("automatic", "list-robot", "automatic")
    assert (installation.private, installation.show()["severity"]) == ([], 3)


def test_a_person_who_sends_a_digest_along_is_read(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    answers = f"In-Reply-To: {declared['Message-ID']}\n"
    outcome = installation.ingest(with_digest(mails, "Jayla <jayla@example.com>", "sev 2", answers, "Re: Cards fail"))
    assert (outcome["disposition"], outcome["outcome"]) == ("reply", "applied")
    assert installation.show()["severity"] == 2
