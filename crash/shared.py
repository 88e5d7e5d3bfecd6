"""Three services on one PostgreSQL. Each of them, and the database, is killed at random while mail comes."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any, Final

from real_postgresql import PASSWORD, RealPostgresql

from bench.servers import write_config
from bench.sessions import send_all
from incidentmail.app.budget.told_marks import TOLD
from incidentmail.app.keeping.open_ledger import open_reader
from incidentmail.app.telling.mail_kinds import REMINDER
from incidentmail.config.load import load
from incidentmail.core.commands import Declare
from incidentmail.core.model import Person

from .installation import INCIDENTS, WAIT_S, Broken, Installation

SERVICES: Final = 3
EACH: Final = 60
"""How many messages wait to be sent, at least."""
REMINDED_AFTER: Final = timedelta(minutes=25)
"""So long after an incident of severity 1 was declared, its commander is reminded of the next update."""
SETTLES_S: Final = 600.0


@dataclass
class SharedInstallation(Installation):
    """Installations with one ledger, as on several machines: each has files of its own, and a copy of the key."""

    url: str = ""
    configs: list[Path] = field(default_factory=list)
    declared_ago: timedelta = REMINDED_AFTER

    def _configure(self) -> Path:
        for number in range(SERVICES):
            (self.folder / f"{number}").mkdir()
            path = write_config(self.folder / f"{number}", mute=False)
            text = path.read_text()
            for was, now in (
                (f"sqlite:///{path.parent}/ledger.db", self.url),
                (f"{path.parent}/key", f"{self.folder}/key"),
                ("smtp://127.0.0.1:25", f"maildir://{self.folder}/out"),
            ):
                text = text.replace(was, now)
            path.write_text(text)
            self.configs.append(path)
        return self.configs[0]

    def _declaration(self, number: int) -> Declare:
        commander = Person(name=f"Commander {number}", address=f"commander{number}@example.com")
        return Declare(description=f"Load {number}", severity=1, commander=commander)

    def send_to(self, ports: list[int]) -> None:
        """Send what waits to several services at once."""
        waiting = list(self.waiting.items())

        def told(name: str, code: int) -> None:
            self.answers[code] += 1
            if code == 250:
                self.taken.add(name)
                self.waiting.pop(name, None)

        async def send() -> None:
            parts = [waiting[number :: len(ports)] for number in range(len(ports))]
            sends = (send_all(port, part, sessions=3, told=told) for port, part in zip(ports, parts, strict=True))
            for error in await asyncio.gather(*sends, return_exceptions=True):
                if isinstance(error, OSError):
                    self.answers[0] += 1  # nobody listens any more
                elif error is not None:
                    raise error

        asyncio.run(send())

    def query(self, statement: str, *values: str) -> list[Any]:
        ledger = open_reader(load(str(self.config)))
        try:
            with ledger.snapshot() as view:
                return list(view.connection.execute(statement, values).fetchall())
        finally:
            ledger.close()

    def check_mail(self) -> str:
        """Raise Broken unless each reminder and announcement is there once. Return what was sent, in words."""
        told = self.query("SELECT digest, COUNT(*) FROM private_mails WHERE kind = ? GROUP BY digest", TOLD)
        if twice := [digest for digest, times in told if times != 1]:
            raise Broken(f"{len(twice)} lines of reminders were told more than once")
        about = self.query("SELECT DISTINCT incident FROM private_mails WHERE kind = ?", REMINDER)
        if len(about) != INCIDENTS:
            raise Broken(f"there are reminders about {len(about)} of {INCIDENTS} incidents")
        rows = self.query("SELECT message_id, state, leased_until FROM outbox")
        sent = Counter(
            str(message_from_bytes(file.read_bytes())["Message-ID"]) for file in (self.folder / "out").glob("new/*")
        )
        lost = [name for name, state, _ in rows if state == "sent" and name not in sent]
        waits = [name for name, state, leased in rows if state == "queued" and leased and name not in sent]
        unsent = [name for name, state, leased in rows if state != "sent" and not leased]
        if lost or unsent or (unknown := sent.keys() - {name for name, _, _ in rows}):
            raise Broken(f"mails lost {lost}, not sent {unsent}, unknown {unknown if not lost and not unsent else ''}")
        again = sum(times - 1 for times in sent.values())
        return (
            f"{len(told)} reminders about {INCIDENTS} incidents, each once; {len(rows)} mails written, each once;"
            f" {again} given to the relay again with the same Message-ID, {len(waits)} wait for the end of a lease"
        )


class Services:
    """Three services, and the database: what is killed."""

    def __init__(self, installation: SharedInstallation, database: RealPostgresql) -> None:
        self.installation, self.database = installation, database
        self.kills = Counter[str]()
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * SERVICES
        self._ports: list[int] = [0] * SERVICES

    @property
    def ports(self) -> list[int]:
        return [port for port in self._ports if port]

    def start(self, number: int) -> None:
        """Start a service. If the database does not answer just now, try again."""
        config, until = self.installation.configs[number], time.monotonic() + WAIT_S
        command = [sys.executable, "-m", "incidentmail", "--config", str(config), "serve", "--json"]
        environment = {**os.environ, "XDG_DATA_HOME": str(config.parent)}
        while True:
            with (config.parent / "serve.log").open("ab") as log:
                process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment)
            assert process.stdout is not None
            if line := process.stdout.readline():
                self._ports[number] = int(json.loads(line)["listening"][0]["address"].rpartition(":")[2])
                self._processes[number] = process
                return
            process.communicate(timeout=WAIT_S)
            if time.monotonic() > until:
                raise Broken(f"serve did not start: {(config.parent / 'serve.log').read_text()[-500:]}")

    def kill(self, number: int) -> None:
        """Kill a service and start it again, or kill the database and start it, if `number` is that of none."""
        if number == SERVICES:
            self.database.kill()
            self.database.start()
            self.kills["the database"] += 1
            return
        process = self._processes[number]
        assert process is not None
        self._ports[number] = 0
        process.kill()
        process.communicate(timeout=WAIT_S)
        self.kills[f"service {number}"] += 1
        self.start(number)

    def end(self) -> None:
        for process in self._processes:
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._processes:
            if process is not None:
                process.communicate(timeout=WAIT_S)


def check(folder: Path, acknowledged: int, kills: int, rng: random.Random) -> Iterator[str]:
    """Yield what was found, line by line. Raise Broken.

    It goes on until so many messages were answered 250, and each service and the database was killed so many times.
    """
    os.environ["INCIDENTMAIL_LEDGER_PASSWORD"] = PASSWORD
    with RealPostgresql() as database:
        installation = SharedInstallation(folder / "shared", url=database.url(database.new_ledger()))
        services = Services(installation, database)
        try:
            for number in range(SERVICES):
                services.start(number)
            with _killed(services, kills, rng) as killer:
                while killer.is_alive() or (len(installation.taken) < acknowledged and not killer.failed):
                    at_once = EACH if len(installation.taken) < acknowledged else SERVICES
                    installation.write(max(0, at_once - len(installation.waiting)))
                    before = len(installation.taken)
                    installation.send_to(services.ports)
                    if len(installation.taken) == before or at_once < EACH:
                        time.sleep(0.1)
            killed = ", ".join(f"{name} {times} times" for name, times in sorted(services.kills.items()))
            yield f"killed {killed}; answers {dict(sorted(installation.answers.items()))}"
            _settle(installation, services)
        finally:
            services.end()
        installation.assign_set_aside()
        installation.check()
        aside = f"; {len(installation.set_aside)} of them set aside and assigned" if installation.set_aside else ""
        yield f"all {len(installation.taken)} mails answered 250 are in the ledger, each once, and it holds{aside}"
        yield installation.check_mail()


class _Killer(threading.Thread):
    """Kills each service and the database so many times, in an order and at times of chance."""

    def __init__(self, services: Services, kills: int, rng: random.Random) -> None:
        super().__init__()
        self._services, self._rng = services, rng
        self._victims = [number for number in range(SERVICES + 1) for _ in range(kills)]
        rng.shuffle(self._victims)
        self.failed: list[BaseException] = []

    def run(self) -> None:
        try:
            for number in self._victims:
                time.sleep(self._rng.uniform(0, 1.5))
                self._services.kill(number)
        except BaseException as error:
            self.failed.append(error)


@contextmanager
def _killed(services: Services, kills: int, rng: random.Random) -> Iterator[_Killer]:
    """Kill while the block lasts. Raise what went wrong with that."""
    killer = _Killer(services, kills, rng)
    killer.start()
    try:
        yield killer
    finally:
        killer.join()
    if killer.failed:
        raise killer.failed[0]


def _settle(installation: SharedInstallation, services: Services) -> None:
    """Send what is left, and wait until everything is read and written, and sent but for what somebody leased."""
    until = time.monotonic() + SETTLES_S
    while time.monotonic() < until:
        if installation.waiting:
            installation.send_to(services.ports)
        left = installation.query(
            "SELECT (SELECT COUNT(*) FROM pending), (SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND"
            " leased_until IS NULL), (SELECT COUNT(*) FROM private_mails WHERE content IS NOT NULL),"
            " (SELECT COUNT(DISTINCT incident) FROM private_mails WHERE kind = ?)",
            REMINDER,
        )[0]
        if not installation.waiting and left == (0, 0, 0, INCIDENTS):
            return
        time.sleep(0.2)
    raise Broken(f"it does not settle: mails to read, to send, to write, and reminders: {left}")
