"""The reports to systemd: that the service is ready, that it works as long as it does, and that it stops."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

from incidentmail.app.context import open_context
from incidentmail.config.load import load
from incidentmail.inbound.message import Envelope
from incidentmail.service.serve import Service
from incidentmail.service.watchdog import Watchdog
from incidentmail.transport.systemd import watchdog_timeout_s

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Installation

ENVELOPE = Envelope(way="lmtp", peer="unix")
LISTEN = '[listen]\nlmtp = "127.0.0.1:0"\n'


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket on which systemd listens. It expects a report every two seconds."""
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(path))
        heard.settimeout(PATIENCE_S)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        monkeypatch.setenv("WATCHDOG_USEC", "2000000")
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        yield heard


def test_systemd_hears_ready_then_that_it_works_then_that_it_stops(
    installation: Installation, systemd: socket.socket
) -> None:
    installation.configure(LISTEN)
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        assert systemd.recv(100) == b"READY=1"
        assert [systemd.recv(100) for _ in range(3)] == [b"WATCHDOG=1"] * 3
        service.send_signal(signal.SIGTERM)
        while (last := systemd.recv(100)) == b"WATCHDOG=1":
            continue
        assert last == b"STOPPING=1"
    assert service.returncode == 0


def test_without_a_watchdog_systemd_hears_nothing_in_between(
    installation: Installation, systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WATCHDOG_USEC")
    installation.configure(LISTEN)
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as service:
        assert systemd.recv(100) == b"READY=1"
        service.send_signal(signal.SIGTERM)
        assert systemd.recv(100) == b"STOPPING=1"


class Hanging:
    """A replacement for a step of the service that hangs while `goes_on` is clear."""

    def __init__(self, step: Callable[..., object]) -> None:
        self.step, self.goes_on = step, threading.Event()
        self.goes_on.set()

    def __call__(self, *words: object) -> object:
        assert self.goes_on.wait(PATIENCE_S)
        return self.step(*words)


def heard_by(systemd: socket.socket) -> list[bytes]:
    """Return everything that systemd was told and has not read yet."""
    found: list[bytes] = []
    with contextlib.suppress(BlockingIOError):
        while True:
            found.append(systemd.recv(100))
    return found


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("part", ["applying", "accepting"])
def test_systemd_hears_nothing_while_a_thread_hangs_and_hears_it_again_when_it_goes_on(
    installation: Installation, systemd: socket.socket, caplog: pytest.LogCaptureFixture, part: str
) -> None:
    systemd.setblocking(False)
    installation.configure(LISTEN)

    def is_logged() -> bool:
        return any("stuck" in line.getMessage() and part in line.facts["parts"] for line in caplog.records)  # type: ignore[attr-defined]

    async def play(service: Service) -> None:
        if part == "applying":
            hanging = service._read_some = Hanging(service._read_some)  # type: ignore[method-assign, assignment]
        else:
            hanging = service._group_commit._store = Hanging(service._store)
        running = asyncio.create_task(service.run())
        await until(lambda: b"WATCHDOG=1" in heard_by(systemd))
        hanging.goes_on.clear()
        mail = asyncio.create_task(service._group_commit.submit(b"Subject: x\r\n\r\n", ENVELOPE))
        await until(is_logged)
        heard_by(systemd)
        assert not service._watchdog.tell({}) and heard_by(systemd) == []
        hanging.goes_on.set()
        await until(lambda: b"WATCHDOG=1" in heard_by(systemd))
        await mail
        service.stop()
        await running

    asyncio.run(play(Service(open_context(load(str(installation.config)), installation.clock))))


def test_a_part_that_ended_is_named_once_and_systemd_is_told_no_more(
    systemd: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    systemd.setblocking(False)
    watchdog = Watchdog(10)
    assert watchdog.tell({"listening": True}) and heard_by(systemd) == [b"WATCHDOG=1"]
    assert not watchdog.tell({"listening": False, "fetching": False})
    assert not watchdog.tell({"listening": False, "fetching": False})
    assert heard_by(systemd) == []
    assert [line.facts["parts"] for line in caplog.records] == ["listening, fetching"]  # type: ignore[attr-defined]


def test_a_part_is_stuck_after_half_of_the_time() -> None:
    seconds = iter([0.0, 50.0, 59.0, 70.0, 111.0])
    watchdog = Watchdog(120, clock=lambda: next(seconds))
    watchdog.saw("applying")
    assert watchdog.stuck() == []
    assert watchdog.stuck() == ["accepting"]
    assert watchdog.stuck() == ["accepting", "applying"]


@pytest.mark.parametrize(("microseconds", "pid", "expected"), [
    ("2000000", None, 2.0), ("120000000", "own", 120.0), ("2000000", "1", None), ("0", None, None), ("x", None, None),
    ("", None, None),
])  # fmt: skip
def test_only_the_process_that_systemd_watches_answers(
    monkeypatch: pytest.MonkeyPatch, microseconds: str, pid: str | None, expected: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", microseconds)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    if pid is not None:
        monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "own" else pid)
    assert watchdog_timeout_s() == expected
