"""Times without a zone are in the writer's zone, which is found in [people], the Date, or earlier mails."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO = "Bo <bo@example.com>"
BERLIN = timezone(timedelta(hours=1))
OUTLOOK = "X-MS-Exchange-MessageSentRepresentingType: 1\nThread-Index: AdxyzQ==\n"
PEOPLE = '[people]\n"bo@example.com" = { name = "Bo K.", zone = "Europe/Berlin" }\n'


def at_house(installation: Installation, *, zone: timezone | None = None) -> datetime:
    """Return the present time in the writer's zone. Without a zone, it is in UTC, as some programs write it."""
    return installation.clock.now.astimezone(zone) if zone else installation.clock.now


def next_update(installation: Installation) -> object:
    return installation.show()["next_update_at"]


def test_a_zone_in_people_goes_before_the_offset_of_the_mail(installation: Installation, mails: Mails) -> None:
    declaration = installation.configure(PEOPLE).declare()
    installation.ingest(mails.reply_to(declaration, "next 16:00", BO, at=at_house(installation)))
    assert next_update(installation) == "2026-11-20T15:00:00Z"
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"


def test_without_one_the_offset_of_the_mail_counts(installation: Installation, mails: Mails) -> None:
    declaration = installation.declare()
    installation.ingest(mails.reply_to(declaration, "next 16:00", BO, at=at_house(installation, zone=BERLIN)))
    assert next_update(installation) == "2026-11-20T15:00:00Z"
    installation.ingest(mails.reply_to(declaration, "next 16:00", "Ann <ann@example.com>", at=at_house(installation)))
    assert next_update(installation) == "2026-11-20T16:00:00Z"


@pytest.mark.parametrize(
    ("days", "more", "expected"),
    [
        (1, OUTLOOK, "2026-11-20T15:00:00Z"),
        (6, "X-Mailer: Microsoft Outlook 16.0\n", "2026-11-20T15:00:00Z"),
        (1, "", "2026-11-20T16:00:00Z"),
        (8, OUTLOOK, "2026-11-20T16:00:00Z"),
    ],
    ids=["an Outlook, a day later", "an Outlook, six days later", "another program", "eight days later"],
)
def test_a_business_outlook_that_writes_utc_is_in_the_zone_of_other_mails_of_its_user(
    installation: Installation, mails: Mails, days: int, more: str, expected: str
) -> None:
    installation.clock.tick(days=-days)
    declaration = installation.declare()
    installation.ingest(mails.reply_to(declaration, "I look.", BO, at=at_house(installation, zone=BERLIN)))
    installation.clock.tick(days=days)
    installation.ingest(mails.reply_to(declaration, "next 16:00", BO, at=at_house(installation), more=more))
    assert next_update(installation) == expected


def test_the_mails_of_others_say_nothing_about_ones_zone(installation: Installation, mails: Mails) -> None:
    declaration = installation.declare()
    ann = "Ann <ann@example.com>"
    installation.ingest(mails.reply_to(declaration, "I look.", ann, at=at_house(installation, zone=BERLIN)))
    installation.ingest(mails.reply_to(declaration, "next 16:00", BO, at=at_house(installation), more=OUTLOOK))
    assert next_update(installation) == "2026-11-20T16:00:00Z"


def test_a_time_that_no_follow_up_shows_is_told_to_its_writer(installation: Installation, mails: Mails) -> None:
    installation.configure(PEOPLE)
    text = installation.config.read_text()
    installation.config.write_text('timezones = ["Europe/Berlin"]\n' + text)
    declaration = installation.declare()
    installation.ingest(mails.reply_to(declaration, "next 16:00", BO, at=at_house(installation)))
    (told,) = installation.private
    assert "bo@example.com" in str(told["To"])
    assert "Read as next update 15:00 UTC (16:00 CET)." in told.get_content()
    assert len(installation.mails) == 1


def test_a_time_that_a_follow_up_shows_needs_no_receipt(installation: Installation, mails: Mails) -> None:
    declaration = installation.declare()
    installation.ingest(mails.reply_to(declaration, "no change, next 16:00", BO, at=at_house(installation)))
    assert installation.private == []
    assert "Next update: by 16:00 UTC" in installation.mails[-1].get_content()


def test_a_promise_for_the_night_is_asked_about_with_the_line_that_would_do_it(
    installation: Installation, mails: Mails
) -> None:
    declaration = installation.declare()
    installation.ingest(mails.reply_to(declaration, "Next update: 03:30", BO, at=at_house(installation)))
    assert next_update(installation) is None
    (told,) = installation.private
    assert "Reply with: Next update: 2026-11-21 03:30 UTC" in told.get_content()
    again = mails.reply_to(declaration, "Next update: 2026-11-21 03:30 UTC", BO, at=at_house(installation))
    assert installation.ingest(again)["outcome"] == "applied"
    assert next_update(installation) == "2026-11-21T03:30:00Z"


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("next 03:30", "next 2026-11-21 03:30 UTC"),
        ("+13h", "next 2026-11-21 03:20 UTC"),
        ("next update in 13 hours", "next 2026-11-21 03:20 UTC"),
        ("Hi all, next update 9:00", "Hi all, next 2026-11-21 09:00 UTC"),
    ],
)
def test_so_is_one_in_a_short_form(installation: Installation, mails: Mails, text: str, instead: str) -> None:
    declaration = installation.declare()
    installation.ingest(mails.reply_to(declaration, text, BO, at=at_house(installation)))
    assert next_update(installation) is None
    assert f"Reply with: {instead}\n" in installation.private[-1].get_content()
    installation.ingest(mails.reply_to(declaration, instead, BO, at=at_house(installation)))
    assert str(next_update(installation)).startswith("2026-11-21T")


def test_a_late_mail_counts_its_minutes_from_when_it_was_written(installation: Installation, mails: Mails) -> None:
    declaration = installation.declare()
    written = at_house(installation) + timedelta(minutes=5)
    installation.clock.tick(hours=2)
    installation.ingest(mails.reply_to(declaration, "Started: 10 minutes ago", BO, at=written))
    assert installation.show()["started_at"] == "2026-11-20T14:15:00Z"
    outcome = installation.ingest(mails.reply_to(declaration, "next in 30 minutes", BO, at=written))
    assert outcome["outcome"] == "refused" and "that time is past" in outcome["reason"]


def test_a_forged_mail_that_was_refused_says_nothing_about_ones_zone(installation: Installation, mails: Mails) -> None:
    verified = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
    declaration = installation.configure(verified).declare()
    failed = b"Authentication-Results: mx.example.com; dmarc=fail header.from=example.com\n"
    forged = failed + mails.reply_to(declaration, "I look.", BO, at=at_house(installation, zone=BERLIN))
    assert installation.ingest(forged)["outcome"] == "refused"
    installation.ingest(mails.reply_to(declaration, "next 16:00", BO, at=at_house(installation), more=OUTLOOK))
    assert next_update(installation) == "2026-11-20T16:00:00Z"
