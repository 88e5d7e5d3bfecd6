"""Ask whether a message declares an incident: quote what it mentions, and give the exact replies that declare one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.recognise import Recognised
from incidentmail.core.model import Person, Trust
from incidentmail.core.policy import Policy
from incidentmail.outbound.new_thread_question import replies_that_declare
from incidentmail.outbound.private_mails import Item, Private
from incidentmail.reply.grammar.numbers import either
from incidentmail.reply.new_matter import Stated
from incidentmail.reply.parsed import Ask

from .beginning import Beginning
from .general_question import general_question, is_to_us_alone

OFFERS_MAX = 3


def is_asked(context: AppContext, mail: Recognised) -> bool:
    """Return whether to ask the writer of an undeclared message if the message is meant as a declaration."""
    beginning = mail.beginning
    if beginning is None or general_question(context, mail) is not None:
        return False
    new = beginning.is_new or beginning.is_forward or mail.beside is not None
    return new or names_something(beginning) or is_to_us_alone(context, mail)


def names_something(beginning: Beginning | None) -> bool:
    """Return whether the message names a severity, a priority or a commander. Such a message always gets an answer."""
    return beginning is not None and (beginning.subject is not None or beginning.text is not None)


def thread_of(mail: Recognised) -> str:
    """Return a key shared by all messages of a thread, so that the writer is asked only once."""
    message = mail.message
    first = (*message.references[:1], *message.in_reply_to[:1], message.wrapped_id, message.message_id)
    return next((text for text in first if text), f"{message.date} {message.subject}")


def question(context: AppContext, mail: Recognised, to: Person, thread: dict[str, Any]) -> Private:
    """Return the mail that asks whether `mail` declares an incident, or which incident `mail` is about."""
    beginning, policy = mail.beginning, context.words.policy
    items: list[Item] = []
    for stated in (beginning.subject, beginning.text) if beginning else ():
        items += _items(stated, policy) if stated else ()
    if mail.beside is not None:
        shown = mail.beside.id if mail.beside.restricted else mail.beside.subject
        result = f"It names another incident ({shown}), where nothing has changed. If it is about that one, send your"
        items.append(Item(result=f"{result} words again in reply to one of its mails."))
    opening = "Nobody has been told yet: I could not be sure that your mail declares an incident."
    return Private(
        template="new_thread", to=to, items=tuple(dict.fromkeys(items)), opening=opening if items else "",
        number=_known_severity(beginning, policy), **thread,
    )  # fmt: skip


def asks_whether(context: AppContext, mail: Recognised) -> tuple[Ask, ...]:
    """Return the content of the question whether `mail` declares an incident. `explain` shows it.

    Each item is a relevant line (0 is the subject) with the suggested replies. There are no items if the mail declares
    an incident or belongs to one, or if its writer is not asked.
    """
    beginning, understood = mail.beginning, mail.understood
    if mail.disposition != "unmatched" or mail.filed is not None or mail.ambiguous or mail.suggested is not None:
        return ()
    if mail.who is None or mail.trust in (None, Trust.STRANGER):
        return ()
    if beginning is None or understood is None or not is_asked(context, mail):
        return ()
    policy, number = context.words.policy, _known_severity(beginning, context.words.policy)
    numbers = {one.line.text.strip(): one.line.number for one in understood.extraction.lines}
    seen: dict[int, Ask] = {}
    for stated in filter(None, (beginning.subject, beginning.text)):
        suggested = [reply for item in _items(stated, policy) for reply in item.taps()]
        line = 0 if stated is beginning.subject else numbers.get(stated.line.strip(), 1)
        seen[line] = _ask(line, stated.line, replies_that_declare(suggested, policy, number))
    return tuple(seen.values()) or (_ask(0, mail.message.subject, replies_that_declare((), policy, number)),)


def _ask(line: int, text: str, offers: tuple[str, ...]) -> Ask:
    return Ask(line=line, text=text, about="declaration", why="other words", offers=offers)


def _known_severity(beginning: Beginning | None, policy: Policy) -> int | None:
    """Return the severity that a message names. Return None unless it names exactly one, which is on the scale."""
    severity = beginning.severity if beginning else None
    return severity if severity is not None and policy.severity(severity) is not None else None


def still_unclear(stated: Stated | None, policy: Policy) -> tuple[Item, ...]:
    """Return items about an unclear reply to our question whether a mail declares an incident."""
    return tuple(_items(stated, policy)) if stated else ()


def _items(stated: Stated, policy: Policy) -> Iterator[Item]:
    """Yield the relevant line with the reply that would declare an incident, and a reply for each other severity."""
    known = [number for number in stated.severities if policy.severity(number)]
    if known:
        first, *others = (f"sev {number}" for number in known[:OFFERS_MAX])
        result = "This names a severity, but not as a declaration."
        yield Item(line=stated.line, result=result, instead=first, also=tuple(others))
    elif stated.severities:
        scale = either(step.level for step in policy.severities)
        result = f"Severity {stated.severities[0]} is not on the scale here, which has {scale}."
        yield Item(line=stated.line, result=result)
    elif stated.priority is not None:
        number = int(stated.priority[-1])
        offer = f"sev {number}" if policy.severity(number) else None
        result = f"'{stated.priority}' is a priority to many, so it is not read as a severity."
        yield Item(line=stated.line, result=result, instead=offer)
    else:
        yield Item(line=stated.line, result="This seems to name a commander, but the mail declares no incident.")
