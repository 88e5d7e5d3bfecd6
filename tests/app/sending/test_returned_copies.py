"""Copies of our mail: whether the list has returned them, and who is told if it has not."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.sending.deliver import deliver
from incidentmail.app.sending.returned_copies import watch
from incidentmail.app.telling.mail_kinds import ADDRESS_AN_HOUR_MAX
from incidentmail.app.telling.private_mail import reserve
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope, parse_message

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST = "incidents@example.com"
OPERATOR = '[operator]\naddress = "postmaster@example.com"\n'
ALICIA = "Alícia <alicia@example.com>"


def returned(mail: EmailMessage, style: ListStyle | None = None) -> bytes:
    """Return the copy of `mail` that the list sends back to us."""
    return list_copy(bytes(mail), style or ListStyle(address=LIST, prefix="[incidents]"))


def explicit(installation: Installation, patience: str = "10m", more: str = "") -> None:
    installation.configure(OPERATOR + more)
    text = installation.config.read_text().replace("[list]\n", f'[list]\nreturns_within = "{patience}"\n')
    installation.config.write_text(text)


def looked_after(installation: Installation) -> list[EmailMessage]:
    """Check for missing copies, and return the alarms that were sent."""
    before = len(installation.private)
    with installation.context() as context:
        watch(context, heard_until=context.now())
        deliver(context)
    return installation.private[before:]


def test_what_the_list_does_not_return_is_told_to_operator_and_commander_once(installation: Installation) -> None:
    explicit(installation)
    declared = installation.declare()
    installation.clock.tick(minutes=9)
    assert looked_after(installation) == []
    installation.clock.tick(minutes=2)
    (alarm,) = looked_after(installation)
    assert alarm["To"] == "postmaster@example.com, mara@example.com"
    assert (alarm["Auto-Submitted"], alarm["Cc"]) == ("auto-generated", None)
    text = alarm.get_content()
    assert "has not returned our mail of 14:20 UTC after 10 minutes" in text
    assert declared["Message-ID"].strip("<>") in text
    installation.clock.tick(hours=2)
    assert looked_after(installation) == []


def test_a_private_answer_about_the_same_incident_does_not_take_the_alarms_place(
    installation: Installation, mails: Mails
) -> None:
    explicit(installation)
    declared = installation.declare()
    installation.ingest(mails.reply_to(declared, "Severity: five", ALICIA))
    installation.clock.tick(minutes=11)
    (alarm,) = looked_after(installation)
    assert "has not returned our mail" in alarm.get_content()
    assert len({mail["Message-ID"] for mail in installation.private}) == len(installation.private) == 2


@pytest.mark.parametrize(
    "style",
    [
        ListStyle(address=LIST),
        ListStyle(address=LIST, munge=True),
        ListStyle(address=LIST, anonymous=True),
        ListStyle(address=LIST, wrap=True),
    ],
)
def test_what_came_back_is_not_missed_whatever_the_list_made_of_it(
    installation: Installation, style: ListStyle
) -> None:
    explicit(installation)
    declared = installation.declare()
    assert installation.ingest(returned(declared, style))["rule"] == "own-mail-returned"
    installation.clock.tick(minutes=11)
    assert looked_after(installation) == []
    (line,) = installation.ok("outbox", "list", "--all", "--json").lines
    assert (line["returned_at"], line["missed_at"]) == ("2026-11-20T14:20:00Z", None)


def test_where_no_mail_comes_in_nobody_cries_wolf(installation: Installation) -> None:
    installation.configure(OPERATOR)
    installation.declare()
    installation.clock.tick(hours=1)
    assert looked_after(installation) == []


def test_once_a_mail_came_back_the_next_ones_are_watched(installation: Installation) -> None:
    installation.configure(OPERATOR)
    declared = installation.declare()
    installation.ingest(returned(declared))
    installation.clock.tick(minutes=1)
    installation.ok("update", "checkout", "--severity", "1")
    installation.ok("update", "checkout", "--phase", "2")
    installation.clock.tick(minutes=11)
    alarms = looked_after(installation)
    assert [str(alarm["Subject"]) for alarm in alarms] == [
        "Not returned by the list: Checkout is rejecting card payments"
    ] * 2
    assert all("never returned" not in alarm.get_content() for alarm in alarms)


@pytest.mark.parametrize(
    "way", ['[listen]\nlmtp = "127.0.0.1:8024"\n', '[imap]\nurl = "imaps://bot@imap.example.com/INBOX"\n', "a reply"]
)
def test_where_mail_comes_in_the_first_mail_is_watched_and_a_silent_list_is_told_once(
    installation: Installation, mails: Mails, way: str
) -> None:
    installation.configure(OPERATOR + (way if way != "a reply" else ""))
    declared = installation.declare()
    if way == "a reply":
        installation.ingest(mails.reply_to(declared, "Looking at it.", ALICIA))
    installation.clock.tick(minutes=1)
    installation.ok("update", "checkout", "--severity", "1")
    installation.clock.tick(minutes=11)
    (alarm,) = looked_after(installation)
    assert (
        "The list has never returned a mail of ours. Is incident-bot@example.com subscribed, and may it post there?"
    ) in alarm.get_content()
    assert installation.ok("outbox", "list").out.count("the list has not returned it") == 2


def test_the_terminal_says_so_once_the_list_had_its_time_until_the_first_copy_has_come_back(
    installation: Installation,
) -> None:
    installation.configure('[listen]\nlmtp = "127.0.0.1:8024"\n')
    silent = (
        "incidentmail: warning: the list has never returned a mail of ours: is incident-bot@example.com subscribed to "
        "incidents@example.com, and may it post there?\n"
    )
    assert "never returned" not in installation.ok("declare", "Cards fail").err
    installation.clock.tick(minutes=9)
    assert "never returned" not in installation.ok("update", "-m", "Looking.").err
    installation.clock.tick(minutes=2)
    assert silent in installation.ok("update", "-m", "Still looking.").err
    installation.ingest(returned(installation.mails[0]))
    assert "never returned" not in installation.ok("update", "-m", "Found it.").err


def test_the_terminal_does_not_say_so_if_no_mail_comes_in(installation: Installation) -> None:
    assert "never returned" not in installation.ok("declare", "Cards fail").err


@pytest.mark.parametrize("patience", ["never", "0s"])
def test_the_watch_can_be_switched_off(installation: Installation, patience: str) -> None:
    explicit(installation, patience)
    installation.declare()
    installation.clock.tick(hours=1)
    assert looked_after(installation) == []


def test_the_stop_switch_stops_the_alarm_too(installation: Installation) -> None:
    explicit(installation)
    installation.declare()
    installation.config.write_text(installation.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    installation.clock.tick(hours=1)
    assert looked_after(installation) == []


def test_an_alarm_is_not_watched_and_old_mail_is_no_news(installation: Installation) -> None:
    explicit(installation)
    installation.declare()
    installation.clock.tick(minutes=11)
    assert len(looked_after(installation)) == 1
    installation.declare("Another thing")
    installation.clock.tick(days=2)
    assert looked_after(installation) == []


def test_a_list_may_take_longer_than_a_day(installation: Installation) -> None:
    explicit(installation, "36h")
    installation.declare()
    installation.clock.tick(hours=35)
    assert looked_after(installation) == []
    installation.clock.tick(hours=2)
    (alarm,) = looked_after(installation)
    assert "has not returned our mail" in alarm.get_content()


def test_a_copy_that_does_not_come_a_trusted_way_is_no_return(installation: Installation) -> None:
    explicit(installation, more='[trust]\nrelays = ["127.0.0.1"]\n')
    declared = installation.declare()
    installation.ingest(returned(declared))  # through the pipe, which is not trusted here
    installation.clock.tick(minutes=11)
    assert len(looked_after(installation)) == 1


def test_the_outbox_shows_what_has_not_come_back_until_it_does(installation: Installation) -> None:
    explicit(installation)
    declared = installation.declare()
    assert installation.ok("outbox", "list").out == ""
    installation.clock.tick(minutes=11)
    looked_after(installation)
    assert "the list has not returned it" in installation.ok("outbox", "list").out
    installation.ingest(returned(declared))
    assert installation.ok("outbox", "list").out == ""


def test_an_answer_to_the_alarm_belongs_to_the_incident_and_its_words_command_nothing(
    installation: Installation, mails: Mails
) -> None:
    explicit(installation)
    installation.declare()
    installation.clock.tick(minutes=11)
    (alarm,) = looked_after(installation)
    for style in ("top", "bottom", "outlook", "naked"):
        outcome = installation.ingest(mails.reply_to(alarm, f"I released it ({style}).", ALICIA, style))
        assert (outcome["outcome"], outcome["incident"]) == ("note", installation.show()["id"])


def test_our_alarm_coming_in_again_changes_nothing(installation: Installation) -> None:
    explicit(installation)
    installation.declare()
    installation.clock.tick(minutes=11)
    (alarm,) = looked_after(installation)
    outcome = installation.ingest(bytes(alarm))
    assert (outcome["outcome"], outcome["rule"]) == ("duplicate", "own-private-mail")
    assert parse_message(bytes(alarm), Envelope(way="pipe")).problems == ()


def test_a_pipe_looks_too_once_mail_is_known_to_flow(installation: Installation, mails: Mails) -> None:
    explicit(installation)
    declared = installation.declare()
    installation.clock.tick(minutes=11)
    installation.ingest(mails.reply_to(declared, "one", ALICIA))  # the queue may have been held up until now
    assert installation.private == []
    installation.clock.tick(minutes=6)
    installation.ingest(mails.reply_to(declared, "two", ALICIA))
    assert [mail["To"] for mail in installation.private] == ["postmaster@example.com, mara@example.com"]


def test_an_alarm_that_a_limit_keeps_back_is_made_later(installation: Installation) -> None:
    explicit(installation)
    installation.config.write_text(
        installation.config.read_text().replace("postmaster@example.com", "mara@example.com")
    )
    declared = installation.declare()
    incident = installation.show()["id"]
    with installation.context() as context, context.ledger.transaction() as tx:
        to = ["mara@example.com"] * ADDRESS_AN_HOUR_MAX
        reserve(tx, kind="briefing", to=to, at=context.now(), incident=incident)
    installation.clock.tick(minutes=11)
    assert looked_after(installation) == []
    installation.clock.tick(hours=1)
    (alarm,) = looked_after(installation)
    assert declared["Message-ID"].strip("<>") in alarm.get_content()
    assert looked_after(installation) == []


def test_a_queue_that_was_just_read_does_not_prove_that_later_mail_would_have_come(
    installation: Installation, mails: Mails
) -> None:
    explicit(installation)
    declared = installation.declare()
    installation.clock.tick(minutes=11)
    installation.ingest(mails.reply_to(declared, "one", ALICIA))
    installation.clock.tick(minutes=4)
    installation.ingest(mails.reply_to(declared, "two", ALICIA))
    assert installation.private == []


def test_the_alarm_names_the_list_that_did_not_return_the_mail(installation: Installation) -> None:
    explicit(installation)
    secret = "security@example.com"
    text = installation.config.read_text().replace("[list]\n", f'[list]\nrestricted = "{secret}"\n')
    installation.config.write_text(text)
    installation.declare("Somebody reads our mail", "--restricted")
    installation.clock.tick(minutes=11)
    texts = [mail.get_content() for mail in looked_after(installation)]
    assert sorted(text.split(" has not returned our mail")[0].split()[-1] for text in texts) == [LIST, secret]


@pytest.mark.parametrize("address", [LIST, "incident-bot@example.com"])
def test_the_alarm_goes_to_no_list_and_not_to_ourselves(installation: Installation, address: str) -> None:
    explicit(installation)
    installation.config.write_text(installation.config.read_text().replace("postmaster@example.com", address))
    installation.declare()
    installation.clock.tick(minutes=11)
    (alarm,) = looked_after(installation)
    assert alarm["To"] == "mara@example.com"


def test_an_alarm_about_a_restricted_incident_says_only_its_id(installation: Installation) -> None:
    explicit(installation)
    text = installation.config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n')
    installation.config.write_text(text)
    installation.ok(
        "declare", "Somebody reads our mail", "--restricted", "--severity", "2", "-m", "The key was stolen."
    )
    name = installation.show()["id"]
    installation.clock.tick(minutes=11)
    alarms = looked_after(installation)
    assert len(alarms) == 2  # of the restricted list's mail, and of the main list's
    for alarm in alarms:
        said = f"{alarm}{alarm.get_content()}"
        assert name in said
        assert not any(word in said for word in ("reads our", "stolen", "everity", "phase", "commander"))
