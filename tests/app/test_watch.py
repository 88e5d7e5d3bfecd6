"""Our own copy: whether the list has returned what was sent to it, and who is told when it has not."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.deliver import deliver
from incidentmail.app.watch import watch
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.transport.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import House, Mails

LIST = "incidents@example.com"
OPERATOR = '[operator]\naddress = "postmaster@example.com"\n'
ALICIA = "Alícia <alicia@example.com>"


def returned(mail: EmailMessage, style: ListStyle | None = None) -> bytes:
    """`mail` as the list sends it back to us."""
    return list_copy(bytes(mail), style or ListStyle(address=LIST, prefix="[incidents]"))


def explicit(house: House, patience: str = "10m", more: str = "") -> None:
    house.configure(OPERATOR + more)
    text = house.config.read_text().replace("[list]\n", f'[list]\nreturns_within = "{patience}"\n')
    house.config.write_text(text)


def looked_after(house: House) -> list[EmailMessage]:
    """Looks for what has not come back; the alarms that left."""
    before = len(house.private)
    with house.office() as office:
        watch(office, heard_until=office.now())
        deliver(office)
    return house.private[before:]


def test_what_the_list_does_not_return_is_told_to_operator_and_commander_once(house: House) -> None:
    explicit(house)
    declared = house.declare()
    house.clock.tick(minutes=9)
    assert looked_after(house) == []
    house.clock.tick(minutes=2)
    (alarm,) = looked_after(house)
    assert alarm["To"] == "postmaster@example.com, mara@example.com"
    assert (alarm["Auto-Submitted"], alarm["Cc"]) == ("auto-generated", None)
    text = alarm.get_content()
    assert "has not returned our mail of 14:20 UTC within 10 minutes" in text
    assert declared["Message-ID"].strip("<>") in text
    house.clock.tick(hours=2)
    assert looked_after(house) == []


def test_a_private_answer_about_the_same_incident_does_not_take_the_alarms_place(house: House, mails: Mails) -> None:
    explicit(house)
    declared = house.declare()
    house.ingest(mails.reply_to(declared, "Severity: five", ALICIA))
    house.clock.tick(minutes=11)
    (alarm,) = looked_after(house)
    assert "has not returned our mail" in alarm.get_content()
    assert len({mail["Message-ID"] for mail in house.private}) == len(house.private) == 2


@pytest.mark.parametrize(
    "style",
    [
        ListStyle(address=LIST),
        ListStyle(address=LIST, munge=True),
        ListStyle(address=LIST, anonymous=True),
        ListStyle(address=LIST, wrap=True),
    ],
)
def test_what_came_back_is_not_missed_whatever_the_list_made_of_it(house: House, style: ListStyle) -> None:
    explicit(house)
    declared = house.declare()
    assert house.ingest(returned(declared, style))["rule"] == "own-mail-returned"
    house.clock.tick(minutes=11)
    assert looked_after(house) == []
    (line,) = house.ok("outbox", "list", "--all", "--json").lines
    assert (line["returned_at"], line["missed_at"]) == ("2026-11-20T14:20:00Z", None)


def test_where_nothing_ever_came_back_nobody_cries_wolf(house: House) -> None:
    house.configure(OPERATOR)
    house.declare()
    house.clock.tick(hours=1)
    assert looked_after(house) == []


def test_once_a_mail_came_back_the_next_ones_are_watched(house: House) -> None:
    house.configure(OPERATOR)
    house.declare("Never returned, before anybody knew that mail comes back")
    house.clock.tick(minutes=1)
    declared = house.declare()
    house.ingest(returned(declared))
    house.clock.tick(minutes=1)
    house.ok("update", "checkout", "--severity", "1")
    house.clock.tick(minutes=11)
    (alarm,) = looked_after(house)
    assert str(alarm["Subject"]) == "Not returned by the list: Checkout is rejecting card payments"


@pytest.mark.parametrize("patience", ["never", "0s"])
def test_the_watch_can_be_switched_off(house: House, patience: str) -> None:
    explicit(house, patience)
    house.declare()
    house.clock.tick(hours=1)
    assert looked_after(house) == []


def test_the_stop_switch_stops_the_alarm_too(house: House) -> None:
    explicit(house)
    house.declare()
    house.config.write_text(house.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    house.clock.tick(hours=1)
    assert looked_after(house) == []


def test_an_alarm_is_not_watched_and_old_mail_is_no_news(house: House) -> None:
    explicit(house)
    house.declare()
    house.clock.tick(minutes=11)
    assert len(looked_after(house)) == 1
    house.declare("Another thing")
    house.clock.tick(days=2)
    assert looked_after(house) == []


def test_a_copy_that_does_not_come_a_trusted_way_is_no_return(house: House) -> None:
    explicit(house, more='[trust]\nrelays = ["127.0.0.1"]\n')
    declared = house.declare()
    house.ingest(returned(declared))  # through the pipe, which is not trusted here
    house.clock.tick(minutes=11)
    assert len(looked_after(house)) == 1


def test_the_outbox_shows_what_has_not_come_back_until_it_does(house: House) -> None:
    explicit(house)
    declared = house.declare()
    assert house.ok("outbox", "list").out == ""
    house.clock.tick(minutes=11)
    looked_after(house)
    assert "the list has not returned it" in house.ok("outbox", "list").out
    house.ingest(returned(declared))
    assert house.ok("outbox", "list").out == ""


def test_an_answer_to_the_alarm_belongs_to_the_incident_and_its_words_command_nothing(
    house: House, mails: Mails
) -> None:
    explicit(house)
    house.declare()
    house.clock.tick(minutes=11)
    (alarm,) = looked_after(house)
    for style in ("top", "bottom", "outlook", "naked"):
        outcome = house.ingest(mails.reply_to(alarm, f"I released it ({style}).", ALICIA, style))
        assert (outcome["outcome"], outcome["incident"]) == ("note", house.show()["id"])


def test_our_alarm_coming_in_again_changes_nothing(house: House) -> None:
    explicit(house)
    house.declare()
    house.clock.tick(minutes=11)
    (alarm,) = looked_after(house)
    outcome = house.ingest(bytes(alarm))
    assert (outcome["outcome"], outcome["rule"]) == ("duplicate", "own-private-mail")
    assert parse_message(bytes(alarm), Envelope(way="pipe")).problems == ()


def test_a_pipe_looks_too_once_mail_is_known_to_flow(house: House, mails: Mails) -> None:
    explicit(house)
    declared = house.declare()
    house.clock.tick(minutes=11)
    house.ingest(mails.reply_to(declared, "one", ALICIA))  # the queue may have been held up until now
    assert house.private == []
    house.clock.tick(minutes=6)
    house.ingest(mails.reply_to(declared, "two", ALICIA))
    assert [mail["To"] for mail in house.private] == ["postmaster@example.com, mara@example.com"]
