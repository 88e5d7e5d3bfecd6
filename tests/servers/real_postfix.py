"""A real Postfix on loopback, with its own configuration, queue and port. Only root can start it."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

from patience import PATIENCE_S

PIPE_USER: Final = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
"""The user of the pipe, because Postfix does not run a pipe as root."""
_AS_ROOT = () if os.getuid() == 0 else ("sudo", "-n")
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.example.com
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relay_domains = example.com
alias_maps =
local_recipient_maps =
recipient_delimiter = +
transport_maps = texthash:{folder}/etc/transport
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/etc/access, permit_mynetworks, reject
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = none
smtputf8_enable = no
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
transport_retry_time = 1s
in_flow_delay = 0s
incidentmail_destination_recipient_limit = 1
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000 0 flush
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
incidentmail unix - n n - 4 pipe
  flags=R user={user} null_sender=
  argv={pipe} --sender=${{sender}} --recipient=${{original_recipient}}
"""


class Postfix:
    """A server that passes mail on as `transport` says, by recipient. `pipe` is the command of the transport
    `incidentmail:`.
    """

    def __init__(self) -> None:
        path = f"{os.environ.get('PATH', '')}:/usr/sbin"
        program = shutil.which("postfix", path=path)
        assert program, "postfix is not installed; on Debian: apt-get install postfix"
        self.program = program
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = int(taken.getsockname()[1])
        self.url = f"smtp://127.0.0.1:{self.port}"
        # A path that Postfix's own users can walk: pytest's folders are closed to them, and sockets have short names.
        self.folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        self.folder.chmod(0o755)
        for name in ("etc", "queue"):
            (self.folder / name).mkdir()
        _run(*_AS_ROOT, "install", "-d", "-o", "postfix", str(self.folder / "data"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pid_file = self.folder / "queue" / "pid" / "master.pid"
        try:
            found = subprocess.run([*_AS_ROOT, "cat", pid_file], capture_output=True, text=True, check=False).stdout
            if leader := found.strip():
                self._postfix("stop", check=False)
                group = [*_AS_ROOT, "kill", "-KILL", "--", f"-{leader}"]
                subprocess.run(group, stderr=subprocess.DEVNULL, check=False)  # most often nobody of them is left
        finally:
            _run(*_AS_ROOT, "rm", "-rf", str(self.folder))

    def start(
        self, transport: Mapping[str, str], *, access: Mapping[str, str] | None = None,
        pipe: Sequence[str] = ("false",), settings: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Start the server. `settings` are lines of main.cf, in which `{folder}` is the folder of its files."""
        etc = self.folder / "etc"
        more = "".join(f"{name} = {value}\n" for name, value in (settings or {}).items())
        (etc / "main.cf").write_text((_MAIN + more).format(folder=self.folder))
        (etc / "master.cf").write_text(_MASTER.format(port=self.port, user=PIPE_USER, pipe=" ".join(pipe)))
        _table(etc / "transport", transport)
        _table(etc / "access", access or {})
        self._postfix("start")
        give_up_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE_S).quit()
                return
            except OSError as error:
                assert time.monotonic() < give_up_at, f"postfix does not answer: {error}\n{self.log}"
                time.sleep(0.05)

    def reload(self) -> None:
        """Make the server read its files again."""
        self._postfix("reload")

    def allow(self, access: Mapping[str, str]) -> None:
        """Set the answers to RCPT from now on."""
        _table(self.folder / "etc" / "access", access)
        self._postfix("reload")

    def post(self, raw: bytes, sender: str, *to: str) -> None:
        """Submit a mail, as a person's mail program does."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE_S) as client:
            client.sendmail(sender, list(to), re.sub(rb"\r?\n", b"\r\n", raw))

    @property
    def log(self) -> str:
        path = str(self.folder / "mail.log")
        return subprocess.run([*_AS_ROOT, "cat", path], capture_output=True, text=True, check=False).stdout[-8000:]

    def _postfix(self, command: str, *, check: bool = True) -> None:
        done = subprocess.run(
            [*_AS_ROOT, self.program, "-c", str(self.folder / "etc"), command],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{done.stdout}{done.stderr}{self.log}"


def _table(path: Path, rows: Mapping[str, str]) -> None:
    path.write_text("".join(f"{key} {value}\n" for key, value in rows.items()))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=PATIENCE_S)
