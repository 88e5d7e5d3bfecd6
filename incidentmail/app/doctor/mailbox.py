"""Examine the mailbox from which replies are fetched: can we log in and open the folder?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.app.receiving.fetch_loop import secret_of
from incidentmail.config.load import Config
from incidentmail.core.times import show_duration
from incidentmail.errors import ConfigError, MailboxError
from incidentmail.transport.mailbox_url import parse_mailbox

from .finding import Finding, failed, failure, ok

CHECK = "mailbox"
TIMEOUT_S = 10.0
LOOKED_WITHIN = timedelta(minutes=30)


def mailbox(config: Config, *, running: bool, looked_at: datetime | None, now: datetime) -> Iterator[Finding]:
    """Yield findings on whether the mailbox can be opened, and whether its mail is being fetched.

    Nothing is fetched here. `running` is true if `serve` fetches mail from the mailbox, or if nothing needs to be
    fetched.
    """
    url = config.settings.imap.url
    if url is None:
        return
    from incidentmail.transport.imap_client import Session

    box = parse_mailbox(url)
    try:
        session = Session(box, secret_of(config, box), timeout_s=TIMEOUT_S)
    except (ConfigError, MailboxError) as error:
        yield failed(CHECK, error, cure=f"does {box.host} answer on port {box.port}? [imap] url names it")
        return
    try:
        session.open(read_only=True)
        idles = session.can_idle
    except MailboxError as error:
        yield failed(CHECK, error, cure="name a folder that exists: [imap] url, after the host")
        return
    finally:
        session.close()
    if not running and (looked_at is None or now - looked_at > LOOKED_WITHIN):
        since = f"since {show_duration(now - looked_at)}" if looked_at else "yet"
        yield failure(
            CHECK, f"{box.name} can be opened, but nobody has fetched from it {since}",
            "incidentmail serve, or 'incidentmail fetch' every minute",
        )  # fmt: skip
        return
    how = "reports new mail by itself" if idles else "is looked at from time to time"
    yield ok(CHECK, f"{box.name} can be opened, and {how}")
