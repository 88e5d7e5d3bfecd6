"""A real Mailman 3 on loopback, with its own folder and database. It receives by LMTP, and sends by SMTP."""

from __future__ import annotations

import base64
import json
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

from patience import PATIENCE_S

_BUSY = ("in", "pipeline", "out", "virgin")
_IDLE = ("bounces", "command", "digest", "nntp", "task")
_PASSWORD = "only-on-loopback"
_CONFIG = """
[mailman]
site_owner: postmaster@example.com
layout: test

[paths.test]
var_dir: {folder}
bin_dir: {programs}

[mta]
incoming: mailman.mta.null.NullMTA
lmtp_host: 127.0.0.1
lmtp_port: {lmtp_port}
smtp_host: 127.0.0.1
smtp_port: {smtp_port}
max_sessions_per_connection: 1

[webservice]
hostname: 127.0.0.1
port: {rest_port}
admin_user: restadmin
admin_pass: {password}

[dmarc]
org_domain_data_url: file://{folder}/suffixes
resolver_timeout: 0.2s
resolver_lifetime: 0.3s
""" + "".join(
    [f"\n[runner.{name}]\nstart: no\n" for name in _IDLE] + [f"\n[runner.{name}]\nsleep_time: 0.1s\n" for name in _BUSY]
)
_NOT_ARCHIVING = "\n[runner.archive]\nstart: no\n"
_ARCHIVING = "\n[runner.archive]\nsleep_time: 0.1s\n\n[archiver.prototype]\nenable: yes\n"


class Mailman:
    """A server that delivers to `smtp_port` on loopback, where the test listens, and accepts posts on `lmtp_port`.

    If `archives` is true, it keeps the archive of each list as a Maildir.
    """

    def __init__(self, smtp_port: int | None = None, *, archives: bool = False) -> None:
        program = shutil.which("mailman")
        assert program, "mailman is not installed; on Debian: apt-get install mailman3"
        self._programs = Path(program).resolve().parent
        free = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
        self.lmtp_port, self._rest_port, spare = (one.getsockname()[1] for one in free)
        for one in free:
            one.close()
        self.smtp_port = smtp_port or spare
        self._owner = pwd.getpwnam("list") if os.getuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._archives = archives
        self.lists: set[str] = set()

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="mailman-"))
        config = self.folder / "mailman.cfg"
        (self.folder / "suffixes").write_text("com\n")  # else it is fetched from the web
        config.write_text(
            _CONFIG.format(
                folder=self.folder, programs=self._programs, lmtp_port=self.lmtp_port, smtp_port=self.smtp_port,
                rest_port=self._rest_port, password=_PASSWORD,
            ) + (_ARCHIVING if self._archives else _NOT_ARCHIVING)
        )  # fmt: skip
        if self._owner:
            os.chown(self.folder, self._owner.pw_uid, self._owner.pw_gid)
        try:
            self._start(config)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE_S)
            _end_group(process.pid)
        shutil.rmtree(self.folder)

    def _start(self, config: Path) -> None:
        self._process = subprocess.Popen(
            [self._programs / "master", "-C", config], start_new_session=True, cwd=self.folder,
            user=self._owner and self._owner.pw_uid, group=self._owner and self._owner.pw_gid,
            extra_groups=[] if self._owner else None, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(self.folder)},
        )  # fmt: skip
        give_up_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._rest("GET", "system/versions")
                smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=PATIENCE_S).quit()
                return
            except (OSError, smtplib.SMTPException) as error:
                assert time.monotonic() < give_up_at, f"mailman does not answer: {error}\n{self.log}"
                assert self._process.poll() is None, f"mailman has ended\n{self.log}"
                time.sleep(0.1)

    def make_list(self, address: str, members: Iterable[str], **settings: Any) -> None:
        """Make a list with these settings of its REST interface. Everybody on it may post at once."""
        if not self.lists:
            self._rest("POST", "domains", mail_host=address.partition("@")[2])
        self._rest("POST", "lists", fqdn_listname=address)
        always = {"send_welcome_message": False, "max_message_size": 0}
        self._rest("PATCH", f"lists/{address}/config", **always, **settings)
        for member in members:
            self._rest(
                "POST", "members", list_id=address.replace("@", "."), subscriber=member,
                pre_verified=True, pre_confirmed=True, pre_approved=True,
            )  # fmt: skip
        self.lists.add(address)

    def change(self, address: str, **settings: Any) -> None:
        """Change the settings of a list."""
        self._rest("PATCH", f"lists/{address}/config", **settings)

    def post(self, raw: bytes, to: str, reverse_path: str) -> None:
        """Post a mail, as a mail server does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port, timeout=PATIENCE_S) as client:
            client.sendmail(reverse_path, [to], re.sub(rb"\r?\n", b"\r\n", raw))

    def held(self, address: str) -> list[str]:
        """Return the reasons why posts wait for a moderator."""
        found = self._rest("GET", f"lists/{address}/held")
        return [str(entry["reason"]) for entry in found.get("entries", [])]

    def reject_held(self, address: str) -> None:
        """Reject the posts that wait, as a moderator would."""
        for entry in self._rest("GET", f"lists/{address}/held").get("entries", []):
            self._rest("POST", f"lists/{address}/held/{entry['request_id']}", action="reject")

    def archive(self, address: str) -> Path:
        """Return the Maildir with all posts of a list."""
        return self.folder / "archives" / "prototype" / address

    def until(self, holds: Callable[[], object], what: str) -> None:
        give_up_at = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < give_up_at, f"{what}\n{self.log}"
            time.sleep(0.05)

    @property
    def shell(self) -> str:
        """Return the beginning of a command line of Mailman, run as the user who owns its files."""
        who = (
            f"setpriv --reuid {self._owner.pw_uid} --regid {self._owner.pw_gid} --clear-groups " if self._owner else ""
        )
        return f"{who}{self._programs / 'mailman'} -C {self.folder / 'mailman.cfg'}"

    @property
    def log(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-4000:] for path in (self.folder / "logs").glob("*.log"))

    def _rest(self, method: str, path: str, **values: Any) -> dict[str, Any]:
        secret = base64.b64encode(f"restadmin:{_PASSWORD}".encode()).decode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._rest_port}/3.1/{path}", json.dumps(values).encode() if values else None,
            {"Authorization": f"Basic {secret}", "Content-Type": "application/json"}, method=method,
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                body = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from error
        answered: dict[str, Any] = json.loads(body) if body else {}
        return answered


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return  # nobody of them is left
