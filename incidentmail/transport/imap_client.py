"""Hold one session with an IMAP server (RFC 3501): read UIDs, sizes and messages, set a flag, or move messages.

Commands contain UIDs, the configured folders and the account, but nothing from a message. The session waits at most
`TIMEOUT_S` for each response.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from select import POLLIN, poll
from typing import Any, Final, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    IMAPClientAbortError,
    IMAPClientReadOnlyError,
    LoginError,
)

from incidentmail.errors import MailboxRefusedError

from .imap_errors import other_scheme, plain, translated_errors
from .mailbox_url import Mailbox

CONNECT_S_MAX: Final = 30.0
TIMEOUT_S: Final = 60.0
"""The maximum time to wait for each response before the connection is given up, in seconds."""
SLICE_S: Final = 1.0
"""The interval at which a wait checks whether it should end, in seconds."""
UIDS_PER_COMMAND: Final = 200
"""RFC 7162 section 4: command lines must stay under 8,192 octets. A UID has at most ten digits."""
MAILS_OF_WINDOW: Final = 50_000
"""The number of UIDs requested at a time. A response that lists all of them is one line of less than 600 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """The credential for logging in: a password, or an OAuth 2 access token (XOAUTH2)."""

    kind: Literal["password", "token"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The state of a folder at the time when it was opened. `uid_next` is greater than every UID in it."""

    uidvalidity: int
    uid_next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The size of a message in bytes and its time of arrival (aware), which are known before it is fetched."""

    size: int
    arrived_at: datetime | None


class Session:
    """A logged-in connection.

    Methods raise MailboxRefusedError if the server answers NO or BAD, and MailboxUnavailableError for other errors.
    """

    def __init__(
        self, mailbox: Mailbox, secret: Secret, *, timeout_s: float = TIMEOUT_S, tls: ssl.SSLContext | None = None
    ) -> None:
        """Connect and log in. TLS is required for all except loopback connections.

        `tls` determines which certificates are trusted; by default, those that the system trusts.
        """
        self._mailbox, self._timeout_s = mailbox, timeout_s
        with translated_errors(mailbox, "connecting", hints=True):
            self._client = IMAPClient(
                mailbox.host,
                mailbox.port,
                ssl=mailbox.is_tls,
                ssl_context=tls or (ssl.create_default_context() if mailbox.is_tls else None),
                timeout=SocketTimeout(min(CONNECT_S_MAX, timeout_s), timeout_s),
            )
        self._client.normalise_times = False
        try:
            with translated_errors(mailbox, "logging in"):
                self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                if not mailbox.is_tls and not mailbox.is_local:
                    self._start_tls(tls or ssl.create_default_context())
                self._log_in(secret)
        except BaseException:
            self.drop()
            raise

    def _start_tls(self, tls: ssl.SSLContext) -> None:
        if not self._client.has_capability("STARTTLS"):
            raise MailboxRefusedError(
                "the server offers no STARTTLS, so no password is sent",
                mailbox=self._mailbox.name,
                hint=other_scheme(self._mailbox, "plain"),
            )
        self._client.starttls(tls)

    def _log_in(self, secret: Secret) -> None:
        """Log in with a token by XOAUTH2, or with a password by PLAIN (RFC 4616) if announced, otherwise by LOGIN."""
        user = self._mailbox.user
        if any(control in secret.text for control in "\r\n\0"):
            raise MailboxRefusedError(
                "the password or token holds a line end or NUL", mailbox=self._mailbox.name, is_login=True
            )
        try:
            if secret.kind == "token":
                self._client.oauth2_login(user, secret.text)
            elif self._client.has_capability("AUTH=PLAIN"):
                self._client.plain_login(user, secret.text)
            else:
                quoted = user.replace("\\", r"\\").replace('"', r"\"")
                self._client.login(f'"{quoted}"', secret.text)
        except LoginError as error:
            if isinstance(error.__context__, IMAPClientAbortError):
                raise error.__context__ from None
            raise MailboxRefusedError(
                f"the login was refused: {plain(error)}",
                mailbox=self._mailbox.name,
                is_login=True,
                hint="check the user in [imap] url, and the password or oauth2_command",
            ) from None

    def open(self, *, read_only: bool = False) -> Opened:
        """Select the folder. Do this before each use, because its UIDVALIDITY may have changed."""
        with translated_errors(self._mailbox, "opening the folder"):
            try:
                selected = self._client.select_folder(self._mailbox.folder, readonly=read_only)
            except IMAPClientReadOnlyError:
                raise MailboxRefusedError(
                    "the account may only read this folder", mailbox=self._mailbox.name, hint='[imap] after = "leave"'
                ) from None
            uidvalidity, uid_next = selected.get(b"UIDVALIDITY"), selected.get(b"UIDNEXT")
            if uid_next is None and selected[b"EXISTS"]:
                uid_next = 1 + max(self._client.search("*") or [0])
            if not uidvalidity:
                raise MailboxRefusedError("the server gives its mails no lasting numbers", mailbox=self._mailbox.name)
            return Opened(uidvalidity=int(uidvalidity), uid_next=int(uid_next or 1))

    def uids(self, *, after: int, before: int) -> Iterator[list[int]]:
        """Yield the UIDs greater than `after` and less than `before`, ascending, in lists of bounded length."""
        for first in range(after + 1, before, MAILS_OF_WINDOW):
            last = min(first + MAILS_OF_WINDOW, before) - 1
            with translated_errors(self._mailbox, "listing mails"):
                found = self._client.search(["UID", f"{first}:{last}"])
            yield sorted(uid for uid in set(found) if first <= uid <= last)

    def having_field(self, name: str, *, newest: int) -> list[int]:
        """Return the UIDs of at most `newest` of the newest messages that have the header field `name`, ascending.

        `name` is one of our own fields (RFC 3501 section 6.4.4: an empty string matches every message with the field).
        """
        with translated_errors(self._mailbox, "searching"):
            return sorted(set(self._client.search(["HEADER", name, ""])))[-newest:]

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Return the size and time of arrival of each message. Messages that no longer exist are omitted."""
        found: dict[int, Listed] = {}
        for chunk in _chunks(uids):
            with translated_errors(self._mailbox, "asking for sizes"):
                for uid, items in self._client.fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"]).items():
                    if isinstance(size := items.get(b"RFC822.SIZE"), int):
                        found[uid] = Listed(size=size, arrived_at=_aware(items.get(b"INTERNALDATE")))
        return found

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Return complete messages without marking them as read. Messages that no longer exist are omitted."""
        return self._bodies(uids, "BODY.PEEK[]", b"BODY[]")

    def header(self, uid: int, bytes_max: int) -> bytes | None:
        """Return the first `bytes_max` bytes of a message's header block, or None if the message is gone."""
        return self._bodies([uid], f"BODY.PEEK[HEADER]<0.{bytes_max}>", b"BODY[HEADER]<0>").get(uid)

    def _bodies(self, uids: Sequence[int], what: str, name: bytes) -> dict[int, bytes]:
        with translated_errors(self._mailbox, "fetching"):
            found = self._client.fetch(uids, [what])
            return {uid: items[name] for uid, items in found.items() if isinstance(items.get(name), bytes)}

    def mark_seen(self, uids: Sequence[int]) -> None:
        with translated_errors(self._mailbox, "marking as seen"):
            self._client.add_flags(uids, [r"\Seen"], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move messages with MOVE (RFC 6851) if the server announces it, otherwise copy them and mark them as deleted.

        In the latter case, expunge exactly these messages if the server supports it (UIDPLUS, RFC 4315). If the folder
        does not exist, create it.
        """
        with translated_errors(self._mailbox, f"moving to {folder}"):
            if not self._client.folder_exists(folder):
                self._client.create_folder(folder)
            if self._client.has_capability("MOVE"):
                self._client.move(uids, folder)
                return
            self._client.copy(uids, folder)
            self._client.add_flags(uids, [r"\Deleted", r"\Seen"], silent=True)
            if self._client.has_capability("UIDPLUS"):
                self._client.uid_expunge(uids)

    @property
    def can_idle(self) -> bool:
        with translated_errors(self._mailbox, "asking for capabilities"):
            return bool(self._client.has_capability("IDLE"))

    def idle(self, seconds: float, is_over: Callable[[], bool]) -> None:
        """Wait until the server reports anything (RFC 2177), `is_over` returns true, or `seconds` have passed.

        The server has to confirm the end of each wait, so that a dead connection is noticed.
        """
        with translated_errors(self._mailbox, "waiting for mail"):
            self._client.idle()
            give_up_at = time.monotonic() + seconds
            while (left := give_up_at - time.monotonic()) > 0 and not is_over():
                if self._has_input(min(SLICE_S, left)):
                    break
            self._client.idle_done()

    def _has_input(self, seconds: float) -> bool:
        """Return whether input from the server is already buffered, or arrives within `seconds`."""
        sock = self._socket()
        sock.setblocking(False)
        try:
            if self._client._imap.file.peek(1):
                return True
        except (BlockingIOError, ssl.SSLWantReadError):
            pass  # nothing is buffered and nothing has arrived
        finally:
            sock.settimeout(self._timeout_s)
        poller = poll()
        poller.register(sock.fileno(), POLLIN)
        return bool(poller.poll(seconds * 1000))

    def close(self) -> None:
        """Log out and end the connection. Ignore errors."""
        self._client.__exit__(None, None, None)

    def drop(self) -> None:
        """End the connection without LOGOUT. After an error, the server may no longer answer."""
        try:
            self._client.shutdown()
        except OSError:
            self._socket().close()

    def abort(self) -> None:
        """End the connection, so that any wait for a response fails. May be called from another thread."""
        try:
            # The TLS socket's own method is not safe from another thread.
            socket.socket.shutdown(self._socket(), socket.SHUT_RDWR)
        except OSError:
            return  # the connection has already ended

    def _socket(self) -> socket.socket:
        found: socket.socket = self._client.socket()
        return found


def _aware(value: Any) -> datetime | None:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else None


def _chunks(uids: Collection[int]) -> Iterator[list[int]]:
    ordered = list(uids)
    for start in range(0, len(ordered), UIDS_PER_COMMAND):
        yield ordered[start : start + UIDS_PER_COMMAND]
