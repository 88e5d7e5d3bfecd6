"""Decide whether to treat a mail from a listed sender as an alert, and whether that sender is verified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.message import Message
from incidentmail.inbound.no_letter import is_report_in_words
from incidentmail.inbound.screen import Disposition, reports_failure, screen

MAY_BE_ALERTS: Final = frozenset({
    "auto-submitted", "precedence", "list-notice", "bulk-without-list", "loop-mark", "no-reply-address",
    "failure-notice-subject", "failure-notice-text", "complaint-subject",
})  # fmt: skip
"""The screening rules that indicate a program as the author, but no reply or delivery report.

The last three rules search for words that can also occur in an alert about undeliverable mail.
"""
UNPROVEN, TOO_OLD = "unproven", "too-old"
"""The rules for alerts that propose nothing but need somebody's attention."""
NULL_REVERSE_PATH: Final = "null-reverse-path"
_ANSWERS: Final = ("auto_reply", "auto-reply")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a listed sender's mail counts as an alert, and whether the sender is verified. `why` is a sentence."""

    counts: bool
    is_proven: bool
    rule: str
    why: str


def is_alert_form(message: Message) -> bool:
    """Return whether a mail has a form used by monitoring systems.

    Automatic replies, delivery reports and invitations do not, whoever sent them (RFC 3834 section 5).

    >>> from incidentmail.inbound.message import Envelope, parse_message
    >>> [is_alert_form(parse_message(f"Auto-Submitted: {value}\\n\\n".encode(), Envelope(way="pipe")))
    ...  for value in ("auto-generated", "auto-replied (vacation)")]
    [True, False]
    """
    screened = screen(message)
    if any(value.strip().lower().startswith("auto-replied") for value in message.all_fields("auto-submitted")):
        return False
    if any(value.strip().lower() in _ANSWERS for value in message.all_fields("precedence")):
        return False
    if screened.rule == NULL_REVERSE_PATH:
        return not (reports_failure(message) or is_report_in_words(message))
    return screened.disposition is Disposition.PERSON or screened.rule in MAY_BE_ALERTS


def standing(mail: Provenance, *, is_secret: bool) -> Standing | None:
    """Return how far a mail from a listed sender is trusted, or None if its sender is not listed.

    `is_secret` is true if the mail came to the secret address that only our monitoring knows. The first rule that
    applies wins.
    """
    sender = mail.message.header_from
    if sender is None or not mail.roster.is_alert_sender(sender.address):
        return None
    name, counts, is_proven, why = next(
        (name, counts, is_proven, why) for name, hits, counts, is_proven, why in _RULES if hits(mail, is_secret)
    )
    return Standing(counts=counts, is_proven=is_proven, rule=name, why=why.format(sender.address))


_Hits = Callable[[Provenance, bool], bool]
_RULES: Final[tuple[tuple[str, _Hits, bool, bool, str], ...]] = (
    ("untrusted-way", lambda m, _: not m.came_a_trusted_way, False, False,
     "none of our own servers handed it over"),
    ("disproved", lambda m, _: m.is_disproved, False, False,
     "our server says that {} did not send it"),
    ("secret-address", lambda _, is_secret: is_secret, True, True,
     "it came to the secret address for alerts"),
    ("unverified", lambda m, _: m.roster.verify == "none", True, False,
     "{} is listed, and nothing is verified here"),
    ("proven", lambda m, _: m.evidence.verdict in ("pass", "sealed"), True, True,
     "it is proven that {} sent it"),
    (UNPROVEN, lambda *_: True, False, False,
     "nothing proves that {} sent it"),
)  # fmt: skip
