"""Calendars can read invitations to a retrospective, and their answers are only recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from calendar_answers import SHAPES, WITH_COMMANDS, entry_bytes, entry_of, invited

if TYPE_CHECKING:
    from email.message import EmailMessage

    from conftest import Installation, Mails

ANN, BO, MARA = "Ann Lee <ann@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
PEOPLE = '[people]\n"ann@example.com" = "Ann Lee"\n"bo@example.com" = "Bo K."\n'
THURSDAY = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)


def invitations(installation: Installation, address: str) -> list[EmailMessage]:
    found = [mail for mail in installation.private if address in str(mail["To"])]
    return [mail for mail in found if "Retrospective" in str(mail["Subject"])]


def planned(installation: Installation, *people: str, more: str = "") -> None:
    installation.configure(PEOPLE + more)
    installation.declare("Cards fail", "--severity", "2", "--venue", "https://meet.example.com/cards")
    installation.clock.tick(hours=1)
    installation.ok("close", "-m", "Works again")
    installation.ok("retro", "plan", "2026-12-03 14:00 UTC", *people)


def meeting(installation: Installation) -> dict[str, object]:
    return dict(installation.show("cards")["retro"]["planned"] or {})


def coming(installation: Installation) -> dict[str, object]:
    people = installation.show("cards")["retro"]["planned"]["people"]
    return {one["person"]["address"]: one["answer"] for one in people}


def test_an_invitation_is_text_a_page_and_an_entry_that_a_calendar_reads(installation: Installation) -> None:
    planned(installation, ANN, BO)
    (mail,) = invitations(installation, "ann@")
    assert mail["Subject"] == "Retrospective: Cards fail"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html", "text/calendar"]
    calendar_part = list(mail.iter_parts())[-1]
    assert calendar_part.get_param("method") == "REQUEST" and calendar_part.get_param("charset") == "utf-8"
    calendar = entry_of(mail)
    assert calendar["METHOD"] == "REQUEST" and calendar["VERSION"] == "2.0" and not calendar.errors
    (event,) = calendar.walk("VEVENT")
    assert event.errors == []
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (THURSDAY, THURSDAY + timedelta(hours=1))
    assert event["SUMMARY"] == "Retrospective: Cards fail" and event["LOCATION"] == "https://meet.example.com/cards"
    assert event["SEQUENCE"] == 0 and event["STATUS"] == "CONFIRMED"
    assert str(event["ORGANIZER"]) == f"mailto:{mail['Reply-To']}"
    assert [(str(one), one.params["CN"], one.params["PARTSTAT"]) for one in event["ATTENDEE"]] == [
        ("mailto:ann@example.com", "Ann Lee", "NEEDS-ACTION"),
        ("mailto:bo@example.com", "Bo K.", "NEEDS-ACTION"),
    ]
    assert "> When: Thursday 2026-12-03 14:00 UTC, for 60 minutes\n" in mail.get_content()
    assert "> Invited: Ann Lee, Bo K." in mail.get_content()


def test_another_parser_reads_the_same(installation: Installation) -> None:
    vobject = pytest.importorskip("vobject")
    planned(installation, ANN, BO, more='[incident]\nvenue = "Room 2; left, at the end"\n')
    installation.config.write_text('timezones = ["Europe/Berlin"]\n' + installation.config.read_text())
    installation.ok("retro", "plan", "2026-12-04 14:00 UTC", "--place", "Room 2; left, at the end")
    calendar = vobject.readOne(entry_bytes(invitations(installation, "ann@")[-1]).decode(), validate=True)
    event = calendar.vevent
    assert calendar.method.value == "REQUEST" and event.sequence.value == "1"
    assert event.dtstart.value.astimezone(UTC) == datetime(2026, 12, 4, 14, 0, tzinfo=UTC)
    assert event.location.value == "Room 2; left, at the end"
    assert [one.value for one in event.contents["attendee"]] == ["mailto:ann@example.com", "mailto:bo@example.com"]


def test_its_lines_are_folded_and_end_as_the_standard_says(installation: Installation) -> None:
    planned(installation, ANN)
    (mail,) = invitations(installation, "ann@")
    raw = entry_bytes(mail)
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n") and raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"") and max(map(len, raw.split(b"\r\n"))) <= 75


@pytest.mark.parametrize(("day", "hour"), [("2026-12-03", 15), ("2026-07-16", 16)])
def test_its_times_are_in_the_first_zone_of_the_configuration(installation: Installation, day: str, hour: int) -> None:
    installation.clock.now = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    zones = 'timezones = ["Europe/Berlin", "America/Los_Angeles"]\n'
    installation.config.write_text(zones + installation.configure().config.read_text())
    installation.declare("Cards fail", "--severity", "3")
    installation.ok("retro", "plan", f"{day} 14:00 UTC", ANN)
    calendar = entry_of(invitations(installation, "ann@")[0])
    (event,), (zone,) = calendar.walk("VEVENT"), calendar.walk("VTIMEZONE")
    assert event["DTSTART"].params["TZID"] == str(zone["TZID"]) == "Europe/Berlin"
    assert event.decoded("dtstart") == datetime.fromisoformat(f"{day}T14:00:00+00:00")
    assert event.decoded("dtstart").hour == hour
    (rule,) = zone.subcomponents
    local = event.decoded("dtstart").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert rule.decoded("tzoffsetto") == local.utcoffset()


def test_everybody_with_a_part_is_invited_if_nobody_is_named(installation: Installation, mails: Mails) -> None:
    installation.configure(PEOPLE)
    declared = installation.declare("Cards fail", "--severity", "2", "--customer-liaison", ANN)
    installation.ingest(mails.reply_to(declared, "joining", BO))
    installation.ok("close", "-m", "Works")
    outcome = installation.ingest(mails.reply_to(declared, "Retro: 2026-12-03 14:00 UTC", MARA))
    assert outcome["outcome"] == "applied"
    assert coming(installation) == {"mara@example.com": None, "ann@example.com": None, "bo@example.com": None}
    assert all(len(invitations(installation, who)) == 1 for who in ("mara@", "ann@", "bo@"))


def test_who_commanded_before_is_invited_too(installation: Installation, mails: Mails) -> None:
    installation.configure(PEOPLE)
    declared = installation.declare("Cards fail", "--severity", "2", "--commander", ANN)
    installation.ingest(mails.reply_to(declared, "taking command", BO))
    installation.ok("update", "-m", "Bo leads.")
    installation.ok("close", "-m", "Works")
    installation.ok("retro", "plan", "2026-12-03 14:00 UTC")
    assert coming(installation).keys() == {"bo@example.com", "mara@example.com", "ann@example.com"}


def test_people_can_be_named_by_mail(installation: Installation, mails: Mails) -> None:
    installation.configure(PEOPLE)
    declared = installation.declare("Cards fail", "--severity", "2")
    installation.ok("close", "-m", "Works")
    installation.ingest(mails.reply_to(declared, "Retro: Thursday 14:00 UTC with Ann Lee, bo@example.com", MARA))
    assert coming(installation) == {"ann@example.com": None, "bo@example.com": None}
    assert meeting(installation)["at"] == "2026-11-26T14:00:00Z"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Retro: soon", "is no time"),
        ("Retro: Thursday 14:00 with whoever", "is not known"),
        ("Retro owner: somebody", "is no name"),
        ("Retro: yesterday 14:00", "that time is past"),
    ],
)
def test_a_line_that_cannot_be_read_is_answered_with_one_that_can(
    installation: Installation, mails: Mails, line: str, reason: str
) -> None:
    installation.configure(PEOPLE)
    declared = installation.declare("Cards fail", "--severity", "2")
    outcome = installation.ingest(mails.reply_to(declared, line, ANN))
    assert outcome["outcome"] == "refused" and reason in str(outcome["reason"])
    assert installation.show("cards")["retro"]["planned"] is None


def test_a_change_keeps_the_uid_and_raises_the_sequence(installation: Installation) -> None:
    planned(installation, ANN, BO)
    installation.ok("retro", "plan", "2026-12-04 09:00 UTC")
    first, moved = (invited(mail) for mail in invitations(installation, "ann@"))
    assert (moved.uid, first.sequence, moved.sequence) == (first.uid, 0, 1)
    assert invitations(installation, "ann@")[1]["Subject"] == "Retrospective moved: Cards fail"
    assert "Mara Lindqvist has moved" in invitations(installation, "ann@")[1].get_content()


def test_who_is_added_is_invited_and_who_is_not_named_any_more_is_told_so(installation: Installation) -> None:
    planned(installation, ANN, BO)
    installation.ok("retro", "plan", "2026-12-03 14:00 UTC", ANN, "cy@example.com")
    assert len(invitations(installation, "ann@")) == 1
    assert len(invitations(installation, "cy@")) == 1
    _, cancelled = invitations(installation, "bo@")
    assert entry_of(cancelled)["METHOD"] == "CANCEL"
    assert [str(one) for one in _attendees(entry_of(cancelled))] == ["mailto:bo@example.com"]


def _attendees(calendar: Any) -> list[object]:
    (event,) = calendar.walk("VEVENT")
    found = event["ATTENDEE"]
    return found if isinstance(found, list) else [found]


def test_planning_the_same_again_mails_nobody(installation: Installation) -> None:
    planned(installation, ANN)
    assert "nothing to change" in installation.ok("retro", "plan", "2026-12-03 14:00 UTC").out
    assert len(invitations(installation, "ann@")) == 1


def test_it_is_called_off_in_the_calendars_of_all(installation: Installation) -> None:
    planned(installation, ANN, BO)
    installation.ok("retro", "call-off")
    for who in ("ann@", "bo@"):
        asked, off = invitations(installation, who)
        calendar = entry_of(off)
        (event,) = calendar.walk("VEVENT")
        assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
        assert event["UID"] == invited(asked).uid and event.decoded("dtstart") == THURSDAY
        assert list(off.iter_parts())[-1].get_param("method") == "CANCEL"
        assert off["Subject"] == "Retrospective called off: Cards fail"
    assert installation.show("cards")["retro"]["planned"] is None
    installation.ok("retro", "plan", "2026-12-10 14:00 UTC", ANN)
    assert invited(invitations(installation, "ann@")[-1]).sequence == 2


@pytest.mark.parametrize("end", ["retract", "merge"])
def test_it_is_called_off_if_the_incident_is_retracted_or_merged_before_it(
    installation: Installation, mails: Mails, end: str
) -> None:
    installation.configure(PEOPLE)
    declared = installation.declare("Cards fail", "--severity", "3")
    installation.declare("Checkout is down", "--severity", "3")
    installation.ok("retro", "plan", "cards", "2026-12-03 14:00 UTC", ANN)
    word = "retract" if end == "retract" else f"Duplicate of: {installation.show('checkout')['id']}"
    assert installation.ingest(mails.reply_to(declared, word, MARA))["outcome"] == "applied"
    installation.ok("flush")
    assert [entry_of(mail)["METHOD"] for mail in invitations(installation, "ann@")] == ["REQUEST", "CANCEL"]
    assert installation.show("cards")["retro"]["planned"] is None
    assert installation.run("retro", "plan", "cards", "2026-12-04 14:00 UTC").code == 1


def test_a_retraction_after_it_took_place_cancels_nothing(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3")
    installation.ok("retro", "plan", "2026-11-20 18:00 UTC", ANN)
    installation.clock.tick(days=1)
    installation.ok("retract", "cards", "-m", "A typing error")
    assert [entry_of(mail)["METHOD"] for mail in invitations(installation, "ann@")] == ["REQUEST"]
    installation.ok("retro", "call-off", "cards")  # somebody may still want it out of the calendars


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED", "TENTATIVE"])
def test_the_answer_of_a_calendar_is_kept_on_record(installation: Installation, shape: str, partstat: str) -> None:
    planned(installation, ANN, BO)
    (asked,) = invitations(installation, "ann@")
    outcome = installation.ingest(SHAPES[shape](invited(asked), ANN, partstat, installation.clock.now))
    assert (outcome["outcome"], outcome["rule"]) == ("applied", "calendar")
    assert coming(installation) == {"ann@example.com": partstat.lower(), "bo@example.com": None}
    assert installation.log("cards")[-1]["kind"] == "retro_answered.v1"


@pytest.mark.parametrize("shape", SHAPES)
def test_words_in_such_an_answer_change_nothing(installation: Installation, shape: str) -> None:
    planned(installation, ANN, BO)
    before, sent = installation.show("cards"), (len(installation.mails), len(installation.private))
    (asked,) = invitations(installation, "ann@")
    raw = SHAPES[shape](invited(asked), ANN, "ACCEPTED", installation.clock.now, comment=WITH_COMMANDS)
    assert WITH_COMMANDS.split("\n")[0].encode() in raw or shape == "gmail"
    installation.ingest(raw)
    installation.ok("flush")
    after = installation.show("cards")
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"retro", "version", "updated_at"} and "retro" in changed
    assert installation.log("cards")[-1]["version"] == before["version"] + 1
    assert (len(installation.mails), len(installation.private)) == sent
    assert "Severity: 1" not in installation.ok("timeline", "cards").out


@pytest.mark.parametrize("shape", SHAPES)
def test_the_last_answer_counts_and_an_answer_to_another_time_does_not(installation: Installation, shape: str) -> None:
    planned(installation, ANN, BO)
    (asked,) = invitations(installation, "ann@")
    now = installation.clock.now
    installation.ingest(SHAPES[shape](invited(asked), ANN, "ACCEPTED", now))
    installation.ingest(SHAPES[shape](invited(asked), ANN, "DECLINED", now))
    assert coming(installation)["ann@example.com"] == "declined"
    installation.ok("retro", "plan", "2026-12-04 09:00 UTC")
    assert coming(installation)["ann@example.com"] is None
    late = installation.ingest(SHAPES[shape](invited(asked), ANN, "TENTATIVE", now))
    assert (late["outcome"], late["reason"]) == ("automatic", "it answers an invitation to another time or place")
    assert coming(installation)["ann@example.com"] is None


def test_an_answer_still_counts_after_people_were_added(installation: Installation) -> None:
    planned(installation, ANN, BO)
    (asked,) = invitations(installation, "ann@")
    installation.ok("retro", "plan", "2026-12-03 14:00 UTC", ANN, BO, "cy@example.com")
    installation.ingest(SHAPES["outlook"](invited(asked), ANN, "ACCEPTED", installation.clock.now))
    assert coming(installation)["ann@example.com"] == "accepted"
    installation.ok("retro", "plan", "2026-12-03 14:00 UTC", ANN, "cy@example.com", "di@example.com")
    (event,) = entry_of(invitations(installation, "di@")[0]).walk("VEVENT")
    assert [one.params["PARTSTAT"] for one in event["ATTENDEE"]] == ["ACCEPTED", "NEEDS-ACTION", "NEEDS-ACTION"]


def test_a_member_to_whom_it_was_passed_on_comes_too_and_a_stranger_does_not(installation: Installation) -> None:
    planned(installation, ANN)
    to = invited(invitations(installation, "ann@")[0])
    now = installation.clock.now
    installation.ingest(SHAPES["gmail"](to, BO, "ACCEPTED", now))
    assert coming(installation) == {"ann@example.com": None, "bo@example.com": "accepted"}
    stranger = installation.ingest(SHAPES["gmail"](to, "Eve <eve@elsewhere.example>", "ACCEPTED", now))
    assert stranger["outcome"] in ("automatic", "refused") and len(coming(installation)) == 2


def test_somebody_who_writes_under_another_address_of_theirs_answers_for_the_invited_one(
    installation: Installation,
) -> None:
    planned(installation, ANN)
    raw = SHAPES["apple"](invited(invitations(installation, "ann@")[0]), ANN, "ACCEPTED", installation.clock.now)
    raw = raw.replace(b"From: Ann Lee <ann@example.com>", b"From: Ann Lee <ann.lee@example.com>")
    installation.ingest(raw)
    assert coming(installation) == {"ann@example.com": "accepted"}


def test_an_answer_to_another_invitation_is_none_of_ours(installation: Installation) -> None:
    planned(installation, ANN)
    to = invited(invitations(installation, "ann@")[0])
    forged = replace(to, uid="another-meeting@example.com")
    raw = SHAPES["gmail"](forged, ANN, "ACCEPTED", installation.clock.now)
    outcome = installation.ingest(raw)
    assert outcome["outcome"] == "automatic" and coming(installation) == {"ann@example.com": None}


def test_after_it_was_called_off_an_answer_is_only_kept(installation: Installation) -> None:
    planned(installation, ANN)
    to = invited(invitations(installation, "ann@")[0])
    installation.ok("retro", "call-off")
    outcome = installation.ingest(SHAPES["apple"](to, ANN, "ACCEPTED", installation.clock.now))
    assert (outcome["outcome"], outcome["reason"]) == ("automatic", "no retrospective is planned any more")


def test_an_answer_through_the_list_counts_too(installation: Installation, mails: Mails) -> None:
    planned(installation, ANN)
    to = invited(invitations(installation, "ann@")[0])
    raw = SHAPES["outlook"](to, ANN, "ACCEPTED", installation.clock.now)
    copy = b"List-Id: <incidents.example.com>\nList-Post: <mailto:incidents@example.com>\n" + raw
    assert installation.ingest(copy)["outcome"] == "applied"
    assert coming(installation)["ann@example.com"] == "accepted"


def test_a_restricted_incident_is_told_only_to_people_who_have_a_part_in_it(installation: Installation) -> None:
    installation.configure(PEOPLE)
    written = installation.config.read_text()
    installation.config.write_text(written.replace("[list]\n", '[list]\nrestricted = "secret@example.com"\n'))
    installation.declare("Keys were copied", "--severity", "3", "--restricted", "--customer-liaison", ANN)
    (name,) = [one["id"] for one in installation.ok("list", "--json").json]
    refused = installation.run("retro", "plan", name, "2026-12-03 14:00 UTC", BO)
    assert refused.code == 1 and "Bo K. has no part in it" in refused.err
    installation.ok("retro", "plan", name, "2026-12-03 14:00 UTC")
    assert invitations(installation, "bo@") == []
    to = invited(invitations(installation, "ann@")[0])
    outcome = installation.ingest(SHAPES["gmail"](to, BO, "ACCEPTED", installation.clock.now))
    assert outcome["outcome"] == "automatic"
    people = installation.show(name)["retro"]["planned"]["people"]
    assert all(one["answer"] is None for one in people)
    (event,) = entry_of(invitations(installation, "ann@")[0]).walk("VEVENT")
    assert event["CLASS"] == "PRIVATE"
    assert installation.ingest(SHAPES["gmail"](to, ANN, "ACCEPTED", installation.clock.now))["outcome"] == "applied"
    people = installation.show(name)["retro"]["planned"]["people"]
    assert {one["person"]["address"] for one in people if one["answer"] == "accepted"} == {"ann@example.com"}


def test_our_own_invitation_coming_back_changes_nothing(installation: Installation) -> None:
    planned(installation, ANN)
    (mail,) = invitations(installation, "ann@")
    before = installation.show("cards")
    installation.ingest(mail.as_bytes())
    assert installation.show("cards") == before


def test_a_reply_in_words_that_quotes_the_invitation_is_a_note(installation: Installation, mails: Mails) -> None:
    planned(installation, ANN)
    (mail,) = invitations(installation, "ann@")
    for style in ("top", "bottom", "outlook", "naked"):
        outcome = installation.ingest(mails.reply_to(mail, f"I bring the graphs of the {style} part.", ANN, style))
        assert outcome["outcome"] == "note"
    assert coming(installation) == {"ann@example.com": None}


def test_one_that_was_held_before_its_planned_time_is_called_off(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3", "--sme", "Bo K. <bo@example.com>")
    installation.ok("close", "Works again")
    installation.ok("retro", "plan", "cards", "2026-11-25 14:00")
    installation.clock.tick(days=1)
    installation.ok("retro", "held", "cards")
    assert [entry_of(mail)["METHOD"] for mail in invitations(installation, "bo@")] == ["REQUEST", "CANCEL"]
    refused = installation.run("retro", "plan", "cards", "2026-11-26 14:00")
    assert (refused.code, "it was held already" in refused.err) == (1, True)
