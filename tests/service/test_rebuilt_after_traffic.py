"""After a ledger filled by real commands and a real service is lost, the mail that was sent gives the same facts again.

Three incidents are played by default. INCIDENTS=60 plays more.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from list_traffic import Traffic, hand_in
from patience import PATIENCE_S
from saved_boxes import as_mbox

from incidentmail.app.keeping.rebuild import NOT_ANNOUNCED
from incidentmail.demo.standin_list import StandInList
from incidentmail.demo.standin_post import list_copy

if TYPE_CHECKING:
    from conftest import Installation

INCIDENTS = int(os.environ.get("INCIDENTS", "3"))
SEED = int(os.environ.get("SEED", "0")) or random.randrange(1, 10**6)
LIST, BOT = "incidents@example.com", "incident-bot@example.com"


class Posts:
    """The stand-in list, with the Maildir of one of its subscribers, Mara."""

    def __init__(self, standin: StandInList, maildir: Path) -> None:
        self.standin, self.maildir = standin, maildir

    def post(self, mail: EmailMessage) -> None:
        hand_in(*self.standin.where, mail, LIST)

    def copies(self) -> list[bytes]:
        files = sorted((self.maildir / "new").glob("*"), key=lambda file: (file.stat().st_mtime_ns, file.name))
        return [file.read_bytes() for file in files]


@pytest.fixture
def posts(tmp_path: Path) -> Iterator[Posts]:
    boxes = {f"{name}@example.com": tmp_path / name for name in ("mara", "jayla", "bo", "alicia")}
    with StandInList(LIST, subscribers=boxes, prefix="[incidents]", bot=BOT) as one:
        yield Posts(one, tmp_path / "mara")


@pytest.fixture
def filled(installation: Installation, posts: Posts) -> Installation:
    """An installation after the traffic. Its service has ended."""
    host, port = posts.standin.where
    more = '[listen]\nlmtp = "127.0.0.1:0"\n[incident]\n'
    config = installation.configure(more, relay=f"smtp://{host}:{port}").config
    config.write_text(config.read_text().replace("key_file", 'follow_up_after = "1s"\nkey_file'))
    command = [sys.executable, "-m", "incidentmail", "--config", str(config), "serve", "--json"]
    service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert service.stdout is not None
        (listens,) = json.loads(service.stdout.readline())["listening"]
        where = str(listens["address"]).rpartition(":")
        posts.standin.also.append(("lmtp", where[0], int(where[2])))
        Traffic(config, posts, seed=SEED).play(INCIDENTS)
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=PATIENCE_S)
    installation.clock.now = datetime.now(UTC)
    return installation


def waiting(house: Installation) -> dict[str, set[str]]:
    """Return the facts of each incident that wait for its next update, which is not written yet."""
    with house.context() as context, context.ledger.snapshot() as view:
        return {
            one.id: {change.fact.partition(".")[0] for change in one.unannounced}
            for one in view.incidents(everything=True)
        }


def facts(house: Installation, waits: dict[str, set[str]]) -> dict[str, Any]:
    """Return the output of `list` and `show` for every incident, without facts that no mail to the list announces."""
    listed = house.ok("list", "--all", "--json").json
    shown = {one["id"]: house.show(one["id"]) for one in listed}
    return {
        "list": [_announced(one, waits[one["id"]]) for one in listed],
        **{name: _announced(one, waits[name]) for name, one in shown.items()},
    }


def _announced(values: dict[str, Any], waits: set[str]) -> dict[str, Any]:
    """Return the values without the assumption about the commander, which only the old ledger can resolve."""
    assumed = [name for name in values.get("assumed", ()) if name != "commander"]
    waits = {*waits, "missing_roles"} if "roles" in waits else waits
    return {**{key: one for key, one in values.items() if key not in {*NOT_ANNOUNCED, *waits}}, "assumed": assumed}


def lose_ledger(house: Installation) -> None:
    for end in ("", "-wal", "-shm"):
        Path(f"{house.ledger}{end}").unlink(missing_ok=True)


def test_one_subscribers_maildir_and_the_lists_archive_give_back_all_that_was_announced(
    filled: Installation, posts: Posts, tmp_path: Path
) -> None:
    waits = waiting(filled)
    before = facts(filled, waits)
    assert len(before["list"]) == INCIDENTS, f"SEED={SEED}"
    archive = tmp_path / "archive.mbox"
    as_mbox(archive, [list_copy(raw, posts.standin.style) for raw in posts.standin.posts])
    for box in (posts.maildir, archive):
        lose_ledger(filled)
        done = filled.ok("ledger", "rebuild", str(box), "--json").json
        assert (done["incidents"], done["gaps"], done["unplaced"]) == (INCIDENTS, [], [])
        after = facts(filled, waits)
        differing = {name: _differing(before[name], after[name]) for name in before if before[name] != after[name]}
        assert differing == {}, f"SEED={SEED}"
        assert filled.ok("ledger", "verify")


def _differing(before: Any, after: Any) -> Any:
    """Return the keys with other values, so that a failure says what was lost."""
    if isinstance(before, list):
        return [_differing(*pair) for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    return {key: (before[key], after.get(key)) for key in before if before[key] != after.get(key)}
