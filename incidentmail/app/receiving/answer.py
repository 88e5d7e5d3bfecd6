"""Write the private answer to a sender: how the mail was understood, what was not done and why, and what to reply.

No answer is sent to a message that no person wrote, or that came from another list. Members are always told which of
their requests were not carried out. Strangers get the same text whatever incidents exist here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidentmail.app.budget.ride_along import carry, note_carried
from incidentmail.app.context import AppContext
from incidentmail.app.telling.asked import DECLARATION
from incidentmail.app.telling.pass_on import await_answer, note_answer
from incidentmail.app.telling.private_mail import could_be_another, note_due
from incidentmail.app.telling.repeated import SAME_WORDS, is_not_answered, is_third_time, note_repeated
from incidentmail.core.commands import AssignRole, NameCommander, SetTime
from incidentmail.core.frozen import replace
from incidentmail.core.model import Person, Trust
from incidentmail.inbound.authentication.author import is_ours
from incidentmail.inbound.thread import begins_a_thread, plain_subject
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted, Outcome
from incidentmail.outbound.private_mails import Item, Private
from incidentmail.reply.new_matter import in_text

from .asking.item_answers import is_answer, receipts, roll_call_answer, unknown_owners
from .asking.questions import asked_about, not_asked, questions, says_no, states_severity, waiting_for, worse_severity
from .beginnings.ask_whether import is_asked, names_something, question, still_unclear, thread_of
from .outcomes import described
from .recognise import Recognised
from .shortfall import Judgement, Shortfall, unread

_NO = re.compile(r"\s*(?:no|nope|not|never\s?mind|nothing|none|sorry|thanks|thank you|ok|okay|fine|all good)\b", re.I)
"""Words that deny an incident, or say that nothing more is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    kind: str
    content: Private
    said: str | None = None
    filed: int | None = None
    once: str | None = None
    urgent: bool = False
    about: tuple[str, ...] = ()
    """The topics of the questions in the answer, one word each."""


def answer(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, judged: Judgement) -> Outcome:
    """Record the private answer that is due, if any, and return the outcome of the message.

    If a limit or a switch prevents the answer, the outcome says so.
    """
    who = mail.who
    if who is None or not mail.is_told or not _is_answerable(context, mail, who):
        return judged.outcome
    if mail.disposition == "duplicate" or mail.trust is None:
        return judged.outcome
    understood = mail.understood
    if judged.incident is not None and understood and (states_severity(understood) or says_no(understood)):
        note_answer(tx, judged.incident, who)
    due = _due(context, accepted, mail, judged, who)
    withheld = _note(context, tx, mail, judged, due, cause=accepted.seq) if due else None
    not_told = f"its sender was not told ({withheld})" if withheld else None
    unasked = not_asked(context, mail, judged) if mail.trust is not Trust.STRANGER else None
    reasons = filter(None, (judged.outcome.reason, not_told, unasked))
    return replace(judged.outcome, reason="; ".join(reasons) or None)


def _note(
    context: AppContext, tx: Transaction, mail: Recognised, judged: Judgement, due: _Due, *, cause: int
) -> str | None:
    """Record an answer and the questions in it. Return the reason if the answer is not sent, otherwise None."""
    about, at = judged.incident or mail.suggested, mail.decided_at
    address, incident = str(due.content.to.address), about.id if about and due.kind != "stranger" else None
    trust = mail.trust or Trust.STRANGER
    if is_not_answered(tx, address, at, trust=trust):
        return SAME_WORDS
    if due.said is not None and is_third_time(tx, due.kind, address, incident, due.said, at):
        note_repeated(context, tx, address, at=at, trust=trust)
        return SAME_WORDS
    carried = carry(context, tx, judged.incident, due.content, at)
    withheld = note_due(
        context, tx, carried.content, kind=due.kind, at=at, incident=incident, said=due.said, filed=due.filed,
        once=due.once, urgent=due.urgent, is_claimed=could_be_another(context, trust), host=_host_of_unproven(mail),
    )  # fmt: skip
    if withheld is not None:
        return withheld
    note_carried(tx, carried, at=at)
    tx.note_asked(cause, due.about, at=context.now())
    if about is not None and (severity := worse_severity(context, mail, judged)) is not None:
        await_answer(tx, about, due.content.to, severity, cause=cause, at=context.now())
    return None


def _host_of_unproven(mail: Recognised) -> str | None:
    """Return the host that delivered a member's mail if nothing proves who wrote the mail, otherwise None.

    Also return None if the mail answers our own mail, because its author must have read our mail.
    """
    if mail.trust is not Trust.MEMBER or mail.incident is not None or mail.filed is not None:
        return None
    envelope = mail.message.envelope
    return envelope.peer or envelope.way


