"""What a mail is, before anybody acts on it: ours, a machine's, a reply, a declaration, or none of these.

It reads and never writes, so that `explain` shows exactly what `judge` acts on; it works without an office too, when
nothing can match and nobody is known.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from incidentmail.core.ids import Announcement, MailName, proves, read_message_id, read_token_address
from incidentmail.core.model import Incident, Person, Trust
from incidentmail.core.policy import Policy
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.words import Words
from incidentmail.inbound.authenticate import Belief, author, believe, claimed_thread, proven_thread
from incidentmail.inbound.message import Message
from incidentmail.inbound.screen import Disposition, screen
from incidentmail.inbound.thread import begins_a_thread, thread_keys
from incidentmail.ledger.port import Outcome, Reading
from incidentmail.reply.acknowledgement import acknowledges
from incidentmail.reply.memory import Memory
from incidentmail.reply.own import read_own
from incidentmail.reply.reading import Context, by_name_only
from incidentmail.reply.understand import Understood, body_of, understand

from .office import Office

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
    """A mail, and all that was found out about it. `torn` names the incidents where it answers several.

    `filed`: the accepted mail that declares nothing yet, where this one answers our question about it.
    """

    message: Message
    disposition: str
    rule: str | None = None
    own: OwnMail | None = None
    incident: Incident | None = None
    matched_by: str | None = None
    torn: tuple[str, ...] = ()
    filed: int | None = None
    belief: Belief | None = None
    who: Person | None = None
    understood: Understood | None = None
    once: str | None = None
    seen: Outcome | None = None
    proposal: int | None = None
    """It came to the address that was told to nobody but its author, who so answers this proposal."""

    @property
    def trust(self) -> Trust | None:
        """How far the author is believed; None where nobody knows anybody, or a machine wrote it."""
        return self.belief.trust if self.belief else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    incident: Incident | None = None
    by: str | None = None
    torn: tuple[str, ...] = field(default=())
    filed: int | None = None


def recognise(
    message: Message, office: Office | None, view: Reading | None, *, received_at: datetime, as_reply: bool = False,
    is_filed: bool = False,
) -> Recognised:  # fmt: skip
    """What `message` is. `as_reply`: it stands for a reply, whatever its fields say; `is_filed`: it was seen before."""
    own = _own(message, office, view)
    belief = believe(message, office.roster) if office else None
    match, belief = _believed_match(message, belief, office, view)
    who = _person(message, office)
    token = _token(message, office, who)
    match = _asked(match, token, view)
    if own is not None or message.field("incident-id") is not None:
        return Recognised(message=message, disposition="own", own=own, incident=match.incident, matched_by=match.by)
    screened = screen(message)
    if screened.disposition is not Disposition.PERSON:
        return Recognised(
            message=message, disposition=screened.disposition.value, rule=screened.rule, incident=match.incident,
            matched_by=match.by,
        )  # fmt: skip
    begins = begins_a_thread(message) or match.filed is not None
    declaring = not as_reply and match.incident is None and not match.torn and begins
    context = _context(
        message, office, view, who, match.incident, declaring=declaring, received_at=received_at, token=token
    )
    earlier = office.memories.of(match.incident.id, view) if office and view and match.incident else Memory()
    understood = understand(body_of(message), context, earlier)
    new_text = understood.reading.new_text
    if acknowledges(new_text, message.subject):
        return Recognised(
            message=message, disposition="automatic", rule="acknowledgement", incident=match.incident,
            matched_by=match.by, understood=understood,
        )  # fmt: skip
    keys = _once(message, who, new_text, belief.trust if belief else None)
    seen = None if is_filed else next((copy for key in keys if view and (copy := view.seen(key))), None)
    if seen is not None:  # shown as it was read the first time, when its own words were not remembered yet
        understood = understand(body_of(message), context, earlier.without(new_text))
    declares = declaring and any(command.name in DECLARES for command in understood.read.commands)
    disposition = "reply" if match.incident else "declaration" if declares else "unmatched"
    return Recognised(
        message=message,
        disposition="duplicate" if seen else disposition,
        rule=match.by,
        incident=match.incident,
        matched_by=match.by,
        torn=match.torn,
        filed=match.filed,
        belief=belief,
        who=who,
        understood=understood,
        once=keys[0],
        seen=seen,
        proposal=context.proposal,
    )


def _own(message: Message, office: Office | None, view: Reading | None) -> OwnMail | None:
    """Our own mail, recognised before anything else; None for everybody else's."""
    if office is None:
        return None
    name = read_message_id(office.key, message.message_id or "")
    claimed = message.field("incident-proof")
    if name is None and claimed is None:
        return None
    named = view.incident(message.field("incident-id") or "") if view else None
    readings = read_own(
        message,
        key=office.key,
        address=str(office.config.bot.address),
        words=office.words,
        ref=named.ref if named else None,
    )
    proven = next((reading for reading in readings if proves(office.key, reading, claimed or "")), None)
    return OwnMail(name=name, announcement=proven)


