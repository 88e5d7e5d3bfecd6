"""Judge a message: decide its commands, append its events and record its outcome, in one transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.app.known_state import known_state, with_history
from incidentmail.app.merging.other_incidents import finder_in
from incidentmail.app.parts import as_part_holder, declined_parts, without_accepted_offer
from incidentmail.app.record import record
from incidentmail.app.restricted import without_parts
from incidentmail.app.telling.alarms import tell_of_hidden_authors
from incidentmail.core.commands import AcceptProposal, AddNote, Decline, RejectProposal
from incidentmail.core.decision.crossing import is_milder
from incidentmail.core.decision.knowledge import Knowledge
from incidentmail.core.events import NoteAdded, ProposalMade
from incidentmail.core.frozen import replace
from incidentmail.core.ids import is_sub_address
from incidentmail.core.model import Actor, Incident, Trust
from incidentmail.core.names.person import clean_name
from incidentmail.core.policy import ANNOUNCES
from incidentmail.inbound.authentication.signed_thread import proven_thread
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import ASKED_US, Accepted, Outcome, OutcomeName
from incidentmail.reply.read_mail import Reading
from incidentmail.reply.understand import Understood

from .alerts.judge_alert import judge_about_alert
from .answer import answer
from .asking.answered import answerer, given_away
from .beginnings.general_question import general_question
from .copies import is_outdone, sent_again, still_to_do
from .decide_commands import Asked, Decided, asked_in, bound_names, decide_each, stated_in
from .declare_by_hand import declare_by_hand
from .following.keep_reply import FOLLOWED, keep_reply
from .following.own_mail import follow_own_mail
from .following.report import follow_report
from .match import Match
from .outcomes import cause, conflict_in, follow, only, outcome_of, refused, remember, to_repeat, why_unmatched
from .recognise import Recognised, recognise
from .shortfall import Judgement, in_order, no_such_incident, several_incidents, unread
from .stop_drill import judge_stop
from .without_words import is_opaque, judge_without_words, unreadable

# The outcome for each disposition of automatic messages. Nobody reads these.
UNREAD: dict[str, OutcomeName] = {"automatic": "automatic", "bounce": "automatic", "unreadable": "quarantined"}
ASSIGNED, BACKLOG, SENT_AGAIN = "assigned", "backlog", "signature-sent-again"
"""The rules for a message that the operator assigned to an incident, for old mail in a mailbox (which changes nothing),
and for a signed message that is sent again under another Message-ID.
"""
WAITS_FOR_LIST = "its author has no part in the restricted incident: the copy that its list sends counts"
HIDDEN = "the list hides who wrote it; only what is sent to our own address counts there"


def judge(
    context: AppContext, tx: Transaction, accepted: Accepted, reading: Reading, *, found: Match | None = None,
    at: datetime | None = None,
) -> Outcome:  # fmt: skip
    """Act on one message, and schedule the answer to its sender.

    If somebody assigned the message to an incident, `found` is that incident and `at` the time of the assignment.
    Otherwise, the incident follows from the header of the message, and the time from its arrival.
    """
    mail = recognise(
        reading, context, tx, received_at=accepted.received_at, as_reply=found is not None, found=found, decided_at=at
    )
    judged = judgement_of(context, tx, accepted, mail)
    is_silent = judged.outcome.rule in (SENT_AGAIN, FOLLOWED)
    return judged.outcome if is_silent else answer(context, tx, accepted, mail, judged)


def judgement_of(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement:
    """Return the judgement of a message. Our own mail is recognised first, then automatic mail, then people's."""
    if mail.message.envelope.unfetched is not None:
        unfetched = outcome_of(accepted, mail, "quarantined", mail.message.envelope.unfetched)
        return Judgement(outcome=replace(unfetched, rule="unfetched", copy_key=None))
    if mail.disposition == "own":
        own = follow_own_mail(context, tx, accepted, mail)
        named, reason = mail.message.message_id, own.reason
        if named and own.incident and tx.is_claimed_elsewhere(named, own.incident):
            reason = "; ".join(filter(None, (reason, "other mail has the same Message-ID, which leads nowhere now")))
        outcome = outcome_of(accepted, mail, own.outcome, reason)
        return Judgement(outcome=replace(outcome, rule=own.rule, incident=own.incident))
    if (report := mail.message.report) and (followed := follow_report(context, tx, report, mail.provenance)):
        outcome = outcome_of(accepted, mail, "automatic", followed.reason)
        return Judgement(outcome=replace(outcome, rule="delivery-report", incident=followed.incident))
    if mail.disposition in UNREAD:
        unread_mail = outcome_of(accepted, mail, UNREAD[mail.disposition], "; ".join(mail.message.problems) or None)
        rule = mail.provenance.strangeness if mail.provenance and mail.disposition == "unreadable" else None
        of_a_stranger = {"trust": Trust.STRANGER.value, "trust_rule": rule} if rule else {}
        return Judgement(outcome=replace(unread_mail, **of_a_stranger), incident=mail.incident)
    if mail.message.envelope.backlog and mail.rule != ASSIGNED:
        reason = "it lay in the mailbox a day or longer before that was first fetched"
        return Judgement(outcome=replace(outcome_of(accepted, mail, "filed", reason), rule=BACKLOG))
    if not leads(context, tx, mail.incident):
        return keep_reply(context, tx, accepted, mail)
    if mail.ambiguous and mail.is_letter:
        several = several_incidents(_shown(tx, mail.ambiguous))
        return Judgement(outcome=outcome_of(accepted, mail, "filed", several.reason), shortfalls=(several,))
    if mail.seen is not None and not _is_decided_again(mail):
        copy = outcome_of(accepted, mail, "duplicate", f"another copy of mail {mail.seen.seq}: {mail.seen.outcome}")
        return Judgement(outcome=replace(copy, copy_key=None, incident=mail.seen.incident))
    if mail.seen is None and mail.rule != ASSIGNED and (known := sent_again(tx, mail.provenance)):
        copy = outcome_of(accepted, mail, "duplicate", "what it proves is a signature of a mail that was read before")
        return Judgement(outcome=replace(copy, rule=SENT_AGAIN, copy_key=None, incident=known))
    if (about_alert := judge_about_alert(context, tx, accepted, mail)) is not None:
        return about_alert
    if not mail.is_letter:
        return judge_without_words(context, tx, accepted, mail)
    if mail.who is None or mail.understood is None:
        problem = mail.message.from_problem
        if problem is None and (hiding := _list_that_hides_authors(context, mail)):
            tell_of_hidden_authors(context, tx, hiding)
        return only(accepted, mail, "filed", f"its From cannot be read: {problem}" if problem else HIDDEN)
    if mail.incident is None and mail.trust not in (None, Trust.STRANGER) and _holds_nothing_readable(mail):
        nothing = unreadable(mail.message)
        return Judgement(outcome=outcome_of(accepted, mail, "refused", str(nothing)), shortfalls=(nothing,))
    if mail.misnamed is not None and mail.trust not in (None, Trust.STRANGER):
        return refused(accepted, mail, no_such_incident(mail.misnamed))
    if mail.suggested is not None:
        reason = f"it answers no known mail, and only its subject is that of {mail.suggested.id}"
        return Judgement(outcome=replace(outcome_of(accepted, mail, "filed", reason), incident=mail.suggested.id))
    if (stop := judge_stop(context, tx, accepted, mail)) is not None:
        return stop
    if general := general_question(context, mail):
        return Judgement(outcome=replace(outcome_of(accepted, mail, "applied"), rule=ASKED_US), wants=general)
    if mail.disposition == "unmatched" and mail.is_body_read:
        return only(accepted, mail, "filed", "; ".join(filter(None, (why_unmatched(mail), conflict_in(mail)))))
    # A reply address that only one mailbox was told does not make its user a member.
    if mail.trust in (None, Trust.STRANGER):
        return only(accepted, mail, "refused", mail.belief.why if mail.belief else None)
    return _from_a_member(context, tx, accepted, mail, mail.understood, Actor(person=mail.who, trust=mail.trust))


