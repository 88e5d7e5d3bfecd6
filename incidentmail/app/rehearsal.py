"""Determine what effects a mail would have now, by processing it without writing anything.

`explain` shows the result. Our own mail and delivery reports are not rehearsed, because they request nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from incidentmail.app.context import AppContext
from incidentmail.app.known_people import finder
from incidentmail.core.events import Event, Recorded
from incidentmail.core.fold import fold
from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.errors import UsageError
from incidentmail.inbound.addresses import Mailbox
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted, CausedBy, DuePrivateMail, Outcome, PrivateMail
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.read_mail import Reading

from .alerting.rehearsed import RehearsedAlerts
from .choose_incident import choose
from .receiving.answer import answer
from .receiving.judge import judgement_of
from .receiving.recognise import recognise
from .receiving.shortfall import Shortfall
from .sending.render_private_mail import mail_of

SUPPOSED = "<supposed@localhost>"
"""The Message-ID of a mail that exists only for a rehearsal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateText:
    """A private mail that would be sent: its recipient, its kind (app/telling/mail_kinds.py), and its text."""

    to: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """The effects that a mail would have.

    These are its outcome, the events in order, the requests that would not be carried out, whether the list would get
    mail, and the private mails that would be sent.
    """

    outcome: Outcome
    events: tuple[Event, ...]
    shortfalls: tuple[Shortfall, ...]
    tells_list: bool
    private: tuple[PrivateText, ...]


def supposing(
    context: AppContext, view: LedgerView, reading: Reading, *, sender: str | None = None, answered: str | None = None
) -> Reading:
    """Return a mail, changed so that it is from `sender` and answers the newest mail of the incident `answered`.

    Both are given as people type them: a name or an address, and an incident's id or part of it. Everything else about
    the mail is unchanged, including how it arrived and what its own server says about its domain. Raise UsageError if
    there is no such person or incident.
    """
    message = reading.message
    if sender is not None:
        person = _known(context, view, sender)
        box = Mailbox(name=person.name, address=str(person.address))
        message = with_fields(message, header_from=box, from_problem=None)
        reading = replace(reading, extraction=cut(message.text, person.name))
    if answered is not None:
        incident = choose(view, answered)
        to = (Mailbox(name="", address=context.sender(incident).plus(incident.ref)),)
        message = with_fields(
            message, envelope=replace(message.envelope, forward_paths=()), to=to, cc=(), wrapped_id=None,
            subject=f"Re: {incident.subject}", in_reply_to=incident.thread[-1:], references=incident.thread,
        )  # fmt: skip
    if sender is not None or answered is not None:  # it differs from the original, which may have arrived already
        message = with_fields(message, message_id=SUPPOSED)
    return replace(reading, message=message)


def _known(context: AppContext, view: LedgerView, sender: str) -> Person:
    try:
        person = finder(context, view, None)(sender)
    except ValueError:
        person = None
    if person is not None and person.address is None:
        called = view.senders_called(person.name)
        person = called[0] if len(called) == 1 else None
    if person is None or person.address is None:
        raise UsageError(f"no address is known here for {sender}", hint="name an address, or somebody under [people]")
    return person


def rehearse(context: AppContext, view: LedgerView, raw: bytes, reading: Reading) -> Rehearsed | None:
    """Return the effects that a mail would have now, or None if it is our own mail or a delivery report.

    As with incoming mail, only the header of a stranger's mail is considered.
    """
    now, notes = context.now(), _Notes(view)
    tx = cast(Transaction, notes)
    mail = recognise(reading, context, tx, received_at=now)
    if mail.disposition == "own" or mail.message.report is not None:
        return None
    if mail.trust is Trust.STRANGER:
        message = with_fields(reading.message, text="", html=None, html_beside=None)
        mail = recognise(Reading(message=message), context, tx, received_at=now)
    accepted = Accepted(
        seq=view.accepted_head().size + 1, received_at=now, envelope={}, raw=raw, sha256=hashlib.sha256(raw).hexdigest()
    )
    judged = judgement_of(context, tx, accepted, mail)
    outcome = answer(context, tx, accepted, mail, judged)
    return Rehearsed(
        outcome=outcome, events=tuple(notes.events), shortfalls=judged.shortfalls, tells_list=notes.tells_list,
        private=tuple(_texts(context, tx, notes.private)),
    )  # fmt: skip


def _texts(context: AppContext, tx: Transaction, private: Sequence[PrivateMail]) -> list[PrivateText]:
    """Return the private mails that would be sent, each with its text."""
    found = []
    for serial, one in enumerate(private, 1):
        if one.content is None:
            continue
        due = DuePrivateMail(
            serial=serial, kind=one.kind, address=one.address, incident=one.incident, content=one.content, ref=one.ref
        )
        if mail := mail_of(context, tx, due):
            found.append(PrivateText(to=one.address, kind=one.kind, text=mail.text))
    return found


class _Notes(RehearsedAlerts):
    """A transaction that keeps all changes in memory and writes nothing. Everything else is read from the view."""

    def __init__(self, view: LedgerView) -> None:
        self._view, self._proposals = view, {}
        self._states: dict[str, Incident] = {}
        self.events: list[Event] = []
        self.private: list[PrivateMail] = []
        self.tells_list = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)

    def append(
        self, incident_id: str, events: Sequence[Event], *, actor: Actor, at: datetime, expected_version: int,
        caused_by: CausedBy | None,
    ) -> Incident:  # fmt: skip
        happened = (
            Recorded(incident=incident_id, version=version, at=at, by=actor.person, event=event)
            for version, event in enumerate(events, expected_version + 1)
        )
        state = fold(happened, self.incident(incident_id))
        if state is None:
            raise ValueError("nothing to append")
        self._states[incident_id] = state
        self.events += events
        return state

    def incident(self, incident_id: str) -> Incident | None:
        return self._states.get(incident_id) or self._view.incident(incident_id)

    def incident_by_ref(self, ref: str) -> Incident | None:
        own = next((state for state in self._states.values() if state.ref == ref), None)
        return own or self._view.incident_by_ref(ref)

    def add_notice(self, *_: object, **__: object) -> None:
        self.tells_list = True

    def add_private_mail(self, mail: PrivateMail) -> int:
        self.private.append(mail)
        return len(self.private)

    def know_sender(self, *_: object, **__: object) -> None:
        """Do nothing, because a rehearsal remembers no sender."""

    def follow_thread(self, incident_id: str, message_id: str) -> None:
        """Do nothing, because no answer to a rehearsed mail will arrive."""

    def revise_outcome(self, *_: object, **__: object) -> None:
        """Do nothing, because no earlier mail has become an incident."""

    def remember_words(self, incident_id: str, text: str) -> None:
        """Do nothing, because no later mail is compared with a rehearsed one."""

    def forget_unanswered(self, incident_id: str, address: str) -> None:
        """Do nothing, so that open questions continue to wait for their answers."""

    def note_offered(self, serial: int, replies: Collection[str], *, at: datetime) -> None:
        """Do nothing. The replies that a mail would offer are not shown."""

    def note_asked(self, mail: int, about: Collection[str], *, at: datetime) -> None:
        """Do nothing, because questions that are only shown are not counted."""