def _believed_match(
    message: Message, belief: Belief | None, office: Office | None, view: Reading | None
) -> tuple[_Match, Belief | None]:
    """The incident by what the proof of the author covers; else by what the header claims, for a member's."""
    if office is None or belief is None or belief.signed is None:
        return _incident(message, office, view), belief
    match = _incident(proven_thread(message, belief), office, view)
    if match.incident is not None or match.torn or match.filed is not None:
        return match, belief
    claimed = claimed_thread(message, belief, office.roster)
    if claimed is None:
        return match, belief
    match = _incident(claimed[0], office, view)
    return match, claimed[1] if match.incident or match.torn or match.filed else belief


def _token(message: Message, office: Office | None, who: Person | None) -> tuple[str, int] | None:
    """REF and number of the proposal that the author of `message` was asked about in private."""
    if office is None or who is None or who.address is None:
        return None
    bot = str(office.config.bot.address)
    places = (*message.envelope.forward_paths, *(box.address for box in (*message.to, *message.cc)))
    found = (read_token_address(office.key, bot, place, who.address) for place in places)
    return next((token for token in found if token), None)


def _asked(match: _Match, token: tuple[str, int] | None, view: Reading | None) -> _Match:
    """The incident of the proposal that the author was asked about, where the header names none; two are torn."""
    incident = view.incident_by_ref(token[0]) if token and view else None
    if incident is None or match.torn or (match.incident and match.incident.id == incident.id):
        return match
    if match.incident is not None:
        return _Match(torn=tuple(sorted((match.incident.id, incident.id))))
    return _Match(incident=incident, by="plus-address")


def _incident(message: Message, office: Office | None, view: Reading | None) -> _Match:
    """The incident a mail belongs to and how that was told, or the several that it names."""
    if office is None or view is None:
        return _Match()
    found: dict[str, tuple[Incident, str]] = {}
    filed: int | None = None
    for key in thread_keys(message, key=office.key, address=str(office.config.bot.address)):
        incident = view.incident_by_ref(key.ref) if key.ref else None
        if incident is None and key.message_id:
            name = view.incident_of(key.message_id)
            incident = view.incident(name) if name else None
        if incident is None and key.ref and (filed := filed or view.filed_by_ref(key.ref)):
            incident = _declared_since(view, filed)
        if incident is not None:
            found.setdefault(incident.id, (incident, key.by))
    if len(found) != 1:
        return _Match(torn=tuple(sorted(found)), filed=filed if not found else None)
    incident, by = next(iter(found.values()))
    return _Match(incident=incident, by=by)


def _declared_since(view: Reading, filed: int) -> Incident | None:
    """The incident that a mail which first declared nothing has become."""
    outcome = view.outcome(filed)
    name = view.incident_of(outcome.message_id) if outcome and outcome.message_id else None
    return view.incident(name) if name else None


def _person(message: Message, office: Office | None) -> Person | None:
    """The author, by the name that [people] knows; else by the one in From, unless it claims to be another's."""
    box = author(message, office.roster) if office else message.header_from
    if box is None:
        return None
    people = office.config.settings.people if office else {}
    if box.address in people:
        return Person(name=people[box.address], address=box.address)
    taken = {fold_case(name) for name in people.values()}
    spoofs = "@" in box.name or fold_case(one_line(box.name)) in taken  # a name that stands for somebody else
    return Person.called("" if spoofs else box.name, box.address)


def _context(
    message: Message, office: Office | None, view: Reading | None, who: Person | None, incident: Incident | None, *,
    declaring: bool, received_at: datetime, token: tuple[str, int] | None,
) -> Context:  # fmt: skip
    """Times without a zone are in the offset of the mail's Date, unless that is nowhere near the arrival."""
    date = message.date
    near = date is not None and abs(date - received_at) <= DATE_SLACK
    return Context(
        words=office.words if office else Words(Policy()),
        written_at=date if near and date is not None else received_at.astimezone(UTC),
        writer=who or Person(name="the writer"),
        declaring=declaring,
        offered=bool(who and incident and incident.offered and incident.offered.same_as(who)),
        proposal=token[1] if token and incident and incident.ref == token[0] else None,
        find=office.finder(view) if office else by_name_only,
    )


def _once(message: Message, who: Person | None, new_text: str, trust: Trust | None) -> tuple[str, ...]:
    """The keys under which another copy of the mail is found: id, un-munged author and new text.

    A stranger's copy has a key of its own before the shared one: it is a copy of what is believed, but what comes a
    trusted way is no copy of it. Otherwise whoever sends a forged copy first would keep the genuine mail out.
    """
    identity = message.message_id or f"{message.date} {message.subject}"
    parts = (identity, (who.address if who else None) or "", " ".join(new_text.split()))
    believed, stranger = (_digest(parts), _digest((*parts, Trust.STRANGER)))
    return (stranger, believed) if trust is Trust.STRANGER else (believed,)


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
