"""Whoever is added by a worse severity gets what they have missed, once."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import House, Mails

LIST = "incidents@example.com"
BOSS, SUPPORT = "boss@example.com", "support@example.com"
SCALE = "".join(
    f"[[severity]]\nlevel = {level}\nname = '{name}'\n{more}"
    for level, name, more in ((1, "critical", f"also_to = ['{BOSS}']\n"), (2, "serious", ""), (3, "moderate", ""))
)


def configured(house: House) -> House:
    text = house.configure(SCALE).config.read_text()
    house.config.write_text(text.replace("[mail]", f"always_to = ['{SUPPORT}']\n[mail]"))
    return house


def private(house: House) -> list[EmailMessage]:
    return [mail for mail in house.private if BOSS in str(mail["To"])]


def test_support_gets_every_mail_and_is_briefed_of_none(house: House) -> None:
    configured(house).declare()
    house.ok("update", "--phase", "2")
    assert [mail["Cc"] for mail in house.mails] == [SUPPORT, SUPPORT]


def test_whoever_is_added_by_a_rise_gets_the_details_once(house: House, mails: Mails) -> None:
    configured(house).declare("Checkout is down", "--severity", "2", "-m", "Half of all cards fail.", "--venue", "#c")
    house.clock.tick(minutes=5)
    house.ingest(mails.reply_to(house.mails[0], "phase 2\n\nThe gateway is back.", "Bo <bo@example.com>"))
    house.clock.tick(minutes=5)
    house.ok("update", "--severity", "1", "-m", "It fails again.")
    (mail,) = private(house)
    assert mail["To"] == BOSS and mail["Cc"] is None and LIST not in str(mail["Reply-To"])
    assert mail["Subject"] == "Re: Checkout is down" and mail["In-Reply-To"] and mail["Incident-Proof"] is None
    text = mail.get_content()
    assert text.startswith("You get this mail because an incident has become severity 1 (critical).\n\nSeverity 1 ")
    assert "Declared by Mara Lindqvist, 14:20 UTC: Checkout is down\n\nHalf of all cards fail." in text
    assert "Update 1, 14:25 UTC: phase 2 (resolving; was 1).\n  Bo said: The gateway is back." in text
    assert "Customers may be told: nothing yet" in text
    assert mail.get_body(("html",)) is not None
    follow_up = house.mails[-1]
    assert follow_up["Cc"] == f"{SUPPORT}, {BOSS}" and "Severity 1 (critical; was 2)" in follow_up.get_content()
    house.ok("update", "--severity", "2")
    house.ok("update", "--severity", "1")
    assert len(private(house)) == 1


def test_whoever_saw_the_declaration_is_not_briefed(house: House) -> None:
    configured(house).declare("Checkout is down", "--severity", "1")
    house.ok("update", "--phase", "2")
    assert not private(house)


def test_an_answer_to_the_briefing_counts(house: House, mails: Mails) -> None:
    configured(house).declare("Checkout is down", "--severity", "2")
    house.ok("update", "--severity", "1")
    (mail,) = private(house)
    assert house.ingest(mails.reply_to(mail, "phase 2", f"Boss <{BOSS}>", style="naked"))["outcome"] == "applied"
    assert house.ingest(mails.reply_to(mail, "", f"Boss <{BOSS}>", style="naked"))["outcome"] in ("refused", "note")
    assert house.show()["phase"] == 2 and house.show()["severity"] == 1


def test_a_long_story_is_cut_to_its_newest_part(house: House) -> None:
    configured(house).declare("Checkout is down", "--severity", "2")
    for number in range(14):
        house.ok("update", "-m", f"Step {number}. " + "word " * 200)
    house.ok("update", "--severity", "1")
    (mail,) = private(house)
    text = mail.get_content()
    assert "2 earlier updates are left out here." in text and "Step 1." not in text and "Step 13." in text
    assert len(mail.as_bytes()) < 40_000
