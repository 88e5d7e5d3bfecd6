"""Measure how long a client waits for its answer while another client floods the service with commands or lines."""

from __future__ import annotations

import smtplib
import socket
import statistics
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from .servers import server, write_config
from .table import Row, seconds

ROUNDS: Final = 9
WAIT_MS_MAX: Final = 200
FLOODS: Final = {"commands": b"NOOP\r\n" * 900, "lines": b"DATA\r\n" + b"\r\n" * 350_000}


def rows(folder: Path) -> Iterator[Row]:
    """Yield one row for each kind of flood: the median of several rounds, each with a separate flood."""
    (folder / "flood").mkdir()
    with server("accept", write_config(folder / "flood")) as (port, _):
        for what, flood in FLOODS.items():
            yield Row(
                what=f"NOOP beside a flood of {what}", unit="ms", floor=None, ratio=None, goal=WAIT_MS_MAX, at="most",
                ours=statistics.median(_beside(port, flood) for _ in range(ROUNDS)) * 1000,
                how="none, it is a bound for a machine at rest",
            )  # fmt: skip


def _beside(port: int, flood: bytes) -> float:
    """Return the longest of five waits."""
    with smtplib.SMTP("127.0.0.1", port) as calm, socket.create_connection(("127.0.0.1", port)) as noisy:
        calm.ehlo()
        for line in (b"", b"EHLO x\r\n", b"MAIL FROM:<mara@example.com>\r\n", b"RCPT TO:<bot@example.com>\r\n"):
            noisy.sendall(line)
            noisy.recv(10_000)
        noisy.setblocking(False)
        with suppress(BlockingIOError):
            noisy.send(flood)
        return max(seconds(calm.noop) for _ in range(5))
