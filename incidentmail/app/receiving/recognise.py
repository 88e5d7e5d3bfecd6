"""What a mail is, before anybody acts on it: ours, a machine's, a reply, a declaration, or none of these.

It reads and never writes, so that `explain` shows exactly what `judge` acts on; it works without a context too, when
nothing can match and nobody is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.known_people import finder, shown_as
from incidentmail.core.ids import Announcement, MailName, proves, read_message_id, read_token_address
from incidentmail.core.model import Incident, Person, Trust
from incidentmail.core.names.look_alikes import is_no_name
from incidentmail.core.policy import Policy
from incidentmail.core.text import TEXT_CHARS_MAX
from incidentmail.core.words import OurField, Words
from incidentmail.inbound.authentication.author import Belief, Provenance
from incidentmail.inbound.message import Message
from incidentmail.inbound.screen import Disposition, screen
from incidentmail.inbound.thread import begins_a_thread
from incidentmail.ledger.values import Outcome
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.extraction.earlier_words import Memory
from incidentmail.reply.own_mail import read_own
from incidentmail.reply.parsed import Context, by_name_only
from incidentmail.reply.ticket_receipt import acknowledges
from incidentmail.reply.understand import Understood, body_of, understand

from .copies import Copies, copies_of
from .match import Match, asked, believed_match

DECLARES = frozenset({"severity", "commander"})
DATE_SLACK = timedelta(days=1)
"""A Date field further away from the arrival than this says nothing about when the times in a mail are meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMail:
    """A mail in our form: the name that its Message-ID proves, and what its `Incident-Proof` proves."""

    name: MailName | None
    announcement: Announcement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A mail, and all that was found out about it.

    `decided_at` is when its commands take effect: when it came, or when somebody assigned it. `ambiguous` names the
    incidents if it answers several; `suggested` is the one that only its subject names. `filed` is the accepted mail
    that declares nothing yet, if this one answers our question about it.
    """

    message: Message
    decided_at: datetime
    disposition: str
    rule: str | None = None
    own: OwnMail | None = None
    incident: Incident | None = None
    matched_by: str | None = None
    ambiguous: tuple[str, ...] = ()
    suggested: Incident | None = None
    filed: int | None = None
    provenance: Provenance | None = None
    belief: Belief | None = None
    who: Person | None = None
    understood: Understood | None = None
    copies: Copies | None = None
    proposal: int | None = None
    """It came to the address that was told to nobody but its author, who so answers this proposal."""

    is_told: bool = True
    """Whether its author may be told of the incident: not if that is restricted, and they may be on its list or not."""

    @property
    def seen(self) -> Outcome | None:
        """What became of an earlier copy of the same mail."""
        return self.copies.seen if self.copies else None

    @property
    def trust(self) -> Trust | None:
        """How far the author is believed, or None if there is no roster, or a machine wrote it."""
        return self.belief.trust if self.belief else None


def recognise(
    message: Message, context: AppContext | None, view: LedgerView | None, *, received_at: datetime,
    as_reply: bool = False,
    is_filed: bool = False, found: Match | None = None, decided_at: datetime | None = None,
) -> Recognised:  # fmt: skip
    """Say what `message` is.

    With `as_reply` it is taken for a reply, whatever its fields say; with `is_filed` it was seen before. `found` is the
    incident that somebody assigned it to, at `decided_at`.
    """
    at = decided_at or received_at
    own = _own(message, context, view)
    provenance = Provenance(message=message, roster=context.roster) if context else None
    belief = provenance.belief if provenance else None
    given, first_belief = found is not None, belief
    if found is None:
        found, belief = believed_match(message, belief, context, view)
    who = _person(message, context, view, provenance, found.incident)
    token = _token(message, context, who)
    found = found if given else asked(found, token, view)
    if own is not None or message.field(OurField.ID) is not None:
        return Recognised(
            message=message, decided_at=at, disposition="own", own=own, incident=found.incident, matched_by=found.by,
            provenance=provenance,
        )  # fmt: skip
    screened = screen(message)
    if screened.disposition is not Disposition.PERSON:
        return Recognised(
            message=message, decided_at=at, disposition=screened.disposition.value, rule=screened.rule,
            incident=found.incident, matched_by=found.by,
        )  # fmt: skip
    if not given and token is None and _names_restricted(found, view):
        found, belief = believed_match(message, first_belief, context, view, provenance)
        who = _person(message, context, view, provenance, found.incident)
    begins = begins_a_thread(message) or found.filed is not None
    declaring = not as_reply and found.incident is None and not found.ambiguous and begins
    reply_context = _reply_context(
        message,
        context,
        view,
        who,
        found.incident,
        declaring=declaring,
        received_at=received_at,
        token=token,
        asked=found.filed is not None,
    )
    earlier = context.memories.of(found.incident.id, view) if context and view and found.incident else Memory()
    understood = understand(body_of(message), reply_context, earlier)
    new_text = understood.extraction.new_text
    if acknowledges(new_text, message.subject):
        return Recognised(
            message=message, decided_at=at, disposition="automatic", rule="acknowledgement", incident=found.incident,
            matched_by=found.by, understood=understood,
        )  # fmt: skip
    copies = copies_of(
        message, None if is_filed else view, who=who, new_text=new_text, trust=belief.trust if belief else None
    )
    seen = copies.seen
    if seen is not None:  # shown as it was read the first time, when its own words were not remembered yet
        understood = understand(body_of(message), reply_context, earlier.without(new_text[:TEXT_CHARS_MAX]))
    declares = declaring and any(command.name in DECLARES for command in understood.read.commands)
    disposition = "reply" if found.incident else "declaration" if declares else "unmatched"
    return Recognised(
        message=message,
        decided_at=at,
        disposition="duplicate" if seen else disposition,
        rule=found.by,
        incident=found.incident,
        matched_by=found.by,
        ambiguous=found.ambiguous,
        suggested=found.suggested,
        filed=found.filed,
        provenance=provenance,
        belief=belief,
        who=who,
        understood=understood,
        copies=copies,
        proposal=reply_context.proposal,
        is_told=found.admission == "told",
    )


def _names_restricted(found: Match, view: LedgerView | None) -> bool:
    named = [view.incident(name) for name in found.ambiguous] if view else []
    return any(incident is not None and incident.restricted for incident in (found.incident, *named))


def _own(message: Message, context: AppContext | None, view: LedgerView | None) -> OwnMail | None:
    """Our own mail, recognised before anything else; None for everybody else's."""
    if context is None:
        return None
    name = read_message_id(context.key, message.message_id or "")
    claimed = message.field(OurField.PROOF)
    if name is None and claimed is None:
        return None
    named = view.incident(message.field(OurField.ID) or "") if view else None
    readings = read_own(
        message,
        key=context.key,
        address=str(context.config.bot.address),
        words=context.words,
        ref=named.ref if named else None,
    )
    proven = next((reading for reading in readings if proves(context.key, reading, claimed or "")), None)
    return OwnMail(name=name, announcement=proven)


