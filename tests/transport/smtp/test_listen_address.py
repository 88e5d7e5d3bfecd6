"""Sockets that we open ourselves, and sockets from systemd."""

from __future__ import annotations

import grp
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from patience import PATIENCE_S

from incidentmail.errors import ConfigError
from incidentmail.transport.smtp.listen_address import open_sockets, parse_listen
from incidentmail.transport.systemd import inherited_socket, notify


def test_a_unix_socket_has_the_mode_and_the_group_that_were_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "lmtp.sock"
    mine = grp.getgrgid(os.getgid()).gr_name
    (sock,) = open_sockets(parse_listen("lmtp", f"unix:{path}", mode=0o600, group=mine))
    sock.close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_gid == os.getgid()


def test_a_group_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no group 'nobody-has-this'"):
        open_sockets(parse_listen("lmtp", f"unix:{tmp_path}/lmtp.sock", group="nobody-has-this"))


def test_a_name_with_two_addresses_is_listened_on_at_both() -> None:
    sockets = open_sockets(parse_listen("smtp", "localhost:0"))
    assert {sock.getsockname()[0] for sock in sockets} <= {"127.0.0.1", "::1"}
    for sock in sockets:
        sock.close()


def test_without_systemd_there_are_no_sockets_of_its_and_it_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET"):
        monkeypatch.delenv(name, raising=False)
    notify("READY=1")
    with pytest.raises(ConfigError, match="no socket 'lmtp'"):
        inherited_socket("lmtp")
    for values in (("1", "1", "lmtp"), (str(os.getpid()), "0", "lmtp"), (str(os.getpid()), "1", "other")):
        for name, value in zip(("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"), values, strict=True):
            monkeypatch.setenv(name, value)
        with pytest.raises(ConfigError, match="no socket 'lmtp'"):
            inherited_socket("lmtp")


def test_serve_takes_the_socket_of_systemd_and_says_when_it_is_ready_and_when_it_ends(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        f'[list]\naddress = "incidents@example.com"\n[mail]\nrelay = ["maildir://{tmp_path}/out"]\n'
        f'key_file = "{tmp_path}/key"\n[ledger]\nurl = "sqlite:///{tmp_path}/ledger.db"\n'
        '[listen]\nlmtp = "systemd:lmtp"\n'
    )
    # systemd's part: the socket as descriptor 3, and the process's own number in its environment.
    starter = (
        "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ['LISTEN_PID'] = str(os.getpid());"
        "os.execv(sys.executable, [sys.executable, '-m', 'incidentmail', *sys.argv[2:]])"
    )
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(str(tmp_path / "notify"))
    told.settimeout(PATIENCE_S)
    with told, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "lmtp.sock"))
        listening.listen()
        words = ["--config", str(tmp_path / "config.toml"), "serve", "--json"]
        service = subprocess.Popen(
            [sys.executable, "-c", starter, str(listening.fileno()), *words],
            pass_fds=[listening.fileno()],
            env={**os.environ, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "lmtp", "NOTIFY_SOCKET": str(tmp_path / "notify")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert service.stdout is not None
        assert json.loads(service.stdout.readline())["listening"] == [
            {"protocol": "lmtp", "address": str(tmp_path / "lmtp.sock")}
        ]
        assert told.recv(100) == b"READY=1"
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(PATIENCE_S)
            client.connect(str(tmp_path / "lmtp.sock"))
            assert client.recv(100).startswith(b"220")
        service.send_signal(signal.SIGTERM)
        assert told.recv(100) == b"STOPPING=1"
        service.communicate(timeout=PATIENCE_S)
        assert service.returncode == 0
        assert (tmp_path / "lmtp.sock").exists()  # it is systemd's