def _due(context: AppContext, accepted: Accepted, mail: Recognised, judged: Judgement, who: Person) -> _Due | None:
    """Return the answer that is due to the sender, or None, which is the usual case."""
    message = mail.message
    thread: dict[str, Any] = {"subject": plain_subject(message, context.config.lists), "message_id": message.message_id}
    if not mail.is_letter and (mail.trust is Trust.STRANGER or not judged.shortfalls):
        return None
    if mail.trust is Trust.STRANGER:
        told = mail.belief is not None and mail.belief.rule == "not-on-roster"
        told = told and mail.provenance is not None and not mail.provenance.is_disproved
        # Spam begins threads and states nothing. The answer must not show whether the incident that it names exists.
        if not told or (begins_a_thread(message) and mail.disposition == "unmatched"):
            return None
        return _Due(kind="stranger", content=Private(template="stranger", to=who, message_id=message.message_id))
    said = mail.understood.extraction.new_text if mail.understood else ""
    if mail.suggested is not None and judged.outcome.outcome == "filed":
        urgent = in_text(said, context.words) is not None
        return _Due(kind="which", content=Private(template="which", to=who, **thread), said=said, urgent=urgent)
    if mail.disposition == "unmatched" and judged.outcome.outcome == "filed" and not mail.ambiguous:
        if mail.filed is not None:
            return _asked_again(context, mail, who, said, thread)
        if not is_asked(context, mail):
            return None
        content = question(context, mail, who, thread)
        urgent = names_something(mail.beginning)
        return _Due(
            kind="new_thread", content=content, once=thread_of(mail), urgent=urgent, filed=accepted.seq,
            about=(DECLARATION,),
        )  # fmt: skip
    if judged.wants:  # people may ask for this as often as the limits allow, since the answer changes
        since = mail.understood.read.since if mail.understood else None
        content = Private(template=judged.wants, to=who, references=message.references, since=since, **thread)
        return _Due(kind=judged.wants, content=content)
    items = [*map(_item, judged.shortfalls), *_asked_for(context, judged), *unknown_owners(judged)]
    asked = list(questions(context, mail, judged))
    if items and all(shortfall.is_asked for shortfall in judged.shortfalls) and len(items) == len(judged.shortfalls):
        return None  # the author has just been sent a question for each of them, which is enough
    kind, at, is_receipt = "answer", mail.decided_at, not items
    items = items or [*_times_read(context, judged, at), *receipts(judged), *roll_call_answer(judged, who, at)]
    if not items:
        if not asked:
            return None
        kind = "ask"
    items += asked
    content = Private(
        template="answer",
        to=who,
        number=waiting_for(mail, judged),
        references=message.references,
        opening=_opening(mail, judged, kind, is_receipt=is_receipt),
        items=tuple(items),
        done=tuple(_done(context, judged, at)) if judged.shortfalls else (),
        **thread,
    )
    declares_nothing = mail.disposition == "declaration" and judged.incident is None
    about = asked_about(context, mail, judged)
    return _Due(kind=kind, content=content, said=said, filed=accepted.seq if declares_nothing else None, about=about)


def _asked_again(context: AppContext, mail: Recognised, who: Person, said: str, thread: dict[str, Any]) -> _Due | None:
    """Return the answer to people who reply to our question with neither yes nor no. Return None if they say no."""
    if not said.strip() or _NO.match(said):
        return None
    first = next(line for line in said.splitlines() if line.strip())
    seen = still_unclear(in_text(said, context.words), context.words.policy)
    asked = Item(line=first, result="This names no severity, so nobody has been told anything yet.", instead="sev 2")
    problems = mail.understood.read.problems if mail.understood else ()
    content = Private(
        template="answer",
        to=who,
        opening="Your mail still declares no incident.",
        items=tuple(_item(unread(problem)) for problem in problems) or seen or (asked,),
        references=mail.message.references,
        **thread,
    )
    return _Due(kind="answer", content=content, said=said, filed=mail.filed, urgent=bool(seen))


def _is_answerable(context: AppContext, mail: Recognised, who: Person) -> bool:
    """Return whether to answer the message at all (RFC 3834 section 2).

    Our own addresses, lists, mail from other lists, and old mail get no answer.
    """
    message = mail.message
    if message.envelope.backlog or message.envelope.unfetched is not None:
        return False
    if who.address is None or is_ours(who.address, context.roster):
        return False
    if mail.provenance is not None and mail.provenance.through_our_list:
        return True
    precedence = (message.field("precedence") or "").strip().lower()
    marks = ("list-id", "list-post", "list-unsubscribe", "mailing-list", "feedback-id")
    return precedence not in ("list", "bulk", "junk") and not any(message.field(name) for name in marks)


