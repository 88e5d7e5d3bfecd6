"""A lost ledger is rebuilt from the archive that a real Mailman 3 keeps, as a Maildir or as an mbox."""

from __future__ import annotations

import mailbox
import random
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from list_traffic import BROKEN, PEOPLE, REPLIES
from patience import PATIENCE_S
from real_mailman import Mailman
from saved_boxes import as_mbox

from incidentmail.app.keeping.rebuild import NOT_ANNOUNCED

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

LIST, BOT, INCIDENTS = "incidents@example.com", "incident-bot@example.com", 8
SUBSCRIBERS = (BOT, "mara@example.com", "jayla@example.com", "bo@example.com", "alicia@example.com")


@pytest.fixture
def mailman() -> Iterator[Mailman]:
    with Mailman(archives=True) as server:
        server.make_list(LIST, SUBSCRIBERS, reply_goes_to_list="point_to_list", archive_policy="private")
        yield server


class Post:
    """The way of a mail through the list, and back to us."""

    def __init__(self, house: Installation, mailman: Mailman, sink: Sink) -> None:
        self._house, self._mailman, self._sink = house, mailman, sink
        self._sent = 0
        self.posts = 0

    def post(self, raw: bytes, sender: str) -> None:
        taken = len(self._sink.taken)
        self._mailman.post(raw, LIST, sender)
        self.posts += 1
        give_up_at = time.monotonic() + PATIENCE_S
        while not (ours := [raw for to, raw in self._sink.taken[taken:] if BOT in to]):
            assert time.monotonic() < give_up_at, self._mailman.log
            time.sleep(0.02)
        self._house.ingest(ours[0], "--sender", LIST.replace("@", "-bounces@"), "--recipient", BOT)
        self.send()

    def send(self) -> None:
        """Send our own mail through the list as well."""
        while self._sent < len(self._house.wire):
            raw = self._house.wire[self._sent]
            self._sent += 1
            self.post(raw, BOT)


def test_the_archive_gives_back_all_that_was_announced(
    installation: Installation, mails: Mails, mailman: Mailman, sinks: Callable[..., Sink], tmp_path: Path
) -> None:
    chance = random.Random(20)
    list_ = Post(installation, mailman, sinks(mailman.smtp_port))
    for number in range(INCIDENTS):
        installation.clock.tick(minutes=20)
        told = installation.declare(f"{chance.choice(BROKEN)} in region {number}", "--severity", "3")
        list_.send()
        for _ in range(chance.randrange(1, 4)):
            installation.clock.tick(minutes=chance.randrange(1, 9))
            sender = chance.choice(PEOPLE)
            raw = mails.reply_to(told, chance.choice(REPLIES), sender, at=installation.clock.now, to=LIST)
            list_.post(raw, str(message_from_bytes(raw)["From"]).partition("<")[2].rstrip(">"))
        installation.clock.tick(minutes=5)
        which = installation.ok("list", "--all", "--json").json[0]["id"]
        installation.run("close", which, "-m", "It works again.")
        list_.send()
    archive = mailman.archive(LIST)
    mailman.until(lambda: len(list((archive / "new").glob("*"))) == list_.posts, "not all is in the archive")
    box = tmp_path / "archive.mbox"
    as_mbox(box, [message.as_bytes() for message in mailbox.Maildir(str(archive), factory=None)])
    before = facts(installation)
    for place in (archive, box):
        for end in ("", "-wal", "-shm"):
            Path(f"{installation.ledger}{end}").unlink(missing_ok=True)
        done = installation.ok("ledger", "rebuild", str(place), "--json").json
        assert (done["incidents"], done["gaps"], done["unplaced"]) == (INCIDENTS, [], [])
        assert done["mails"] == list_.posts
        assert facts(installation) == before
        assert installation.ok("ledger", "verify")


def facts(house: Installation) -> dict[str, Any]:
    shown = {one["id"]: house.show(one["id"]) for one in house.ok("list", "--all", "--json").json}
    return {
        name: {key: one[key] for key in one if key not in {*NOT_ANNOUNCED, "assumed"}} for name, one in shown.items()
    }
