"""Detect from proven announcements that another installation was promoted and now leads."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import TAKE_OVER, leads
from incidentmail.app.record import record
from incidentmail.app.telling.mail_kinds import ALARM
from incidentmail.app.telling.private_mail import EVER, note_alarm
from incidentmail.core.events import AuthorityTaken, Event
from incidentmail.core.ids import Announcement
from incidentmail.core.model import Actor, Incident
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted
from incidentmail.outbound.operator_alarm import Alarm

from ..outcomes import cause


def is_promotion(announcement: Announcement, known: Incident | None) -> bool:
    """Return whether a message shows a promotion of the sending ledger that this ledger does not know about yet."""
    if known is None:
        return announcement.epoch > 0
    return announcement.epoch > known.epoch and not known.is_led_by(announcement.origin)


def is_contested(announcement: Announcement, known: Incident) -> bool:
    """Return whether two ledgers claim to lead under the same promotion number."""
    return announcement.epoch == known.epoch and not known.is_led_by(announcement.origin)


def follow_promotion(
    context: AppContext, tx: Transaction, accepted: Accepted, announcement: Announcement, known: Incident | None
) -> None:
    """If the message shows a promotion, record that the promoted ledger leads all other incidents, too.

    A promotion takes over all incidents, but its first mail is about only one of them, which may be unknown here. Our
    unsent mail is dropped.
    """
    if not is_promotion(announcement, known):
        return
    tell_deposed(context, tx, announcement, known)
    drop_own_mail(context, tx, known)
    for incident in tx.incidents(everything=True):
        if is_promotion(announcement, incident) and (known is None or incident.id != known.id):
            drop_own_mail(context, tx, incident)
            record(
                context, tx, incident.id, [AuthorityTaken(origin=announcement.origin, epoch=announcement.epoch)],
                version=incident.version, actor=context.itself(), at=context.now(), caused_by=cause(accepted),
                announces=False,
            )  # fmt: skip


def taken_over(context: AppContext, tx: Transaction, announcement: Announcement) -> list[Event]:
    """Return an event that takes over an incident declared by the previous leader, or [] if we do not lead.

    The declaration was in transit when this installation was promoted, so no other installation will lead the incident.
    """
    authority, origin = tx.authority(), context.ledger.origin
    is_ours = authority.leader == origin and announcement.epoch < authority.epoch
    return [AuthorityTaken(origin=origin, epoch=authority.epoch)] if is_ours else []


def stop_both(
    context: AppContext, tx: Transaction, accepted: Accepted, announcement: Announcement, known: Incident
) -> None:
    """Record that nobody leads the incident from now on, and tell the operator.

    The other installation reads our mail and does the same.
    """
    if known.leader == "":
        return
    drop_own_mail(context, tx, known)
    actor, at = context.itself(), context.now()
    record(
        context, tx, known.id, [AuthorityTaken(origin="", epoch=known.epoch)], version=known.version,
        actor=Actor(person=actor.person, trust=actor.trust), at=at, caused_by=cause(accepted), announces=False,
    )  # fmt: skip
    address = context.config.settings.operator.address
    if address is not None:
        alarm = Alarm(
            kind="two leaders",
            subject=known.id,
            lines=(f"the ledgers {context.ledger.origin} and {announcement.origin} both lead {known.id}",),
            remedy="Neither says anything about it from now on. Stop one of the two, then run 'incidentmail promote' "
            "on the other.",
        )
        note_alarm(tx, alarm, address=address, at=at)


def tell_deposed(context: AppContext, tx: Transaction, announcement: Announcement, known: Incident | None) -> None:
    """If this installation has led until now, tell the operator once that it no longer does.

    Call this before the promotion is recorded.
    """
    if not leads(context, tx, known):
        return
    alarm = Alarm(
        kind="deposed",
        subject=f"the ledger {announcement.origin}",
        lines=(f"the ledger {announcement.origin} leads now (promotion {announcement.epoch}); this one is silent",),
        remedy="Was that meant? If so, see that the mail server delivers mail to our address to the machine that leads "
        f"now: what only this one gets is kept and not acted on. If not, {TAKE_OVER}.",
    )
    _tell_once(context, tx, alarm)


def tell_mail_still_comes(context: AppContext, tx: Transaction, accepted: Accepted) -> None:
    """Tell the operator, once, that people's mail still reaches this installation although it no longer leads."""
    leader = tx.authority().leader
    if not leader or not tx.private_mails_since(EVER, kind=ALARM, cause="deposed"):
        return
    alarm = Alarm(
        kind="deposed",
        subject=f"mail still comes, and the ledger {leader} leads",
        lines=(f"number {accepted.seq} came here, and was kept without being acted on",),
        remedy="If the machine that leads gets a copy of all mail to the list and to our address, there is nothing to "
        "do. If not, let the mail server deliver it there. You are told this once; 'incidentmail inbox' shows what "
        "comes.",
    )
    _tell_once(context, tx, alarm)


def _tell_once(context: AppContext, tx: Transaction, alarm: Alarm) -> None:
    address = context.config.settings.operator.address
    if address is not None and not context.is_muted:
        note_alarm(tx, alarm, address=address, at=context.now(), once=True)


def drop_own_mail(context: AppContext, tx: Transaction, known: Incident | None) -> None:
    """Drop our unsent mail about an incident, because the installation that leads now sends its own."""
    if known is None:
        return
    tx.take_notices(now=context.now(), incident_id=known.id, early=True)
    for mail in tx.outbox(("queued",)):
        if mail.incident == known.id:
            tx.drop(mail.id, at=context.now())
