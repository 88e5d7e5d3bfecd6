"""People who are added by a worse severity get what they have missed, once."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from incidentmail.app.telling.mail_kinds import ADDRESS_AN_HOUR_MAX

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST = "incidents@example.com"
BOSS, SUPPORT = "boss@example.com", "support@example.com"
SCALE = "".join(
    f"[[severity]]\nlevel = {level}\nname = '{name}'\n{more}"
    for level, name, more in ((1, "critical", f"also_to = ['{BOSS}']\n"), (2, "serious", ""), (3, "moderate", ""))
)


def configured(installation: Installation) -> Installation:
    text = installation.configure(SCALE).config.read_text()
    installation.config.write_text(text.replace("[mail]", f"always_to = ['{SUPPORT}']\n[mail]"))
    return installation


def private(installation: Installation) -> list[EmailMessage]:
    return [mail for mail in installation.private if BOSS in str(mail["To"])]


def test_support_gets_every_mail_and_is_briefed_of_none(installation: Installation) -> None:
    configured(installation).declare()
    installation.ok("update", "--phase", "2")
    assert [mail["Cc"] for mail in installation.mails] == [SUPPORT, SUPPORT]


def test_whoever_is_added_by_a_rise_gets_the_details_once(installation: Installation, mails: Mails) -> None:
    configured(installation).declare(
        "Checkout is down", "--severity", "2", "-m", "Half of all cards fail.", "--venue", "#c"
    )
    installation.clock.tick(minutes=5)
    installation.ingest(mails.reply_to(installation.mails[0], "phase 2\n\nThe gateway is back.", "Bo <bo@example.com>"))
    installation.clock.tick(minutes=5)
    installation.ok("update", "--severity", "1", "-m", "It fails again.")
    (mail,) = private(installation)
    assert mail["To"] == BOSS and mail["Cc"] is None and LIST not in str(mail["Reply-To"])
    assert mail["Subject"] == "Re: Checkout is down" and mail["In-Reply-To"] and mail["Incident-Proof"] is None
    text = mail.get_content()
    assert text.startswith("You get this mail because an incident has become severity 1 (critical).\n\nSeverity 1 ")
    assert "Declared by Mara Lindqvist, 14:20 UTC: Checkout is down\n\nHalf of all cards fail." in text
    assert "Update 1, 14:25 UTC: phase 2 (resolving; was 1).\n  Bo said: The gateway is back." in text
    assert "Approved for customers: nothing yet" in text
    assert mail.get_body(("html",)) is not None
    follow_up = installation.mails[-1]
    assert follow_up["Cc"] == f"{SUPPORT}, {BOSS}" and "Severity 1 (critical; was 2)" in follow_up.get_content()
    installation.ok("update", "--severity", "2")
    installation.ok("update", "--severity", "1")
    assert len(private(installation)) == 1


def test_whoever_saw_the_declaration_is_not_briefed(installation: Installation) -> None:
    configured(installation).declare("Checkout is down", "--severity", "1")
    installation.ok("update", "--phase", "2")
    assert not private(installation)


def test_an_answer_to_the_briefing_counts(installation: Installation, mails: Mails) -> None:
    configured(installation).declare("Checkout is down", "--severity", "2")
    installation.ok("update", "--severity", "1")
    (mail,) = private(installation)
    assert installation.ingest(mails.reply_to(mail, "phase 2", f"Boss <{BOSS}>", style="naked"))["outcome"] == "applied"
    assert installation.ingest(mails.reply_to(mail, "", f"Boss <{BOSS}>", style="naked"))["outcome"] in (
        "refused",
        "note",
    )
    assert installation.show()["phase"] == 2 and installation.show()["severity"] == 1


def test_a_long_story_is_cut_to_its_newest_part(installation: Installation) -> None:
    configured(installation).declare("Checkout is down", "--severity", "2")
    for number in range(14):
        installation.ok("update", "-m", f"Step {number}. " + "word " * 200)
    installation.ok("update", "--severity", "1")
    (mail,) = private(installation)
    text = mail.get_content()
    assert "2 earlier updates are left out here." in text and "Step 1." not in text and "Step 13." in text
    assert len(mail.as_bytes()) < 40_000


def test_a_briefing_that_a_limit_keeps_back_is_reported_and_the_others_get_theirs(installation: Installation) -> None:
    boss, support = f"also_to = ['{SUPPORT}', '{BOSS}']", f"also_to = ['{SUPPORT}']"
    levels = (("critical", boss), ("serious", support), ("moderate", ""))
    scale = (f"[[severity]]\nlevel = {n}\nname = '{name}'\n{to}\n" for n, (name, to) in enumerate(levels, 1))
    installation.configure("".join(scale))
    for number in range(ADDRESS_AN_HOUR_MAX + 1):
        name = chr(97 + number) * 3
        installation.ok("declare", f"Case {name}", "--severity", "3")
        is_last = number == ADDRESS_AN_HOUR_MAX
        told = installation.ok("update", f"case-{name}", "--severity", "1" if is_last else "2")
        warning = f"warning: {SUPPORT} was not told (10 an hour to one address)"
        assert (warning in told.err) is is_last
    *briefings, pause = installation.private
    assert [mail["To"] for mail in briefings] == [SUPPORT] * ADDRESS_AN_HOUR_MAX + [BOSS]
    assert "no more of them come before" in pause.get_content() and SUPPORT in str(pause["To"])
