"""Promised updates: who is reminded when, which answers count, and what happens if one is missed."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, MARA = "Ann Lee <ann@example.com>", "Mara Lindqvist <mara@example.com>"


def mails_to(installation: Installation, address: str) -> list[EmailMessage]:
    """Return the private mails to one address that the clock made due."""
    mails = [mail for mail in installation.private if address in str(mail["To"])]
    return [mail for mail in mails if "update" in mail.get_content().splitlines()[0] or "Is the" in mail.get_content()]


def later(installation: Installation, minutes: float) -> None:
    """Let this time pass minute by minute, and run `flush` each minute, as cron would."""
    for _ in range(round(minutes)):
        installation.clock.tick(minutes=1)
        installation.ok("flush")


def clock(installation: Installation) -> dict[str, object]:
    return dict(installation.show("cards")["promises"])


def test_the_commander_is_reminded_five_minutes_before_with_a_tap_for_no_change(
    installation: Installation, mails: Mails
) -> None:
    installation.declare("Cards fail", "--severity", "1")
    later(installation, 24)
    assert mails_to(installation, "mara") == []
    later(installation, 1)
    (mail,) = mails_to(installation, "mara")
    assert mail.get_content().startswith("The next update is due by 14:50 UTC.")
    page = mail.get_body(("html",))
    assert page is not None and "body=no%20change%3B%20next%20%2B30m" in page.get_content()
    installation.ingest(mails.reply_to(mail, "no change; next +30m", MARA, at=installation.clock.now))
    installation.clock.tick(minutes=1)
    installation.ok("flush")
    assert "No change." in installation.mails[-1].get_content()
    assert installation.show()["next_update_at"] == "2026-11-20T15:15:00Z"
    at = "2026-11-20T15:15:00Z"
    assert clock(installation) == {"due_at": at, "stated_at": at, "kept": 1, "missed": 0}


def test_one_reminder_is_sent_however_often_the_clock_ticks(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1")
    later(installation, 31)
    assert len(mails_to(installation, "mara")) == 1


@pytest.mark.parametrize(("severity", "phase", "due_in"), [("1", "1", 30), ("2", "0", 60), ("1", "2", 60)])
def test_the_severity_sets_how_long_an_update_may_take_and_the_phase_doubles_it(
    installation: Installation, severity: str, phase: str, due_in: int
) -> None:
    installation.declare("Cards fail", "--severity", severity, "--phase", phase)
    later(installation, due_in - 6)
    assert mails_to(installation, "mara") == []
    later(installation, 1)
    assert len(mails_to(installation, "mara")) == 1


@pytest.mark.parametrize("args", [("--severity", "3"), ("--severity", "1", "--phase", "3")])
def test_the_clock_does_not_run_for_mild_incidents_nor_in_the_last_phase(
    installation: Installation, args: tuple[str, ...]
) -> None:
    installation.declare("Cards fail", *args)
    later(installation, 5)
    installation.clock.tick(hours=3)
    later(installation, 1)
    assert mails_to(installation, "mara") == []
    assert clock(installation) == {"due_at": None, "stated_at": None, "kept": 0, "missed": 0}


def test_it_can_be_switched_off_for_a_severity(installation: Installation) -> None:
    installation.configure(
        '[[severity]]\nlevel = 1\nname = "a"\nupdate_every = "never"\n[[severity]]\nlevel = 3\nname="b"\n'
    )
    installation.declare("Cards fail", "--severity", "1")
    later(installation, 31)
    assert mails_to(installation, "mara") == []


def test_news_shortly_before_keep_the_promise_and_start_the_clock_again(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1")
    later(installation, 17)
    installation.ok("update", "-m", "The bank looks into it.")
    later(installation, 25)
    (mail,) = mails_to(installation, "mara")
    assert "15:07 UTC" in mail.get_content()
    assert clock(installation)["kept"] == 1


def test_a_stated_time_replaces_the_interval(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1", "--next-update", "15:20")
    later(installation, 54)
    assert mails_to(installation, "mara") == []
    later(installation, 1)
    (mail,) = mails_to(installation, "mara")
    assert "by 15:20 UTC" in mail.get_content()


def test_an_early_update_leaves_a_stated_time_as_it_is(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1", "--next-update", "15:20")
    later(installation, 10)
    installation.ok("update", "-m", "The bank looks into it.")
    at = "2026-11-20T15:20:00Z"
    assert clock(installation) == {"due_at": at, "stated_at": at, "kept": 0, "missed": 0}


def test_after_two_updates_without_news_an_hour_is_offered_first(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "1")
    for number in range(3):
        later(installation, 26)
        mail = mails_to(installation, "mara")[number]
        installation.ingest(mails.reply_to(mail, "no change; next +30m", MARA, at=installation.clock.now))
    firsts = [mail.get_content().split("Reply with: ")[1].splitlines()[0] for mail in mails_to(installation, "mara")]
    assert firsts == ["no change; next +30m", "no change; next +30m", "no change; next +1h"]


def test_news_by_mail_go_to_the_list_and_keep_the_promise(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "1")
    later(installation, 25)
    (mail,) = mails_to(installation, "mara")
    installation.ingest(mails.reply_to(mail, "News: the bank has found it", MARA, at=installation.clock.now))
    later(installation, 1)
    assert "the bank has found it" in installation.mails[-1].get_content()
    assert clock(installation)["kept"] == 1


def test_a_missed_update_is_counted_and_the_deputy_is_asked_with_taking_command_among_the_answers(
    installation: Installation, mails: Mails
) -> None:
    installation.configure('[roles.deputy]\ntitle = "Deputy"\n')
    declared = installation.declare("Cards fail", "--severity", "1")
    installation.ingest(mails.reply_to(declared, f"Deputy: {ANN}", MARA))
    later(installation, 32)
    assert mails_to(installation, "ann") == []
    later(installation, 1)
    (mail,) = mails_to(installation, "ann")
    text = mail.get_content()
    assert text.startswith(
        "The update that was due by 14:50 UTC was not sent. Mara Lindqvist leads and has not answered."
    )
    assert "Reply with: taking command" in text
    assert clock(installation)["missed"] == 1
    later(installation, 20)
    assert len(mails_to(installation, "ann")) == 1 and clock(installation)["missed"] == 1
    installation.ingest(mails.reply_to(mail, "taking command", ANN, at=installation.clock.now))
    assert installation.show()["commander"]["name"] == "Ann Lee"


@pytest.mark.parametrize(
    ("roles", "asked"),
    [
        ("Business liaison: Bo <bo@example.com>\nCommunications: Cy <cy@example.com>", "cy"),
        ("Customer liaison: Di <di@example.com>\nBusiness liaison: Bo <bo@example.com>", "bo"),
    ],
)
def test_who_is_asked_about_a_missed_update(installation: Installation, mails: Mails, roles: str, asked: str) -> None:
    installation.configure('[roles.communications]\ntitle = "Communications"\n')
    declared = installation.declare("Cards fail", "--severity", "1")
    installation.ingest(mails.reply_to(declared, roles, MARA))
    later(installation, 33)
    told = {str(mail["To"]) for mail in installation.private if "was not sent" in mail.get_content().splitlines()[0]}
    assert [asked in address for address in told] == [True]


def test_the_declarer_is_asked_if_nobody_else_can_be(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1", "--commander", ANN)
    later(installation, 33)
    (mail,) = mails_to(installation, "mara")
    assert "Ann Lee leads and has not answered" in mail.get_content()


@pytest.mark.parametrize("end", [("close",), ("retract",)])
def test_nobody_is_reminded_of_an_incident_that_has_ended(installation: Installation, end: tuple[str, ...]) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.ok(*end)
    later(installation, 33)
    installation.clock.tick(days=2)
    later(installation, 1)
    assert mails_to(installation, "mara") == []


def test_an_incident_without_a_word_for_a_day_is_asked_about_once_a_day(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3")
    installation.clock.tick(hours=23)
    later(installation, 30)
    assert mails_to(installation, "mara") == []
    later(installation, 40)
    (mail,) = mails_to(installation, "mara")
    assert "Nobody has said anything since 2026-11-20 14:20 UTC. Is the incident still open?" in mail.get_content()
    installation.clock.tick(hours=24)
    later(installation, 2)
    assert len(mails_to(installation, "mara")) == 2


def test_a_clock_that_jumps_ten_hours_gives_each_person_one_mail(installation: Installation) -> None:
    for what in ("Cards fail", "Mail is late"):
        installation.declare(what, "--severity", "1", "--business-liaison", ANN)
    before = len(installation.private)
    installation.clock.tick(hours=10)
    for _ in range(5):
        installation.ok("flush")
    assert sorted(str(mail["To"]) for mail in installation.private[before:]) == ["ann@example.com", "mara@example.com"]


def test_the_stop_switch_keeps_reminders_back_and_nothing_piles_up(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.configure("")
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[mail]\n", "[mail]\nmute = true\n"))
    later(installation, 40)
    assert mails_to(installation, "mara") == []
    installation.config.write_text(text)
    installation.ok("flush")
    assert len(mails_to(installation, "mara")) == 1


@pytest.mark.parametrize("style", ["top", "bottom", "outlook", "naked"])
def test_a_reminder_that_is_quoted_changes_nothing(installation: Installation, mails: Mails, style: str) -> None:
    installation.declare("Cards fail", "--severity", "1")
    later(installation, 25)
    (mail,) = mails_to(installation, "mara")
    reply = mails.reply_to(mail, "I am looking at it.", MARA, style, at=installation.clock.now)
    assert installation.ingest(reply)["outcome"] == "note"
    assert clock(installation)["stated_at"] is None


BO = "Bo K. <bo@example.com>"


def busy_deputy(installation: Installation, *args: str) -> None:
    """Send a deputy as much mail as a person may get within six hours."""
    installation.configure('[roles.deputy]\ntitle = "Deputy"\n')
    installation.declare("Cards fail", "--severity", "1", "--role", f"deputy={ANN}", *args)
    for number in range(3):
        installation.ok("action", f"look at shard {number} @ann by 14:45 UTC")
    installation.ok("update", "--role", f"scribe={ANN}")
    assert len([mail for mail in installation.private if "ann@" in str(mail["To"])]) >= 5


def missed_mails(installation: Installation) -> dict[str, str]:
    mails = [mail for mail in installation.private if "The update that was due by" in mail.get_content()]
    return {mail["To"].addresses[0].addr_spec: mail.get_content() for mail in mails}


def test_if_the_deputy_has_had_enough_mail_the_next_person_is_asked_and_the_commander_reads_who(
    installation: Installation,
) -> None:
    busy_deputy(installation, "--business-liaison", BO)
    later(installation, 55)
    told = missed_mails(installation)
    assert sorted(told) == ["bo@example.com", "mara@example.com"]
    assert "Bo K. is asked too." in told["mara@example.com"]


def test_if_all_of_these_have_had_enough_mail_the_holder_of_another_role_is_asked(installation: Installation) -> None:
    busy_deputy(installation, "--customer-liaison", BO)
    later(installation, 55)
    told = missed_mails(installation)
    assert sorted(told) == ["bo@example.com", "mara@example.com"]
    assert "Bo K. is asked too." in told["mara@example.com"]


def test_if_everybody_has_had_enough_mail_the_deputy_is_asked_all_the_same(installation: Installation) -> None:
    busy_deputy(installation)
    later(installation, 55)
    told = missed_mails(installation)
    assert sorted(told) == ["ann@example.com", "mara@example.com"]
    assert "Ann Lee is asked too." in told["mara@example.com"]


def test_if_nobody_can_get_any_more_mail_the_commander_reads_that_nobody_is_asked(installation: Installation) -> None:
    busy_deputy(installation)
    later(installation, 25)
    for _ in range(5):
        installation.ok("handoff", ANN)
        installation.ok("handoff", "Cy D. <cy@example.com>")
    later(installation, 20)
    told = missed_mails(installation)
    assert sorted(told) == ["mara@example.com"]
    assert "Nobody else can be asked." in told["mara@example.com"]
