"""Write the questions in an answer: what a reply seems to request, and the replies that would have that effect."""

from __future__ import annotations

from collections.abc import Iterator

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.recognise import Recognised
from incidentmail.app.receiving.shortfall import Judgement
from incidentmail.core.commands import SetSeverity
from incidentmail.core.model import Incident, Person
from incidentmail.outbound.private_mails import Item
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.parsed import Ask, Context, NewLine
from incidentmail.reply.understand import Understood

PROBLEM = "problem"
"""The topic of a line that was meant as a command but could not be parsed as one."""
_WHY: dict[str, str] = {
    "taken back": "the words beside it leave open whether you mean it now",
    "other words": "I could not be sure whether you ask for it, or only report",
    "below": "there is other text before it, and a change counts only at the beginning of a reply",
    "remainder": "the words beside it say that something is left, or ask a question",
    "several": "each of these counts only alone, in a reply of its own",
    "too far": "it is more than twelve hours ahead, and a promise so far ahead counts with its date",
}


def kept_back(context: AppContext, ask: Ask) -> str | None:
    """Return the reason why a question is not asked, or None if it is asked.

    No question is asked if the switch for questions is off. The switch affects neither what people request themselves
    (help, or how to leave the list) nor answers to our own questions.
    """
    is_off = context.config.settings.replies.ask == "off" and ask.about not in ("help", "list", "answer")
    return '[replies] ask = "off"' if is_off else None


def not_asked(context: AppContext, mail: Recognised, judged: Judgement) -> str | None:
    """Return a sentence about the questions that were not asked because questions are switched off.

    Return None if there were no such questions.
    """
    kept = {ask.about: why for ask in _open(mail, judged) if (why := kept_back(context, ask))}
    return f"its sender was not asked about {' and '.join(kept)} ({next(iter(kept.values()))})" if kept else None


def questions(context: AppContext, mail: Recognised, judged: Judgement) -> Iterator[Item]:
    """Yield what the reply seems to request besides its commands, with the replies that would have that effect."""
    incident = mail.incident
    if incident is None:
        return
    for ask in _asked(context, mail, judged):
        first, *others = ask.offers or (None,)
        yield Item(line=ask.text, result=_why(context, ask, incident), instead=first, also=tuple(filter(None, others)))


def _why(context: AppContext, ask: Ask, incident: Incident) -> str:
    match ask.about:
        case "list":
            operator = context.config.settings.operator.address or "the people who run it"
            return (
                "These mails come from a mailing list. Its own mails say at their end how to leave it; "
                f"if they do not, ask {operator}."
            )
        case "help":
            return (
                "Write one of these alone, or put the first words of your reply so. Everything else is kept as a note."
            )
        case "answer" if ask.why == "no":
            return "Taken as a no: nothing is changed."
        case "answer" if ask.why == "nothing to answer":
            return "Not taken: one word is no answer to that mail. Write what you want; help shows what counts."
        case "answer" if ask.why == "copy the line":
            return (
                "Not taken: one word does not do that. Send the line after 'Reply with' in the mail that you answered."
            )
        case "answer" if ask.why == "not asked":
            return f"Not taken: {_who_was_asked(incident)}."
        case "answer" if "decline" in ask.offers:
            what = "command" if incident.offered else "a role"
            return f"Not taken: {what} was offered to you, and one word takes it, or decline refuses it."
        case "answer":
            return "Not taken as a yes or a no: one word answers the question, and only thanks may be beside it."
        case "severity" if ask.why == "other words":
            return f'It is still severity {incident.severity}: "{ask.offers[0]}" has to be alone at the beginning.'
        case "phase" if ask.why == "other words":
            return f'It is still phase {incident.phase}: "{ask.offers[0]}" has to be alone at the beginning.'
        case "command" if not ask.offers:
            return "Command is unchanged. To offer it, begin a reply with Offer command to: and a name."
        case "venue" if not ask.offers:
            return "The venue is unchanged. To set it, begin a reply with Venue: and a place or link."
        case "text" if not ask.offers:
            return "The text is unchanged. To change it, begin a reply with Description: and what is broken."
        case "text":
            return "The text is unchanged. To change it, begin a reply with this, in your own words."
    return f"Not taken: {_WHY[ask.why]}."


def _who_was_asked(incident: Incident) -> str:
    """Return a text that names the mailboxes to which a question was sent. Only answers from there count."""
    asked = [incident.offered] if incident.offered else []
    asked += [person for proposal in incident.proposals if proposal.state == "open" for person in proposal.confirmers]
    addresses = sorted({person.address for person in asked if person.address})
    if not addresses:
        return "no question waits for an answer in this incident"
    return f"the question went to {' and '.join(addresses)}, and its answer counts from that mailbox alone"


def asked_about(context: AppContext, mail: Recognised, judged: Judgement) -> tuple[str, ...]:
    """Return the topics of the questions that the answer to a mail contains, to be counted (docs/running.md).

    The explanation of how to leave the list, and the receipt for a no, are not included: no reply to us answers them.
    """
    about = [ask.about for ask in _asked(context, mail, judged) if ask.about != "list" and ask.why != "no"]
    unread = [PROBLEM for shortfall in judged.shortfalls if shortfall.kind == "unread"]
    return tuple(dict.fromkeys((*about, *unread)))


def worse_severity(context: AppContext, mail: Recognised, judged: Judgement) -> int | None:
    """Return the worst severity that the answer asks about, or None if it is not worse than the current one."""
    incident = judged.incident
    if incident is None or not incident.is_open:
        return None
    nobody = Context(words=context.words, written_at=mail.decided_at, writer=Person(name="the writer"))
    offers = (offer for ask in _asked(context, mail, judged) if ask.about == "severity" for offer in ask.offers)
    meant = (one.command for offer in offers for one in read([NewLine(1, offer)], nobody).commands)
    worse = [one.severity for one in meant if isinstance(one, SetSeverity) and one.severity < incident.severity]
    return min(worse, default=None)


def states_severity(understood: Understood) -> bool:
    """Return whether a reply states a severity, even if it is the current one."""
    return any(isinstance(one.command, SetSeverity) for one in understood.read.commands)


def waiting_for(mail: Recognised, judged: Judgement) -> int | None:
    """Return the proposal that still waits for the writer's yes or no, or None.

    The writer proved by the address that they wrote to that it is theirs to answer.
    """
    return mail.proposal if any(ask.about == "answer" for ask in _open(mail, judged)) else None


def says_no(understood: Understood) -> bool:
    """Return whether a reply answers no to what our private mail suggested."""
    return any(ask.why == "no" for ask in understood.read.asks)


def _asked(context: AppContext, mail: Recognised, judged: Judgement) -> list[Ask]:
    return [ask for ask in _open(mail, judged) if kept_back(context, ask) is None]


def _open(mail: Recognised, judged: Judgement) -> tuple[Ask, ...]:
    """Return the questions that a reply leaves open, or none if the reply belongs to no incident.

    A question that has just been closed is not asked again.
    """
    asks = mail.understood.read.asks if mail.understood and judged.incident and mail.incident else ()
    return tuple(ask for ask in asks if ask.about != "answer") if judged.withdrawn else asks
