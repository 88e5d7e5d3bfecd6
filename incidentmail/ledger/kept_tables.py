"""List the tables, apart from the two chains, that a copy of a ledger must include.

These do not include the states of incidents and the checksums, which are derived from the rest.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class KeptTable(NamedTuple):
    """A table and its columns. `packed` is the column with compressed values, and `binary` the one with a hash.

    The first two columns are unique together, and rows are ordered by them.
    """

    name: str
    columns: tuple[str, ...]
    packed: str | None = None
    binary: str | None = None


def _table(name: str, columns: str, *, packed: str | None = None, binary: str | None = None) -> KeptTable:
    return KeptTable(name, tuple(columns.split()), packed, binary)


KEPT: Final = (
    _table("pending", "seq"),
    _table(
        "outcomes",
        "seq decided_at message_id header_from subject disposition rule incident trust outcome reason copy_key"
        " trust_rule",
    ),
    _table("failures", "seq attempts error"),
    _table("deferred", "seq until times reason"),
    _table("threads", "message_id incident"),
    _table("earlier_texts", "id incident text", packed="text"),
    _table("folders", "id name opened_at uidvalidity uid looked_at"),
    _table("folder_mails", "folder sha256", binary="sha256"),
    _table("folder_marks", "folder uid"),
    _table("folder_withheld", "folder uid attempts"),
    _table("notices", "id incident kind due_at cause recipient number"),
    _table(
        "outbox",
        "id message_id incident subject reverse_path raw state queued_at next_attempt_at leased_until leased_by"
        " attempts last_error sent_at returned_at missed_at",
        packed="raw",
    ),
    _table("outbox_recipients", "mail address state reply sent_at delayed_at failed_at said"),
    _table("private_mails", "id kind address incident at digest content ref filed cause"),
    _table("senders", "folded address name"),
    _table(
        "deliveries",
        "id name hook incident event payload state queued_at next_attempt_at leased_until leased_by attempts"
        " last_error sent_at",
        packed="payload",
    ),
    _table("alerts", "number state content"),
    _table("alert_parts", "alert key title severity count last_at is_over"),
    _table("alert_mails", "mail alert"),
)
"""The tables, ordered so that each row comes after the rows to which it refers."""
BY_NAME: Final = {table.name: table for table in KEPT}