def _token(message: Message, context: AppContext | None, who: Person | None) -> tuple[str, int] | None:
    """REF and number of the proposal that the author of `message` was asked about in private."""
    if context is None or who is None or who.address is None:
        return None
    bot = str(context.config.bot.address)
    places = (*message.envelope.forward_paths, *(box.address for box in (*message.to, *message.cc)))
    found = (read_token_address(context.key, bot, place, who.address) for place in places)
    return next((token for token in found if token), None)


def _person(
    message: Message, context: AppContext | None, view: LedgerView | None, provenance: Provenance | None,
    incident: Incident | None,
) -> Person | None:  # fmt: skip
    """Return the author, by the name that [people] knows; else by the one in From, unless it may be another's."""
    box = provenance.author if provenance else message.header_from
    if box is None:
        return None
    if context is None:
        return Person.called("" if is_no_name(box.name) else box.name, box.address)
    return shown_as(box.name, box.address, context, view, incident)


def _reply_context(
    message: Message, context: AppContext | None, view: LedgerView | None, who: Person | None,
    incident: Incident | None, *, declaring: bool, received_at: datetime, token: tuple[str, int] | None, asked: bool,
) -> Context:  # fmt: skip
    """Times without a zone are in the offset of the mail's Date, unless that is nowhere near the arrival."""
    date = message.date
    near = date is not None and abs(date - received_at) <= DATE_SLACK
    return Context(
        words=context.words if context else Words(Policy()),
        written_at=date if near and date is not None else received_at.astimezone(UTC),
        writer=who or Person(name="the writer"),
        declaring=declaring,
        asked=asked,
        offered=bool(who and incident and incident.offered and incident.offered.same_as(who)),
        proposal=token[1] if token and incident and incident.ref == token[0] else None,
        find=finder(context, view, incident) if context else by_name_only,
    )
