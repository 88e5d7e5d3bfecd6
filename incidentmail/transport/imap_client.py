"""One session with an IMAP server (RFC 3501): numbers, sizes and bytes come in; a flag or a move goes out.

Commands hold UIDs, the configured folders and the account, and nothing that stood in a mail. Every answer is waited
for, at most `TIMEOUT_S`.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from select import POLLIN, poll
from typing import Any, Final, Literal

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
    ProtocolError,
)

from incidentmail.core.text import one_line
from incidentmail.errors import MailboxRefusedError, MailboxUnavailableError

from .mailbox_url import Mailbox

CONNECT_S_MAX: Final = 30.0
TIMEOUT_S: Final = 60.0
"""Patience with each answer; a connection that fell silent is given up after it."""
SLICE_S: Final = 1.0
"""How long a wait goes on before it looks whether all shall end."""
UIDS_PER_COMMAND: Final = 200
"""RFC 7162 section 4: command lines stay under 8,192 octets; a UID has at most ten digits."""
MAILS_OF_WINDOW: Final = 50_000
"""UIDs asked for at a time: an answer that names all of them has under 600 kB in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """What logs in: a password, or an OAuth 2 access token (XOAUTH2)."""

    kind: Literal["password", "token"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A folder as it was when it was opened. `uid_next` is greater than every UID in it."""

    uidvalidity: int
    uid_next: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the server says of a mail before it is fetched: its size in bytes, and when it arrived (aware)."""

    size: int
    arrived_at: datetime | None


class Session:
    """A logged-in connection. Methods raise MailboxUnavailableError and, for a NO or BAD, MailboxRefusedError."""

    def __init__(
        self, mailbox: Mailbox, secret: Secret, *, timeout_s: float = TIMEOUT_S, tls: ssl.SSLContext | None = None
    ) -> None:
        """Connects and logs in; without TLS only on loopback. `tls`: whom to trust, the system's by default."""
        self._mailbox, self._timeout_s = mailbox, timeout_s
        with _told(mailbox, "connecting"):
            self._client = IMAPClient(
                mailbox.host,
                mailbox.port,
                ssl=mailbox.is_tls,
                ssl_context=tls or (ssl.create_default_context() if mailbox.is_tls else None),
                timeout=SocketTimeout(min(CONNECT_S_MAX, timeout_s), timeout_s),
            )
        self._client.normalise_times = False
        try:
            with _told(mailbox, "logging in"):
                self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                if not mailbox.is_tls and not mailbox.is_local:
                    self._client.starttls(tls or ssl.create_default_context())
                self._log_in(secret)
        except BaseException:
            self.drop()
            raise

    def _log_in(self, secret: Secret) -> None:
        """RFC 4616 or XOAUTH2 where announced, else LOGIN (RFC 3501 section 6.2.3)."""
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
                f"the login was refused: {_plain(error)}",
                mailbox=self._mailbox.name,
                is_login=True,
                hint="check the user in [imap] url, and the password or oauth2_command",
            ) from None

    def open(self, *, read_only: bool = False) -> Opened:
        """Selects the folder, anew each time: its numbers may have changed meanwhile."""
        with _told(self._mailbox, "opening the folder"):
            try:
                said = self._client.select_folder(self._mailbox.folder, readonly=read_only)
            except IMAPClientReadOnlyError:
                raise MailboxRefusedError(
                    "the account may only read this folder", mailbox=self._mailbox.name, hint='[imap] after = "leave"'
                ) from None
            uidvalidity, uid_next = said.get(b"UIDVALIDITY"), said.get(b"UIDNEXT")
            if uid_next is None and said[b"EXISTS"]:
                uid_next = 1 + max(self._client.search("*") or [0])
            if not uidvalidity:
                raise MailboxRefusedError("the server gives its mails no lasting numbers", mailbox=self._mailbox.name)
            return Opened(uidvalidity=int(uidvalidity), uid_next=int(uid_next or 1))

    def uids(self, *, after: int, before: int) -> Iterator[list[int]]:
        """The UIDs between the two, ascending, in lists of bounded length."""
        for first in range(after + 1, before, MAILS_OF_WINDOW):
            last = min(first + MAILS_OF_WINDOW, before) - 1
            with _told(self._mailbox, "listing mails"):
                found = self._client.search(["UID", f"{first}:{last}"])
            yield sorted(uid for uid in set(found) if first <= uid <= last)

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """What the server says of each mail; those that are gone are missing."""
        found: dict[int, Listed] = {}
        for some in _chunks(uids):
            with _told(self._mailbox, "asking for sizes"):
                for uid, said in self._client.fetch(some, ["RFC822.SIZE", "INTERNALDATE"]).items():
                    if isinstance(size := said.get(b"RFC822.SIZE"), int):
                        found[uid] = Listed(size=size, arrived_at=_aware(said.get(b"INTERNALDATE")))
        return found

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Whole mails, left unread; those that are gone are missing."""
        return self._bodies(uids, "BODY.PEEK[]", b"BODY[]")

    def header(self, uid: int, bytes_max: int) -> bytes | None:
        """The beginning of a mail's header block."""
        return self._bodies([uid], f"BODY.PEEK[HEADER]<0.{bytes_max}>", b"BODY[HEADER]<0>").get(uid)

    def _bodies(self, uids: Sequence[int], what: str, name: bytes) -> dict[int, bytes]:
        with _told(self._mailbox, "fetching"):
            found = self._client.fetch(uids, [what])
            return {uid: said[name] for uid, said in found.items() if isinstance(said.get(name), bytes)}

    def mark_seen(self, uids: Sequence[int]) -> None:
        with _told(self._mailbox, "marking as seen"):
            self._client.add_flags(uids, [r"\Seen"], silent=True)

    def move(self, uids: Sequence[int], folder: str) -> None:
        """RFC 6851 where announced; else copies, and expunges exactly these where the server can (RFC 4315)."""
        with _told(self._mailbox, f"moving to {folder}"):
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
        with _told(self._mailbox, "asking for capabilities"):
            return bool(self._client.has_capability("IDLE"))

    def idle(self, seconds: float, is_over: Callable[[], bool]) -> None:
        """Waits until the server tells of anything (RFC 2177), at most `seconds`.

        The end of each wait is answered by the server, so that a connection that fell silent is noticed here.
        """
        with _told(self._mailbox, "waiting for mail"):
            self._client.idle()
            give_up_at = time.monotonic() + seconds
            while (left := give_up_at - time.monotonic()) > 0 and not is_over():
                if self._has_input(min(SLICE_S, left)):
                    break
            self._client.idle_done()

    def _has_input(self, seconds: float) -> bool:
        """Whether the server has said something: read ahead already, or within `seconds`."""
        sock = self._socket()
        sock.setblocking(False)
        try:
            if self._client._imap.file.peek(1):
                return True
        except (BlockingIOError, ssl.SSLWantReadError):
            pass  # nothing was read ahead, and nothing has come
        finally:
            sock.settimeout(self._timeout_s)
        poller = poll()
        poller.register(sock.fileno(), POLLIN)
        return bool(poller.poll(seconds * 1000))

    def close(self) -> None:
        """Says goodbye where the server still listens."""
        self._client.__exit__(None, None, None)

    def drop(self) -> None:
        """Ends the connection without another word: after an error nobody may listen any more."""
        try:
            self._client.shutdown()
        except OSError:
            self._socket().close()

    def abort(self) -> None:
        """Ends the connection under whoever waits for an answer; may be called from another thread."""
        try:
            socket.socket.shutdown(self._socket(), socket.SHUT_RDWR)  # not TLS's own, which is no other thread's
        except OSError:
            return  # it has ended already

    def _socket(self) -> socket.socket:
        found: socket.socket = self._client.socket()
        return found


