"""Watch a mailbox while the program runs: connect, fetch, wait, and reconnect if the connection is lost."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Final

from incidentmail.app.context import AppContext
from incidentmail.config.load import Config
from incidentmail.core.text import printable_line
from incidentmail.errors import ConfigError, IncidentMailError, MailboxRefusedError
from incidentmail.transport.imap_client import TIMEOUT_S, Secret, Session
from incidentmail.transport.mailbox_url import Mailbox, parse_mailbox

from .fetch_folder import Fetched, fetch_new

log = logging.getLogger("incidentmail")

RETRY_S_MIN: Final = 1.0
RETRY_S_MAX: Final = 300.0
LOOK_S_MIN: Final = 1.0
"""The shortest time between two checks of the folder, even if the server reports new mail all the time."""


class Fetcher:
    """A fetcher that runs in the thread that calls it, until another thread calls `stop`."""

    def __init__(self, context: AppContext, *, timeout_s: float = TIMEOUT_S, retry_s_min: float = RETRY_S_MIN) -> None:
        """Prepare to fetch. Raise ConfigError if no mailbox is configured."""
        if context.config.settings.imap.url is None:
            raise ConfigError(
                "no mailbox to fetch from", hint='[imap] url = "imaps://incident-bot@imap.example.com/INBOX"'
            )
        self.context = context
        self.mailbox: Mailbox = parse_mailbox(context.config.settings.imap.url)
        self._timeout_s, self._retry_s_min = timeout_s, retry_s_min
        self._over = threading.Event()
        self._session: Session | None = None
        self._secret: Secret | None = None

    def fetch_once(self) -> Fetched:
        """Check the folder once. Raise MailboxError, LedgerError or ConfigError."""
        session = self._connect()
        try:
            fetched = fetch_new(self.context, session, self.mailbox, self._over.is_set)
        except BaseException:
            session.drop()
            raise
        session.close()
        return fetched

    def run(self, on_look: Callable[[Fetched], None]) -> None:
        """Fetch messages as they arrive, until `stop` is called.

        `on_look` is called after each check of the folder, even after one that was interrupted, because messages may
        have been accepted.
        """
        failures = 0
        while not self._over.is_set():
            try:
                self._session = self._connect()
                if failures:
                    log.info("imap: %s answers again", self.mailbox.name)
                failures = 0
                self._watch(self._session, on_look)
            except Exception as error:  # the watch has to survive any failure of one connection, and report it
                if self._over.is_set():
                    return
                failures += 1
                wait_s = self._back_off(failures)
                log.warning("imap: %s; next try in %.0f s", _said(error), wait_s)
                self._over.wait(wait_s)
            finally:
                if self._session is not None:
                    self._session.drop()
                    self._session = None

    def stop(self) -> None:
        """End `run` at once. Messages whose fetching is interrupted are fetched again next time."""
        self._over.set()
        if (session := self._session) is not None:
            session.abort()

    def _watch(self, session: Session, on_look: Callable[[Fetched], None]) -> None:
        imap = self.context.config.settings.imap
        can_idle = session.can_idle
        while not self._over.is_set():
            looked_at = time.monotonic()
            fetched = fetch_new(self.context, session, self.mailbox, self._over.is_set)
            if fetched.seqs:
                log.info("imap: %s: %s", self.mailbox.name, fetched)
            on_look(fetched)
            if can_idle:
                session.idle(imap.idle_for.total_seconds(), self._over.is_set)
            pause_s = LOOK_S_MIN if can_idle else imap.poll_every.total_seconds()
            self._over.wait(max(0.0, looked_at + pause_s - time.monotonic()))

    def _connect(self) -> Session:
        """Return a session. If the server refuses an access token that was used before, use a new one."""
        known = self._secret
        self._secret = known or secret_of(self.context.config, self.mailbox)
        try:
            return Session(self.mailbox, self._secret, timeout_s=self._timeout_s)
        except MailboxRefusedError as error:
            self._secret = None
            if known is None or not error.is_login:
                raise
        self._secret = secret_of(self.context.config, self.mailbox)
        return Session(self.mailbox, self._secret, timeout_s=self._timeout_s)

    def _back_off(self, failures: int) -> float:
        """Return the delay before reconnecting, which doubles after each failure, up to five minutes.

        The delay is randomised, so that clients do not all reconnect at once.
        """
        wait_s: float = min(RETRY_S_MAX, self._retry_s_min * 2 ** min(failures, 16))
        return random.uniform(0.5, 1.0) * wait_s


def secret_of(config: Config, mailbox: Mailbox) -> Secret:
    """Return the account's password or token, from the source given in the configuration.

    Raise ConfigError if there is none.
    """
    if (token := config.imap_token()) is not None:
        return Secret(kind="token", text=token)
    if (password := config.imap_password()) is not None:
        return Secret(kind="password", text=password)
    raise ConfigError(
        f"there is no password for {mailbox.name}",
        hint="set $INCIDENTMAIL_IMAP_PASSWORD, or [imap] password_command or oauth2_command",
    )


def _said(error: BaseException) -> str:
    if not isinstance(error, IncidentMailError):
        return printable_line(f"{type(error).__name__}: {error}")[:500]
    return printable_line(f"{error} ({error.hint})" if error.hint else str(error))[:700]
