"""Two services on one ledger both accept, and each mail is decided once and sent once, by either of them."""

from __future__ import annotations

import json
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

if TYPE_CHECKING:
    from conftest import Installation, Mails

Start = Callable[[], "tuple[subprocess.Popen[bytes], int]"]
JAYLA = "Jayla Mbeki <jayla@example.com>"


@pytest.fixture
def start(installation: Installation) -> Iterator[Start]:
    """A function that starts a service, and returns its process and the port of its listener."""
    installation.configure('[listen]\nlmtp = "127.0.0.1:0"\n')
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve", "--json"]
    services: list[subprocess.Popen[bytes]] = []

    def begin() -> tuple[subprocess.Popen[bytes], int]:
        service = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        services.append(service)
        assert service.stdout is not None
        (listening,) = json.loads(service.stdout.readline())["listening"]
        return service, int(listening["address"].rpartition(":")[2])

    yield begin
    for service in services:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=PATIENCE_S)


def hand_in(port: int, raw: bytes) -> None:
    with smtplib.LMTP("127.0.0.1", port) as client:
        client.sendmail("jayla@example.com", ["incident-bot@example.com"], raw)


def until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.05)


def outcomes(installation: Installation) -> list[str]:
    return [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines]


def test_two_services_on_one_ledger_decide_each_mail_once_and_send_each_follow_up_once(
    installation: Installation, mails: Mails, start: Start
) -> None:
    declared = installation.declare("Checkout is down", "--severity", "4")
    ports = [start()[1], start()[1]]
    for number, severity in enumerate((3, 2, 1)):
        for port in ports:
            hand_in(port, mails.reply_to(declared, f"It fails in region {number} too, seen at {port}.", JAYLA, "bare"))
        hand_in(ports[number % 2], mails.reply_to(declared, f"sev {severity}", JAYLA, "bare"))
        until(lambda sent=2 + number: len(installation.mails) >= sent)  # type: ignore[misc]
    until(lambda: len(outcomes(installation)) == 9)
    assert sorted(outcomes(installation)) == ["applied"] * 3 + ["note"] * 6
    assert [line["kind"] for line in installation.log()].count("severity_changed.v1") == 3
    assert len({mail["Message-ID"] for mail in installation.mails}) == len(installation.mails) == 4
    installation.ok("ledger", "verify")


def test_what_a_killed_service_has_accepted_is_decided_and_announced_by_the_other_one(
    installation: Installation, mails: Mails, start: Start
) -> None:
    declared = installation.declare("Checkout is down", "--severity", "4")
    start()
    killed, port = start()
    hand_in(port, mails.reply_to(declared, "sev 1", JAYLA))
    killed.kill()
    until(lambda: len(installation.mails) == 2)
    assert outcomes(installation) == ["applied"]
    assert installation.show()["severity"] == 1
