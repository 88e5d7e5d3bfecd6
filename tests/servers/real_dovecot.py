"""A real Dovecot on loopback, with its own folder and port. It needs no root, and always ends."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from patience import PATIENCE_S

USER, PASSWORD = "incident-bot@example.com", "correct-horse"

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{mail}
mailbox_list_index = no
imap_idle_notify_interval = 2 mins
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """A server with one account and one Maildir. It can be stopped and started; the mails stay until the block ends."""

    def __init__(self, more: str = "") -> None:
        """Prepare the server. `more` is added to its configuration, in which `{folder}` is the folder of its files."""
        self.more = more
        program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        assert program, "dovecot is not installed; on Debian: apt-get install dovecot-imapd"
        self.program = program
        # As root, Dovecot wants users of its own for its parts; as anybody else, it can only be that user.
        names = ("dovecot", "dovenull") if os.getuid() == 0 else (pwd.getpwuid(os.getuid()).pw_name,) * 2
        self.owner, self.login = (pwd.getpwnam(name) for name in names)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # A short path of its own: pytest's folders are closed to other users, and sockets have short names.
        self.folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.mail, self.config, self.run = self.folder / "Maildir", self.folder / "dovecot.conf", self.folder / "run"
        for path in (self.folder, self.mail, *(self.mail / part for part in ("cur", "new", "tmp"))):
            path.mkdir(exist_ok=True)
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        group = grp.getgrgid(self.owner.pw_gid).gr_name
        self.config.write_text(
            _CONFIG.format(
                folder=self.folder, run=self.run, mail=self.mail, user=self.owner.pw_name, group=group,
                login=self.login.pw_name, uid=self.owner.pw_uid, gid=self.owner.pw_gid, port=self.port,
                password=PASSWORD,
            )
            + self.more.format(folder=self.folder)
        )  # fmt: skip
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder)

    def start(self) -> None:
        self._process = subprocess.Popen([self.program, "-F", "-c", str(self.config)], start_new_session=True)
        give_up_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.client().logout()
                return
            except (OSError, imaplib.IMAP4.error) as error:
                assert time.monotonic() < give_up_at, f"dovecot does not answer: {error}\n{self.log}"
                assert self._process.poll() is None, f"dovecot has ended\n{self.log}"
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the master and every process that it has started."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM if how is signal.SIGTERM else signal.SIGQUIT)
        try:
            process.wait(PATIENCE_S if how is signal.SIGTERM else 3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE_S)
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nobody of them is left

    @property
    def log(self) -> str:
        path = self.folder / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def url(self) -> str:
        return f"imap://{USER.replace('@', '%40')}@127.0.0.1:{self.port}/INBOX"

    def client(self) -> imaplib.IMAP4:
        """Return a logged-in connection, as of another mail program of the same account."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            client.login(USER, PASSWORD)
        except BaseException:
            client.shutdown()
            raise
        return client

    def deliver(self, raw: bytes, name: str, *, arrived_at: float | None = None) -> None:
        """Deliver a mail as a mail server would. `arrived_at` is in seconds since 1970."""
        aside = self.mail / "tmp" / name
        aside.write_bytes(raw)
        os.chown(aside, self.owner.pw_uid, self.owner.pw_gid)
        if arrived_at is not None:
            os.utime(aside, (arrived_at, arrived_at))
        aside.rename(self.mail / "new" / name)

    def renumber(self) -> None:
        """Make the server forget all UIDs, as after a restore. Call this while it is stopped."""
        for path in self.mail.glob("dovecot*"):
            path.unlink()
        assert not re.search("dovecot-uidlist", " ".join(p.name for p in self.mail.iterdir()))

    def flags(self) -> dict[int, str]:
        """Return the flags of each mail by its UID."""
        client = self.client()
        try:
            selected = client.select("INBOX", readonly=True)
            assert selected[0] == "OK", f"{selected}\n{self.log}"
            _, rows = client.uid("FETCH", "1:*", "(FLAGS)")
        finally:
            client.logout()
        found = (re.search(rb"UID (\d+) FLAGS \(([^)]*)\)", row) for row in rows if isinstance(row, bytes))
        return {int(one[1]): one[2].decode() for one in found if one}