def _from_a_member(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, understood: Understood, actor: Actor
) -> Judgement:
    """Return the judgement of a member's message: a declaration, or a reply to an incident."""
    author = mail.provenance.author if mail.provenance else None
    tx.know_sender(actor.person, called=clean_name(author.name) if author else None)
    told = conflict_in(mail)
    if mail.copies and is_outdone(mail.copies.conflict, actor.person, actor.trust):
        return only(accepted, mail, "filed", f"{told}, and is believed more")
    incident = mail.incident or _declared_before(tx, mail)
    if incident is None:
        judged = declare_by_hand(context, tx, accepted, mail, understood, actor)
    else:
        mail = dataclasses.replace(mail, incident=incident)
        actor = as_part_holder(actor, tx, incident, verifies=context.words.policy.verifies)
        judged = _reply(context, tx, accepted, mail, understood, incident, actor)
    reasons = "; ".join(filter(None, (judged.outcome.reason, told))) or None
    return dataclasses.replace(judged, outcome=replace(judged.outcome, reason=reasons))


def _holds_nothing_readable(mail: Recognised) -> bool:
    """Return whether the text of the message cannot be read.

    If so, its sender is told, whether or not the message was meant to begin an incident.
    """
    return mail.understood is not None and not mail.understood.extraction.new_text.strip() and is_opaque(mail.message)


