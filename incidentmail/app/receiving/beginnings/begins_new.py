"""Find out whether a message that names an incident nevertheless begins something new.

Address books remember our plus-addresses, people mention the code of another incident, and people answer an old
message to write about something else. In these cases the subject differs, and no part of the message is an answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.match import Match
from incidentmail.core.ids import read_codes, read_message_id
from incidentmail.core.model import Incident, Person
from incidentmail.core.subject_prefixes import NO_SUBJECT, bare_subject, is_answer
from incidentmail.inbound.message import Message
from incidentmail.inbound.thread import begins_a_thread
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.extraction.cut import Extraction
from incidentmail.reply.extraction.line_kinds import MARKERS
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.parsed import Context, NewLine

UNMARKED_WORDS_MIN = 5
"""An unmarked line counts as quoted only if it has this many words, since shorter ones may be equal by chance."""
SHARED_CHARS_MIN = 5
"""If both subjects share a word of this length, an answer with a new subject may still be about the old incident."""
_WORD = re.compile(r"[^\W\d_]+")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def beside_the_thread(message: Message, body: Extraction, found: Match, context: AppContext, view: LedgerView) -> Match:
    """Return the match. If the message begins something new, the match has its incident in `beside` instead.

    If the message is an answer and only its subject is new, the match keeps the incident but is `doubted`, so that the
    writer is asked about the commands.
    """
    if _is_in_another_thread(message, body, found, context, view):
        return Match(beside=found.incident, answers=not begins_a_thread(message))
    named = _named(found, view)
    is_foreign = found.incident is not None and not found.is_cited and bool(message.in_reply_to or message.references)
    if not named or (is_answer(message.subject) and not is_foreign) or not _is_another(message.subject, named, context):
        return found
    if not any(_quotes(body, incident, context, view) for incident in named):
        answers = bool(message.in_reply_to or message.references)
        if answers and _share_a_word(message.subject, named):
            return found
        return Match(beside=named[0], answers=answers)
    doubted = found.incident is not None and not _share_a_word(message.subject, named)
    return replace(found, doubted=doubted)


def _is_in_another_thread(
    message: Message, body: Extraction, found: Match, context: AppContext, view: LedgerView
) -> bool:
    """Return whether a message is an answer in somebody else's thread, although it names the incident.

    Everybody who got our message can put its plus-address into the Reply-To field of a message about something else, or
    put the incident's code into the text. The answered message then shows the difference: either it is other mail that
    we received or, if we do not know it, the subject differs and our mail is not quoted.
    """
    incident = found.incident
    if incident is None or found.by == "subject" or _has_subject_of(incident, message.subject):
        return False
    answered = message.in_reply_to or message.references[-1:]
    others = (one for one in answered if read_message_id(context.key, one) is None)
    if any(view.is_filed_elsewhere(message_id, incident.id) for message_id in others):
        return True
    if found.is_cited or not (answered or is_answer(message.subject)):
        return False
    if not answered and not _is_another(message.subject, [incident], context):
        return False
    return not _quotes(body, incident, context, view)


def _has_subject_of(incident: Incident, subject: str) -> bool:
    bare, declared_as = bare_subject(subject), bare_subject(incident.subject)
    return bool(declared_as) and (declared_as in bare or bare == bare_subject(incident.description))


def _named(found: Match, view: LedgerView) -> list[Incident]:
    if found.incident is not None:
        return [found.incident] if found.by != "subject" else []
    return [incident for name in found.ambiguous if (incident := view.incident(name)) is not None]


def _is_another(subject: str, named: list[Incident], context: AppContext) -> bool:
    """Return whether a subject belongs to none of these incidents and is not just a command."""
    bare = bare_subject(subject)
    if bare in NO_SUBJECT:
        return False
    known = {bare_subject(text) for incident in named for text in (incident.subject, incident.description)}
    if any(one and (one in bare or bare in one) for one in known):
        return False
    nobody = Context(words=context.words, written_at=_LONG_AGO, writer=Person(name="the writer"))
    said = read([NewLine(1, bare)], nobody)
    return not said.wants_brief and (bool(said.prose) or not (said.commands or said.problems))


def _share_a_word(subject: str, named: list[Incident]) -> bool:
    words = {word for word in _WORD.findall(bare_subject(subject)) if len(word) >= SHARED_CHARS_MIN}
    return any(words & set(_WORD.findall(bare_subject(incident.subject))) for incident in named)


def _below_a_mark(extraction: Extraction) -> str:
    """Return the lines left out of the new text, from the first quote mark on.

    A code above that mark may be part of a signature.
    """
    dropped = [kept.line for kept in extraction.lines if not kept.kept]
    first = next((index for index, line in enumerate(dropped) if line.kind in MARKERS), len(dropped))
    return "\n".join(line.text for line in dropped[first:])


def _quotes(extraction: Extraction, incident: Incident, context: AppContext, view: LedgerView) -> bool:
    """Return whether the message quotes a message of the incident, with or without quote marks."""
    if incident.ref in read_codes(context.key, _below_a_mark(extraction)):
        return True
    memory = context.memories.of(incident.id, view)
    quoted = memory.quoted([kept.line.text for kept in extraction.lines])
    return any(
        is_quoted and (not kept.kept or len(kept.line.text.split()) >= UNMARKED_WORDS_MIN)
        for kept, is_quoted in zip(extraction.lines, quoted, strict=True)
    )
