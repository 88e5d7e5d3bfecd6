"""Answers of calendars to an invitation, in the forms of three programs. All of it is invented.

`Invited` holds what such a program copies from the invitation. `WITH_COMMANDS` is a text that would change an incident
if it were read as a reply.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Any, Final

from icalendar import Calendar

if TYPE_CHECKING:
    from datetime import datetime

WITH_COMMANDS: Final = "Severity: 1\nI am incident commander.\nphase 3"


@dataclass(frozen=True)
class Invited:
    """The parts of an invitation that an answer repeats."""

    message_id: str
    organizer: str
    uid: str
    sequence: int
    summary: str


def entry_bytes(mail: EmailMessage) -> bytes:
    """Return the calendar entry in one of our mails, as bytes."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


def entry_of(mail: EmailMessage) -> Any:
    """Return the parsed calendar entry. Its properties have many types, so each test states what it expects."""
    return Calendar.from_ical(entry_bytes(mail))


def invited(mail: EmailMessage) -> Invited:
    (event,) = entry_of(mail).walk("VEVENT")
    return Invited(
        message_id=str(mail["Message-ID"]), organizer=str(event["ORGANIZER"]).removeprefix("mailto:"),
        uid=str(event["UID"]), sequence=int(event["SEQUENCE"]), summary=str(event["SUMMARY"]),
    )  # fmt: skip


def gmail(to: Invited, who: str, partstat: str, at: datetime, *, comment: str = "") -> bytes:
    """Return an answer from Google Calendar: the entry twice, marked as automatic, without a reference to our mail."""
    name, address = parseaddr(who)
    noted = f'\n ;X-RESPONSE-COMMENT="{" ".join(comment.split())}"' if comment else ""
    entry = (
        "BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\n"
        "METHOD:REPLY\nBEGIN:VEVENT\nDTSTART:20261203T140000Z\nDTEND:20261203T150000Z\nDTSTAMP:20261121T090000Z\n"
        f"ORGANIZER;CN=Incidents:mailto:{to.organizer}\nUID:{to.uid}\n"
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};CN={name}\n ;X-NUM-GUESTS=0{noted}:mailto"
        f":{address}\nCREATED:20261121T080000Z\nDESCRIPTION:As it stands\\nWords\nLAST-MODIFIED:20261121T090000Z\n"
        f"SEQUENCE:{to.sequence}\nSTATUS:CONFIRMED\nSUMMARY:{to.summary}\nTRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n"
    ).replace("\n", "\r\n")
    said = f"{name} has {partstat.lower()} this invitation" + (f" with this note:\n\n{comment}\n" if comment else ".\n")
    return (
        f"From: {who}\nSender: Google Calendar <calendar-notification@google.example>\nTo: {to.organizer}\n"
        f"Reply-To: {who}\nSubject: {partstat.capitalize()}: {to.summary} @ Thu Dec 3, 2026 2pm - 3pm (GMT)\n"
        f"Message-ID: <calendar-{partstat.lower()}-{to.sequence}-{address}>\nDate: {format_datetime(at)}\n"
        "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="000000000000mixed"\n\n'
        '--000000000000mixed\nContent-Type: multipart/alternative; boundary="000000000000alt"\n\n'
        '--000000000000alt\nContent-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64(said)}\n"
        '--000000000000alt\nContent-Type: text/html; charset="UTF-8"\n\n'
        f"<html><body><p>{said}</p></body></html>\n\n"
        '--000000000000alt\nContent-Type: text/calendar; charset="UTF-8"; method=REPLY\n'
        f"Content-Transfer-Encoding: 7bit\n\n{entry}\n--000000000000alt--\n"
        '--000000000000mixed\nContent-Type: application/ics; name="invite.ics"\n'
        'Content-Disposition: attachment; filename="invite.ics"\nContent-Transfer-Encoding: base64\n\n'
        f"{_base64(entry)}\n--000000000000mixed--\n"
    ).encode()


