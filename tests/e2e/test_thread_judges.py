"""A subscriber's mail program shows one incident as one thread, according to judges with different rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import thread_judges
from real_dovecot import Dovecot

from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla Mbeki <jayla@example.com>"
STYLES = {
    "as sent": None,
    "list": ListStyle(address="incidents@example.com", prefix="[incidents]", footer="____\nincidents mailing list\n"),
    "munging list": ListStyle(address="incidents@example.com", prefix="[incidents]", munge=True),
}
# What replies say of the mail that they answer; the first is whole, the others have lost something on the way.
LOSSES = (
    "In-Reply-To: {id}\nReferences: {references} {id}\n",
    "In-Reply-To: {id}\n",
    "References: {id}\n",
    "In-Reply-To: {id}\nReferences: <of-another-program.{local}\n",
)
CHANGES = ("sev 1", "phase 2", "sev 2", "phase 1", "sev 3")


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def copy(raw: bytes, style: ListStyle | None) -> bytes:
    return raw if style is None else list_copy(raw, style)


def an_incident(
    installation: Installation, mails: Mails, description: str, style: ListStyle | None, losses: Sequence[str] = LOSSES
) -> list[bytes]:
    """Return the mails that a subscriber gets about an incident: a declaration, ten follow-ups, and replies."""
    before, answered = len(installation.wire), 0
    installation.ok("declare", description, "--severity", "3")
    got = [copy(installation.wire[-1], style)]
    for number in range(10):
        installation.clock.tick(minutes=7)
        seen = message_from_bytes(got[-1], policy=policy.default)
        if number % 2:
            installation.ok("update", str(installation.mails[-1]["Incident-Id"]), "-m", f"We are at step {number}.")
        else:
            lost = losses[answered % len(losses)].format(
                id=seen["Message-ID"], local=str(seen["Message-ID"]).strip(" <"), references=seen["References"] or ""
            )
            reply = mails.new(
                CHANGES[answered], sender=JAYLA, subject=f"Re: {description}", at=installation.clock.now, more=lost,
                to=str(installation.mails[-1]["Reply-To"]),
            )  # fmt: skip
            answered += 1
            got.append(copy(reply, style))
            assert installation.ingest(got[-1])["outcome"] == "applied"
        got.append(copy(installation.wire[-1], style))
    assert len(installation.wire) - before == 11
    assert len(got) == 16
    return got


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_three_judges_see_one_incident_as_one_thread(
    installation: Installation, mails: Mails, dovecot: Dovecot, tmp_path: Path, style: ListStyle | None
) -> None:
    mailbox = an_incident(installation, mails, "Checkout is rejecting card payments", style)
    assert thread_judges.by_gmails_rule(mailbox) == 1
    assert thread_judges.by_notmuch(tmp_path, mailbox) == 1
    assert thread_judges.by_dovecot(dovecot, mailbox, "REFERENCES") == 1


def test_two_incidents_with_the_same_description_are_two_threads(
    installation: Installation, mails: Mails, dovecot: Dovecot, tmp_path: Path
) -> None:
    # A reply that refers to a mail of nobody's in the first place (the last loss) is joined by its subject alone.
    style, losses = STYLES["list"], LOSSES[:3]
    mailbox = [raw for _ in range(2) for raw in an_incident(installation, mails, "Checkout is down", style, losses)]
    assert thread_judges.by_gmails_rule(mailbox) == 2
    assert thread_judges.by_notmuch(tmp_path, mailbox) == 2
    assert thread_judges.by_dovecot(dovecot, mailbox, "REFS") == 2
