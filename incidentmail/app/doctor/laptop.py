"""Examine a machine without a ledger, which sends its commands by mail to the machine that has one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.config.load import Config
from incidentmail.errors import ConfigError

from .configuration import CHECK
from .finding import Finding, failed, failure, ok, warning
from .ledger_file import CHECK as LEDGER
from .machine import zones
from .mailbox import mailbox
from .relays import relays
from .the_list import CHECK as LIST


def laptop(config: Config, now: datetime, *, is_posting: bool) -> Iterator[Finding]:
    """Yield findings on whether mail from this machine can reach the list and the machine with the ledger."""
    home = str(config.settings.home.address)
    yield ok(LEDGER, f"{home} has it; this machine needs none, and no key")
    yield from zones(now, config.settings.timezones)
    try:
        me = config.me()
    except ConfigError as error:
        yield failed(CHECK, error, cure="set [me] address", without="relays were not asked")
        return
    if me.address is None:
        yield failure(
            CHECK, f"no address is known for {me.name}, so {home} could not tell who writes; relays were not asked",
            'set [me] address = "Name <name@example.com>", or $EMAIL',
        )  # fmt: skip
        return
    yield from relays(
        config.settings.mail.relay,
        password=config.password,
        token=config.relay_token,
        helo=config.helo,
        sender=me.address,
        plus=None,
        recipients=(*config.every_list, home),
    )
    yield from mailbox(config, running=True, looked_at=None, now=now)
    if is_posting:
        what = f"no test mail was posted: only the machine of {home} sees it come back"
        yield warning(LIST, what, "run 'incidentmail doctor --round-trip' there")
