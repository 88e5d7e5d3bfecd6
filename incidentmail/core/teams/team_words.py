"""Define the fixed words of our messages about customers, merging and restricting. Part of the lexicon."""

from __future__ import annotations

from collections.abc import Collection

from incidentmail.core.model import Incident
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.words import NOTHING_YET, FieldLine, in_brackets

from .approval import Approval

APPROVED_BY_KEY = "Approved by"
LAST_FOR_CUSTOMERS_KEY = "Last approved for customers"
FOR_CUSTOMERS_KEY = "Approved for customers"
FROM_BEFORE_THE_END = "from before the end"
STOP_WORD, YES = "stop", "yes"
RESTRICTED_REASON = "You get this mail because an incident has been restricted to this list."
DUPLICATE_OF = "Duplicate of"
MERGED_INTO_KEY, MERGED_FROM_KEY = "Merged into", "Merged from"
COUNTS_THERE = "replies to this mail count there"


def approved_by(approval: Approval, with_address: Collection[str] = ()) -> str:
    """Return the name of the person who approved words for customers, and that of their author if different.

    Addresses are shown only if listed in `with_address`.
    """
    names = join_names([approval.approved_by], with_address=with_address)
    if not approval.has_two_people:
        return names
    return f"{names} (words by {join_names([approval.by], with_address=with_address)})"


def is_from_before_the_end(incident: Incident) -> bool:
    """Return whether the incident has ended and its words for customers are older than the end."""
    if incident.is_open or not incident.customers_may_be_told:
        return False
    changes = [*(change for update in incident.announced for change in update.changes), *incident.unannounced]
    newest = {change.fact: change.at for change in changes}
    told_at, ended_at = newest.get("customers_may_be_told"), newest.get("status")
    return told_at is None or (ended_at is not None and told_at < ended_at)


def customer_lines(incident: Incident, key: str) -> list[FieldLine]:
    """Return the line under `key` with the words for customers.

    After the incident has ended, words from before the end get a different key, and there is no line if there are no
    words.
    """
    words = incident.customers_may_be_told
    if is_from_before_the_end(incident):
        return [FieldLine(LAST_FOR_CUSTOMERS_KEY, f"{words}{in_brackets(FROM_BEFORE_THE_END)}")]
    return [FieldLine(key, words or NOTHING_YET)] if words or incident.is_open else []


def merged_lines(incident: Incident) -> list[FieldLine]:
    """Return the lines naming the incident that this one was merged into, and those merged into this one."""
    into = [FieldLine(MERGED_INTO_KEY, f"{incident.merged_into}{in_brackets(COUNTS_THERE)}")]
    parts = [FieldLine(MERGED_FROM_KEY, ", ".join(incident.merged_from))]
    return [*(into if incident.merged_into else ()), *(parts if incident.merged_from else ())]
