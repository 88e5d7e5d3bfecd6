"""What becomes of a mail: its commands are decided, its events appended, its outcome recorded, in one transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.held_commands import Waiting, wait
from incidentmail.app.record import record
from incidentmail.core.commands import AcceptProposal, AddNote, Command, Held, Refused, RejectProposal
from incidentmail.core.decision.decide import decide
from incidentmail.core.events import Event, NoteAdded, ProposalMade
from incidentmail.core.foresee import state_after
from incidentmail.core.frozen import replace
from incidentmail.core.leaked_secrets import masked_command
from incidentmail.core.model import Actor, Incident, Trust
from incidentmail.core.policy import ANNOUNCES
from incidentmail.inbound.message import Message
from incidentmail.inbound.thread import answered_number
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted, Outcome, OutcomeName
from incidentmail.reply.parsed import ReadCommand
from incidentmail.reply.understand import Understood

from .answer import answer, described
from .copies import is_outdone, still_to_do
from .declare_by_hand import declare_by_hand
from .follow_own_mail import follow_own_mail
from .match import Match
from .outcomes import cause, lines_of, only, outcome_of, remember
from .recognise import Recognised, recognise
from .shortfall import Judgement, Shortfall, in_order, not_done, several_incidents, unread
from .unreadable import unreadable

# Read by nobody: the outcome of each disposition that is no person's.
UNREAD: dict[str, OutcomeName] = {"automatic": "automatic", "bounce": "automatic", "unreadable": "quarantined"}
BACKLOG = "backlog"
"""The rule by which old mail of a mailbox is filed: it changes nothing, declares nothing and needs no look."""

HIDDEN = "the list hides who wrote it; only what is sent to our own address counts there"


@dataclass(frozen=True, slots=True)
class _Decided:
    events: tuple[Event, ...]
    shortfalls: tuple[Shortfall, ...]
    done: tuple[tuple[ReadCommand, str | None], ...]


def judge(
    context: AppContext, tx: Transaction, accepted: Accepted, message: Message, *, found: Match | None = None,
    at: datetime | None = None,
) -> Outcome:  # fmt: skip
    """Acts on one mail, and notes what its sender is to be told.

    `found` and `at`: the incident that somebody gave it to, and when; else what its fields say, when it came.
    """
    mail = recognise(message, context, tx, received_at=accepted.received_at, as_reply=found is not None, found=found)
    accepted = replace(accepted, received_at=at or accepted.received_at)
    return answer(context, tx, accepted, mail, _judged(context, tx, accepted, mail))


def _judged(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement:
    """What becomes of a mail. Own mail first, then machines, then people."""
    if mail.message.envelope.unfetched is not None:
        unfetched = outcome_of(accepted, mail, "quarantined", mail.message.envelope.unfetched)
        return Judgement(outcome=replace(unfetched, rule="unfetched", copy_key=None))
    if mail.disposition == "own":
        followed = follow_own_mail(context, tx, accepted, mail)
        outcome = outcome_of(accepted, mail, followed.outcome, followed.reason)
        return Judgement(outcome=replace(outcome, rule=followed.rule, incident=followed.incident))
    if mail.disposition in UNREAD:
        return only(accepted, mail, UNREAD[mail.disposition], "; ".join(mail.message.problems) or None)
    if mail.message.envelope.backlog and mail.rule != "assigned":
        reason = "it lay in the mailbox a day or longer before that was first fetched"
        return Judgement(outcome=replace(outcome_of(accepted, mail, "filed", reason), rule=BACKLOG))
    if mail.ambiguous:
        several = several_incidents(_shown(tx, mail.ambiguous))
        outcome = outcome_of(accepted, mail, "filed", several.reason)
        return Judgement(outcome=outcome, shortfalls=(several,))
    if mail.seen is not None and not _is_decided_again(mail):
        copy = outcome_of(accepted, mail, "duplicate", f"another copy of mail {mail.seen.seq}: {mail.seen.outcome}")
        return Judgement(outcome=replace(copy, copy_key=None, incident=mail.seen.incident))
    if mail.who is None or mail.understood is None:
        problem = mail.message.from_problem
        return only(accepted, mail, "filed", f"its From cannot be read: {problem}" if problem else HIDDEN)
    if mail.suggested is not None:
        reason = f"it answers no known mail, and only its subject is that of {mail.suggested.id}"
        return Judgement(outcome=replace(outcome_of(accepted, mail, "filed", reason), incident=mail.suggested.id))
    if mail.disposition == "unmatched":
        what = "our question" if mail.filed else "no known mail"
        return only(accepted, mail, "filed", f"it answers {what}, and states neither severity nor commander")
    if mail.trust in (None, Trust.STRANGER):  # the address that only one mailbox was told makes no member of anybody
        return only(accepted, mail, "refused", mail.belief.why if mail.belief else None)
    tx.know_sender(mail.who)
    actor = Actor(person=mail.who, trust=mail.trust)
    conflict = mail.copies.conflict if mail.copies else None
    told = f"mail {conflict.seq} bears the same Message-ID and another author or text" if conflict else None
    if is_outdone(conflict, mail.who, mail.trust):
        return only(accepted, mail, "filed", f"{told}, and is believed more")
    if mail.incident is None:
        judged = declare_by_hand(context, tx, accepted, mail, mail.understood, actor)
    else:
        judged = _reply(context, tx, accepted, mail, mail.understood, mail.incident, actor)
    reasons = "; ".join(filter(None, (judged.outcome.reason, told))) or None
    return dataclasses.replace(judged, outcome=replace(judged.outcome, reason=reasons))


def _is_decided_again(mail: Recognised) -> bool:
    """Whether a copy that is believed more may do what an earlier one was refused, or had to wait for."""
    if mail.seen is None or mail.copies is None or mail.copies.before is None:
        return False
    return mail.seen.outcome in ("refused", "held") or bool(mail.incident and mail.seen.reason)


def _shown(tx: Transaction, ids: Sequence[str]) -> list[str]:
    """Ids as their answerer is told them: that of a restricted incident stands in no answer."""
    found = {name: tx.incident(name) for name in ids}
    return ["one that is restricted" if state and state.restricted else name for name, state in found.items()]


def _reply(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, understood: Understood,
    incident: Incident, actor: Actor,
) -> Judgement:  # fmt: skip
    new_text = understood.extraction.new_text
    if not new_text.strip():
        nothing = unreadable(mail.message)
        outcome = outcome_of(accepted, mail, "refused", str(nothing))
        return Judgement(outcome=outcome, shortfalls=(nothing,), incident=incident)
    if understood.read.wants_brief:
        if mail.message.message_id:
            tx.follow_thread(incident.id, mail.message.message_id)
        outcome = outcome_of(accepted, mail, "applied")
        return Judgement(outcome=outcome, incident=incident, wants_brief=True)
    before = mail.copies.before if mail.copies else None
    if before:
        earlier = Actor(person=actor.person, trust=before)
        understood = still_to_do(understood, incident, earlier, context.words.policy)
    decided = _decide(context, accepted, mail, incident, understood, actor)
    untold: tuple[str, ...] = ()
    if decided.events:
        untold = record(
            context, tx, incident.id, decided.events, version=incident.version, actor=actor,
            at=accepted.received_at, caused_by=cause(accepted),
        ).untold  # fmt: skip
    if not before:
        remember(tx, incident.id, mail.message, new_text)
    elif not (decided.events or decided.shortfalls):
        nothing_more = outcome_of(accepted, mail, "duplicate", "a copy that is believed more, and changes no more")
        return Judgement(outcome=replace(nothing_more, copy_key=None))
    shortfalls = decided.shortfalls
    reasons = "; ".join((*map(str, shortfalls), *untold)) or None
    if any(not isinstance(event, NoteAdded | ProposalMade) for event in decided.events):
        outcome = outcome_of(accepted, mail, "applied", reasons)
    elif shortfalls:
        only_held = all(shortfall.kind == "held" for shortfall in shortfalls)
        outcome = outcome_of(accepted, mail, "held" if only_held else "refused", reasons)
    else:
        outcome = outcome_of(accepted, mail, "note")
    noted = any(isinstance(event, NoteAdded) for event in decided.events)
    return Judgement(outcome=outcome, shortfalls=shortfalls, done=decided.done, noted=noted, incident=incident)


def _decide(
    context: AppContext, accepted: Accepted, mail: Recognised, incident: Incident, understood: Understood, actor: Actor
) -> _Decided:
    """The events of all commands of one reply, each decided in the state that the ones before it left."""
    read, lines = understood.read, lines_of(understood)
    events: list[Event] = []
    done: list[tuple[ReadCommand, str | None]] = []
    shortfalls = [unread(problem) for problem in read.problems]
    now, policy, state = accepted.received_at, context.words.policy, incident
    answering = answered_number(
        mail.message, key=context.key, ref=incident.ref, first=next(iter(incident.thread), None)
    )

    # Whoever answers from the address that only his mailbox was told has proved, for this, that it is his.
    answerer = Actor(person=actor.person, trust=Trust.VERIFIED) if mail.proposal is not None else actor

    def take(command: Command, asked: ReadCommand | None = None) -> None:
        nonlocal state
        command, _ = masked_command(command)
        line = lines.get(asked.line) if asked else None
        by = answerer if isinstance(command, AcceptProposal | RejectProposal) else actor
        decided = decide(state, command, actor=by, now=now, policy=policy, answering=answering)
        answer = wait(context, state, command, decided, actor=by, now=now) if isinstance(decided, Held) else decided
        read_as = described(context, asked, now) if asked else None
        if isinstance(decided, Held) and isinstance(answer, Waiting):
            own = any(actor.person.same_as(person) for person in decided.confirmers)
            held = not_done(decided, asked, line, read_as=read_as)
            is_asked = own and bool(answer.made)
            shortfalls.append(dataclasses.replace(held, proposal=answer.number, own=own, is_asked=is_asked))
        elif isinstance(answer, Refused):
            shortfalls.append(not_done(answer, asked, line, read_as=read_as))
        elif asked:
            done.append((asked, line))
        happened = answer.made if isinstance(answer, Waiting) else () if isinstance(answer, Refused) else answer
        events.extend(happened)
        state = state_after(state, happened, actor, now)

    for asked in read.commands:
        take(asked.command, asked)
    if read.prose:
        take(AddNote(read.prose, read.at, rides=any(isinstance(event, ANNOUNCES) for event in events)))
    return _Decided(tuple(events), in_order(shortfalls), tuple(done))
