"""Determine whether the list should return our mail, and describe a list that has never returned any."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.ledger.view import LedgerView


def awaits_copies(context: AppContext, view: LedgerView) -> bool:
    """Return whether our own mail should come back from the list.

    An installation that receives no mail cannot miss any. So this is true only if mail is accepted or fetched here, if
    some mail has arrived, or if the configuration explicitly sets `returns_within`. If that is "never", return False.
    """
    settings = context.config.settings
    if not settings.list.returns_within:
        return False
    is_set = settings.list.returns_within_ is not None
    takes = settings.listen.addresses or settings.imap.url
    return bool(is_set or takes or view.newest_accepted_at(before=context.now()))


def never_returned(context: AppContext, address: str) -> str:
    """Return a text that says that this list has never returned our mail, and the possible reasons."""
    lists = context.config.settings.list
    which = {lists.restricted: "the restricted list", lists.drill: "the list of drills"}.get(address, "the list")
    bot = context.config.bot.address
    return f"{which} has never returned a mail of ours: is {bot} subscribed to {address}, and may it post there?"
