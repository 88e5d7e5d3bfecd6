"""`explain --as` and `--incident` show the effects of a reply and the answer to its sender, and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, EVE = "Jayla M. <jayla@example.com>", "eve@evil.test"
PEOPLE = '[people]\n"jayla@example.com" = "Jayla M."\n'


def would(installation: Installation, text: str, *args: str) -> Any:
    return installation.ok("explain", "--text", "--json", *args, stdin=text.encode()).json["would"]


def test_a_bare_line_does_what_it_would_do_in_reply_to_the_newest_mail(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    found = would(installation, "sev 1", "--incident", "cards", "--as", "jayla@example.com")
    assert (found["outcome"], found["tells_list"], found["private"]) == ("applied", True, [])
    assert found["events"] == [{"kind": "severity_changed.v1", "data": {"severity": 1, "was": 2}}]


def test_it_changes_nothing(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    head = installation.ok("ledger", "verify", "--json").json
    files = sorted(path.name for path in installation.path.iterdir())
    would(installation, "sev 1\nSeverity: five\n\nBo Keller is commander.", "--incident", "cards", "--as", JAYLA)
    assert installation.ok("ledger", "verify", "--json").json == head
    assert installation.ok("inbox", "--all", "--json").lines == []
    assert (installation.private, sorted(path.name for path in installation.path.iterdir())) == ([], files)


def test_the_answer_that_it_shows_is_the_one_that_goes_out(installation: Installation, mails: Mails) -> None:
    mail = installation.configure(PEOPLE).declare("Cards fail", "--severity", "2")
    text = "Severity: five\nPhase: 12\nImpact: all shops"
    found = would(installation, text, "--incident", "cards", "--as", "Jayla M.")
    assert [(one["kind"], one["line"]) for one in found["shortfalls"]] == [("unread", 1), ("refused", 2)]
    (answer,) = found["private"]
    assert (answer["to"], answer["kind"]) == ("jayla@example.com", "answer")
    outcome = installation.ingest(mails.reply_to(mail, text, JAYLA, "bare"))
    assert (outcome["outcome"], outcome["reason"]) == (found["outcome"], found["reason"])
    assert installation.private[-1].get_content().rstrip() == answer["text"]


def test_permissions_are_those_of_the_person(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    text = "Bo Keller is incident commander."
    held = would(installation, text, "--incident", "cards", "--as", "jayla@example.com")
    assert [event["kind"] for event in held["events"]] == ["proposal_made.v1"]
    assert (held["outcome"], {one["kind"] for one in held["private"]}) == ("held", {"question", "answer"})
    by_commander = would(installation, text, "--incident", "cards", "--as", "Mara Lindqvist <mara@example.com>")
    assert [event["kind"] for event in by_commander["events"]] == ["command_transferred.v1"]


def test_a_stranger_is_refused_whatever_the_mail_says(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    raw = mails.reply_to(mail, "sev 1", JAYLA)
    shown = installation.ok("explain", "--as", EVE, "--json", stdin=raw).json
    assert (shown["trust"], shown["would"]["outcome"], shown["would"]["events"]) == ("stranger", "refused", [])
    assert [one["kind"] for one in shown["would"]["private"]] == ["stranger"]
    assert "its writer counts as stranger" in installation.ok("explain", "--as", EVE, stdin=raw).out


def test_a_mail_that_came_in_already_is_read_anew_for_another_person(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    raw = mails.reply_to(mail, "sev 1", JAYLA)
    installation.ingest(raw)
    assert installation.ok("explain", "--json", stdin=raw).json["would"]["outcome"] == "duplicate"
    installation.ok("update", "--severity", "3")
    shown = installation.ok("explain", "--as", "bo@example.com", "--json", stdin=raw).json
    assert (shown["disposition"], shown["would"]["outcome"]) == ("reply", "applied")


def test_it_answers_the_named_incident_whatever_mail_it_answered(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    other = installation.declare("Mail is slow", "--severity", "4")
    raw = mails.reply_to(mail, "sev 1", JAYLA)
    shown = installation.ok("explain", "--incident", "mail-is", "--json", stdin=raw).json
    assert (shown["incident"], shown["would"]["events"][0]["data"]) == (
        str(other["Incident-Id"]),
        {"severity": 1, "was": 4},
    )


def test_a_bare_body_is_that_of_the_person_at_the_terminal(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    shown = installation.ok("explain", "--text", "--incident", "cards", "--json", stdin=b"close").json
    assert (shown["trust"], shown["would"]["outcome"]) == ("member", "applied")


def test_people_see_events_shortfalls_and_the_answer(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    text = b"sev 1\nSeverity: five"
    shown = installation.ok("explain", "--text", "--incident", "cards", "--as", "bo@example.com", stdin=b"undo 7").out
    assert "if it came now: refused: there is no update 7" in shown
    assert "the list is not told" in shown and "bo@example.com gets (answer):" in shown
    assert "> undo 7" in shown
    shown = installation.ok("explain", "--text", "--incident", "cards", "--as", "bo@example.com", stdin=text[:5]).out
    assert "event severity_changed: severity 1, was 2" in shown and "the list is told" in shown


def test_a_declaration_is_shown_with_what_it_would_declare(installation: Installation, mails: Mails) -> None:
    raw = mails.new("Severity 2.\n\nCards fail.", sender=JAYLA, subject="Checkout is down")
    found = installation.ok("explain", "--json", stdin=raw).json["would"]
    assert (found["outcome"], found["tells_list"]) == ("applied", True)
    assert found["events"][0]["kind"] == "declared.v1"
    assert installation.ok("list", "--all", "--json").json == []


def test_a_mail_of_ours_has_no_effect_to_show(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert installation.ok("explain", "--json", stdin=installation.wire[-1]).json["would"] is None


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (("--as", "Nobody Known"), "no address is known here for Nobody Known"),
        (("--incident", "nothing"), "no incident is called 'nothing'"),
    ],
)
def test_a_person_or_an_incident_that_nobody_knows_is_an_error(
    installation: Installation, args: tuple[str, ...], error: str
) -> None:
    installation.declare("Cards fail")
    result = installation.run("explain", "--text", *args, stdin=b"sev 1")
    assert result.code == 2 and error in result.err


def test_without_a_configuration_nobody_is_known(installation: Installation) -> None:
    done = installation.process("cd /; unset INCIDENTMAIL_CONFIG; incidentmail explain --as bo@example.com", b"sev 1")
    assert done.returncode == 2 and b"without a configuration" in done.stderr
