"""Read our mail in an IMAP folder, to compare it with the ledger. The folder is opened read-only (EXAMINE)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

from incidentmail.app.receiving.fetch_loop import secret_of
from incidentmail.config.load import Config
from incidentmail.core.ids import OurField
from incidentmail.errors import ConfigError, UnreadableInputError
from incidentmail.inbound.limits import WHOLE_HEADER_BYTES_MAX
from incidentmail.transport.imap_client import Secret, Session
from incidentmail.transport.mailbox_url import Mailbox, parse_mailbox

from .saved_mail import SavedMail

PASSWORD = "INCIDENTMAIL_WITNESS_PASSWORD"
SCHEMES = ("imap://", "imaps://")
NEWEST = 100_000
"""How many of our newest mails in the folder are read."""


def mails_in_folder(config: Config, url: str) -> Iterator[SavedMail]:
    """Yield the header of each of our mails in the folder that `url` names (imaps://user@host/Folder).

    The password is in $INCIDENTMAIL_WITNESS_PASSWORD. The configured password is used only for the mailbox given by
    `[imap] url`. Raise UnreadableInputError if `url` is not such a URL, ConfigError if there is no password, and
    MailboxError if the server refuses a request or cannot be reached.
    """
    try:
        mailbox = parse_mailbox(url)
    except ValueError as error:
        raise UnreadableInputError(f"{url}: {error}", hint="imaps://user@host/Folder, or a path") from error
    with closing(Session(mailbox, _secret(config, mailbox))) as session:
        session.open(read_only=True)
        for uid in session.having_field(OurField.LEDGER, newest=NEWEST):
            header = session.header(uid, WHOLE_HEADER_BYTES_MAX)
            if header is not None:
                yield SavedMail(f"{mailbox.name}, mail {uid}", header)


def _secret(config: Config, mailbox: Mailbox) -> Secret:
    if password := os.environ.get(PASSWORD):
        return Secret(kind="password", text=password)
    own = config.settings.imap.url
    if own is not None and _account(parse_mailbox(own)) == _account(mailbox):
        return secret_of(config, mailbox)
    raise ConfigError(f"there is no password for {mailbox.name}", hint=f"set ${PASSWORD}")


def _account(mailbox: Mailbox) -> tuple[str, int, str]:
    return mailbox.host, mailbox.port, mailbox.user