def _list_that_hides_authors(context: AppContext, mail: Recognised) -> str | None:
    """Return the address of our list if it distributed a message without its author's address, otherwise None."""
    provenance, ours = mail.provenance, (context.config.bot.address, *context.config.lists)
    if provenance is None or not (provenance.came_a_trusted_way and provenance.handed_over):
        return None
    boxes = (*mail.message.reply_to, *mail.message.cc)
    own = str(context.config.bot.address)
    others = (box for box in boxes if box.address not in ours and not is_sub_address(own, box.address))
    return None if next(others, None) else provenance.claimed_list


def _is_decided_again(mail: Recognised) -> bool:
    """Return whether to retry commands that failed with an earlier copy, because this copy is trusted more."""
    if mail.seen is None or mail.copies is None or mail.copies.before is None:
        return False
    is_known = mail.incident is not None or mail.seen.disposition == "declaration"
    return mail.seen.outcome in ("refused", "held") or bool(is_known and mail.seen.reason)


def _declared_before(tx: Transaction, mail: Recognised) -> Incident | None:
    """Return the incident that an earlier copy of this message declared, or None."""
    seen = mail.seen
    return tx.incident(seen.incident) if seen and seen.disposition == "declaration" and seen.incident else None


def _shown(tx: Transaction, ids: Sequence[str]) -> list[str]:
    """Return the ids as answers show them. The id of a restricted incident is never shown."""
    found = {name: tx.incident(name) for name in ids}
    return ["one that is restricted" if state and state.restricted else name for name, state in found.items()]


