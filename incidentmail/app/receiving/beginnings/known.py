"""Determine what is needed to parse the text of a message: its author, its incident, and the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidentmail.app.context import AppContext
from incidentmail.app.known_people import finder, shown_as
from incidentmail.app.receiving.copies import Copies, copies_of
from incidentmail.app.receiving.match import Match
from incidentmail.app.telling.private_numbers import private_serial
from incidentmail.core.conduct.wanted_roles import offered_role
from incidentmail.core.decision.knowledge import written_at
from incidentmail.core.ids import proving_key, read_message_id, read_token_address
from incidentmail.core.model import Incident, Person
from incidentmail.core.names.look_alikes import is_no_name
from incidentmail.core.policy import Policy
from incidentmail.core.teams.customer_words import may_stop
from incidentmail.core.tracking.roll_call import is_asked
from incidentmail.core.tracking.tracked_items import asked_of, owned_by
from incidentmail.core.words import Words
from incidentmail.inbound.authentication.author import Belief, Provenance
from incidentmail.inbound.fields import read_date, read_head
from incidentmail.inbound.message import Message
from incidentmail.inbound.sender_zone import EARLIER_FOR, sender_zone
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.extraction.cut import Extraction
from incidentmail.reply.memory.earlier_words import Memory
from incidentmail.reply.parsed import Context, by_name_only

DATE_SLACK = timedelta(days=1)
"""If a message that begins something arrives later than this, its time of arrival is used instead of its Date."""
GIVES_A_PART = ("named", "outsider")
"""The kinds of private mail which tell their reader that somebody gave them a role, command or something to do."""
EARLIER_MAX = 10
"""How many earlier messages of the writer are checked for their time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A message with its author and the incident it names, before its text is parsed."""

    message: Message
    context: AppContext | None
    view: LedgerView | None
    received_at: datetime
    decided_at: datetime
    as_reply: bool
    is_filed: bool
    is_given: bool
    """Whether somebody has assigned the message to its incident."""
    provenance: Provenance | None
    belief: Belief | None
    who: Person | None
    token: tuple[str, int] | None
    found: Match
    body: Extraction
    is_body_read: bool

    def copies(self, new_text: str) -> Copies:
        """Return the other copies of the message, or none if the message is being processed a second time."""
        trust = self.belief.trust if self.belief else None
        view = None if self.is_filed else self.view
        return copies_of(
            self.message, view, who=self.who, new_text=new_text if self.is_body_read else None, trust=trust
        )


def proposal_of(token: tuple[str, int] | None, incident: Incident | None) -> int | None:
    """Return the number of the proposal of `incident` that the token answers, or None."""
    return token[1] if token and incident and incident.ref == token[0] else None


def token_of(message: Message, context: AppContext | None, who: Person | None) -> tuple[str, int] | None:
    """Return the REF and number of the proposal that the author was privately asked about, or None."""
    if context is None or who is None or who.address is None:
        return None
    bot = str(context.config.bot.address)
    places = (*message.envelope.forward_paths, *(box.address for box in (*message.to, *message.cc)))
    found = (read_token_address(context.key, bot, place, who.address) for place in places)
    return next((token for token in found if token), None)


def person_of(
    message: Message, context: AppContext | None, view: LedgerView | None, provenance: Provenance | None,
    incident: Incident | None,
) -> Person | None:  # fmt: skip
    """Return the author, with their name from [people].

    If they have no name there, the name in From is used, unless it could be mistaken for another person's.
    """
    box = provenance.author if provenance else message.header_from
    if box is None:
        return None
    if context is None:
        return Person.called("" if is_no_name(box.name) else box.name, box.address)
    return shown_as(box.name, box.address, context, view, incident)


def reply_context_of(known: Known, found: Match, *, declaring: bool, is_named: bool = False) -> Context:
    """Return the context in which to parse the reply.

    Times without a zone are in the writer's zone, relative to the Date of the message if that is plausible.
    """
    context, who, incident = known.context, known.who, found.incident
    serial = _private_answered(known, incident)
    return Context(
        words=context.words if context else Words(Policy()),
        written_at=_written_at(known.message, context, known.view, who, incident, known.received_at),
        writer=who or Person(name="the writer"),
        declaring=declaring,
        is_named=is_named,
        asked=found.filed is not None,
        offered=bool(who and incident and incident.offered and incident.offered.same_as(who)),
        offered_role=offered_role(incident, who, context.words.policy) if who and incident and context else None,
        proposal=found.alert if found.alert is not None and not incident else proposal_of(known.token, incident),
        suggested=known.view.offered_in(serial) if known.view and serial is not None else None,
        may_decline=bool(known.view and serial and known.view.private_mail_kind(serial) in GIVES_A_PART),
        may_stop=bool(who and incident and may_stop(incident, who)),
        find=finder(context, known.view, incident) if context else by_name_only,
        wrote_as=lambda name: known.view is not None and bool(known.view.senders_called(name)),
        severity=incident.severity if incident else None,
        phase=incident.phase if incident else None,
        updates=incident.updates if incident else 0,
        is_open=incident.is_open if incident else True,
        is_called=bool(incident and who and is_asked(incident, who, known.decided_at)),
        owned_items=tuple(item.number for item in owned_by(incident.items, who)) if incident and who else (),
        asked_items=tuple(item.number for item in asked_of(incident.items, who)) if incident and who else (),
    )


def _private_answered(known: Known, incident: Incident | None) -> int | None:
    """Return the serial number of the private mail of ours about `incident` that the message answers, or None."""
    context = known.context
    if context is None or incident is None:
        return None
    for one in known.message.in_reply_to or known.message.references[-1:]:
        name = read_message_id(context.key, one)
        if name is not None and name.ref == incident.ref and name.number.startswith("p"):
            key = proving_key(context.key, one) or context.key
            return private_serial(key, int(name.number.removeprefix("p")))
    return None


def _written_at(
    message: Message, context: AppContext | None, view: LedgerView | None, who: Person | None,
    incident: Incident | None, received_at: datetime,
) -> datetime:  # fmt: skip
    """Return when the message was written, in the zone of its writer."""
    declared_at = incident.declared_at if incident else received_at - DATE_SLACK
    at = written_at(message.date, received_at=received_at, declared_at=declared_at)
    address = who.address if who else None
    named = context.config.settings.zone_of(address) if context else None

    def earlier() -> Iterator[datetime]:
        since = received_at - EARLIER_FOR
        raws = view.raw_mails_from(address, since=since, most=EARLIER_MAX) if view and address else ()
        return (date for raw in raws if (date := read_date(read_head(raw).first("date"))) is not None)

    return at.astimezone(ZoneInfo(named) if named else sender_zone(message, earlier))


def ours_answered(known: Known, incident: Incident | None) -> Callable[[], Memory] | None:
    """Return a function that returns the texts of our own messages, or None if this message answers none of them."""
    context, view = known.context, known.view
    answered = known.message.in_reply_to
    if context is None or view is None or incident is None or not answered:
        return None
    if any(read_message_id(context.key, one) is None for one in answered):
        return None
    return lambda: context.memories.ours(incident.id, view)


def note_answered(known: Known, incident: Incident | None) -> Memory | None:
    """Return the words, including quotations, of people's messages that this message answers, or None if unknown.

    These messages must be parsed again, because the ledger keeps only their new text. Until that is done, raise
    NotReadYetError.
    """
    context, view, ids = known.context, known.view, known.message.in_reply_to
    if context is None or view is None or incident is None:
        return None
    texts: list[str] = []
    for message_id in ids:
        outcome = view.first_bearing(message_id)
        if outcome is None or outcome.incident != incident.id or outcome.disposition not in ("reply", "declaration"):
            return None
        accepted = view.accepted(outcome.seq)
        if view.bearing_by_others(message_id, outcome.header_from) or accepted is None or not accepted.raw:
            return None  # somebody else used its Message-ID, or its text was removed
        extraction = context.reader.earlier(accepted).extraction
        texts += ["\n".join(kept.line.text for kept in extraction.lines)] if extraction else []
    return Memory.of(texts) if texts else None
