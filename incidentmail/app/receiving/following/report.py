"""Process delivery reports, which say that our message failed for somebody, is delayed, or has arrived.

A report counts only if it returns a Message-ID that we can prove to be ours, and if nothing disproves the host that
reports (inbound/authentication/reporting_host.py). It never changes an incident. Everybody who has read our mail knows
its Message-ID, so a report may be forged. For this reason people are told its status code in our words, and never its
text. If the list has returned a mail, a report that this mail did not reach the list is not believed. If the host is
not proven, such a report is ignored as long as the list may still return the mail. After that, people are told that the
list did not return the mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from incidentmail.app.context import AppContext
from incidentmail.app.telling.silent_list import awaits_copies
from incidentmail.app.telling.status_words import status_in_words
from incidentmail.app.undelivered import tell_behind_list, tell_undelivered
from incidentmail.core.ids import message_id, read_message_id
from incidentmail.core.record.keys import every
from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.authentication.reporting_host import report_trust
from incidentmail.inbound.delivery_report import DeliveryReport, Reported
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import OutboxMail
from incidentmail.ledger.values import Reported as What

WHAT: dict[str, What] = {"failed": "failed", "delayed": "delayed"}
"""The actions of RFC 3464 that matter. All others say that a server has passed the message on."""


@dataclass(frozen=True, slots=True)
class ReportFollowed:
    """The incident of the returned message, or None, and a text that sums up the report."""

    incident: str | None
    reason: str


def follow_report(
    context: AppContext, tx: Transaction, report: DeliveryReport, provenance: Provenance | None
) -> ReportFollowed | None:
    """Record the report about one of our messages, and schedule mails to the people who must be told.

    `provenance` is the provenance of the report. Return None if the report is not about one of our messages.
    """
    mail = next(_returned(context, tx, report), None)
    if mail is None:
        return None
    if not mail.reverse_path:
        why = "it left with a null reverse-path, so no mail system reports on it"  # RFC 5321 section 4.5.5
        return ReportFollowed(mail.incident, f"mail {mail.id}: {why}")
    addresses = [recipient.address for recipient in mail.recipients]
    trust = report_trust(provenance, addresses) if provenance else "unproven"
    if trust == "disproved":
        return ReportFollowed(mail.incident, f"mail {mail.id}: nothing is believed, because its sender is forged")
    is_proven = trust == "proven"
    said = [text for one in report.recipients for text in _follow(context, tx, mail, one, is_proven=is_proven)]
    return ReportFollowed(mail.incident, "; ".join(dict.fromkeys(said)) or f"mail {mail.id}: it names nobody")


def _returned(context: AppContext, tx: Transaction, report: DeliveryReport) -> Iterator[OutboxMail]:
    """Yield each of our messages that the report may return, ignoring the case of its Message-ID."""
    domain = str(context.config.bot.address).rpartition("@")[2]
    for text in report.original_ids:
        name = read_message_id(context.key, text)
        if name is not None:
            yield from tx.outbox(message_ids=[message_id(one, name, domain) for one in every(context.key)])


def _follow(
    context: AppContext, tx: Transaction, mail: OutboxMail, reported: Reported, *, is_proven: bool
) -> Iterator[str]:
    ours = [recipient.address for recipient in mail.recipients]
    named = [address for address in ours if address in reported.addresses]
    what, reply = WHAT.get(reported.action, "arrived"), status_in_words(reported.status)
    if not named and len(ours) == 1 and ours[0] not in _lists(context):
        named = ours  # the mail was forwarded, so the report names an address to which we never wrote
    for address in named:
        if what != "arrived" and mail.returned_at is not None and address in context.config.lists:
            yield f"a report says that mail {mail.id} {_VERBS[what]} {address}, but the list has returned it"
            continue
        if what != "arrived" and not is_proven and _may_return(context, tx, mail, address):
            yield f"{_DOUBTED} that mail {mail.id} {_VERBS[what]} {address}, and the list may still return it"
            continue
        said = reported.diagnostic or None
        is_news = tx.note_report(mail.id, address, what=what, reply=reply, said=said, at=context.now())
        if is_news and what == "failed":
            tell_undelivered(context, tx, mail, address, how="returned", reply=reply)
        yield f"mail {mail.id} {_VERBS[what]} {address}: {reply}"
    if not named:
        whom = ", ".join(reported.addresses) or "somebody"
        if what == "failed":
            tell_behind_list(context, tx, mail, whom, reply=reply)
        yield f"mail {mail.id} {_VERBS[what]} {whom}, to whom we did not send it: {reply}"


_DOUBTED = "a report says, and nothing proves who wrote it,"


def _may_return(context: AppContext, tx: Transaction, mail: OutboxMail, address: str) -> bool:
    """Return whether the address is that of one of our lists and the list may still return this mail."""
    if address not in context.config.lists or not awaits_copies(context, tx) or tx.never_returned([address]):
        return False
    sent_at = next((one.sent_at for one in mail.recipients if one.address == address), None)
    return sent_at is not None and context.now() < sent_at + context.config.settings.list.returns_within


_VERBS: dict[What, str] = {"failed": "failed for", "delayed": "is delayed for", "arrived": "has arrived for"}


def _lists(context: AppContext) -> tuple[str | None, ...]:
    return (*context.config.lists, context.config.settings.list.backup)
