"""Process our own mail: copies of mail that we sent, and announcements by another installation with the same key.

From proven mail, only the changed facts are recorded, with the authors that the mail names. They are not announced
again, because only one ledger leads an incident. If the proof is not valid, the header fields and the wording do not
count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.record import record
from incidentmail.core.events import Announced, AuthorityTaken, Declared, Event, UpdateGiven
from incidentmail.core.facts import APPROVAL, ROLE_PREFIX, SAID, event_for
from incidentmail.core.fold import state_after
from incidentmail.core.frozen import read
from incidentmail.core.ids import Announcement, MailName, message_id
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.record.keys import LostKey, every
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.text import fold_case
from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.message import Message
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted, OutcomeName

from ..outcomes import cause
from ..recognise import Recognised
from .leadership import follow_promotion, is_contested, is_promotion, stop_both, taken_over

FOLLOWED_MAIL = "own-mail-of-the-same-key"
"""The rule of a mail in which another installation announced something that was recorded."""
NOT_PROVEN = "- not proven"
"""A mark after the name of an author who is only named in the From field of our message."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The result for a message that is ours, or that looks like ours."""

    outcome: OutcomeName
    rule: str
    incident: str | None = None
    reason: str | None = None


def follow_own_mail(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Followed:
    """Record the announcement in mail that our key proves. Other mail that looks like ours changes nothing."""
    if mail.own is None:
        return Followed("filed", "our-form-without-proof", None, "it bears our fields but no proof")
    assert mail.provenance is not None  # every message that has a context has a provenance
    announcement, provenance = mail.own.announcement, mail.provenance
    if announcement is None:
        return _unproven(context, tx, accepted, provenance, mail.own.name)
    known = tx.incident_by_ref(announcement.ref)
    follow_promotion(context, tx, accepted, announcement, known)
    if known is None and announcement.number > 0:
        return Followed(
            "filed", "own-mail-early", None, "its declaration has not come yet; give it in again after that"
        )
    if known is None and tx.incident(announcement.incident) is not None:
        return Followed("filed", "own-mail-name-taken", None, f"{announcement.incident} is another incident here")
    if known is not None and known.id != announcement.incident:
        return Followed("filed", "own-mail-name-taken", None, f"{announcement.incident} is another incident here")
    if known is not None and is_contested(announcement, known):
        if announcement.epoch:
            stop_both(context, tx, accepted, announcement, known)
        return Followed("filed", "own-mail-of-another-ledger", known.id, "another ledger has authority over it")
    ours = _id_of(context, tx, mail, announcement)
    if known is not None and _is_recorded(known, announcement.number):
        _follow(tx, known.id, provenance, ours, accepted.received_at)
        return Followed("duplicate", "own-mail-returned", known.id, "it is in the ledger already")
    return _record(context, tx, accepted, mail, announcement, known)


def _id_of(context: AppContext, tx: Transaction, mail: Recognised, announcement: Announcement) -> str:
    """Return the Message-ID that we gave to an announcement. The list may have replaced it."""
    domain = str(context.config.bot.address).rpartition("@")[2]
    name = MailName(announcement.ref, announcement.origin, str(announcement.number))
    if mail.own is not None and mail.own.name == name and mail.message.message_id:
        return fold_case(mail.message.message_id)
    ids = [message_id(one, name, domain) for one in every(context.key)]
    return next((one for one in ids if tx.incident_of(one) is not None), ids[0])


def _is_recorded(known: Incident, number: int) -> bool:
    return known.is_announced and (number == 0 or any(update.number == number for update in known.announced))


def _unproven(
    context: AppContext, tx: Transaction, accepted: Accepted, provenance: Provenance, name: MailName | None
) -> Followed:
    """Return the result for one of our private messages, or for a copy with altered content. No event is recorded.

    The public notice about a restricted incident has no proof either, but the list returns a copy of that, too.
    """
    incident = tx.incident_by_ref(name.ref) if name else None
    if name is not None and name.number.startswith("p"):
        if _went_to_a_list(context, tx, provenance.message):
            if _was_returned(provenance):
                tx.mark_returned(str(provenance.message.message_id), at=accepted.received_at)
            return Followed("duplicate", "own-mail-returned", None, "what everybody may know of an incident")
        return Followed("duplicate", "own-private-mail", incident.id if incident else None, "a private mail of ours")
    return Followed(
        "filed",
        "proof-does-not-hold",
        incident.id if incident else None,
        "it does not say what we sent, or another key made it",
    )


def _went_to_a_list(context: AppContext, tx: Transaction, message: Message) -> bool:
    sent = tx.outbox(message_ids=[str(message.message_id)])
    return any(recipient.address in context.config.lists for mail in sent for recipient in mail.recipients)


def _record(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, announcement: Announcement,
    known: Incident | None,
) -> Followed:  # fmt: skip
    provenance = mail.provenance
    assert provenance is not None  # every message that has a context has a provenance
    claimed = _author(context, provenance)
    actor = _actor(context, announcement, known, claimed)
    at = accepted.received_at
    events = _declared(announcement) if known is None else _changes(announcement, known, actor, at)
    if is_promotion(announcement, known):
        events = [*events, AuthorityTaken(origin=announcement.origin, epoch=announcement.epoch)]
    elif known is None:
        events = [*events, *taken_over(context, tx, announcement)]
    id_ = _id_of(context, tx, mail, announcement)
    record(
        context, tx, announcement.incident,
        [*events, Announced(number=announcement.number, message_id=id_)],
        version=known.version if known else 0,
        actor=actor, at=at, caused_by=cause(accepted), announces=False,
    )  # fmt: skip
    tx.follow_thread(announcement.incident, id_)
    _follow(tx, announcement.incident, provenance, id_, at)
    tx.remember_words(announcement.incident, provenance.message.text)
    reason = None if actor.person.same_as(claimed) else f"its proof does not cover that it is by {claimed}"
    return Followed("applied", FOLLOWED_MAIL, announcement.incident, reason)


def _follow(tx: Transaction, incident: str, mail: Provenance, ours: str, at: datetime) -> None:
    """Record that our message `ours` has come back. The list may have given it another id, which replies will name.

    Anybody who has our message may send it again with the id of another thread. So an id counts only if the message
    came from the list, and never if another person's message has that id.
    """
    id_ = mail.message.message_id
    if id_ and mail.came_a_trusted_way and (id_ == ours or (mail.handed_over and not tx.is_believed_mail(id_))):
        tx.follow_thread(incident, id_)
    if _was_returned(mail):
        tx.mark_returned(ours, at=at)


def _actor(context: AppContext, announcement: Announcement, known: Incident | None, claimed: Person) -> Actor:
    """Return the person who is recorded as the author of an announcement.

    The proof covers the announcement, but not the From field: everybody who has the message can put their own address
    there. The program itself and the commander are covered by the proof. Any other person is recorded with a marked
    name and without an address, so that they get no part in the incident. If the key is lost, nothing is proven, and
    the trust of the author shows this.
    """
    trust, trust_of_bot = Trust.MEMBER, Trust.VERIFIED
    if isinstance(context.key, LostKey):
        trust = trust_of_bot = Trust.STRANGER
    if claimed.same_as(context.config.bot):
        return Actor(person=claimed, trust=trust_of_bot)
    stated = announcement.facts.get("commander")
    commanders = (read(Person, stated) if stated else None, known.commander if known else None)
    if any(one is not None and one.same_as(claimed) for one in commanders):
        return Actor(person=claimed, trust=trust)
    return Actor(person=Person(name=f"{claimed.name} {NOT_PROVEN}"), trust=trust)


def _was_returned(mail: Provenance) -> bool:
    """Return whether the list has returned our message.

    Distribution groups add no List-Post and keep our envelope sender. If no server of ours checks mail, their copy
    cannot be distinguished from one that somebody sends again, so it counts.
    """
    is_unmarked = mail.claimed_list is None and mail.roster.server is None
    return mail.came_a_trusted_way and (mail.handed_over or is_unmarked)


def _author(context: AppContext, mail: Provenance) -> Person:
    """Return the author that the message names: in From or, if From has to be our own address, in Reply-To."""
    message, bot = mail.message, str(context.config.bot.address)
    box = message.header_from if mail.came_a_trusted_way else None
    if box is not None and box.address == bot:
        people = (one for one in message.reply_to if one.name and one.address not in (*context.config.lists, bot))
        box = next(people, box)
    return Person.called(box.name, box.address) if box else context.config.bot


def _declared(announcement: Announcement) -> list[Event]:
    """Return the event of the declaration, followed by events for the facts that need separate events."""
    facts = dict(announcement.facts)
    approval = facts.pop(APPROVAL, None)
    roles = {name.removeprefix(ROLE_PREFIX): value for name, value in facts.items() if name.startswith(ROLE_PREFIX)}
    plain = {name: value for name, value in facts.items() if not name.startswith(ROLE_PREFIX)}
    name = {"id": announcement.incident, "ref": announcement.ref, "origin": announcement.origin}
    declared = read(Declared, {**plain, **name, "roles": roles})
    return [declared, *([CustomerWordsApproved(approval=read(Approval, approval))] if approval else [])]


def _changes(announcement: Announcement, known: Incident, actor: Actor, at: datetime) -> list[Event]:
    """Return the announced changes as events. Each event is computed from the state after the previous events.

    If the message arrives after later ones, facts that have been changed by the later ones are skipped.
    """
    events: list[Event] = []
    state = known
    stale = {
        change.fact for update in known.announced if update.number > announcement.number for change in update.changes
    }
    for name, value in announcement.facts.items():
        if name in stale:
            continue
        event = UpdateGiven(text=str(value)) if name == SAID else event_for(state, name, value)
        state = state_after(state, [event], actor, at)
        events.append(event)
    return events
