"""While a mail kills its parser or never finishes, other mails are accepted, and decided too."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from patience import PATIENCE_S

from incidentmail.app.context import open_context
from incidentmail.config.load import load
from incidentmail.isolation.limits import Limits
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.process import interpreted
from incidentmail.service.listeners import BoundAddress
from incidentmail.service.serve import READERS, Service

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"


@contextlib.contextmanager
def served(installation: Installation, limits: Limits) -> Iterator[int]:
    """Run a service in a thread, with workers that misbehave as a mail says. Yield its port."""
    pool = Pool(interpreted("hostile_readers:answer"), size=READERS, limits=limits)
    pool.warm()
    context = open_context(load(str(installation.config)), installation.clock, pool=pool)
    bound: list[BoundAddress] = []
    is_ready = threading.Event()
    started: list[tuple[asyncio.AbstractEventLoop, Service]] = []

    async def main() -> None:
        service = Service(context)
        started.append((asyncio.get_running_loop(), service))

        def ready(found: list[BoundAddress]) -> None:
            bound.extend(found)
            is_ready.set()

        await service.run(ready)

    thread = threading.Thread(target=asyncio.run, args=(main(),))
    thread.start()
    try:
        assert is_ready.wait(PATIENCE_S)
        yield int(bound[0].where.rpartition(":")[2])
    finally:
        ((loop, service),) = started
        loop.call_soon_threadsafe(service.stop)
        thread.join(PATIENCE_S)
        context.close()


def hand_in(port: int, raw: bytes) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=PATIENCE_S) as client:
        assert client.sendmail("jayla@example.com", ["incident-bot@example.com"], raw) == {}


def until_read(installation: Installation, count: int) -> dict[int, str]:
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        found = {line["seq"]: line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines}
        if len(found) == count:
            return found
        time.sleep(0.05)
    raise TimeoutError(found)


def test_mails_that_kill_crash_and_hang_are_set_aside_while_others_are_accepted_and_applied(
    installation: Installation, mails: Mails
) -> None:
    installation.configure('[listen]\nlmtp = "127.0.0.1:0"\n')
    subjects = ("spin", "killed", "One", "crash", "memory", "Two", "fail", "sleep", "Three")
    with served(installation, Limits(processor_s=0.5, wall_s=2.0)) as port:
        for subject in subjects:
            hand_in(port, mails.new("Severity: 2", sender=JAYLA, subject=subject))
        found = until_read(installation, len(subjects))
    good = {number for number, subject in enumerate(subjects, 1) if subject[0].isupper()}
    assert {seq for seq, outcome in found.items() if outcome == "applied"} == good
    assert {seq for seq, outcome in found.items() if outcome == "quarantined"} == set(found) - good


def test_what_is_still_being_read_when_the_service_stops_is_read_first_by_the_next_one(
    installation: Installation, mails: Mails
) -> None:
    installation.configure('[listen]\nlmtp = "127.0.0.1:0"\n')
    limits = Limits(processor_s=PATIENCE_S, wall_s=PATIENCE_S)
    with served(installation, limits) as port:
        hand_in(port, mails.new("Severity: 2", sender=JAYLA, subject="wait"))
    assert [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines] == ["applied"]
