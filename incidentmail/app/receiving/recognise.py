"""Classify a message before it is acted on: our own, automatic, a reply, a declaration, or something else.

Nothing is written, so `explain` can show exactly what `judge` acts on. Without a context, no message belongs to an
incident and nobody is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.core.ids import Announcement, MailName, OurField, proves, read_message_id, without_codes
from incidentmail.core.model import Incident, Person, Trust
from incidentmail.core.subject_prefixes import bare_subject, is_answer
from incidentmail.core.text import TEXT_CHARS_MAX
from incidentmail.inbound.absence import is_ordinary_title, says_absent
from incidentmail.inbound.authentication.author import Belief, Provenance
from incidentmail.inbound.list_notice import is_robot_of
from incidentmail.inbound.message import Message
from incidentmail.inbound.no_letter import no_letter
from incidentmail.inbound.screen import LIST_ROBOT_RULE, OUT_OF_OFFICE_RULE, Disposition, Screened, screen
from incidentmail.inbound.thread import begins_a_thread
from incidentmail.ledger.values import ALERT, Outcome
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.memory.earlier_words import Memory
from incidentmail.reply.named_line import named_line
from incidentmail.reply.own_mail import read_own
from incidentmail.reply.read_mail import Reading
from incidentmail.reply.ticket_receipt import is_receipt
from incidentmail.reply.understand import Understood, understand

from .alerts.alert_in import AlertIn, alert_in
from .beginnings.beginning import Beginning, beginning_of
from .beginnings.begins_new import beside_the_thread
from .beginnings.known import (
    Known,
    note_answered,
    ours_answered,
    person_of,
    proposal_of,
    reply_context_of,
    token_of,
)
from .beginnings.named_incident import match_by_name, match_in_drill
from .copies import Copies
from .match import Match, Misnamed, asked, believed_match, in_whole, meant, recalled_from, with_numbers_of_whole


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMail:
    """A message in our form: the parts of its proven Message-ID, and the announcement with a valid proof."""

    name: MailName | None
    announcement: Announcement | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A message, and everything that is known about it.

    `decided_at` is when its commands take effect: when it arrived, or when somebody assigned it. `ambiguous` names the
    incidents if the message answers several. `suggested` is the incident that matches only by its subject. `filed` is
    the accepted message that declares nothing yet, if this message answers our question about it.
    """

    message: Message
    decided_at: datetime
    disposition: str
    rule: str | None = None
    is_letter: bool = True
    """Whether a person wrote the message.

    An invitation, a reaction or a recall that a program sent for a person is not a letter.
    """
    own: OwnMail | None = None
    incident: Incident | None = None
    matched_by: str | None = None
    ambiguous: tuple[str, ...] = ()
    suggested: Incident | None = None
    filed: int | None = None
    misnamed: Misnamed | None = None
    """The name after `Incident:` in the first line, if it matches no incident or more than one."""
    beside: Incident | None = None
    """The incident that the message names although it seems to begin something new."""
    beginning: Beginning | None = None
    """The content of a message that begins something new, or None if it belongs to an incident."""
    provenance: Provenance | None = None
    belief: Belief | None = None
    who: Person | None = None
    understood: Understood | None = None
    copies: Copies | None = None
    is_body_read: bool = True
    """Whether the body was parsed, not just the header. The body of a stranger's message is not parsed."""
    proposal: int | None = None
    """The number of the proposal that the message answers, if it came to the address that only its author was told."""

    alert: AlertIn | None = None
    """The alert in the message, if a listed monitoring system sent it."""
    asked_alert: int | None = None
    """The number of the alert's proposal, if the message answers our question about an alert."""
    is_told: bool = True
    """Whether the author may be told about the incident, and do everything that others may.

    This is false if the incident is restricted and it is unknown whether the author is on its list.
    """
    waits: bool = False
    """Whether the message has no effect because only the copy from the restricted list counts."""

    @property
    def seen(self) -> Outcome | None:
        """The outcome of an earlier copy of the same message."""
        return self.copies.seen if self.copies else None

    @property
    def trust(self) -> Trust | None:
        """The author's trust level, or None if there is no roster or a machine wrote the message."""
        return self.belief.trust if self.belief else None


