"""Find a message's incident by its thread keys, the safest first. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from incidentmail.app.context import AppContext
from incidentmail.app.merging.other_incidents import finder_in, part_of
from incidentmail.app.restricted import Admission, admission
from incidentmail.core.commands import SetStatus, Undo
from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.model import Incident, Status
from incidentmail.core.subject_prefixes import bare_subject
from incidentmail.core.teams.merging import numbers_now
from incidentmail.core.teams.renumbered import renumbered
from incidentmail.inbound.authentication.author import Belief, Provenance
from incidentmail.inbound.authentication.signed_thread import claimed_thread, proven_thread
from incidentmail.inbound.message import Message
from incidentmail.inbound.no_letter import recalled
from incidentmail.inbound.thread import CITING, SAFE, ThreadKey, any_domain, begins_a_thread, thread_keys
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.parsed import ReadCommand
from incidentmail.reply.understand import Understood

from .addressed_lists import is_for_drills


@dataclass(frozen=True, slots=True, kw_only=True)
class Misnamed:
    """A name after `Incident:` that matches no incident or several, and the incidents that it may mean."""

    name: str
    candidates: tuple[str, ...] = ()
    is_several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The incident that a message belongs to, and how it was found, or what was found instead.

    `ambiguous` holds the incidents if a message names several. `suggested` is the only open incident with the message's
    subject, if nothing but the subject matches; somebody has to confirm it. `filed` is the accepted message that
    declares nothing yet, if the message answers our question about it. `beside` is the incident that a message names
    although it begins something new; `answers` is true if the message was written as an answer. `doubted` is true if it
    answers `incident` but has another subject. `is_cited` is true if In-Reply-To or References name `incident`.
    `merged` is the incident that a message names if it was merged into `incident`, to which the message belongs now.
    `misnamed` is set if the first line of the text names an incident that cannot be found.
    """

    incident: Incident | None = None
    by: str | None = None
    ambiguous: tuple[str, ...] = ()
    suggested: Incident | None = None
    filed: int | None = None
    alert: int | None = None
    """The number of the alert's proposal, if the message `filed` is an alert."""
    beside: Incident | None = None
    answers: bool = False
    doubted: bool = False
    is_cited: bool = False
    merged: Incident | None = None
    misnamed: Misnamed | None = None
    admission: Admission = "told"


def match(message: Message, context: AppContext, view: LedgerView, author: Provenance | None = None) -> Match:
    """Return the incident that the thread keys of `message` identify. Safer keys are tried first.

    If `author` is given, restricted incidents to which they are not admitted are not found. A message on the drill list
    finds only drills.
    """
    keys = thread_keys(message, key=context.key, address=str(context.config.bot.address))
    admitted: dict[str, Admission] = {}
    is_drill = is_for_drills(message, context)

    def found_by(some: list[ThreadKey]) -> dict[str, tuple[Incident, str]]:
        found = {name: each for name, each in _found(view, some).items() if each[0].drill or not is_drill}
        for name, (incident, _) in found.items():
            admitted[name] = admission(message, keys, incident, author, context, view) if author else "told"
        return {name: each for name, each in found.items() if admitted[name] != "outside"}

    safe = found_by([key for key in keys if key.by in SAFE])
    # An answer to our question is about the mail that was asked about, even if other mail has that Message-ID.
    proven = found_by([key for key in keys if key.by in SAFE and key.ref])
    filed = None if proven else next((seq for key in keys if key.ref and (seq := view.filed_by_ref(key.ref))), None)
    if filed is not None:
        return Match(filed=filed, alert=view.alert_of_mail(filed))
    found = safe or found_by([key for key in keys if key.by not in SAFE])
    if len(found) > 1:
        return Match(ambiguous=tuple(sorted(found)))
    if found:
        incident, by = next(iter(found.values()))
        is_cited = incident.id in _found(view, [key for key in keys if key.by in CITING])
        return Match(incident=incident, by=by, is_cited=is_cited, admission=admitted[incident.id])
    return _by_subject(message, view)


def believed_match(
    message: Message, belief: Belief | None, context: AppContext | None, view: LedgerView | None,
    author: Provenance | None = None,
) -> tuple[Match, Belief | None]:  # fmt: skip
    """Return the match and the belief for the signed thread or, failing that, for the one that the header claims.

    If the incident is named only by unsigned fields, its author is trusted no more than a member. If `author` is given,
    restricted incidents to which they are not admitted are not found.
    """
    if context is None or view is None:
        return Match(), belief
    if belief is None or belief.signed is None:
        return match(message, context, view, author), belief
    proven = match(proven_thread(message, belief), context, view, author)
    claimed = claimed_thread(message, belief, context.roster)
    named = proven.incident is not None and proven.by in SAFE
    if named or proven.ambiguous or proven.filed is not None or claimed is None:
        return proven, belief
    found = match(claimed[0], context, view, author)
    if found.incident is not None and not _has_subject_of(claimed[0], found.incident, view):
        return proven, belief
    return found, claimed[1] if found.incident or found.ambiguous or found.filed else belief


