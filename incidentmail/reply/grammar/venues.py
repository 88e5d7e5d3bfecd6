"""Find the venue in `Coordinating via ...`. A web address counts as one word, even though it contains dots."""

from __future__ import annotations

import re

from incidentmail.core.commands import SetVenue
from incidentmail.core.text import fold_case, one_line
from incidentmail.reply.parsed import Context

from .clauses import Found
from .lexicon import words
from .patterns import END, FLAGS, WRAP_CHARS_MIN
from .taking_back import takes_back

COORDINATING = re.compile(r"(?:we\s+are\s+|we['’]re\s+|now\s+)?coordinating\s+(?:via|on|in|at|through|over)\s+", FLAGS)
WEB_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,20}://|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/", FLAGS)
_IN_VENUE = re.compile(rf"[\n?.!]|(?<=[ \n<(])(?={WEB_ADDRESS.pattern})", FLAGS)
"""A mark that can end a venue, or the beginning of a web address. Marks inside a web address do not end a venue."""
_VENUE_WORD = re.compile(r"[\w'’]+")
_TOKEN = re.compile(r"\S+")
_GLUED = re.compile(r"[^.]\.(?=[A-Z][a-z]*$)")
_NO_VENUE = words("if unless until once not maybe perhaps soon tomorrow yesterday tbd tba tbc")
_NOT_KNOWN = _NO_VENUE | words(
    """
    no none never probably later tonight
    unknown undecided unsure pending follow follows following announced confirmed decided tell know somewhere nowhere
    where whichever wherever asking looking idea noch folgt folgen später bald unbekannt unklar offen sage encore
    bientôt tard inconnu suivra después pronto todavía pendiente breve depois ainda logo volgt straks onbekend nog
    później wkrótce jeszcze nieznane poi senare kommer
    """
)
"""Words that show that no venue has been chosen yet: `will tell you later`."""
_IS_PLACE = re.compile(
    r"://|[#@]|\d{3}|\b(?:zoom|teams|slack|meet|webex|discord|room|raum|bridge|channel|hall)\b", re.I
)


def is_no_place(venue: str) -> bool:
    """Return whether the text about a venue says only that it is not known yet.

    >>> is_no_place("will tell you later"), is_no_place("wird noch bekannt"), is_no_place("Room 4, not the hall")
    (True, True, False)
    """
    if _IS_PLACE.search(venue):
        return False
    return not _NOT_KNOWN.isdisjoint(fold_case(word) for word in _VENUE_WORD.findall(venue))


def venue_at(text: str, at: int, context: Context) -> Found | None:
    """Return the venue up to the end of the sentence if `Coordinating via ...` begins at `at`, otherwise None."""
    start = COORDINATING.match(text, at)
    if not start:
        return None
    here = _end_of_venue(text, start.end())
    if here is None:
        return None
    venue = one_line(text[start.end() : here]).rstrip(".! ")
    end = END.match(text, here)
    finish = end.end() if end else here
    named = {fold_case(word) for word in _VENUE_WORD.findall(venue)}
    if not venue or named & _NO_VENUE or is_no_place(venue) or takes_back(text, finish, written_at=context.written_at):
        return None
    return Found(finish, "venue", venue, SetVenue(venue), "sentence")


def _end_of_venue(text: str, start: int) -> int | None:
    """Return the index of the end of the sentence with the venue at `start`, or None if it is a question."""
    here, line_start = start, text.rfind("\n", 0, start) + 1
    if WEB_ADDRESS.match(text, here):
        here = _web_address(text, here)
    while mark := _IN_VENUE.search(text, here):
        here = mark.start()
        character = text[here]
        if character == "\n":
            if here - line_start < WRAP_CHARS_MIN:
                return here
            line_start = here + 1
        elif character == "?" and text[here + 1 : here + 2].strip() == "":
            return None
        elif character in ".!" and (END.match(text, here) or here + 1 == len(text)):
            return here
        elif mark[0] == "":
            here = _web_address(text, here)
            continue
        here += 1
    return len(text)


def _web_address(text: str, at: int) -> int:
    """Return the index of the end of the web address at `at`, excluding the full stop that ends the sentence."""
    token = _TOKEN.match(text, at)
    if token is None:
        return at + 1
    bare = token[0].rstrip(".!,;>)")
    glued = _GLUED.search(bare) if bare == token[0] and token.end() < len(text) else None
    return at + (glued.end() - 1 if glued else max(len(bare), 1))
