"""Parse a calendar's reply to an invitation (RFC 5546 section 3.2.3). Pure; never raises on bad input.

Only UID, SEQUENCE and the attendees with their answers are parsed. The rest of the mail, such as a comment, is never
parsed for commands. Nothing is trusted here: the caller decides whether the invitation was ours and who may answer it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from incidentmail.core.retro.retro_events import Coming
from incidentmail.inbound.addresses import canonical_address
from incidentmail.inbound.decode import decode_bytes, transfer_decode
from incidentmail.inbound.fields import read_head
from incidentmail.inbound.limits import (
    CALENDAR_ATTENDEES_MAX,
    CALENDAR_BYTES_MAX,
    CALENDAR_LINES_MAX,
    NESTING_DEPTH_MAX,
    exceeded,
)
from incidentmail.inbound.part_kinds import CALENDAR
from incidentmail.inbound.tree import Part, children_of, content_of, parameters_of, parsed, type_of

if TYPE_CHECKING:
    from icalendar.parser import Contentline

ANSWERS: Final[dict[str, Coming]] = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
METHODS: Final = frozenset({"REPLY", "COUNTER"})
"""The methods of replies. A counter-proposal (RFC 5546 section 3.2.7) also says whether its author will attend."""
_READ: Final = ("BEGIN", "END", "METHOD", "UID", "SEQUENCE", "ATTENDEE")
DIGITS_MAX = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAnswer:
    """A reply to version `sequence` of the invitation `uid`: the addresses that reply, and their answers.

    Addresses are in lower case. A standard reply has only one.
    """

    uid: str
    sequence: int
    answers: tuple[tuple[str, Coming], ...]


def read_calendar_answer(raw: bytes) -> CalendarAnswer | None:
    r"""Return the calendar reply in a mail, or None if there is none that can be parsed.

    >>> mail = (
    ...     b"Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n"
    ...     b"UID:a@example.com\nSEQUENCE:2\nATTENDEE;PARTSTAT=ACCEPTED:mailto:Bo@example.com\nEND:VEVENT\n"
    ... )
    >>> read_calendar_answer(mail)
    CalendarAnswer(uid='a@example.com', sequence=2, answers=(('bo@example.com', 'accepted'),))
    """
    if exceeded(raw):
        return None
    head = read_head(raw)
    fields = "".join(f"{name}: {value}\n" for name, value in head.fields if name.startswith("content-")) + "\n"
    whole = parsed(fields.encode("utf-8", "replace"), raw[head.body_start :].replace(b"\r\n", b"\n"))
    if isinstance(whole, str):
        return None
    return next(filter(None, map(_answer_in, _entries(whole))), None)


def _entries(part: Part, depth: int = 0) -> Iterator[Part]:
    """Yield the calendar parts of a mail, except those in enclosed messages, which others wrote."""
    kind = type_of(part)
    if kind in CALENDAR:
        yield part
    elif kind.startswith("multipart/") and depth < NESTING_DEPTH_MAX:
        for child in children_of(part):
            yield from _entries(child, depth + 1)


def _answer_in(part: Part) -> CalendarAnswer | None:
    charset = parameters_of(part).get("charset", "") or "utf-8"
    method = parameters_of(part).get("method", "")
    content, encoding = content_of(part)
    body, problems = transfer_decode(content, encoding, CALENDAR_BYTES_MAX)
    if any(problem.startswith("text cut") for problem in problems):
        return None
    text, _ = decode_bytes(body, charset)
    return read_entry(text, method=method)


def read_entry(text: str, *, method: str = "") -> CalendarAnswer | None:
    """Return the reply in an iCalendar text. `method`, taken from the MIME part, is used if the text has no method."""
    uid, sequence, within = "", 0, [""]
    answers: dict[str, Coming] = {}
    for name, parameters, value in _lines(text):
        if name == "BEGIN":
            within.append(value.upper())
        elif name == "END":
            within = within[:-1] or [""]
        elif name == "METHOD" and within[-1] == "VCALENDAR":
            method = value
        elif within[-1] != "VEVENT":
            continue
        elif name == "UID":
            if uid and uid != value:
                return None
            uid = value
        elif name == "SEQUENCE":
            sequence = int(value) if value.isdecimal() and len(value) <= DIGITS_MAX else 0
        elif name == "ATTENDEE" and (answer := ANSWERS.get(parameters.get("PARTSTAT", "").upper())):
            scheme, _, address = value.partition(":")
            known = canonical_address(address.strip()) if scheme.lower() == "mailto" else None
            if known is not None and len(answers) < CALENDAR_ATTENDEES_MAX:
                answers[known.lower()] = answer
    if method.strip().upper() not in METHODS or not uid or not answers:
        return None
    return CalendarAnswer(uid=uid, sequence=sequence, answers=tuple(answers.items()))


def _lines(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the name (in upper case), parameters and value of each relevant line. Malformed lines are skipped."""
    from icalendar.parser import Contentlines  # slow to load, and few mails need it

    unfolded: list[Contentline] = Contentlines.from_ical(text.replace("\r\n", "\n").replace("\n", "\r\n"))  # type: ignore[no-untyped-call]
    for line in unfolded[:CALENDAR_LINES_MAX]:
        if not str(line).upper().startswith(_READ):
            continue
        try:
            name, parameters, value = line.parts()
        except ValueError:
            continue
        named = {key.upper(): found for key, found in parameters.items() if isinstance(found, str)}
        yield name.upper(), named, value.strip()