def _has_subject_of(message: Message, incident: Incident, view: LedgerView) -> bool:
    """Return whether the subject is that of the incident, or that of our message that this one answers.

    A signature covers the subject. So the subject cannot be changed when a signed message is sent again with forged
    fields that make it look like an answer to us.
    """
    answered = view.outbox(message_ids=(*message.in_reply_to, *message.references))
    subjects = (incident.subject, *(mail.subject for mail in answered))
    return bare_subject(message.subject) in map(bare_subject, subjects)


def recalled_from(message: Message, found: Match, view: LedgerView | None) -> Match:
    """Return the match, with the incident of the message that the sender wants to recall as `suggested`.

    The incident is found by its subject. Nothing is changed.
    """
    about = recalled(message.subject)
    if view is None or about is None:
        return found
    same = _called(bare_subject(about), view)
    return replace(found, suggested=same[0]) if len(same) == 1 else found


def asked(found: Match, token: tuple[str, int] | None, view: LedgerView | None) -> Match:
    """Return a match for the incident of the proposal that the author was asked about, if the header names none.

    If both name an incident and the two differ, the result is ambiguous. `token` holds the REF of the incident and the
    number of the proposal.
    """
    incident = view.incident_by_ref(token[0]) if token and view else None
    if incident is None or found.ambiguous or (found.incident and found.incident.id == incident.id):
        return found
    if found.incident is not None:
        return Match(ambiguous=tuple(sorted((found.incident.id, incident.id))))
    return Match(incident=incident, by="plus-address")


def in_whole(found: Match, view: LedgerView | None) -> Match:
    """Return the match. If its incident was merged into another one, the match contains that one instead."""
    if view is None or found.incident is None or found.incident.merged_into is None:
        return found
    whole = part_of(view, found.incident)
    if whole.restricted:  # it was restricted after the merge, so people of the other thread may not know about it
        return found
    return replace(found, incident=whole, merged=found.incident)


def meant(found: Match, commands: Iterable[ReadCommand]) -> Incident | None:
    """Return the incident that a reply is about.

    In the thread of an incident that was merged, `undo` and `reopen` refer to that incident, not to the one it was
    merged into.
    """
    if found.merged is None:
        return found.incident
    takes_apart = any(isinstance(one.command, Undo) or one.command == SetStatus(Status.OPEN) for one in commands)
    return found.merged if takes_apart else found.incident


def with_numbers_of_whole(understood: Understood, found: Match, view: LedgerView | None) -> Understood:
    """Return a reply in the thread of a merged incident, with its item numbers replaced by the current ones."""
    if view is None or found.merged is None or found.incident is None or found.incident.id == found.merged.id:
        return understood
    numbers = numbers_now(found.merged, finder_in(view))
    commands = (with_fields(one, command=renumbered(one.command, numbers)) for one in understood.read.commands)
    return with_fields(understood, read=with_fields(understood.read, commands=tuple(commands)))


def _found(view: LedgerView, keys: list[ThreadKey]) -> dict[str, tuple[Incident, str]]:
    """Map the id of each incident that `keys` identify to the incident and the first key that identifies it."""
    found: dict[str, tuple[Incident, str]] = {}
    for key in keys:
        incident = view.incident_by_ref(key.ref) if key.ref else None
        if incident is None and key.message_id:
            incident = _led_to(view, key.message_id)
        if incident is None and key.ref and (filed := view.filed_by_ref(key.ref)):
            incident = _declared_since(view, filed)
        if incident is not None:
            found.setdefault(incident.id, (incident, key.by))
    return found


def _led_to(view: LedgerView, message_id: str) -> Incident | None:
    """Return the incident of the thread with this Message-ID, or None if mail from two people has this Message-ID.

    Anybody can write under the Message-ID of a message that they have seen. So the id identifies no incident if another
    member's mail with the same id is not in that incident.
    """
    name = view.incident_of(message_id) or view.incident_of(any_domain(message_id))
    return None if name is None or view.is_claimed_elsewhere(message_id, name) else view.incident(name)


def _declared_since(view: LedgerView, filed: int) -> Incident | None:
    """Return the incident that a message led to, although it declared nothing at first, or None."""
    outcome = view.outcome(filed)
    if outcome is None:
        return None
    if outcome.incident is not None:
        return view.incident(outcome.incident)
    return _led_to(view, outcome.message_id) if outcome.message_id else None


def _by_subject(message: Message, view: LedgerView) -> Match:
    """Match an answer that names none of our messages but has the subject of an open incident, as a mere guess.

    Restricted incidents are left out, so that people cannot find one by guessing its subject.
    """
    subject = bare_subject(message.subject)
    if begins_a_thread(message) or not subject:
        return Match()
    same = _called(subject, view)
    if len(same) > 1:
        return Match(ambiguous=tuple(sorted(incident.id for incident in same)))
    return Match(by="subject", suggested=same[0]) if same else Match()


def _called(subject: str, view: LedgerView) -> list[Incident]:
    """Return the open incidents with that bare subject, but no restricted ones, which must not be found by guessing."""
    known = (incident for incident in view.incidents(everything=False) if not incident.restricted)
    return [incident for incident in known if bare_subject(incident.subject) == subject]
