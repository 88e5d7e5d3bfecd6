"""How `serve` starts: an address that it cannot use, another service on the ledger, and the stop switch."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

if TYPE_CHECKING:
    from conftest import Installation


@contextmanager
def serving(installation: Installation, *words: str) -> Iterator[list[str]]:
    """Run a service while the block lasts. After that, the list holds what it wrote to standard error."""
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve", "--json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as service:
        assert service.stdout is not None and json.loads(service.stdout.readline())["listening"]
        log: list[str] = []
        try:
            yield log
        finally:
            service.send_signal(signal.SIGTERM)
            log.append(service.communicate(timeout=PATIENCE_S)[1].decode())


@pytest.mark.parametrize("key", ["[listen] lmtp", "[listen] smtp", "[metrics] listen"])
def test_a_taken_port_names_its_setting_says_what_to_do_and_may_be_tried_again(
    installation: Installation, key: str
) -> None:
    section, _, name = key.partition(" ")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        more = '[listen]\nlmtp = "127.0.0.1:0"\n' if section != "[listen]" else ""
        installation.configure(f'{more}{section}\n{name} = "{where}"\n')
        result = installation.run("serve")
    assert (result.code, result.out) == (75, "")
    assert f"error: cannot listen on {key} = '{where}': Address already in use\nhint: another program" in result.err


def test_a_unix_socket_that_another_service_has_is_taken_too(installation: Installation) -> None:
    path = f"{installation.path}/s"
    installation.configure(f'[listen]\nlmtp = "unix:{path}"\n')
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as taken:
        taken.bind(path)
        taken.listen()
        result = installation.run("serve")
    assert result.code == 75 and f"[listen] lmtp = 'unix:{path}': another process listens there" in result.err


@pytest.mark.parametrize("where", ["unix:/nowhere/at/all/s", "no-such-host.invalid:8024"])
def test_an_address_that_cannot_work_is_a_fault_of_the_configuration(installation: Installation, where: str) -> None:
    installation.configure(f'[listen]\nallow_public = true\nlmtp = "{where}"\n')
    result = installation.run("serve")
    assert result.code == 78 and f"[listen] lmtp = '{where}': " in result.err and "hint: " in result.err


def test_a_second_service_on_a_ledger_says_that_there_is_another(installation: Installation) -> None:
    installation.configure('[listen]\nlmtp = "127.0.0.1:0"\n')
    with serving(installation) as first, serving(installation) as second:
        pass
    assert ["another service runs on this ledger" in log for log in (*first, *second)] == [False, True]
    assert str(installation.ledger) in second[0]


def test_a_service_beside_a_muted_one_says_that_it_is_muted_too(installation: Installation) -> None:
    installation.configure('[listen]\nlmtp = "127.0.0.1:0"\n')
    with serving(installation, "--mute") as first, serving(installation) as second:
        pass
    for log in (*first, *second):
        assert "MUTED: everything is recorded, nothing is sent by itself; what people type is still sent" in log


def test_what_somebody_types_while_muted_is_sent_with_a_warning(installation: Installation) -> None:
    loud = installation.config.read_text()
    assert "muted" not in installation.ok("declare", "Cards fail").err
    installation.config.write_text(loud.replace("[mail]\n", "[mail]\nmute = true\n"))
    for args in (["declare", "Logins fail"], ["update", "logins", "--severity", "1"], ["outbox", "retry", "3"]):
        result = installation.run(*args)
        assert ("warning: muted: this is sent because you asked for it" in result.err) == (args[0] != "outbox")
    assert [mail["Subject"] for mail in installation.mails] == ["Cards fail", "Logins fail", "Re: Logins fail"]
    assert "muted" not in installation.ok("note", "logins", "Hm.").err


def test_a_service_that_only_fetches_says_from_where(installation: Installation) -> None:
    installation.configure('[imap]\nurl = "imap://bot@127.0.0.1:1"\n')
    command = [sys.executable, "-m", "incidentmail", "--config", str(installation.config), "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == b"fetching from imap://bot@127.0.0.1:1\n"
        service.send_signal(signal.SIGTERM)