def _reply(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, understood: Understood,
    incident: Incident, actor: Actor,
) -> Judgement:  # fmt: skip
    if mail.waits or (understood.read.wants_brief and not mail.is_told):
        return only(accepted, mail, "filed", WAITS_FOR_LIST)
    understood, left_out = (understood, ()) if mail.is_told else without_parts(understood, incident)
    new_text = understood.extraction.new_text
    if not new_text.strip() and not understood.read.prose:
        nothing = unreadable(mail.message)
        outcome = outcome_of(accepted, mail, "refused", str(nothing))
        return Judgement(outcome=outcome, shortfalls=(nothing,), incident=incident)
    if understood.read.wants_brief and not understood.read.prose:
        follow(tx, incident.id, mail.message)
        outcome = outcome_of(accepted, mail, "applied")
        return Judgement(outcome=outcome, incident=incident, wants="brief")
    before = mail.copies.before if mail.copies else None
    if before:
        earlier = replace(actor, trust=before)
        understood = still_to_do(understood, incident, earlier, context.words.policy)
    known = _known(context, tx, accepted, mail, incident, understood)
    decided = _decide(context, tx, mail, without_accepted_offer(tx, incident), understood, actor, known)
    untold: tuple[str, ...] = ()
    if decided.events:
        untold = record(
            context, tx, incident.id, decided.events, version=incident.version, actor=actor,
            at=mail.decided_at, caused_by=cause(accepted),
        ).untold  # fmt: skip
    if not before:
        remember(tx, incident.id, mail.message, understood)
    elif not (decided.events or decided.shortfalls):
        nothing_more = outcome_of(accepted, mail, "duplicate", "a copy that is believed more, and changes no more")
        return Judgement(outcome=replace(nothing_more, copy_key=None))
    shortfalls = decided.shortfalls
    reasons = "; ".join((*map(str, shortfalls), *untold, *left_out)) or None
    if any(not isinstance(event, NoteAdded | ProposalMade) for event in decided.events):
        outcome = outcome_of(accepted, mail, "applied", reasons)
    elif shortfalls:
        only_held = all(shortfall.kind == "held" for shortfall in shortfalls)
        outcome = outcome_of(accepted, mail, "held" if only_held else "refused", reasons)
    else:
        outcome = outcome_of(accepted, mail, "note", reasons)
    noted = any(isinstance(event, NoteAdded) for event in decided.events)
    announced = any(isinstance(event, ANNOUNCES) for event in decided.events)
    return Judgement(
        outcome=outcome,
        shortfalls=shortfalls,
        done=decided.done,
        noted=noted,
        announced=announced,
        incident=incident,
        wants="brief" if understood.read.wants_brief else None,
        withdrawn=given_away(mail, incident, actor, str(context.config.bot.address)) is not None,
    )


def _known(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, incident: Incident,
    understood: Understood,
) -> Knowledge | None:  # fmt: skip
    """Return what the author of a reply knew about the incident's state, or None if the reply contains no command."""
    commands, writer = understood.read.commands, mail.who
    if not commands or writer is None:
        return None
    message = proven_thread(mail.message, mail.belief) if mail.belief else mail.message
    known = known_state(
        tx, message, incident, writer, key=context.key, received_at=accepted.received_at,
        quoted=[kept.line.text for kept in understood.extraction.lines if not kept.kept], stated=stated_in(understood),
    )  # fmt: skip
    crosses = known.unseen and any(is_milder(incident, asked.command) for asked in commands)
    return with_history(tx, known, incident, writer) if crosses else known


def _decide(
    context: AppContext, tx: Transaction, mail: Recognised, incident: Incident, understood: Understood, actor: Actor,
    known: Knowledge | None,
) -> Decided:  # fmt: skip
    """Return the results of all commands in a reply, and of the note that its text leaves."""
    read, now = understood.read, mail.decided_at
    asked: list[Asked] = []
    bounded, left_out = bound_names(asked_in(understood, actor), incident)
    for one in bounded:
        match one.command:
            case AcceptProposal() | RejectProposal():
                asked.append(dataclasses.replace(one, by=answerer(tx, mail, one.command, actor)))
            case Decline():
                parts = declined_parts(context, tx, mail.message, incident, actor.person)
                asked.append(dataclasses.replace(one, command=Decline(parts)))
            case _:
                asked.append(one)
    decided = decide_each(context, Decided(state=incident), asked, now=now, knowledge=known, find=finder_in(tx))
    rides = any(isinstance(event, ANNOUNCES) for event in decided.events)
    if prose := to_repeat(read) if rides else read.prose:
        note = Asked(command=AddNote(prose, read.at, rides=rides), by=actor)
        decided = decide_each(context, decided, [note], now=now, knowledge=known)
    problems = (*(unread(problem) for problem in read.problems), *left_out)
    if end := given_away(mail, incident, actor, str(context.config.bot.address)):
        sure = Actor(person=actor.person, trust=Trust.VERIFIED)
        decided = decide_each(context, decided, [Asked(command=end, by=sure)], now=now)
    return dataclasses.replace(decided, shortfalls=in_order((*problems, *decided.shortfalls)))
