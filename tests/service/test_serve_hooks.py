"""The service calls hooks, even after it was killed in the middle of a call, and without delaying mail."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hook_receiver import Answer, Receiver, receiving
from patience import PATIENCE_S

SECRET = "correct-horse-battery-staple"


@dataclass
class Site:
    """A configuration with hooks, and the services that were started with it."""

    folder: Path
    services: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def configure(self, hooks: str) -> None:
        (self.folder / "config.toml").write_text(
            '[me]\naddress = "Mara Lindqvist <mara@example.com>"\n[list]\naddress = "incidents@example.com"\n'
            f'[mail]\nrelay = ["maildir://{self.folder}/out"]\nkey_file = "{self.folder}/key"\n'
            f'[ledger]\nurl = "sqlite:///{self.folder}/ledger.db"\n[listen]\nlmtp = "127.0.0.1:0"\n{hooks}'
        )

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "incidentmail", "--config", str(self.folder / "config.toml"), *words]

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(self.command(*words), capture_output=True, timeout=PATIENCE_S, check=False)

    def serve(self) -> None:
        service = subprocess.Popen(self.command("serve", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.services.append(service)
        assert service.stdout is not None
        assert service.stdout.readline()

    def end(self, how: signal.Signals) -> str:
        service = self.services.pop()
        service.send_signal(how)
        return service.communicate(timeout=PATIENCE_S)[1].decode()

    def states(self) -> list[str]:
        lines = [json.loads(line) for line in self.run("outbox", "list", "--all", "--json").stdout.splitlines()]
        return [one["state"] for one in lines if "hook" in one]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    one = Site(tmp_path)
    with ExitStack() as stack:
        stack.callback(lambda: [one.end(signal.SIGKILL) for _ in list(one.services)])
        yield one


def _until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.1)


def hook(url: str, name: str, more: str = "") -> str:
    return (
        f'[[hook]]\nname = "{name}"\non = ["declared", "note", "closed"]\nurl = "{url}"\nallow_private = true\n'
        f'timeout = "2s"\nsecret_command = "echo {SECRET}"\n{more}\n'
    )


def test_a_service_killed_in_the_middle_of_a_call_makes_it_again_and_the_rest_in_order(site: Site) -> None:
    with receiving(Receiver()) as receiver:
        site.configure("")
        site.run("declare", "Checkout is down", "--yes")  # makes the ledger
        site.configure(hook(receiver.url, "pager"))
        receiver.script = [Answer(waits=True)]
        site.serve()
        site.run("note", "The bank was called")
        receiver.wait_for(lambda came: len(came) == 1)
        log = site.end(signal.SIGKILL)
        receiver.script = [Answer(waits=True), Answer(200)]
        receiver.released.set()
        site.run("note", "The bank answered")
        site.serve()
        receiver.wait_for(lambda came: len(came) >= 3 and came[-1].json["what"] == "The bank answered")
        told = [request.json["what"] for request in receiver.requests]
        assert told == sorted(told, reverse=True)  # The bank was called, at least twice, and then the other
        assert len({request.headers["webhook-id"] for request in receiver.requests}) == 2
        _until(lambda: site.states() == ["sent", "sent"])
        log += site.end(signal.SIGTERM)
        assert "hook sent" in log
        assert SECRET not in log


def test_a_hook_that_never_answers_keeps_neither_another_one_nor_the_mail_waiting(site: Site) -> None:
    with receiving(Receiver([Answer(waits=True)])) as slow, receiving(Receiver()) as pager:
        site.configure("")
        site.serve()
        site.end(signal.SIGTERM)
        site.configure(hook(slow.url, "chat") + hook(pager.url, "pager"))
        site.serve()
        site.run("declare", "Checkout is down", "--yes")
        pager.wait_for(lambda came: [one.json["event"] for one in came] == ["declared"])
        slow.wait_for(lambda came: len(came) >= 1)
        _until(lambda: len(list((site.folder / "out" / "new").glob("*"))) == 1)