def recognise(
    reading: Reading, context: AppContext | None, view: LedgerView | None, *, received_at: datetime,
    as_reply: bool = False,
    is_filed: bool = False, found: Match | None = None, decided_at: datetime | None = None, is_shown: bool = False,
) -> Recognised:  # fmt: skip
    """Return a message with everything that is known about it.

    If `as_reply` is true, the message is treated as a reply, regardless of its fields. If `is_filed` is true, the
    message was processed before. `found` is the incident to which somebody assigned it, at `decided_at`. If `is_shown`
    is true, the message is only displayed, and a copy is treated like the first one.
    """
    message, body = reading.message, reading.extraction or cut("")
    own = _own(message, context, view)
    provenance = Provenance(message=message, roster=context.roster) if context else None
    belief = provenance.belief if provenance else None
    is_given, first_belief = found is not None, belief
    if found is None:
        found, belief = believed_match(message, belief, context, view)
    who = person_of(message, context, view, provenance, found.incident)
    token = token_of(message, context, who)
    known = Known(
        message=message, context=context, view=view, received_at=received_at, decided_at=decided_at or received_at,
        as_reply=as_reply, is_filed=is_filed, is_given=is_given, body=body,
        is_body_read=reading.extraction is not None, provenance=provenance, belief=belief, who=who,
        token=token, found=asked(found, token, view) if token and not is_given else in_whole(found, view),
    )  # fmt: skip
    if own is not None or message.field(OurField.ID) is not None:
        return Recognised(
            message=message, decided_at=known.decided_at, disposition="own", own=own, incident=known.found.incident,
            matched_by=known.found.by, provenance=provenance,
        )  # fmt: skip
    if alert := alert_in(message, context, provenance):
        rule = alert.alert.system if alert.standing.counts else alert.standing.rule
        seen = known.copies(message.text)
        return replace(_automatic(known, ALERT, rule), alert=alert, incident=None, matched_by=None, copies=seen)
    if not is_given and token is None and _names_restricted(known.found, view):
        inside, belief = believed_match(message, first_belief, context, view, provenance)
        who = person_of(message, context, view, provenance, inside.incident)
        known = replace(known, found=inside, belief=belief, who=who)
    screened = _screened(message, context)
    if screened.disposition is Disposition.NO_LETTER:
        return _without_words(known, screened)
    if screened.disposition is Disposition.PERSON:
        return _letter(known, is_shown=is_shown)
    if screened.rule == OUT_OF_OFFICE_RULE and _may_be_a_title(known):
        letter = _letter(known, is_shown=is_shown)
        if (letter.beginning and letter.beginning.is_stated) or is_ordinary_title(message.subject, message.text):
            return letter
    return _automatic(known, screened.disposition.value, screened.rule)


def _screened(message: Message, context: AppContext | None) -> Screened:
    """Return whether a message looks as if a person wrote it, and whether it contains a person's own words."""
    screened = screen(message)
    author = message.header_from
    if screened.disposition is not Disposition.PERSON:
        return screened
    if context and author and is_robot_of(author.address, context.roster.lists):
        return Screened(disposition=Disposition.AUTOMATIC, rule=LIST_ROBOT_RULE)
    rule = no_letter(message, message.text)
    return Screened(disposition=Disposition.NO_LETTER, rule=rule) if rule else screened


def _may_be_a_title(known: Known) -> bool:
    """Return whether a subject that begins like an absence notice may be a title, because it answers nothing.

    `Away: booking site returns errors`, with a severity in the text, declares an incident.
    """
    message, found = known.message, known.found
    if message.in_reply_to or message.references or found.incident is not None or found.ambiguous:
        return False
    about = message.subject.partition(":")[2].strip()
    if not about or is_answer(about) or says_absent(about):
        return False
    subjects = (bare_subject(one.subject) for one in known.view.incidents(everything=True)) if known.view else ()
    return bare_subject(about) not in subjects


def _automatic(known: Known, disposition: str, rule: str | None, understood: Understood | None = None) -> Recognised:
    return Recognised(
        message=known.message, decided_at=known.decided_at, disposition=disposition, rule=rule,
        incident=known.found.incident, matched_by=known.found.by, understood=understood, provenance=known.provenance,
    )  # fmt: skip


