"""Measure services on PostgreSQL: one against one on SQLite, and three on one database against one.

The server is a real one in a folder of its own, on a socket in it, and waits for the disk at each commit.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count as count_from
from pathlib import Path
from typing import Final

from real_postgresql import PASSWORD, RealPostgresql

from .accepting import declare_some, opened, replies, wait_until_read
from .servers import server, write_config
from .sessions import Mail, plain_mails, send_all
from .table import Row, compare

SERVICES: Final = 3
SESSIONS: Final = 48
SQLITE: Final = "one serve on a file, the same generator"
ONE: Final = "one serve on another database of the same server, the same generator"


def rows(folder: Path, count: int) -> Iterator[Row]:
    """Yield rows for `count` messages in each round."""
    os.environ["INCIDENTMAIL_LEDGER_PASSWORD"], os.environ["XDG_DATA_HOME"] = PASSWORD, str(folder)
    with RealPostgresql() as database:
        for kind, measured in (("accept", _accepting), ("serve", _applying)):
            with ExitStack() as stack:
                configs = {
                    name: _config(folder / f"{kind}-{name}", url)
                    for name, url in (("file", None), ("one", _url(database)), ("three", _url(database)))
                }

                def started(config: Path, kind: str = kind, stack: ExitStack = stack) -> int:
                    return stack.enter_context(server(kind, config))[0]

                addresses = {name: _declare(config) for name, config in configs.items()}
                rates = {
                    name: measured(configs[name], [started(configs[name]) for _ in range(many)], addresses[name], count)
                    for name, many in (("file", 1), ("one", 1), ("three", SERVICES))
                }
                what = "accept 3 kB" if kind == "accept" else "accept and apply replies"
                yield compare(
                    f"{what} on PostgreSQL ({count} mails)", "/s", rates["one"], rates["file"], goal=0.3, at="least",
                    how=SQLITE,
                )  # fmt: skip
                yield compare(
                    f"{what}, three serve on PostgreSQL", "/s", rates["three"], rates["one"],
                    goal=1.6 if kind == "accept" else 1.3, at="least", how=ONE,
                )  # fmt: skip


def _url(database: RealPostgresql) -> str:
    return database.url(database.new_ledger())


def _config(folder: Path, url: str | None) -> Path:
    folder.mkdir()
    path = write_config(folder)
    if url is not None:
        path.write_text(re.sub(r"sqlite:///[^\"]*", url, path.read_text()))
    return path


def _declare(config: Path) -> list[str]:
    with opened(config) as context:
        return declare_some(context)


def _accepting(config: Path, ports: Sequence[int], addresses: Sequence[str], count: int) -> Callable[[], float]:
    """Return a function that measures how many messages are accepted in a second."""
    numbers = count_from()

    def run() -> float:
        made = list(plain_mails(count, 3_000, serial=f"m{next(numbers)}"))
        started = time.perf_counter()
        _send(ports, made)
        return count / (time.perf_counter() - started)

    return run


def _applying(config: Path, ports: Sequence[int], addresses: Sequence[str], count: int) -> Callable[[], float]:
    """Return a function that measures how many replies are accepted and applied in a second."""
    rounds = count_from()

    def run() -> float:
        made = list(replies(addresses, count, next(rounds)))
        started = time.perf_counter()
        _send(ports, made)
        wait_until_read(config)
        return count / (time.perf_counter() - started)

    return run


def _send(ports: Sequence[int], mails: Sequence[Mail]) -> None:
    async def send() -> None:
        parts = [mails[number :: len(ports)] for number in range(len(ports))]
        await asyncio.gather(
            *(
                send_all(port, part, sessions=SESSIONS // len(ports))
                for port, part in zip(ports, parts, strict=True)
            )
        )  # fmt: skip

    asyncio.run(send())
