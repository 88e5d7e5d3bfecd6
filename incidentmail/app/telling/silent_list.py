"""Determine whether the list is expected to return our mail, and describe a list that has never returned any."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen
from incidentmail.core.times import show_duration
from incidentmail.ledger.view import LedgerView


class SilentList(Frozen, kw_only=True):
    """A list that has accepted our mail but never returned any. While there is still time, `is_overdue` is false."""

    address: str
    text: str
    is_overdue: bool


def silent_lists(context: AppContext, view: LedgerView) -> tuple[SilentList, ...]:
    """Return the lists that have never returned our mail. A list that only just got its first mail is not overdue."""
    lists, patience = context.config.lists, context.config.settings.list.returns_within
    overdue = view.never_returned(lists, until=context.now() - patience)
    return tuple(
        SilentList(
            address=address,
            text=never_returned(context, address) if address in overdue else _not_yet(context, view, address),
            is_overdue=address in overdue,
        )
        for address in view.never_returned(lists)
    )


def _not_yet(context: AppContext, view: LedgerView, address: str) -> str:
    now, patience = context.now(), context.config.settings.list.returns_within
    mails = view.unreturned(address, after=now - patience, until=now)
    times = [one.sent_at for mail in mails for one in mail.recipients if one.address == address and one.sent_at]
    waited = f" ({show_duration(now - min(times))})" if times else ""
    return (
        f"{_which(context, address)} has not returned our first mail yet{waited}; {show_duration(patience)} are normal"
    )


def awaits_copies(context: AppContext, view: LedgerView) -> bool:
    """Return whether our own mail is expected to come back from the list.

    An installation that receives no mail cannot miss any. So the result is true only if mail is accepted or fetched
    here, if some mail has arrived, or if the configuration sets `returns_within`. If that is set to "never", the result
    is false.
    """
    settings = context.config.settings
    if not settings.list.returns_within:
        return False
    is_set = settings.list.returns_within_ is not None
    takes = settings.listen.addresses or settings.imap.url
    return bool(is_set or takes or view.newest_accepted_at(before=context.now()))


def never_returned(context: AppContext, address: str) -> str:
    """Return a text saying that this list has never returned our mail, with the possible reasons."""
    which, bot = _which(context, address), context.config.bot.address
    return f"{which} has never returned a mail of ours: is {bot} subscribed to {address}, and may it post there?"


def _which(context: AppContext, address: str) -> str:
    lists = context.config.settings.list
    return {lists.restricted: "the restricted list", lists.drill: "the list of drills"}.get(address, "the list")