def _without_words(known: Known, screened: Screened) -> Recognised:
    """Return what is known about a message that a program sent on behalf of a person."""
    found, copies = known.found, known.copies(known.message.text)
    if found.incident is None and not found.ambiguous and screened.rule == "recall":
        found = recalled_from(known.message, found, known.view)
    return Recognised(
        message=known.message, decided_at=known.decided_at, rule=screened.rule, is_letter=False, copies=copies,
        disposition="duplicate" if copies.seen else "reply" if found.incident else "unmatched",
        incident=found.incident, matched_by=found.by, suggested=found.suggested, filed=found.filed,
        provenance=known.provenance, belief=known.belief, who=known.who,
        proposal=proposal_of(known.token, found.incident),
    )  # fmt: skip


def _letter(known: Known, *, is_shown: bool) -> Recognised:
    """Return a person's message, recognised as a reply, a declaration, or a message that belongs to no incident yet."""
    message, context, view, found = known.message, known.context, known.view, known.found
    named = named_line(known.body)
    known = replace(known, body=named.rest) if named else known
    if not known.is_given and known.token is None and context and view:
        if named:
            found = match_in_drill(match_by_name(named.name, found, view), named.name, message, context)
        else:
            found = beside_the_thread(message, known.body, found, context, view)
    answers_unknown = context is None and not begins_a_thread(message)  # nothing can match, so it is read as a reply
    as_reply = known.as_reply or answers_unknown or named is not None
    declaring = not as_reply and found.incident is None and not found.ambiguous
    reply_context = reply_context_of(known, found, declaring=declaring, is_named=named is not None)
    earlier = context.memories.lazily(found.incident.id, view) if context and view and found.incident else Memory()
    answered = Memory() if named else ours_answered(known, found.incident)
    understood = understand(known.body, reply_context, earlier, answered)
    if understood.repeats and answered is None:
        answered = note_answered(known, found.incident)
        understood = understand(known.body, reply_context, earlier, answered) if answered else understood
    new_text = understood.extraction.new_text
    if is_receipt(understood.extraction, message.subject):
        return _automatic(known, "automatic", "acknowledgement", understood)
    copies = known.copies(new_text)
    # A message that is decided again or displayed must be parsed as before, without its own words in memory.
    if copies.before is not None or (is_shown and copies.seen is not None):
        others = earlier.whole.without(without_codes(new_text[:TEXT_CHARS_MAX]))
        understood = understand(known.body, reply_context, others, answered)
    beginning = None
    if found.doubted and understood.read.commands:
        found = Match(beside=found.incident, answers=True, doubted=True)
    if declaring or (found.doubted and found.incident is None):
        refs = _answered(message, context) if found.beside is None else set[str]()
        beginning = beginning_of(message, understood, found, reply_context, answered=refs)
        understood = beginning.understood
    declares = beginning is not None and beginning.declares and known.who is not None
    found = replace(found, incident=meant(found, understood.read.commands))
    understood = with_numbers_of_whole(understood, found, view)
    disposition = "reply" if found.incident else "declaration" if declares else "unmatched"
    return Recognised(
        message=message, decided_at=known.decided_at, disposition="duplicate" if copies.seen else disposition,
        rule=found.by, incident=found.incident, matched_by=found.by, ambiguous=found.ambiguous,
        suggested=found.suggested, filed=found.filed, misnamed=found.misnamed, beside=found.beside,
        beginning=beginning,
        provenance=known.provenance, belief=known.belief, who=known.who, understood=understood, copies=copies,
        is_body_read=known.is_body_read, proposal=proposal_of(known.token, found.incident), asked_alert=found.alert,
        is_told=found.admission == "told",
        waits=found.admission == "waits",
    )  # fmt: skip


def _names_restricted(found: Match, view: LedgerView | None) -> bool:
    named = [view.incident(name) for name in found.ambiguous] if view else []
    return any(incident is not None and incident.restricted for incident in (found.incident, *named))


def _own(message: Message, context: AppContext | None, view: LedgerView | None) -> OwnMail | None:
    """Return our own mail, which is recognised before anything else, or None for any other mail."""
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


def _answered(message: Message, context: AppContext | None) -> set[str]:
    """Return the REFs of our own messages that `message` answers, as their keyed Message-IDs prove."""
    ids = (*message.in_reply_to, *message.references)
    names = (read_message_id(context.key, one) for one in ids) if context else ()
    return {name.ref for name in names if name is not None}
