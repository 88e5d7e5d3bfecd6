"""Explain the status code of a delivery report in our own words (RFC 3463 section 3), without side effects.

The report's own text is never repeated in our mail, because anybody who has a Message-ID of ours can write a report.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

UNKNOWN = "no status was given"

DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "1.1": "no such mailbox",
        "1.2": "no such mail domain",
        "1.3": "the address is not valid",
        "1.4": "the address may mean several mailboxes",
        "1.6": "the mailbox has moved",
        "1.7": "our own address is not accepted",
        "1.8": "our own address is not accepted",
        "1.10": "that domain takes no mail",
        "2.1": "the mailbox is switched off",
        "2.2": "the mailbox is full",
        "2.3": "the mail is too long for that mailbox",
        "2.4": "the mailing list could not pass it on",
        "3.1": "the mail system there has no space left",
        "3.2": "the mail system there takes no mail now",
        "3.4": "the mail is too large for the mail system there",
        "4.1": "the mail server there does not answer",
        "4.2": "the connection to the mail server there broke",
        "4.3": "the name service gave no answer",
        "4.4": "no mail server was found for it",
        "4.6": "the mail went round in a circle",
        "4.7": "it was tried for too long",
        "5.3": "the mail has too many recipients",
        "7.1": "we may not send mail there",
        "7.2": "we may not send mail to that list",
        "7.20": "no valid signature was found",
        "7.23": "our mail server is not allowed to send for our domain",
        "7.25": "our mail server has no valid name",
        "7.26": "our mail could not be authenticated",
    }
)
SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "1": "something is wrong with the address",
        "2": "something is wrong with the mailbox",
        "3": "something is wrong with the mail system there",
        "4": "something is wrong with the network or the route",
        "5": "the mail servers did not understand each other",
        "6": "the content of the mail was not accepted",
        "7": "a rule of the mail system there forbids it",
    }
)


def status_in_words(status: str | None) -> str:
    """Return a status code and its meaning. The result contains nothing else from the report.

    >>> status_in_words("5.1.1"), status_in_words("5.7.999"), status_in_words("2.0.0"), status_in_words(None)
    ('5.1.1: no such mailbox', '5.7.999: a rule of the mail system there forbids it', '2.0.0', 'no status was given')
    """
    if status is None:
        return UNKNOWN
    _, _, detail = status.partition(".")
    words = DETAILS.get(detail) or SUBJECTS.get(detail.partition(".")[0])
    return f"{status}: {words}" if words else status
