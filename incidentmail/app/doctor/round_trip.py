"""Send a marked test mail to the list, wait until it comes back, and report what the list changed in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import apply_next
from incidentmail.app.receiving.fetch_loop import Fetcher
from incidentmail.app.sending.trial import send_trial
from incidentmail.app.serve_lock import is_running
from incidentmail.errors import IncidentMailError
from incidentmail.ledger.values import Outcome
from incidentmail.outbound.header_fields import Mail

from .finding import Finding, failed, failure
from .list_effects import effects
from .the_list import CHECK, changed

LOOK_S = 2.0
"""How many seconds to wait between two checks of the ledger or the mailbox."""
Sleep = Callable[[float], None]


def round_trip(context: AppContext, *, wait_s: float, sleep: Sleep = time.sleep) -> Iterator[Finding]:
    """Yield findings on whether the test mail came back within `wait_s` seconds, and what the list changed in it.

    If `serve` is not running, this function fetches from the mailbox. Mail that comes through a pipe does not need to
    be fetched.
    """
    address = context.config.list_address
    try:
        with context.ledger.snapshot() as view:
            before = view.accepted_head().size
        sent = send_trial(context, address)
        copy = _returned(context, sent.mail, before, wait_s, sleep)
    except IncidentMailError as error:
        yield failed(CHECK, error, cure="see what 'doctor' says without --round-trip")
        return
    if copy is None:
        bot = context.config.bot.address
        yield failure(
            CHECK, f"{sent.relay} took a test mail to {address}, and it did not come back within {wait_s:.0f} s",
            f"subscribe {bot} to the list, let it post there, and let its mail reach incidentmail; or is it held?"
            " If the list is slow: --wait 10m",
        )  # fmt: skip
        return
    yield from changed(address, effects(sent.mail.raw, copy, str(context.config.bot.address)))


def _returned(context: AppContext, mail: Mail, before: int, wait_s: float, sleep: Sleep) -> bytes | None:
    """Return the copy of our mail that comes back from the list, or None if none comes in time.

    Messages up to number `before` are not searched. The list may have given the copy another Message-ID.
    """
    fetcher = None
    if context.config.settings.imap.url is not None and not is_running(context.config.ledger_path):
        fetcher = Fetcher(context)
    until = time.monotonic() + wait_s
    while True:
        if fetcher is not None:
            fetcher.fetch_once()
            while apply_next(context) is not None:
                continue
        with context.ledger.snapshot() as view:
            outcomes = view.outcomes(after=before)
            seq = next((one.seq for one in outcomes if _is_copy(one, mail)), None)
            accepted = view.accepted(seq) if seq is not None else None
        if accepted is not None:
            return accepted.raw
        left = until - time.monotonic()
        if left <= 0:
            return None
        sleep(min(LOOK_S, left))


def _is_copy(outcome: Outcome, mail: Mail) -> bool:
    return (outcome.message_id or "").lower() == mail.message_id or outcome.subject.endswith(mail.subject)
