"""Recognise replies that ask incidentmail itself: for a summary, for what is new since a time, or for help."""

from __future__ import annotations

import re
from datetime import datetime

from incidentmail.core.time_forms.written_times import NoTime, read_time
from incidentmail.reply.grammar.courtesy import is_thanks, without_courtesy
from incidentmail.reply.grammar.patterns import FLAGS, POLITE_TAIL
from incidentmail.reply.parsed import Context

ASKING_CHARS_MAX = 300
"""The maximum length of a whole-reply question: a greeting, the question and thanks."""
SINCE_CHARS_MAX = 80
"""The maximum length of a question what is new since a time."""
_BRIEF = re.compile(
    r"(?:please\s+|pls\s+|can\s+(?:somebody|someone|you)\s+|(?:can|could|may)\s+i\s+(?:get|have|see)\s+(?:an?\s+|the\s+)?)?(?:catch(?:\s+me)?[\s-]up|status(?:\s+(?:update"
    r"|please|report))?|(?:any\s+)?(?:eta|news|updates?|progress)\s*\?"
    r"|any\s+(?:eta|news|updates?|progress)|summary|summari[sz]e|sitrep|brief(?:\s+me|ing)?|tl;?dr"
    r"|current\s+(?:status|state)"
    r"|what(?:['’]?s|\s+is)\s+(?:the\s+)?(?:(?:current\s+|latest\s+)?(?:status|state|eta|news|latest)"
    r"|going\s+on|happening|new)"
    r"|where\s+(?:are\s+we|do\s+(?:we|things)\s+stand|does\s+(?:it|this)\s+stand)"
    r"|bring\s+me\s+up\s+to\s+(?:speed|date)|what\s+did\s+I\s+miss|how\s+is\s+it\s+going)"
    r"(?:\s+(?:on\s+this|here|now|so\s+far|please|pls|yet))?",
    FLAGS,
)
HELP = re.compile(
    r"(?:help|help\s+me|commands?\??|usage|what\s+can\s+i\s+(?:say|do|reply|write|type)(?:\s+here)?"
    r"|how\s+(?:do|can)\s+i\s+(?:use\s+this|reply|answer)|how\s+does\s+this\s+work|hilfe|aide|ayuda|ajuda|pomoc)",
    FLAGS,
)
_SINCE = re.compile(
    r"(?:please[ \t])?(?:catch(?:[ \t]me)?[ \t-]?up|brief(?:[ \t]me)?|status|summary|what(?:['’]?s|[ \t]is)[ \t]new)"
    r"[ \t]since[ \t]"
    r"(?P<time>.{1,40})",
    re.I | re.S,
)


def asks_for_brief(text: str) -> bool:
    """Return whether a whole reply, such as `catch up` or `status?`, asks for a summary.

    >>> asks_for_brief("Any ETA?"), asks_for_brief("catch up, thanks"), asks_for_brief("status of the bank?")
    (True, True, False)
    """
    if len(text) > ASKING_CHARS_MAX:
        return False
    text = without_courtesy(text)
    found = _BRIEF.match(text)
    rest = text[found.end() :] if found else ":"
    return not rest.lstrip().startswith((":", "：")) and is_thanks(rest.replace("?", " "))


def asks_for_help(text: str) -> bool:
    """Return whether a whole reply asks which replies are possible.

    >>> asks_for_help("Help please, what can I do?"), asks_for_help("help from a DBA is on its way")
    (True, False)
    """
    if len(text) > ASKING_CHARS_MAX:
        return False
    text = without_courtesy(text)
    for _ in range(2):
        found = HELP.match(text)
        if found is None:
            return False
        rest = text[found.end() :].replace("?", " ")
        if is_thanks(rest):
            return True
        again = POLITE_TAIL.match(rest)
        text = rest[again.end() if again else 0 :].lstrip(" \t\n,.;:!-")
    return False


def brief_since(text: str, context: Context) -> datetime | NoTime | None:
    """Return the time in `catch up since 14:00`, the reason why it is invalid, or None for other replies."""
    text = text[: 2 * SINCE_CHARS_MAX]
    if "since" not in text.casefold():
        return None
    text = without_courtesy(text)
    found = _SINCE.match(text) if len(text) <= SINCE_CHARS_MAX else None
    if found is None:
        return None
    time = found["time"].split("\n")[0].rstrip(" .!?")
    for polite in (", thanks", " thanks", ", please", " please"):
        time = time.removesuffix(polite)
    return read_time(time, written_at=context.written_at, nearest="last")
