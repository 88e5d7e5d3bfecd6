"""Judge mail whose sender wrote nothing readable: mail that cannot be opened, is empty, or was sent by a program.

Such mail changes nothing. If it cannot be opened, the answer says why. People who react to a message or recall one are
told which replies would count.
"""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.retro.answers import invited_to, record_answer
from incidentmail.core.commands import Refused
from incidentmail.core.decision.undo import undo
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.inbound.message import Message
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted

from .outcomes import cause, outcome_of
from .recognise import Recognised
from .shortfall import Judgement, Shortfall

UNREADABLE = {
    "tnef": "It holds only a winmail.dat attachment, which no program but Outlook can read.",
    "protected": "It is a protected message (rights management), and only people with a mail program can open it.",
    "s/mime": "It is sealed with S/MIME (smime.p7m), and only people can open it here.",
    "encrypted": "It is encrypted, and only people can read it here.",
    "stub": "It holds only a note that its words are in HTML, and the HTML is missing.",
    "calendar": "It holds only a calendar entry.",
}
"""The reasons why a message has no text, keyed by the problem found in it."""
NO_TEXT = "No words of your own were found in it: only a quotation, a signature, a picture, or nothing at all."
TOO_LARGE = "It is too large or too deeply nested to be read."
WRITE_PLAINLY = "your words in plain text, at the very top"


def is_opaque(message: Message) -> bool:
    """Return whether the text of a message is in a form that cannot be opened here."""
    return not UNREADABLE.keys().isdisjoint(message.problems)


def unreadable(message: Message) -> Shortfall:
    """Return the shortfall of a message in which we found no new text."""
    found = next((UNREADABLE[problem] for problem in message.problems if problem in UNREADABLE), None)
    over = any(problem.startswith(("over ", "html over ")) for problem in message.problems)
    unread = f" ({', '.join(message.problems)})" if message.problems else ""
    return Shortfall(
        kind="refused",
        reason=f"no new text was found in it{unread}",
        remedy="write the answer as plain text",
        result=found or (TOO_LARGE if over else NO_TEXT),
        instead=WRITE_PLAINLY,
    )


WHAT = {
    "calendar": "a calendar entry",
    "reaction": "a reaction",
    "recall": "a recall",
    "read-receipt": "a read receipt",
}
"""Names for messages that no person wrote, keyed by the rule that recognised them."""


def judge_without_words(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement:
    """Return the judgement of an invitation, a reaction, a recall or a read receipt, none of which changes anything.

    A calendar's answer to our invitation is recorded. For other mail, the sender is told something only if a question
    is waiting for their answer, or if they recall a message that had changed something.
    """
    if (answered := _calendar_answer(context, tx, accepted, mail)) is not None:
        return answered
    incident, what = mail.incident or mail.suggested, WHAT.get(mail.rule or "", "no letter")
    outcome = outcome_of(accepted, mail, "automatic", f"{what} holds no words of its sender")
    shortfalls = []
    if mail.rule == "recall" and incident is not None and mail.who is not None:
        shortfalls += _taken_back(incident, mail.who)
    elif mail.rule in ("reaction", "calendar"):
        shortfalls += _waiting(mail, what)
    return Judgement(outcome=outcome, shortfalls=tuple(shortfalls), incident=incident)


def _calendar_answer(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement | None:
    """Return the judgement of an answer to an invitation to a retrospective, or None for any other mail."""
    answer = mail.message.calendar
    incident = invited_to(tx, mail.incident, answer) if answer else None
    if answer is None or incident is None or mail.who is None or mail.trust is None:
        return None
    actor = Actor(person=mail.who, trust=mail.trust)
    answered = record_answer(
        context, tx, incident, answer, actor=actor, at=mail.decided_at, caused_by=cause(accepted)
    )  # fmt: skip
    outcome = outcome_of(accepted, mail, "applied" if answered.is_recorded else "automatic", answered.reason)
    return Judgement(outcome=replace(outcome, incident=incident.id), incident=incident)


def _taken_back(incident: Incident, who: Person) -> list[Shortfall]:
    """Return the reply that would undo the newest change by `who`, or retract the incident that `who` declared."""
    by_them = [update.number for update in incident.announced if any(one.by.same_as(who) for one in update.changes)]
    number = next((n for n in reversed(by_them) if not isinstance(undo(incident, n), Refused)), None)
    if any(change.by.same_as(who) for change in incident.unannounced):
        number = incident.updates + 1
    if number is not None:
        result = "A mail that was read here cannot be recalled: what it changed still holds. This takes it back."
        return [_shortfall("recall", result, f"undo {number}")]
    if incident.declared_by.same_as(who) and incident.is_open and not incident.updates:
        result = "A mail that was read here cannot be recalled: the incident is declared. This ends a false alarm."
        return [_shortfall("recall", result, "retract")]
    return []


def _waiting(mail: Recognised, what: str) -> list[Shortfall]:
    """Return shortfalls about the offers and questions that wait for the sender's answer."""
    incident, who = mail.incident, mail.who
    if mail.filed is not None:
        result = f"{what.capitalize()} declares nothing. If it is an incident, one word says so."
        return [_shortfall(what, result, "yes")]
    if incident is None or who is None:
        return []
    if incident.offered is not None and incident.offered.same_as(who):
        result = f"{what.capitalize()} does not count: command is still offered to you. One word takes it, or decline."
        return [_shortfall(what, result, "accept")]
    waiting = [one for one in incident.proposals if one.state == "open"]
    if any(one.number == mail.proposal or any(p.same_as(who) for p in one.confirmers) for one in waiting):
        result = (
            f"{what.capitalize()} does not count: the question still waits for you. Answer the mail that asked it with"
            " one word: accept, or reject."
        )
        return [_shortfall(what, result, None)]
    return []


def _shortfall(what: str, result: str, instead: str | None) -> Shortfall:
    return Shortfall(
        kind="refused", reason=f"{what} counts for nothing", remedy=instead or "", result=result, instead=instead
    )
