"""The servers that are measured, each in a process of its own: ours, and the empty one that is the floor.

`python -m bench.servers KIND CONFIG` prints the port and serves until SIGTERM. The kinds are `empty`, aiosmtpd with a
handler that does nothing; `accept`, our service without its applier; `single`, the same with a transaction for each
message; and `spinning`, the same with workers that never finish a message that asks for it.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

STRACE: Final = shutil.which("strace")
START_S: Final = 240.0
CONFIG: Final = """\
[me]
address = "Mara Lindqvist <mara@example.com>"
[list]
address = "incidents@example.com"
[mail]
from = "Incidents <incident-bot@example.com>"
relay = ["smtp://127.0.0.1:{relay}"]
key_file = "{folder}/key"
mute = {mute}
[ledger]
url = "sqlite:///{folder}/ledger.db"
[listen]
smtp = "127.0.0.1:0"
"""


def write_config(folder: Path, *, relay: int = 25, mute: bool = True) -> Path:
    """Write a configuration whose ledger and key are in `folder`, and return its path."""
    path = folder / "config.toml"
    path.write_text(CONFIG.format(folder=folder, relay=relay, mute=str(mute).lower()), encoding="utf-8")
    return path


def slow_sync(delay_us: int = 5000) -> list[str]:
    """Return a command prefix that makes each fsync of a process, and of it only, take `delay_us` longer."""
    calls = "fdatasync,fsync"
    inject = f"inject={calls}:delay_exit={delay_us}"
    return ["strace", "-f", "--seccomp-bpf", "-qq", "-o", os.devnull, "-e", f"trace={calls}", "-e", inject]


@contextmanager
def server(kind: str, config: Path, *, under: Sequence[str] = ()) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run a server, and yield its port and its process. `serve` is the command itself; the other kinds are above."""
    command = (
        [sys.executable, "-m", "incidentmail", "--config", str(config), "serve", "--json"]
        if kind == "serve"
        else [sys.executable, "-m", "bench.servers", kind, str(config)]
    )
    with (config.parent / f"{kind}.log").open("ab") as log:
        process = subprocess.Popen([*under, *command], stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"{kind} did not start: {(config.parent / f'{kind}.log').read_text()[-800:]}")
        where = json.loads(line)["listening"][0]["address"]
        yield int(where.rpartition(":")[2]), process
    finally:
        for child in _children(process.pid) if under else [process.pid]:
            os.kill(child, signal.SIGTERM)
        process.communicate(timeout=START_S)


def _children(pid: int) -> list[int]:
    """Return the processes that run under strace, as the signal is for them."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def _empty() -> None:
    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Nothing:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
            return "250 taken"

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(Nothing(), hostname="bench", loop=loop), "127.0.0.1", 0)
    _say(listening.sockets[0].getsockname()[1])
    stopping = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopping.set)
    await stopping.wait()


async def _accepting(config: Path, *, single: bool) -> None:
    from incidentmail.app.context import AppContext, open_context
    from incidentmail.app.receiving.apply import accept_mails
    from incidentmail.config.load import load
    from incidentmail.inbound.message import Envelope
    from incidentmail.service import serve

    class Resting(serve.Service):
        def _apply(self) -> bool:
            return False

    def one_by_one(context: AppContext, mails: Sequence[tuple[bytes, Envelope]]) -> list[int]:
        return [number for mail in mails for number in accept_mails(context, [mail])]

    if single:
        vars(serve)["accept_mails"] = one_by_one
    service = Resting(open_context(load(str(config))))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, service.stop)
    await service.run(lambda bound: _say(int(bound[0].where.rpartition(":")[2])))


async def _spinning(config: Path) -> None:
    from incidentmail.app.context import open_context
    from incidentmail.config.load import load
    from incidentmail.isolation.pool import Pool
    from incidentmail.isolation.process import interpreted
    from incidentmail.service import serve

    pool = Pool(interpreted("bench.isolated:spin"), size=serve.READERS)
    pool.warm()
    service = serve.Service(open_context(load(str(config)), pool=pool))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, service.stop)
    await service.run(lambda bound: _say(int(bound[0].where.rpartition(":")[2])))
    pool.close()


def _say(port: int) -> None:
    sys.stdout.write(json.dumps({"listening": [{"address": f"127.0.0.1:{port}"}]}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, path = sys.argv[1:]
    asyncio.run(
        _empty()
        if kind == "empty"
        else _spinning(Path(path))
        if kind == "spinning"
        else _accepting(Path(path), single=kind == "single")
    )