@contextmanager
def _told(mailbox: Mailbox, doing: str) -> Iterator[None]:
    """The many errors of imaplib and of sockets, in two words of our own: refused, or not available."""
    name = mailbox.name
    try:
        yield
    except (MailboxRefusedError, MailboxUnavailableError):
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailboxUnavailableError(
            f"the certificate of {mailbox.host} does not hold: {error.verify_message}", mailbox=name
        ) from error
    except (IMAPClientAbortError, ProtocolError, OSError) as error:
        raise MailboxUnavailableError(f"{doing} failed: {_plain(error)}", mailbox=name) from error
    except IMAPClientError as error:
        raise MailboxRefusedError(f"{doing} was refused: {_plain(error)}", mailbox=name) from error
    except Exception as error:  # the library raises anything over an answer that it cannot parse
        raise MailboxUnavailableError(
            f"{doing} failed: the answer cannot be read ({type(error).__name__}: {_plain(error)})", mailbox=name
        ) from error


def _plain(error: BaseException) -> str:
    text = str(error)
    return one_line(text[2:-1] if text[:2] in ("b'", 'b"') else text)[:300] or type(error).__name__


def _aware(value: Any) -> datetime | None:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else None


def _chunks(uids: Collection[int]) -> Iterator[list[int]]:
    ordered = list(uids)
    for start in range(0, len(ordered), UIDS_PER_COMMAND):
        yield ordered[start : start + UIDS_PER_COMMAND]
