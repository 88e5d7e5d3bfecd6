"""Measure the cost of parsing mail in another process, and how the worst possible message affects everybody else."""

from __future__ import annotations

import asyncio
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from incidentmail.inbound.message import Envelope
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.process import forked
from incidentmail.isolation.worker import Failure
from incidentmail.reply.read_mail import answer, reading, request, roster_json

from .servers import server, write_config
from .sessions import plain_mails, send_all
from .starting import process
from .table import Row, compare, seconds

ROUNDS: Final = 15
CLIENTS: Final = 20
BEGUN_S: Final = 0.2
"""Up to then both messages are being read, and for a second and a half after that."""
FORK_MS_MAX: Final = 20
ACCEPTED_MS_MAX: Final = 1000
BAD: Final = (
    b"From: mara@example.com\r\nTo: incidents@example.com\r\nSubject: spin\r\n"
    b"Message-ID: <%d.bad@example.com>\r\n\r\nsev 1"
)
_serial = itertools.count()
_REPLY: Final = request(b"From: mara@example.com\n\nsev 1\n", Envelope(way="pipe"), roster_json(None))


def spin(asked: bytes) -> bytes:
    """Run in a worker: parse a message, and never return if its Subject says so."""
    while b"\r\nSubject: spin\r\n" in asked:
        pass
    return answer(asked)


def rows(folder: Path) -> Iterator[Row]:
    """Measure the worker of a command, then `serve` while both its workers are busy up to their limits."""
    times = [1000 * seconds(_read_one) for _ in range(ROUNDS)]
    yield Row(
        what="fork a worker and have a reply read", unit="ms", ours=min(times), floor=None, ratio=None,
        goal=FORK_MS_MAX, at="most", how=f"none, it is a bound; the best of {ROUNDS}, their median is "
        f"{statistics.median(times):.1f} ms", is_must=True,
    )  # fmt: skip
    (folder / "beside").mkdir()
    config = write_config(folder / "beside")
    with server("spinning", config) as (port, _):
        yield _accepted(port)
        for words in (("declare", "Checkout is rejecting cards"), ("show",)):
            calm = process("-m", "incidentmail", "--config", str(config), *words, check=False)
            calm()
            yield compare(
                f"{words[0]} beside mails as bad as can be", "ms", partial(_beside, port, calm), calm,
                goal=2, at="most", how="the same without them",
            )  # fmt: skip


def _accepted(port: int) -> Row:
    """Measure the longest wait of many clients, as the best of three rounds, since other work may delay one."""
    slowest = min(_beside(port, lambda: _slowest_client(port)) for _ in range(3))
    return Row(
        what=f"{CLIENTS} clients beside mails as bad as can be: the slowest", unit="ms", ours=slowest, floor=None,
        ratio=None, goal=ACCEPTED_MS_MAX, at="most", how="none, it is a bound", is_must=True,
    )  # fmt: skip


def _beside(port: int, run: Callable[[], float]) -> float:
    """Do something while both workers read messages that never end."""
    bad = [(f"bad{number}", BAD % next(_serial)) for number in range(2)]
    asyncio.run(send_all(port, bad, sessions=2))
    time.sleep(BEGUN_S)
    return run()


def _slowest_client(port: int) -> float:
    """Return the milliseconds from the first word to the last answer, over all clients at once."""
    mails = list(plain_mails(CLIENTS, 3_000, serial=f"beside{next(_serial)}"))
    return 1000 * seconds(lambda: asyncio.run(send_all(port, mails, sessions=CLIENTS)))


def _read_one() -> None:
    pool = Pool(forked(answer))
    pool.submit(1, _REPLY)
    found = pool.take(1, None)
    if not isinstance(found, bytes) or isinstance(found, Failure):
        raise RuntimeError(f"it was not read: {found}")
    reading(found)
    pool.close()
