"""Render the calendar entry of an invitation to a retrospective (RFC 5545, RFC 5546). Pure.

The entry names us as its organizer, with the incident's plus-address, to which calendars send their answers. Its UID
never changes for a given incident and proves that we created it. Its SEQUENCE increases with each change.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Person
from incidentmail.core.retro.retro_events import Coming
from incidentmail.core.text import one_line

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from icalendar import Timezone, vCalAddress

Method = Literal["REQUEST", "CANCEL"]
PRODID = "-//incidentmail//retrospective//EN"


class Invitation(Frozen, kw_only=True):
    """A planned retrospective as announced by one mail: an invitation (REQUEST) or a cancellation (CANCEL).

    `people` are those invited, and `answers` maps addresses to their calendars' answers, as far as known. `by` is the
    person who planned it. If `is_moved` is true, earlier invitations gave a different time or place.
    """

    method: Method
    number: int
    at: datetime
    until: datetime
    place: str | None = None
    people: tuple[Person, ...]
    answers: tuple[tuple[str, Coming], ...] = ()
    by: str = ""
    is_moved: bool = False


class Entry(Frozen, kw_only=True):
    """The content of a calendar entry apart from the invitation: organizer, subject and time zone."""

    uid: str
    organizer: Person
    summary: str
    description: str
    zone: str | None = None
    is_private: bool = False


def calendar_text(invitation: Invitation, entry: Entry, *, made_at: datetime) -> str:
    """Return the entry as iCalendar text with LF line endings. Its times are in the entry's time zone, or in UTC."""
    from zoneinfo import ZoneInfo

    from icalendar import Calendar, Event  # slow to load, and few mails need them

    zone = ZoneInfo(entry.zone) if entry.zone and entry.zone != "UTC" else None
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", made_at)
    for name, at in (("dtstart", invitation.at), ("dtend", invitation.until)):
        event.add(name, at.astimezone(zone) if zone else at)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    if invitation.place:
        event.add("location", invitation.place)
    event.add("sequence", invitation.number)
    event.add("status", "CANCELLED" if invitation.method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if entry.is_private:
        event.add("class", "PRIVATE")
    event.add("organizer", _address(entry.organizer))
    answers = dict(invitation.answers)
    for person in invitation.people:
        partstat = answers.get(str(person.address), "needs-action").upper()
        event.add(
            "attendee", _address(person, cutype="INDIVIDUAL", role="REQ-PARTICIPANT", partstat=partstat, rsvp="TRUE")
        )
    calendar = Calendar()
    for name, value in (
        ("prodid", PRODID), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", invitation.method),
    ):  # fmt: skip
        calendar.add(name, value)
    if zone:
        calendar.add_component(_zone_at(invitation.at, zone))
    calendar.add_component(event)
    raw: bytes = calendar.to_ical()
    return raw.decode("utf-8").replace("\r\n", "\n")


def _zone_at(at: datetime, zone: ZoneInfo) -> Timezone:
    """Return the definition of a time zone that applies at `at`: one rule without changes.

    The entry is for a single time, so no other rules are needed. Exchange cannot parse lists of changes and would move
    the entry by an hour. Programs that know the zone by name use their own rules, which agree at this time.
    """
    from icalendar import Timezone, TimezoneStandard

    local = at.astimezone(zone)
    rule = TimezoneStandard()
    rule.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 (RFC 5545 section 3.6.5: a local time)
    rule.add("tzoffsetfrom", local.utcoffset())
    rule.add("tzoffsetto", local.utcoffset())
    rule.add("tzname", local.tzname())
    found = Timezone()
    found.add("tzid", zone.key)
    found.add_component(rule)
    return found


def _address(person: Person, **parameters: str) -> vCalAddress:
    """Return a person as a calendar address. Quotation marks are replaced: some programs show codes for them."""
    from icalendar import vCalAddress

    address = vCalAddress(f"mailto:{person.address}")
    address.params["CN"] = one_line(person.name).replace('"', "'")
    for name, value in parameters.items():
        address.params[name.upper()] = value
    return address
