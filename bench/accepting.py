"""Measure mail over SMTP on loopback: accepted (durable before 250), and accepted and applied."""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from incidentmail.app.begin_incident import Begun, begin_incident
from incidentmail.app.context import AppContext, open_context
from incidentmail.config.load import load
from incidentmail.core.commands import Declare
from incidentmail.core.ids import plus_address

from .servers import STRACE, server, slow_sync, write_config
from .sessions import Mail, plain_mails, send_all
from .starting import process
from .table import Missing, Row, compare, seconds

EMPTY: Final = "aiosmtpd with an empty handler, a process of its own, the same generator"
INCIDENTS: Final = 250
AT_ONCE: Final = 10
EACH: Final = 20
"""How many incidents are answered at the same time, and how often each, before the next ones."""
MEMORY_KB_MAX: Final = 120 * 1024
SETTLED_MAILS: Final = 20_000  # with fewer, a fifth of them does not fill what `serve` keeps for reuse
TEN: Final = 10


def rows(folder: Path, count: int) -> Iterator[Row | Missing]:
    """Yield rows for `count` messages, or for fewer in the slow rows."""
    for what, sessions, size, mails, goal in (
        ("accept 3 kB, 50 sessions", 50, 3_000, count, 0.60),
        ("accept 3 kB, 1 session", 1, 3_000, count // 4, 0.40),
        ("accept 98 kB, 50 sessions", 50, 98_000, count // 4, 0.75),
    ):
        yield _accept_row(folder, what, sessions=sessions, size=size, mails=mails, goal=goal)
    yield from _slow_rows(folder, count // 2)
    yield _apply_row(folder, count)


def memory(folder: Path, count: int) -> Iterator[Row]:
    """Yield the resident memory of `serve` while it accepts and applies `count` messages, a tenth of which are replies.

    Also yield the time and memory that commands need after that.
    """
    installation = _house(folder, "memory")
    with opened(installation) as context:
        addresses = declare_some(context)
        with context.ledger.snapshot() as view:
            newest = view.incidents(everything=True)[0].id
    commands = {
        words[0]: process("-m", "incidentmail", "--config", str(installation), *words, check=False)
        for words in (("list",), ("show", newest), ("status",))
    }
    before = {name: _median(run) for name, run in commands.items()}
    sizes: list[float] = []
    with server("serve", installation) as (port, running):
        for part in range(TEN):
            answers = count // TEN // TEN
            for mails in (
                plain_mails(count // TEN - answers, 3_000, serial=f"memory{part}"),
                replies(addresses, answers, part),
            ):
                asyncio.run(send_all(port, mails, sessions=50))
                wait_until_read(installation)
            sizes.append(_resident_kb(running) / 1024)
    after = {name: _median(run) for name, run in commands.items()}
    how = f"itself after a fifth of {count:,} mails; MB after each tenth: {' '.join(f'{s:.0f}' for s in sizes)}"
    yield Row(what="memory of serve: its end against its start", unit="MB", ours=sizes[-1], floor=sizes[1],
              ratio=sizes[-1] / sizes[1], goal=1.1, at="most", how=how, is_must=count >= SETTLED_MAILS)  # fmt: skip
    yield Row(what="memory of serve: the most of it", unit="MB", ours=max(sizes), floor=None, ratio=None,
              goal=MEMORY_KB_MAX / 1024, at="most", how="none, it is a bound", is_must=True)  # fmt: skip
    for name in commands:
        yield Row(what=f"{name}, {count:,} mails behind it", unit="ms", ours=after[name], floor=before[name],
                  ratio=after[name] / before[name], goal=1.5, at="most",
                  how="the same command before the first of them; serve runs beside neither")  # fmt: skip


def _median(run: Callable[[], float]) -> float:
    return statistics.median(run() for _ in range(5))


def _accept_row(
    folder: Path, what: str, *, sessions: int, size: int, mails: int, goal: float, under: Sequence[str] = (),
    against: str = "empty", how: str = EMPTY,
) -> Row:  # fmt: skip
    installation = _house(folder, re.sub(r"\W+", "-", what))
    with (
        server(against, installation, under=under) as (floor, _),
        server("accept", installation, under=under) as (ours, _),
    ):
        return compare(
            f"{what} ({mails} mails)", "/s",
            _rate(ours, mails, size, sessions), _rate(floor, mails, size, sessions), goal=goal, at="least", how=how,
        )  # fmt: skip


def _slow_rows(folder: Path, mails: int) -> Iterator[Row | Missing]:
    what = "accept 3 kB, 50 sessions, 5 ms per fsync"
    if STRACE is None:
        yield Missing(what, "strace is not installed; it delays the fsync of one process")
        return
    under = slow_sync()
    yield _accept_row(folder, what, sessions=50, size=3_000, mails=mails, goal=0.5, under=under,
                      how=f"{EMPTY}; both under strace, which delays each fsync")  # fmt: skip
    yield _accept_row(folder, f"{what}, grouped", sessions=50, size=3_000, mails=mails // 2, goal=8, under=under,
                      against="single", how="the same service with a transaction for each mail")  # fmt: skip


def _apply_row(folder: Path, count: int) -> Row:
    """Return the row for replies that change severities, measured until the last reply has its outcome.

    A reply that another one overtook counts as a note.
    """
    installation = _house(folder, "apply")
    with opened(installation) as context:
        addresses = declare_some(context)
    with server("empty", installation) as (empty, _), server("serve", installation) as (ours, _):
        rounds = iter(range(1000))

        def applied() -> float:
            mails = list(replies(addresses, count, next(rounds)))
            started = time.perf_counter()
            asyncio.run(send_all(ours, mails, sessions=50))
            wait_until_read(installation)
            return count / (time.perf_counter() - started)

        row = compare(
            f"accept and apply replies ({count} mails)", "/s", applied,
            _rate(empty, count, 3_000, 50), goal=0.5, at="least", how=EMPTY,
        )  # fmt: skip
    with opened(installation) as context, context.ledger.snapshot() as view:
        unread = [outcome for outcome in view.outcomes() if outcome.outcome not in ("applied", "note")]
        if unread:
            raise RuntimeError(f"a reply was not applied, so nothing was measured: {unread[0]}")
    return row


def _house(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return write_config(folder / name)


@contextmanager
def opened(config: Path) -> Iterator[AppContext]:
    context = open_context(load(str(config)))
    try:
        yield context
    finally:
        context.close()


def _rate(port: int, mails: int, size: int, sessions: int) -> Callable[[], float]:
    """Return a function that measures messages per second."""

    def run() -> float:
        made = list(plain_mails(mails, size))
        return mails / seconds(lambda: asyncio.run(send_all(port, made, sessions=sessions)))

    return run


def declare_some(context: AppContext, count: int = INCIDENTS) -> list[str]:
    """Declare `count` incidents of severity 3, and return the addresses to which replies about them go."""
    bot, found = str(context.config.bot.address), []
    with context.ledger.transaction() as tx:
        for number in range(count):
            asked = Declare(description=f"Load {number}", severity=3)
            begun = begin_incident(context, tx, asked, actor=context.operator(), at=context.now(), caused_by=None)
            assert isinstance(begun, Begun)
            found.append(plus_address(context.key, bot, begun.incident.ref))
    return found


def replies(addresses: Sequence[str], count: int, round_: int) -> Iterator[Mail]:
    """Yield replies of 3 kB, mostly prose, that alternately make a few incidents worse and better."""
    for number in range(round_ * count, (round_ + 1) * count):
        name = f"<reply.{number}@bench.example>"
        prose = "".join(
            f"In try {number} gateway {n} answers as before, with the old certificate.\r\n" for n in range(35)
        )
        wave, turn = divmod(number, AT_ONCE * EACH)
        to, severity = addresses[(wave * AT_ONCE + turn % AT_ONCE) % len(addresses)], 1 + turn // AT_ONCE % 2
        head = (
            f"From: Mara Lindqvist <mara@example.com>\r\nTo: {to}\r\n"
            f"Subject: Re: Load\r\nDate: Fri, 20 Nov 2026 14:08:00 +0000\r\nMessage-ID: {name}\r\n\r\n"
        )
        yield name, f"{head}sev {severity}\r\n\r\n{prose}".encode()


def wait_until_read(config: Path) -> None:
    with opened(config) as context:
        while True:
            with context.ledger.snapshot() as view:
                if not view.pending():
                    return
            time.sleep(0.02)


def _resident_kb(process: subprocess.Popen[bytes]) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    return int(found[1]) if found else 0
