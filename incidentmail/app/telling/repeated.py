"""Stop answering an address that sends the same words a third time within an hour: it is probably a program.

This ends loops between two programs that answer each other. The operator is told. Mail that other people cause, such as
an offer or a question, is still sent to that address, because it cannot be part of such a loop.
"""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.core.model import Trust
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import PrivateMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.operator_alarm import Alarm

from .mail_kinds import HOUR, KINDS
from .private_mail import digest_of, note_alarm

SAME_WORDS = "the same words came a third time within an hour"
"""The reason why an address that repeats itself is not answered."""
_MARK = "repeats"
"""The kind of a row which records an address that repeats itself. It causes no mail, and no limit counts it."""


def is_third_time(view: LedgerView, kind: str, address: str, incident: str | None, said: str, at: datetime) -> bool:
    """Return whether, within the past hour, the same words were answered as often as `kind` allows."""
    digest = digest_of(kind, address, incident or "", said)
    return (
        view.private_mails_since(at - HOUR, address=address, kind=kind, digest=digest) >= KINDS[kind].same_an_hour_max
    )


def note_repeated(context: AppContext, tx: Transaction, address: str, *, at: datetime, trust: Trust) -> None:
    """Record that an address with this trust has sent the same words a third time, and tell the operator."""
    tx.add_private_mail(PrivateMail(kind=_MARK, address="", incident=None, at=at, digest=_of(address, trust)))
    operator = context.config.settings.operator.address
    if operator is None or context.is_muted:
        return
    alarm = Alarm(
        kind="repeated",
        subject=address,
        lines=(f"{address}: {SAME_WORDS}",),
        remedy="It is not answered for an hour. If a program writes there, switch it off or take it off the list; "
        "'incidentmail inbox' shows what it sent.",
    )
    note_alarm(tx, alarm, address=operator, at=at)


def is_not_answered(view: LedgerView, address: str, at: datetime, *, trust: Trust) -> bool:
    """Return whether an address with this trust has sent the same words a third time within the past hour.

    Verified people are still answered if somebody else writes under their addresses.
    """
    return view.private_mails_since(at - HOUR, kind=_MARK, digest=_of(address, trust)) > 0


def _of(address: str, trust: Trust) -> str:
    return digest_of(_MARK, address, trust, "")
