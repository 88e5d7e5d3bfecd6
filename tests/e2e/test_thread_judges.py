"""A subscriber's mail program shows one incident as one thread: three judges, each with a rule of its own."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S
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
    """What a subscriber gets of it: a declaration, ten follow-ups, and the replies in between, each by the list."""
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


def by_dovecot(dovecot: Dovecot, mailbox: Sequence[bytes], algorithm: str) -> int:
    """How many threads Dovecot sees (RFC 5256; REFS leaves out its step that joins by subject)."""
    for number, raw in enumerate(mailbox):
        dovecot.deliver(raw, f"{number}.thread.host")
    client = dovecot.client()
    try:
        client.select("INBOX", readonly=True)
        answered, (found,) = client.thread(algorithm, "UTF-8", "ALL")
    finally:
        client.logout()
    assert answered == "OK"
    assert sorted(re.findall(rb"\d+", found), key=int) == [b"%d" % (n + 1) for n in range(len(mailbox))]
    depths, depth = [], 0
    for letter in found.decode():
        depths.append(depth)
        depth += {"(": 1, ")": -1}.get(letter, 0)
    return sum(letter == "(" and before == 0 for letter, before in zip(found.decode(), depths, strict=True))


def by_notmuch(folder: Path, mailbox: Sequence[bytes]) -> int:
    """How many threads notmuch sees, in a database of its own."""
    for name in ("cur", "new", "tmp"):
        (folder / "mail" / name).mkdir(parents=True)
    for number, raw in enumerate(mailbox):
        (folder / "mail" / "cur" / f"{number}.host:2,S").write_bytes(raw)
    (folder / "config").write_text(f"[database]\npath={folder}/mail\n[user]\nprimary_email=jayla@example.com\n")
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "NOTMUCH_CONFIG": str(folder / "config")}
    commands = (["notmuch", "new", "--quiet", "--no-hooks"], ["notmuch", "count", "--output=threads", "*"])
    done = [
        subprocess.run(c, env=env, capture_output=True, text=True, check=True, timeout=PATIENCE_S) for c in commands
    ]
    return int(done[-1].stdout)


def by_gmails_rule(mailbox: Sequence[bytes]) -> int:
    """How many threads there are where a mail joins one of the same subject that holds a mail it refers to."""
    threads: list[tuple[str, set[str]]] = []
    for raw in mailbox:
        mail: EmailMessage = message_from_bytes(raw, policy=policy.default)
        subject = re.sub(r"^((re|aw|sv|fwd?):|\[[^\]]*\]|\s)+", "", str(mail["Subject"]), flags=re.IGNORECASE)
        named = set(re.findall(r"<[^<>]+>", f"{mail['References']} {mail['In-Reply-To']}"))
        thread = next((ids for known, ids in threads if known == subject and ids & named), None)
        if thread is None:
            threads.append((subject, thread := set()))
        thread.add(str(mail["Message-ID"]))
    return len(threads)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_three_judges_see_one_incident_as_one_thread(
    installation: Installation, mails: Mails, dovecot: Dovecot, tmp_path: Path, style: ListStyle | None
) -> None:
    mailbox = an_incident(installation, mails, "Checkout is rejecting card payments", style)
    assert by_gmails_rule(mailbox) == 1
    assert by_notmuch(tmp_path, mailbox) == 1
    assert by_dovecot(dovecot, mailbox, "REFERENCES") == 1


def test_two_incidents_with_the_same_description_are_two_threads(
    installation: Installation, mails: Mails, dovecot: Dovecot, tmp_path: Path
) -> None:
    # A reply that refers to a mail of nobody's in the first place (the last loss) is joined by its subject alone.
    style, losses = STYLES["list"], LOSSES[:3]
    mailbox = [raw for _ in range(2) for raw in an_incident(installation, mails, "Checkout is down", style, losses)]
    assert by_gmails_rule(mailbox) == 2
    assert by_notmuch(tmp_path, mailbox) == 2
    assert by_dovecot(dovecot, mailbox, "REFS") == 2
