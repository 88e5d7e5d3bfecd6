"""Recognise where people want to meet: `bridge is at https://…`, `we're in #payments`, `let's meet in room B`."""

from __future__ import annotations

import re

from incidentmail.reply.parsed import Context

from .clauses import DENIED, LATER
from .wishes import Wish

_FIRST = re.compile(
    r"(?:(?:(?:the|our|new) )*(?:bridge|venue|war ?room|call|meeting|zoom|meet|teams|chat|channel|slack|huddle)"
    r"(?: (?:link|call|room|channel|url))?(?: is)? ?(?:at|on|in|via|:|=|->)?"
    r"|(?:please )?join(?: (?:us|me|the (?:call|bridge)))?(?: ?(?:at|on|in|via|:))?"
    r"|(?:we (?:are|meet|talk)|we're|moving|move|let's (?:use|meet|talk))(?: (?:to|on|in|at|via))?)"
    r" (?P<place>https?://\S{4,200}|#[\w-]{2,60}(?: (?:on|in) \w{2,20})?)",
    re.I,
)
_PLACE_WORD = (
    r"(?:room|raum|salle|sala|teams|zoom|webex|google\s+meet|slack|bridge|channel|kanal|huddle|war\s?room|call|konferenz"
    r"|jitsi|discord|mattermost)"
)
_SUGGESTED = re.compile(
    r"\b(?:let['’]?s|let\s+us|(?:can|could|shall)\s+we|please|pls|everyone|wir|lasst\s+uns|we\s+(?:should|now)|können\s+wir"
    r"|on\s+se|(?:can|could)\s+every(?:body|one))\b[^.!?\n]{0,40}?"
    r"\b(?:meet|move|talk|switch|talking|continue|gather|go\s+over|treffen|wechseln|weiterreden|reden|retrouve|join)\b"
    r"(?:[^.!?,\n]{0,30}?)\b(?:to|in|on|into|at|over\s+to|zu|im|auf|dans|sur|via)\s+"
    r"(?:(?:the|our|den|die|dem|das|la|le)\s+)?"
    rf"(?P<place>(?:[\w#-]+\s){{0,2}}?{_PLACE_WORD}\b"
    r"(?:,?\s(?!(?:instead|please|btw|now|because|so|as|since|from|is|for|and|bitte|the)\b)[\w#.-]*[\w#]){0,3})",
    re.I,
)
_LINK = re.compile(
    r"\b(?:put\s+(?:that|this|it)\s+in|add\s+(?:that|this|it)|can\s+you\s+(?:add|note|put)|please\s+(?:add|note|put))\b",
    re.I,
)
_URL = re.compile(r"https?://[^\s<>\"]{4,200}")


def place(text: str, context: Context) -> Wish | None:
    """Return the wish to meet at the link or in the channel that a line names at its beginning, or None."""
    found = _FIRST.match(text)
    return None if found is None or text.rstrip().endswith("?") else _at(found["place"].rstrip(".,)"), text, context)


def suggested_place(sentence: str, context: Context) -> Wish | None:
    """Return the wish to meet in the place that a sentence suggests (`let's meet in room B`), or None."""
    found = _SUGGESTED.search(sentence)
    if found is None or LATER.search(sentence) or DENIED.search(found[0]):
        return None
    return _at(found["place"].strip(), sentence, context)


_SET_AS = re.compile(
    r"\b(?:at|on|in|to|into|over\s+to|auf|im|zu)\s+(?:the\s+|our\s+|a\s+|den\s+|die\s+)?(?P<place>(?:[\w#.-]+\s){0,3}?[\w#.-]*[\w#])(?:\s(?:now|today))?[.,;!]*\s+(?:and\s+|so\s+)?"
    r"(?:(?:please|pls|bitte|can\s+(?:you|someone))\s+)(?:set|put|note|record|use|make|enter)\s+(?:that|this|it)\s+(?:down\s+|in\s+)?as\s+"
    r"(?:the\s+|our\s+)?(?:venue|meeting\s+place|place|bridge)\b",
    re.I,
)
_SPELLED_LINK = re.compile(
    r"\b(?P<link>[\w-]{2,30}(?:\sdot\s[\w-]{2,30}){1,4}(?:\s(?:slash|dash|hyphen|underscore)\s[\w-]{1,40}){1,8})\b",
    re.I,
)
_MARKS = {"dot": ".", "slash": "/", "dash": "-", "hyphen": "-", "underscore": "_"}


def dictated_place(text: str, context: Context) -> Wish | None:
    """Return the wish to meet in the place just named, or at a link in words: `meet dot example dot org slash x`."""
    if " as " in text and (found := _SET_AS.search(text)):
        return _at(found["place"].strip(), text, context)
    found = _SPELLED_LINK.search(text) if " dot " in text else None
    if found is None:
        return None
    words = [_MARKS.get(word.lower(), word) for word in found["link"].split()]
    return _at("https://" + "".join(words), text, context)


def linked_place(text: str, context: Context) -> Wish | None:
    """Return the wish to record a link in the text (`we are all at https://… can you put that in`), or None."""
    url = _URL.search(text)
    if url is None or not _LINK.search(text[: url.start()] + " " + text[url.end() :]):
        return None
    return _at(url[0].rstrip(".,)"), text, context)


def _at(where: str, text: str, context: Context) -> Wish:
    return Wish("venue", (f"{context.words.key('venue')}: {where}",), text)
