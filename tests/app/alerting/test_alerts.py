"""A mail from a listed monitoring system proposes an incident to the people on call, and never to the list."""

from __future__ import annotations

import json
import stat
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails, Names, Signer

SAMPLES = Path(__file__).parents[2] / "data" / "alerts"
ANN, BO, MARA = "Ann Lee <ann@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
MONITOR = "Alerts <alerts@monitoring.example.com>"
FROM = '["*@monitoring.example.com", "no-reply@sns.example.com", "noreply@sentry.example.com"]'
AUTO = "Auto-Submitted: auto-generated\nPrecedence: bulk\n"
OPERATOR = "[operator]\naddress = 'postmaster@example.com'\n"


def configure(installation: Installation, *on_call: str, pool: str = "", alerts: str = "", more: str = "") -> None:
    """Configure alerts. If `on_call` is given, there is an on-call command that prints it; otherwise there is none."""
    command = installation.path / "on-call"
    command.write_text("#!/bin/sh\n" + "\n".join(f"echo '{one}'" for one in on_call) + "\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    duty = f'oncall_command = "{command}"\n' if on_call else ""
    pool = f"commanders = {json.dumps(pool.split())}\n" if pool else ""
    installation.configure(f"[duty]\n{duty}{pool}[alerts]\nfrom = {FROM}\n{alerts}\n{more}")


def alert(
    mails: Mails, subject: str = "[FIRING:1] CheckoutErrors checkout", text: str = "severity = critical",
    sender: str = MONITOR, **more: Any,
) -> bytes:  # fmt: skip
    return mails.new(
        text, sender=sender, subject=subject, to=more.pop("to", "incident-bot@example.com"), more=AUTO, **more
    )


def later(installation: Installation, minutes: float) -> None:
    for _ in range(max(1, round(minutes))):
        installation.clock.tick(seconds=60 * min(1, minutes))
        installation.ok("flush")


def to(installation: Installation, address: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if address in str(mail["To"])]


def asked(installation: Installation, mails: Mails, person: str = ANN, **more: Any) -> EmailMessage:
    """Let an alert arrive, and return the question about it to `person`."""
    assert installation.ingest(alert(mails, **more))["outcome"] == "held"
    later(installation, 0.5)
    return to(installation, person.partition("<")[2].rstrip(">"))[-1]


def waiting(installation: Installation) -> list[dict[str, Any]]:
    return installation.ok("alert", "list", "--json").lines


def settled(installation: Installation) -> dict[str, Any]:
    return dict(installation.ok("alert", "list", "--all", "--json").lines[0])


class TestAsking:
    def test_the_person_on_call_is_asked_and_the_list_is_not(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        text = mail.get_content()
        assert str(mail["Subject"]) == "Alert: CheckoutErrors checkout"
        assert "> severity = critical" in text
        assert "It would be severity 2 (serious), because the alert says: critical." in text
        assert "reply: yes" in text and "reply: no" in text
        assert installation.wire == []
        assert mail["Auto-Submitted"] == "auto-generated"
        assert installation.ok("list", "--json").json == []

    def test_the_page_has_a_tap_for_each_answer(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        asked(installation, mails)
        pages = [raw for raw in installation._left() if b"Reply: yes" in raw]
        assert len(pages) == 1
        assert all(tap in pages[0] for tap in (b"Reply: no", b"Reply: sev 1", b"Reply: sev 3"))
        assert b"Reply: sev 2" not in pages[0]

    def test_the_command_is_told_the_severity_and_the_number(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        script = installation.path / "on-call"
        script.write_text(f'#!/bin/sh\necho "$@" >> {installation.path}/asked\necho "{ANN}"\n')
        asked(installation, mails)
        later(installation, 3)
        assert (installation.path / "asked").read_text() == "commander 2 alert-1\n"

    def test_others_are_asked_after_ten_minutes_each_and_then_the_pool_together(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN, BO, pool="mara@example.com cid@example.com")
        asked(installation, mails)
        later(installation, 9)
        assert to(installation, "bo@") == []
        later(installation, 1)
        assert len(to(installation, "bo@")) == 1
        later(installation, 10)
        assert len(to(installation, "mara@")) == len(to(installation, "cid@")) == 1
        later(installation, 30)
        assert len(installation.private) == 4
        later(installation, 35)
        assert len(to(installation, "ann@")) == 2
        assert installation.wire == []

    def test_without_a_command_the_pool_is_asked(self, installation: Installation, mails: Mails) -> None:
        configure(installation, pool="mara@example.com bo@example.com")
        asked(installation, mails, BO)
        assert len(to(installation, "mara@")) == 1

    def test_people_who_are_no_members_are_not_asked(self, installation: Installation, mails: Mails) -> None:
        configure(installation, "eve@elsewhere.example", pool="mallory@elsewhere.example", more=OPERATOR)
        installation.ingest(alert(mails))
        later(installation, 2)
        (alarm,) = installation.private
        assert alarm["To"] == "postmaster@example.com"
        assert "there is nobody to ask" in alarm.get_content()
        assert "it printed only addresses that are no members'" in alarm.get_content()

    def test_a_worse_alert_of_the_same_storm_is_asked_about_at_once(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        asked(installation, mails)
        installation.ingest(alert(mails, "[FIRING:1] Payments", "severity = disaster"))
        later(installation, 0.1)
        assert "It would be severity 1 (critical)" in to(installation, "ann@")[-1].get_content()
        assert len(waiting(installation)) == 1


class TestAnswers:
    def test_yes_declares_with_the_alert_as_details(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        outcome = installation.ingest(mails.reply_to(mail, "Yes.\n\nAnn", ANN, at=installation.clock.now))
        assert outcome["outcome"] == "applied"
        shown = installation.show()
        assert shown["description"] == "CheckoutErrors checkout"
        assert "severity = critical" in shown["details"]
        assert (shown["severity"], shown["commander"]["address"]) == (2, "ann@example.com")
        assert "commander" not in shown["assumed"]
        assert len(installation.wire) == 1
        over = to(installation, "ann@")[-1].get_content()
        assert "Ann Lee declared it" in over and shown["id"] in over
        assert settled(installation)["incident"] == shown["id"]

    @pytest.mark.parametrize(
        ("text", "severity"),
        [("yes", 2), ("ja bitte", 2), ("sev 1", 1), ("Severity: 3", 3), ("> quoted\n\nyes, please", 2)],
    )
    def test_one_word_or_a_severity_is_enough(
        self, installation: Installation, mails: Mails, text: str, severity: int
    ) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        assert installation.ingest(mails.reply_to(mail, text, ANN))["outcome"] == "applied"
        assert installation.show()["severity"] == severity

    def test_who_declares_can_say_who_leads(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        text = "Severity: 1\nCommander: Bo K. <bo@example.com>\n\nThe bank is down, too."
        assert installation.ingest(mails.reply_to(mail, text, ANN))["outcome"] == "applied"
        shown = installation.show()
        assert (shown["severity"], shown["commander"]["address"]) == (1, "bo@example.com")
        assert "The bank is down, too." in shown["details"]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("no", None),
            ("No, it is the load test.", "it is the load test."),
            ("nein", None),
            ("False alarm.", "False alarm."),
        ],
    )
    def test_no_ends_it_with_a_reason_and_everybody_asked_hears_it(
        self, installation: Installation, mails: Mails, text: str, reason: str | None
    ) -> None:
        configure(installation, pool="ann@example.com bo@example.com")
        mail = asked(installation, mails)
        assert installation.ingest(mails.reply_to(mail, text, ANN))["outcome"] == "applied"
        later(installation, 0.1)
        assert "Nothing was declared." in to(installation, "ann@")[-1].get_content()
        told = to(installation, "bo@")[-1].get_content()
        assert "Ann Lee said no" in told
        assert (reason or "") in told
        assert settled(installation)["reason"] == reason
        assert waiting(installation) == [] and installation.wire == []
        assert installation.ok("inbox", "--json").lines == []
        assert "answered the question about an alert" in installation.ok("inbox", "--all").out

    def test_who_answers_neither_yes_nor_no_is_asked_again(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        assert installation.ingest(mails.reply_to(mail, "Looking into it", ANN))["outcome"] == "refused"
        later(installation, 0.1)
        again = to(installation, "ann@")[-1]
        assert "neither yes nor no" in again.get_content()
        assert installation.ingest(mails.reply_to(again, "yes", ANN))["outcome"] == "applied"
        assert len(installation.wire) == 1

    def test_a_yes_after_a_no_is_told_and_a_severity_still_declares(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, pool="ann@example.com bo@example.com")
        asked(installation, mails)
        first, second = to(installation, "ann@")[0], to(installation, "bo@")[0]
        installation.ingest(mails.reply_to(first, "no", ANN))
        assert installation.ingest(mails.reply_to(second, "yes", BO))["outcome"] == "refused"
        later(installation, 0.1)
        assert "Ann Lee said no" in to(installation, "bo@")[-1].get_content()
        assert installation.wire == []
        assert installation.ingest(mails.reply_to(second, "sev 2", BO))["outcome"] == "applied"
        assert len(installation.wire) == 1

    def test_an_answer_after_it_was_declared_belongs_to_the_incident(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, pool="ann@example.com bo@example.com")
        asked(installation, mails)
        first, second = to(installation, "ann@")[0], to(installation, "bo@")[0]
        installation.ingest(mails.reply_to(first, "yes", ANN))
        outcome = installation.ingest(mails.reply_to(second, "sev 1", BO))
        assert outcome["incident"] == installation.show()["id"]
        assert installation.show()["severity"] == 1
        assert len(installation.run("list", "--all", "--json").lines) == 1

    def test_an_answer_can_name_the_open_incident_that_it_belongs_to(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, pool="ann@example.com bo@example.com")
        installation.declare("Checkout is slow", "--severity", "3")
        asked(installation, mails)
        mail = to(installation, "ann@")[-1]
        assert "> Incident: 2026-11-20-checkout-is-slow (Checkout is slow)" in mail.get_content()
        outcome = installation.ingest(mails.reply_to(mail, "Incident: 2026-11-20-checkout-is-slow", ANN))
        assert (outcome["outcome"], outcome["incident"]) == ("applied", "2026-11-20-checkout-is-slow")
        later(installation, 0.1)
        assert "belongs to an incident that is known already" in to(installation, "bo@")[-1].get_content()
        assert installation.ingest(alert(mails))["outcome"] == "note"
        notes = [entry["data"]["text"] for entry in installation.log() if entry["kind"].startswith("note_added")]
        assert 'The alert "CheckoutErrors checkout" belongs to this incident, says' in notes[0]
        assert len(installation.run("list", "--json").json) == 1
        assert waiting(installation) == []

    def test_what_else_it_says_about_that_incident_counts(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        installation.declare("Checkout is slow", "--severity", "3")
        mail = asked(installation, mails)
        text = "Incident: 2026-11-20-checkout-is-slow\nsev 2"
        assert installation.ingest(mails.reply_to(mail, text, ANN))["outcome"] == "applied"
        assert installation.show()["severity"] == 2
        assert waiting(installation) == []

    def test_a_name_that_no_incident_has_is_answered(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        installation.declare("Checkout is slow", "--severity", "3")
        mail = asked(installation, mails)
        assert installation.ingest(mails.reply_to(mail, "Incident: 2026-11-20-mail", ANN))["outcome"] == "refused"
        assert len(waiting(installation)) == 1

    def test_so_can_the_operator(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        installation.declare("Checkout is slow", "--severity", "3")
        asked(installation, mails)
        told = installation.ok("alert", "accept", "1", "--incident", "checkout").out
        assert told == "alert 1 belongs to 2026-11-20-checkout-is-slow\n"
        assert len(installation.wire) == 1
        assert "known already" in to(installation, "ann@")[-1].get_content()
        assert installation.run("alert", "accept", "1", "--incident", "checkout").code == 1
        assert installation.run("alert", "accept", "1", "--incident", "checkout", "-s", "1").code == 2

    def test_a_stranger_s_answer_does_nothing(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        assert installation.ingest(mails.reply_to(mail, "yes", "Eve <eve@evil.example>"))["outcome"] == "refused"
        assert installation.wire == [] and len(waiting(installation)) == 1

    def test_the_question_quoted_or_sent_back_declares_nothing(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails, text="severity = critical\nyes\nSeverity: 1\nclose")
        for style in ("top", "bottom", "outlook", "naked"):
            installation.ingest(mails.reply_to(mail, "", ANN, style))
        assert installation.wire == [] and len(waiting(installation)) == 1

    def test_the_operator_answers_at_the_terminal(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        asked(installation, mails)
        assert "was declared" not in installation.ok("alert", "show", "1").out
        done = installation.ok("alert", "accept", "1", "--severity", "1", "--json").json
        assert installation.show()["severity"] == 1 and done["mails"]
        assert "Mara Lindqvist declared it" in to(installation, "ann@")[-1].get_content()
        again = installation.run("alert", "accept", "1")
        assert again.code == 1 and done["id"] in again.err
        later(installation, 2)
        installation.ingest(alert(mails, "[FIRING:1] Mail"))
        later(installation, 2)
        assert installation.ok("alert", "reject", "2", "-m", "known").out == (
            "alert 2 is no incident; 1 person asked before hear of it\n"
        )
        assert settled(installation)["reason"] == "known"
        assert installation.run("alert", "reject", "2").code == 1
        assert installation.run("alert", "show", "9").code == 2


class TestSilence:
    SECRET = 'declare_after = "10m"'

    def secret(self, installation: Installation) -> str:
        return installation.ok("alert", "address").out.strip()

    def test_it_declares_with_the_person_on_call_if_the_alert_is_proven(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN, pool="bo@example.com", alerts=self.SECRET)
        mail = asked(installation, mails, to=self.secret(installation))
        assert "it is declared by itself, with you as incident commander" in mail.get_content()
        later(installation, 9)
        assert installation.wire == []
        later(installation, 2)
        shown = installation.show()
        assert shown["commander"]["address"] == "ann@example.com"
        assert "commander" in shown["assumed"]
        assert any("declared by itself" in one.get_content() for one in to(installation, "ann@"))
        assert to(installation, "bo@") == []
        assert len(installation.wire) == 1
        assert installation.log()[0]["caused_by"]["seq"] == 1
        assert installation.ok("inbox", "--json").lines == []

    def test_it_never_declares_what_is_not_proven_and_the_operator_hears_of_it(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN, alerts=self.SECRET, more=OPERATOR)
        asked(installation, mails)
        later(installation, 30)
        assert installation.wire == []
        (alarm,) = to(installation, "postmaster@")
        assert "nothing proves who sent it" in alarm.get_content()

    def test_without_a_person_on_call_the_operator_is_told_instead(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, pool="bo@example.com", alerts=self.SECRET, more=OPERATOR)
        asked(installation, mails, BO, to=self.secret(installation))
        later(installation, 30)
        assert installation.wire == []
        (alarm,) = to(installation, "postmaster@")
        assert "nobody is on call" in alarm.get_content()

    def test_never_is_the_default_and_the_question_expires(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN, more=OPERATOR)
        asked(installation, mails, to=self.secret(installation))
        later(installation, 30)
        (alarm,) = to(installation, "postmaster@")
        assert "nobody has answered" in alarm.get_content()
        installation.clock.tick(hours=24)
        installation.ok("flush")
        assert settled(installation)["state"] == "expired"
        assert installation.wire == []

    def test_the_address_of_another_key_proves_nothing(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN, alerts=self.SECRET)
        local, _, domain = self.secret(installation).partition("@")
        asked(installation, mails, to=f"{local[:-1]}a@{domain}" if local[-1] != "a" else f"{local[:-1]}b@{domain}")
        assert settled(installation)["is_proven"] is False

    def test_a_forged_mail_neither_ends_a_proven_alert_nor_makes_it_worse(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN, alerts=self.SECRET)
        asked(installation, mails, to=self.secret(installation))
        installation.ingest(alert(mails, "[RESOLVED] CheckoutErrors checkout"))
        installation.ingest(alert(mails, text="severity = disaster"))
        later(installation, 11)
        assert installation.show()["severity"] == 2


class TestRepeats:
    def test_repeats_join_and_nobody_is_asked_twice(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        asked(installation, mails)
        for _ in range(5):
            installation.clock.tick(seconds=30)
            assert installation.ingest(alert(mails))["outcome"] == "held"
        later(installation, 0.1)
        (one,) = waiting(installation)
        assert (one["mails"], one["alerts"]) == (6, 1)
        assert len(installation.private) == 1

    def test_a_mail_that_is_delivered_twice_counts_once(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        raw = alert(mails)
        installation.ingest(raw)
        assert installation.ingest(raw)["outcome"] == "duplicate"
        assert waiting(installation)[0]["mails"] == 1

    def test_a_recovery_ends_an_open_proposal_and_tells_who_was_asked(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        asked(installation, mails)
        outcome = installation.ingest(alert(mails, "[RESOLVED] CheckoutErrors checkout"))
        assert outcome["outcome"] == "applied"
        later(installation, 0.1)
        assert "before anybody answered" in to(installation, "ann@")[-1].get_content()
        assert settled(installation)["state"] == "recovered"

    def test_a_recovery_before_anybody_was_asked_tells_nobody(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        installation.ingest(alert(mails))
        installation.ingest(alert(mails, "[RESOLVED] CheckoutErrors checkout"))
        later(installation, 5)
        assert installation.private == []

    def test_an_alert_that_flaps_asks_at_most_every_ten_minutes(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        asked(installation, mails)
        for _ in range(30):
            later(installation, 1)
            installation.ingest(alert(mails, "[RESOLVED] CheckoutErrors checkout"))
            later(installation, 1)
            installation.ingest(alert(mails))
        questions = [mail for mail in to(installation, "ann@") if str(mail["Subject"]).startswith("Alert:")]
        assert 2 <= len(questions) <= 7
        assert len(installation.ok("alert", "list", "--all", "--json").lines) == 1

    def test_after_a_no_repeats_are_quiet_until_it_is_over_or_worse(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        installation.ingest(mails.reply_to(mail, "no", ANN))
        later(installation, 60)
        assert installation.ingest(alert(mails))["outcome"] == "automatic"
        assert waiting(installation) == []
        assert installation.ingest(alert(mails, text="severity = disaster"))["outcome"] == "held"
        installation.ok("alert", "reject", "2")
        installation.ingest(alert(mails, "[RESOLVED] CheckoutErrors checkout"))
        later(installation, 40)
        assert installation.ingest(alert(mails))["outcome"] == "held"

    def test_once_declared_repeats_and_the_recovery_are_noted_and_the_notes_are_few(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        installation.ingest(mails.reply_to(mail, "yes", ANN))
        for _ in range(40):
            installation.clock.tick(seconds=5)
            assert installation.ingest(alert(mails))["outcome"] == "note"
        installation.ingest(alert(mails, "[RESOLVED] CheckoutErrors checkout"))
        notes = [entry["data"]["text"] for entry in installation.log() if entry["kind"].startswith("note_added")]
        assert len(notes) == 3
        assert "2 times so far" in notes[0] and "10 times" in notes[1] and "is over" in notes[2]
        for _ in range(60):
            installation.clock.tick(seconds=5)
            installation.ingest(alert(mails))
            installation.ingest(alert(mails, "[RESOLVED] CheckoutErrors checkout"))
        notes = [entry for entry in installation.log() if entry["kind"].startswith("note_added")]
        assert len(notes) == 20
        assert len(installation.wire) == 1

    def test_after_the_incident_is_closed_the_alert_proposes_again(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        installation.ingest(mails.reply_to(mail, "yes", ANN))
        installation.ok("close")
        later(installation, 5)
        assert installation.ingest(alert(mails))["outcome"] == "held"
        assert len(waiting(installation)) == 1


class TestStorms:
    def test_five_hundred_alerts_in_a_minute_are_one_proposal_and_one_mail(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN, pool="bo@example.com")
        with installation.context() as context:
            from incidentmail.app.receiving.apply import accept_mails, apply_waiting
            from incidentmail.inbound.message import Envelope

            for number in range(500):
                raw = alert(mails, f"[FIRING:1] Check{chr(97 + number % 26)} on host{number}")
                accept_mails(context, [(raw, Envelope(way="pipe"))])
                if number % 9 == 8:
                    installation.clock.tick(seconds=1)
            while apply_waiting(context, within_s=60):
                pass
        later(installation, 0.5)
        (one,) = waiting(installation)
        assert (one["mails"], one["alerts"]) == (500, 500)
        assert len(installation.ok("inbox", "--json").lines) == 1
        (mail,) = installation.private
        text = mail.get_content()
        assert "500 different alerts" in text and "and 492 more" in text
        assert len(text) < 3_000
        installation.ingest(mails.reply_to(mail, "yes", ANN))
        assert len(installation.wire) == 1
        assert len(installation.wire[0]) < 40_000
        assert installation.show()["description"] == "Checka on host0 (and 499 more alerts)"

    def test_alerts_that_are_not_close_propose_apart(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        asked(installation, mails)
        later(installation, 2)
        installation.ingest(alert(mails, "[FIRING:1] Mail queue"))
        assert len(waiting(installation)) == 2

    def test_an_alert_that_nothing_proves_does_not_join_one_that_is_proven(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        secret = installation.ok("alert", "address").out.strip()
        installation.ingest(alert(mails, to=secret))
        installation.ingest(alert(mails, "[FIRING:1] Mail queue"))
        assert [one["is_proven"] for one in waiting(installation)] == [False, True]

    def test_what_remains_of_a_storm_is_noted_on_the_incident(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails)
        installation.ingest(mails.reply_to(mail, "yes", ANN))
        for number in range(12):
            installation.clock.tick(seconds=2)
            assert installation.ingest(alert(mails, f"[FIRING:1] Check host{number}"))["outcome"] == "note"
        assert waiting(installation) == []
        notes = [entry for entry in installation.log() if entry["kind"].startswith("note_added")]
        assert len(notes) == 2

    def test_one_person_gets_no_more_mail_than_the_budget_and_nothing_is_lost(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN, more=OPERATOR)
        for number in range(15):
            installation.ingest(alert(mails, f"[FIRING:1] Check{chr(97 + number)}"))
            later(installation, 2)
        questions = [mail for mail in to(installation, "ann@") if str(mail["Subject"]).startswith("Alert:")]
        assert len(questions) <= 10
        assert any("No more private mails" in str(mail["Subject"]) for mail in to(installation, "ann@"))
        assert len(waiting(installation)) == 15
        later(installation, 15)
        assert any("nobody has answered" in mail.get_content() for mail in to(installation, "postmaster@"))

    def test_a_code_of_ours_in_an_alert_names_no_incident(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        code = installation.declare("Mail is slow").get_content().rstrip().splitlines()[-1]
        assert code.startswith("Ref ")
        installation.clock.tick(minutes=30)
        mail = asked(installation, mails, text=f"severity = critical\n{code}")
        assert code not in mail.get_content()


class TestWhoMayPropose:
    @pytest.mark.parametrize("name", [path.stem for path in sorted(SAMPLES.glob("*-firing.eml"))])
    def test_each_system_s_alert_proposes(self, installation: Installation, name: str) -> None:
        configure(installation, ANN)
        outcome = installation.ingest((SAMPLES / f"{name}.eml").read_bytes())
        assert (outcome["disposition"], outcome["outcome"]) == ("alert", "held")
        later(installation, 0.5)
        assert len(to(installation, "ann@")) == 1

    def test_a_sender_that_is_not_listed_never_proposes(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        for sender in ("Alerts <alerts@other.example>", "Alerts <alerts@example.com>"):
            assert installation.ingest(alert(mails, sender=sender))["outcome"] != "held"
        assert waiting(installation) == []

    def test_without_a_listed_sender_no_alert_proposes(self, installation: Installation) -> None:
        for path in sorted(SAMPLES.glob("*.eml")):
            installation.ingest(path.read_bytes())
        assert installation.ok("alert", "list", "--all", "--json").lines == []

    def test_an_automatic_answer_of_a_listed_sender_never_proposes(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        for more in (
            "Auto-Submitted: auto-replied\n",
            "X-Autoreply: yes\n",
            "Auto-Submitted: auto-replied (vacation)\n",
        ):
            raw = mails.new("I am away.", sender=MONITOR, subject="Re: hello", more=more)
            assert installation.ingest(raw)["outcome"] == "automatic"
        assert waiting(installation) == []

    def test_old_mail_of_a_mailbox_never_proposes(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        with installation.context() as context:
            from incidentmail.app.receiving.apply import accept_mails, apply_next
            from incidentmail.inbound.message import Envelope

            accept_mails(context, [(alert(mails), Envelope(way="imap", backlog=True))])
            outcome = apply_next(context)
        assert outcome is not None and outcome.outcome == "filed"
        assert waiting(installation) == []

    def test_an_alert_that_is_sent_again_days_later_never_proposes(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN, more=OPERATOR)
        raw = alert(mails)
        installation.clock.tick(days=2)
        assert installation.ingest(raw)["outcome"] == "filed"
        assert waiting(installation) == []
        assert "it was written 2 days ago" in installation.ok("inbox").out
        later(installation, 1)
        assert "its Date is 2 days ago" in to(installation, "postmaster@")[0].get_content()

    def test_a_forged_sender_never_proposes_where_senders_are_verified(
        self, installation: Installation, mails: Mails
    ) -> None:
        trust = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
        configure(installation, ANN, more=trust + OPERATOR)

        def with_results(word: str, **more: Any) -> bytes:
            results = f"Authentication-Results: mx.example.com; dmarc={word} header.from=monitoring.example.com\n"
            return results.encode() + alert(mails, f"[FIRING:1] Check of {word}", **more)

        assert installation.ingest(with_results("fail"))["outcome"] == "filed"
        assert installation.ingest(with_results("none"))["outcome"] == "filed"
        secret = installation.ok("alert", "address").out.strip()
        assert installation.ingest(with_results("fail", to=secret))["outcome"] == "filed"
        assert waiting(installation) == []
        later(installation, 0.5)
        (alarm,) = to(installation, "postmaster@")
        assert "nothing proves that alerts@monitoring.example.com sent them" in alarm.get_content()
        assert installation.ingest(with_results("pass"))["outcome"] == "held"
        assert settled(installation)["is_proven"] is True
        installation.clock.tick(minutes=5)
        assert installation.ingest(with_results("none", to=secret))["outcome"] == "held"

    def test_where_signatures_are_checked_here_a_signed_alert_is_proven(
        self, installation: Installation, mails: Mails, names: Names, signer: Signer
    ) -> None:
        names.records["k._domainkey.monitoring.example.com"] = signer.record
        trust = f'[trust]\nverify = "dkim"\nresolver = "{names.address}"\n'
        configure(installation, ANN, more=trust)
        raw = alert(mails)
        assert installation.ingest(raw)["outcome"] == "filed"
        assert waiting(installation) == []
        assert installation.ingest(signer.sign(raw, domain="monitoring.example.com"))["outcome"] == "held"
        assert settled(installation)["is_proven"] is True

    def test_its_words_are_never_commands_and_secrets_in_them_are_masked(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        installation.declare("Mail is slow", "--severity", "3")
        text = "Severity: 1\nclose\nyes\nI am incident commander.\npassword: hunter2hunter2\nIncident closed."
        first = installation.mails[0]
        raw = mails.reply_to(first, text, MONITOR, more=AUTO)
        installation.ingest(raw)
        assert installation.show()["severity"] == 3 and installation.show()["status"] == "open"
        later(installation, 0.5)
        mail = to(installation, "ann@")[-1]
        assert "hunter2hunter2" not in mail.get_content()
        installation.ingest(mails.reply_to(mail, "yes", ANN))
        declared = installation.wire[-1].decode()
        assert "hunter2hunter2" not in declared
        assert '"Incident closed."' in installation.mails[-1].get_content()

    def test_a_standby_is_silent(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        with installation.config.open("a") as file:
            file.write("")
        text = installation.config.read_text().replace("[ledger]\n", "[ledger]\nstandby = true\n")
        installation.config.write_text(text)
        assert installation.ingest(alert(mails))["outcome"] == "filed"
        later(installation, 20)
        assert installation.private == [] and waiting(installation) == []

    def test_the_stop_switch_records_it_and_asks_nobody(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        text = installation.config.read_text()
        installation.config.write_text(text.replace("[mail]\n", "[mail]\nmute = true\n"))
        installation.ingest(alert(mails))
        later(installation, 20)
        assert installation.private == [] and len(waiting(installation)) == 1
        installation.config.write_text(text)
        later(installation, 1)
        assert len(installation.private) == 1


class TestPeopleInItsThread:
    def test_a_person_s_reply_in_an_alert_s_thread_is_a_person_s(
        self, installation: Installation, mails: Mails
    ) -> None:
        configure(installation, ANN)
        raw = alert(mails, message_id="<a1@monitoring.example.com>")
        installation.ingest(raw)
        thread = "In-Reply-To: <a1@monitoring.example.com>\nReferences: <a1@monitoring.example.com>\n"
        letter = mails.new(
            "Severity: 1\nI am incident commander.\n\nThe bank is down.", sender=BO,
            subject="Re: [FIRING:1] CheckoutErrors checkout", more=thread,
        )  # fmt: skip
        outcome = installation.ingest(letter)
        assert (outcome["disposition"], outcome["outcome"]) == ("declaration", "applied")
        assert installation.show()["commander"]["address"] == "bo@example.com"
        assert settled(installation)["state"] == "declared"
        later(installation, 30)
        assert not any(str(mail["Subject"]).startswith("Alert:") for mail in installation.private)

    def test_once_declared_it_belongs_to_the_incident(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        mail = asked(installation, mails, message_id="<a1@monitoring.example.com>")
        installation.ingest(mails.reply_to(mail, "yes", ANN))
        thread = "In-Reply-To: <a1@monitoring.example.com>\nReferences: <a1@monitoring.example.com>\n"
        letter = mails.new(
            "The bank is down.", sender=BO, subject="Re: [FIRING:1] CheckoutErrors checkout", more=thread
        )
        outcome = installation.ingest(letter)
        assert (outcome["outcome"], outcome["incident"]) == ("note", installation.show()["id"])

    def test_a_forwarded_alert_is_its_sender_s_letter(self, installation: Installation, mails: Mails) -> None:
        configure(installation, ANN)
        installation.ingest(alert(mails))
        raw = mails.new("FYI\n\n---------- Forwarded message ----------\nyes\n", sender=BO, subject="Fwd: [FIRING:1] x")
        assert installation.ingest(raw)["disposition"] == "unmatched"
        assert len(waiting(installation)) == 1


def test_explain_says_what_a_mail_would_propose_and_writes_nothing(installation: Installation, mails: Mails) -> None:
    configure(installation, ANN)
    file = installation.path / "alert.eml"
    file.write_bytes(alert(mails))
    shown = installation.ok("explain", str(file)).out
    assert "alert, by Alertmanager" in shown and "alert 1 proposes an incident" in shown
    explained = installation.ok("explain", str(file), "--json").json
    assert explained["disposition"] == "alert"
    assert explained["alert"]["severity"] == 2 and explained["alert"]["kind"] == "firing"
    assert explained["would"]["outcome"] == "held"
    assert installation.ok("alert", "list", "--all", "--json").lines == []


def test_status_names_what_waits_and_needs_attention_once_it_has_waited_long(
    installation: Installation, mails: Mails
) -> None:
    configure(installation, ANN)
    asked(installation, mails)
    status = installation.ok("status").out
    assert "alert 1 has waited for an answer for 30 seconds (asked: ann@example.com)" in status
    later(installation, 11)
    long = installation.run("status", "--json")
    assert long.code == 1
    assert any("alert 1 has waited" in line for line in long.json["attention"])


def test_doctor_says_what_keeps_alerts_from_reaching_anybody(installation: Installation) -> None:
    def found() -> str:
        return " ".join(one["what"] for one in installation.run("doctor", "--json").json["findings"])

    assert "alert" not in found()
    configure(installation)
    assert "nobody is asked about alerts" in found() and "nobody is told if no one answers" in found()
    configure(installation, pool="eve@elsewhere.example", alerts='declare_after = "10m"', more=OPERATOR)
    assert "eve@elsewhere.example in [duty] commanders are not among [trust] members" in found()
    assert "without [duty] oncall_command nobody is on call" in found()
    trust = '[trust]\nverify = "dkim"\n'
    configure(installation, ANN, more=OPERATOR + trust)
    assert "proposes incidents if it is proven who sent it" in found()


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ('[alerts]\nfrom = ["*@example.com"]', "our own address"),
        ('[alerts]\nfrom = ["bo@elsewhere.example"]\n[people]\n"bo@elsewhere.example" = "Bo"', "who is in [people]"),
        ('[alerts]\nfrom = ["a@x.example"]\nseverity = { "x" = 9 }', "there is no severity 9"),
        ('[alerts]\ndeclare_after = "5m"', "has no effect without [alerts] from"),
        ('[alerts]\nsame = ["host *"]', "write {key}"),
        ('[alerts]\nremove = ["*"]', "it has no words"),
    ],
)
def test_a_configuration_that_cannot_work_is_refused(installation: Installation, section: str, says: str) -> None:
    installation.configure(section)
    result = installation.run("list")
    assert result.code == 78
    assert says in result.err
