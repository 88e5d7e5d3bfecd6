"""Determine which of our lists a message reached, and therefore who may be told about an incident it declares."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.core.subject_prefixes import without_drill_mark
from incidentmail.core.text import one_line
from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.message import Message


def seen_by_list(message: Message, context: AppContext, *, drill: bool, restricted: bool) -> bool:
    """Return whether all subscribers of the list to which the incident is announced already have this message."""
    return _reached(message, context, context.config.list_of(drill=drill, restricted=restricted))


def is_restricted(message: Message, context: AppContext) -> bool:
    """Return whether a hand-written declaration names the restricted list, so that others are not told its content."""
    return _reached(message, context, context.config.settings.list.restricted)


def is_drill(message: Message, context: AppContext, title: str) -> bool:
    """Return whether a hand-written declaration begins a drill: its title is marked, or it reached the drill list."""
    return without_drill_mark(one_line(title)) is not None or is_for_drills(message, context)


def is_for_drills(message: Message, context: AppContext) -> bool:
    """Return whether a message reached the drill list but not the main list."""
    lists = context.config.settings.list
    return _reached(message, context, lists.drill) and not _reached(message, context, context.config.list_address)


def _reached(message: Message, context: AppContext, list_address: str | None) -> bool:
    """Return whether `message` came through the given list, or is addressed to it."""
    if list_address is None:
        return False
    mail = Provenance(message=message, roster=context.roster)
    came_through = mail.claimed_list == list_address and mail.through_our_list
    return came_through or list_address in {box.address for box in (*message.to, *message.cc)}