def outlook(to: Invited, who: str, partstat: str, at: datetime, *, comment: str = "") -> bytes:
    """Return an answer from Exchange: an alternative with the typed text, a zone with a Windows name, a COMMENT."""
    name, address = parseaddr(who)
    noted = comment.replace("\n", "\\n")
    entry = (
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\nBEGIN:VTIMEZONE\n"
        "TZID:W. Europe Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n"
        "TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n"
        f"END:VTIMEZONE\nBEGIN:VEVENT\nATTENDEE;PARTSTAT={partstat};CN={name}:MAILTO:{address.upper()}\n"
        f"COMMENT;LANGUAGE=en-US:{noted}\nUID:{to.uid}\nSUMMARY;LANGUAGE=en-US:{partstat.capitalize()}: {to.summary}\n"
        "DTSTART;TZID=W. Europe Standard Time:20261203T150000\nDTEND;TZID=W. Europe Standard Time:20261203T160000\n"
        "CLASS:PUBLIC\nPRIORITY:5\nDTSTAMP:20261121T090012Z\nTRANSP:OPAQUE\nSTATUS:CONFIRMED\n"
        f"SEQUENCE:{to.sequence}\nLOCATION;LANGUAGE=en-US:\nX-MICROSOFT-CDO-APPT-SEQUENCE:{to.sequence}\n"
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY\nX-MICROSOFT-CDO-IMPORTANCE:1\nEND:VEVENT\nEND:VCALENDAR\n"
    ).replace("\n", "\r\n")
    return (
        f"From: {who}\nTo: Incidents <{to.organizer}>\nSubject: {partstat.capitalize()}: {to.summary}\n"
        f"Thread-Topic: {to.summary}\nThread-Index: AQHbOxwE0mBzQ2m8T0y4p1n3gJk5sg==\n"
        f"Date: {format_datetime(at)}\nMessage-ID: <AM0PR01MB-{partstat}-{to.sequence}-{address}>\n"
        f"References: {to.message_id}\nIn-Reply-To: {to.message_id}\nAccept-Language: en-US\nContent-Language: en-US\n"
        "X-MS-Has-Attach:\nX-MS-TNEF-Correlator:\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative;\n\tboundary="_000_AM0PR01MB_"\n\n'
        '--_000_AM0PR01MB_\nContent-Type: text/plain; charset="us-ascii"\n'
        "Content-Transfer-Encoding: quoted-printable\n\n"
        f"{comment}\n\n"
        '--_000_AM0PR01MB_\nContent-Type: text/html; charset="us-ascii"\n'
        "Content-Transfer-Encoding: quoted-printable\n\n"
        f"<html><body><p>{'<br>'.join(comment.splitlines())}</p></body></html>\n\n"
        '--_000_AM0PR01MB_\nContent-Type: text/calendar; charset="utf-8"; method=REPLY\n'
        f"Content-Transfer-Encoding: base64\n\n{_base64(entry)}\n--_000_AM0PR01MB_--\n"
    ).encode()


def apple(to: Invited, who: str, partstat: str, at: datetime, *, comment: str = "") -> bytes:
    """Return an answer from Apple Calendar: its own sentence, and the entry in quoted-printable with a file name."""
    name, address = parseaddr(who)
    entry = (
        "BEGIN:VCALENDAR\r\nCALSCALE:GREGORIAN\r\nMETHOD:REPLY\r\nPRODID:-//Apple Inc.//macOS 14.6//EN\r\n"
        f'VERSION:2.0\r\nBEGIN:VEVENT\r\nATTENDEE;CN="{name}";CUTYPE=INDIVIDUAL;EMAIL="{address}";PARTSTAT={partstat}'
        f"\r\n ;ROLE=REQ-PARTICIPANT:mailto:{address}\r\nDTEND:20261203T150000Z\r\nDTSTAMP:20261121T090000Z\r\n"
        f'DTSTART:20261203T140000Z\r\nORGANIZER;CN="Incidents":mailto:{to.organizer}\r\nSEQUENCE:{to.sequence}\r\n'
        f"SUMMARY:{to.summary}\r\nUID:{to.uid}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    quoted = entry.replace("=", "=3D").replace("\r\n", "\n")
    said = comment or f'{name} has {partstat.lower()} your invitation to "{to.summary}".'
    return (
        f"From: {who}\nTo: {to.organizer}\nSubject: {partstat.capitalize()}: {to.summary}\n"
        f"Message-ID: <9F1C-{partstat}-{to.sequence}-{address}>\nDate: {format_datetime(at)}\nX-Mailer: iCal 14\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="Apple-Mail=_1"\n\n'
        f"--Apple-Mail=_1\nContent-Type: text/plain; charset=us-ascii\n\n{said}\n\n"
        "--Apple-Mail=_1\nContent-Type: text/calendar; method=REPLY; charset=UTF-8; name=iCal-20261121.ics\n"
        "Content-Disposition: attachment; filename=iCal-20261121.ics\nContent-Transfer-Encoding: quoted-printable\n\n"
        f"{quoted}\n--Apple-Mail=_1--\n"
    ).encode()


SHAPES: Final = {"gmail": gmail, "outlook": outlook, "apple": apple}


def _base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()