def _opening(mail: Recognised, judged: Judgement, kind: str, *, is_receipt: bool) -> str:
    """Return the first line of an answer, which phones show as the preview."""
    outcome, shortfalls = judged.outcome, judged.shortfalls
    if outcome.outcome == "automatic":
        return "Your mail changed nothing."
    if kind == "ask":
        asks = mail.understood.read.asks if mail.understood else ()
        if any(ask.why == "unanswered" for ask in asks):
            return "Your reply is kept as a note, and the question still waits for your answer."
        if outcome.outcome == "applied":
            return "Done as you wrote, but part of your reply was not taken."
        return "Your reply is kept as a note, and changed nothing."
    if not shortfalls and not judged.announced and any(isinstance(one.command, SetTime) for one, _ in judged.done):
        return "Done as you wrote; this is how your time was read."
    if not shortfalls and any(is_answer(one) for one, _ in judged.done):
        return "Your answer was taken."
    if not shortfalls and is_receipt:
        return "Your answer to the roll call was taken."
    if not shortfalls:
        return "Done as you wrote, but somebody could not be told."
    if outcome.disposition == "declaration":
        if judged.incident is not None:
            return "The incident is declared, but part of your mail was not carried out."
        return "No incident was declared by your mail."
    if outcome.outcome == "applied":
        return "Part of your reply was not carried out."
    if outcome.outcome == "held":
        own = all(shortfall.own for shortfall in shortfalls)
        return f"Nothing has changed yet: {'it waits for your own word' if own else 'somebody else must agree first'}."
    if judged.noted:
        return "Your reply changed nothing. Its words are kept as a note."
    return "Your reply changed nothing."


def _item(shortfall: Shortfall) -> Item:
    reason = _sentence(shortfall.reason)
    if shortfall.kind == "unread":
        return Item(line=shortfall.text, result=f"Not taken: {_inside(reason)}", instead=shortfall.remedy)
    if shortfall.result is not None:
        return Item(line=shortfall.text, result=shortfall.result, instead=shortfall.instead)
    read = f"Read as {shortfall.read_as.rstrip('.')}. " if shortfall.read_as else ""
    waits = f" It waits as proposal {shortfall.proposal}." if shortfall.proposal else ""
    not_done = "Not done yet" if shortfall.kind == "held" else "Not done"
    return Item(
        line=shortfall.text, result=f"{read}{not_done}: {_inside(reason)}{waits} {_sentence(shortfall.remedy)}".strip()
    )


def _asked_for(context: AppContext, judged: Judgement) -> Iterator[Item]:
    """Yield an item about each command that names people who cannot be told, because their address is unknown."""
    for asked, line in judged.done:
        command = asked.command
        match command:
            case NameCommander(person=person):
                people: tuple[Person, ...] = (person,)
            case AssignRole(people=people, how="set" | "add"):
                pass
            case _:
                continue
        unknown = [person.name for person in people if person.address is None]
        if not unknown:
            continue
        sign = "+" if isinstance(command, AssignRole) and command.how == "add" else ""
        shown = ", ".join(f"{sign}{person}{'' if person.address else ' <ADDRESS>'}" for person in people)
        names = ", ".join(unknown)
        names += "" if names.endswith(".") else "."
        yield Item(
            line=line,
            result=f"No address is known for: {names} They have not been told. Write their address instead of ADDRESS.",
            instead=f"{context.words.key(asked.name)}: {shown}",
        )


def _times_read(context: AppContext, judged: Judgement, at: datetime) -> Iterator[Item]:
    """Yield each time as it was parsed, unless a follow-up shows it. Time zones are easily confused."""
    for asked, line in judged.done:
        if isinstance(asked.command, SetTime) and not judged.announced:
            result = f"Read as {described(context, asked, at)}. Others are told in the next follow-up."
            yield Item(line=line, result=f"{result} If you meant another time, write it with its zone.")


def _done(context: AppContext, judged: Judgement, at: datetime) -> Iterator[str]:
    for asked, _ in judged.done:
        yield described(context, asked, at)
    if judged.noted and judged.done:
        yield "the rest is kept as a note"


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _inside(sentence: str) -> str:
    """Return a sentence in the form that it has after a colon."""
    return f"{sentence[:1].lower()}{sentence[1:]}"
