"""A storm of replies, some of which raise the severity: what follows from those, and what others wait meanwhile."""

from __future__ import annotations

import asyncio
import smtplib
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from incidentmail.app.context import open_context
from incidentmail.config.load import load

from .accepting import AT_ONCE, declare_some
from .servers import server, write_config
from .sessions import Mail, plain_mails, send_all
from .table import Row

INCIDENTS: Final = 50
"""Each is raised once, by one reply of a hundred in a storm of 5,000."""
SESSIONS: Final = 50
FOLLOW_UP_S_MAX: Final = 20
WAIT_MS_MAX: Final = 1000
PAUSE_S: Final = 0.1
SETTLED_S_MAX: Final = 600
"""How long the declarations before and the follow-ups after the storm are waited for."""


class _Relay:
    """Takes all mail, and remembers when the first one about an incident came that states a severity: REF, severity."""

    def __init__(self) -> None:
        self.arrived: dict[tuple[str, str], float] = {}

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        head = message_from_bytes(envelope.original_content or b"")
        ref = str(head["Message-ID"]).strip("<>").partition(".")[0]
        self.arrived.setdefault((ref, str(head["Incident-Severity"])), time.perf_counter())
        return "250 taken"

    def wait_for(self, severity: str, count: int) -> None:
        """Raise TimeoutError if so many incidents are not announced with this severity in time."""
        until = time.monotonic() + SETTLED_S_MAX
        while sum(stated == severity for _, stated in self.arrived) < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{count} mails of severity {severity} did not reach the relay")
            time.sleep(0.05)


def rows(folder: Path, count: int) -> Iterator[Row]:
    """The follow-up of a worse severity at the relay, and the slowest answer to another client during the storm."""
    relay = _Relay()
    with _listening(relay) as port:
        config = _config(folder / "storm", port)
        context = open_context(load(str(config)))
        try:
            addresses = declare_some(context, INCIDENTS)
        finally:
            context.close()
        accepted: dict[str, float] = {}

        def told(name: str, code: int) -> None:
            if code != 250:
                raise RuntimeError(f"{name} was answered {code}")
            accepted[name] = time.perf_counter()

        with server("serve", config) as (ours, _):
            relay.wait_for("3", INCIDENTS)
            with _calm_client(ours) as waits:
                asyncio.run(send_all(ours, storm(addresses, count), sessions=SESSIONS, told=told))
            relay.wait_for("1", INCIDENTS)
    took = [relay.arrived[_ref(to), "1"] - accepted[_raise_name(to)] for to in addresses]
    median = statistics.median(took)
    yield Row(
        what=f"a raise in a storm of {count:,} replies, to the relay", unit="s", ours=_all_but_one_percent(took),
        floor=None, ratio=None, goal=FOLLOW_UP_S_MAX, at="most",
        how=f"none, it is a bound for 99 % of {len(took)}, from 250 on; the median is {median:.1f} s",
    )  # fmt: skip
    yield Row(
        what="another client's mail meanwhile, until 250", unit="ms", ours=1000 * max(waits), floor=None, ratio=None,
        goal=WAIT_MS_MAX, at="most", how=f"none, it is a bound for the slowest of {len(waits)}",
    )  # fmt: skip


def storm(addresses: Sequence[str], count: int) -> Iterator[Mail]:
    """Replies of 3 kB, most of it quoted, to ten incidents at a time; one of them raises each incident's severity."""
    each = max(1, count // len(addresses))
    quoted = "".join(f"> In try {n} the gateway answers as before, with the old certificate.\r\n" for n in range(40))
    for number in range(count):
        group, turn = divmod(number, AT_ONCE * each)
        place = (group * AT_ONCE + turn % AT_ONCE) % len(addresses)
        is_raise = turn // AT_ONCE == (place * 7) % each
        name = _raise_name(addresses[place]) if is_raise else f"<storm.{number}@bench.example>"
        words = "sev 1" if is_raise else f"Look {number}: the same here, and host {number * 7 % 1000} answers late."
        head = (
            f"From: Mara Lindqvist <mara@example.com>\r\nTo: {addresses[place]}\r\nSubject: Re: Load\r\n"
            f"Date: Fri, 20 Nov 2026 14:08:00 +0000\r\nMessage-ID: {name}\r\n\r\n"
        )
        yield name, f"{head}{words}\r\n\r\nOn Fri, 20 Nov 2026 at 14:07, Bo wrote:\r\n\r\n{quoted}".encode()


@contextmanager
def _listening(relay: _Relay) -> Iterator[int]:
    """Let `relay` take mail in a loop of its own; the port."""
    loop = asyncio.new_event_loop()
    start = loop.create_server(lambda: SMTP(relay, hostname="bench", loop=loop), "127.0.0.1", 0)
    listening = loop.run_until_complete(start)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield int(listening.sockets[0].getsockname()[1])
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        loop.close()


@contextmanager
def _calm_client(port: int) -> Iterator[list[float]]:
    """Somebody who sends one mail after the other, with pauses; what each took, from MAIL to its answer, in seconds."""
    waits: list[float] = []
    ended = threading.Event()

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as client:
            for _, raw in plain_mails(1_000_000, 3_000, serial="calm"):
                if ended.is_set():
                    return
                begun = time.perf_counter()
                client.sendmail("mara@example.com", ["incident-bot@example.com"], raw)
                waits.append(time.perf_counter() - begun)
                ended.wait(PAUSE_S)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield waits
    finally:
        ended.set()
        thread.join()


def _config(folder: Path, relay: int) -> Path:
    folder.mkdir()
    return write_config(folder, relay=relay, mute=False)


def _ref(address: str) -> str:
    return address.partition("+")[2].partition(".")[0]


def _raise_name(address: str) -> str:
    return f"<raise.{_ref(address)}@bench.example>"


def _all_but_one_percent(values: list[float]) -> float:
    return sorted(values)[max(0, len(values) - 1 - len(values) // 100)]
