"""The outbox at the command line: list, show, retry and drop one mail or all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, SUPPORT = "incidents@example.com", "support@example.com"


@pytest.fixture
def relay(installation: Installation) -> Iterator[FaultyRelay]:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        text = installation.config.read_text().replace("[list]\n", f'[list]\nalways_to = ["{SUPPORT}"]\n')
        installation.config.write_text(text)
        yield relay


def test_show_prints_recipients_with_replies_then_header_and_text(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    installation.run("declare", "Cards fail")
    shown = installation.ok("outbox", "show", "1").out
    assert f"failed to {SUPPORT}: 550 5.1.1 gone" in shown and f"sent to {LIST}: 250 ok" in shown
    assert "Subject: Cards fail\n" in shown and "Severity 3 (moderate; not confirmed)" in shown
    whole = installation.ok("outbox", "show", "1", "--json").json
    assert [r["state"] for r in whole["recipients"]] == ["sent", "failed"] and "Subject: Cards fail\n" in whole["raw"]
    assert installation.ok("outbox", "show", "1", "--raw").out == whole["raw"]


def test_a_recipient_refused_for_good_is_listed_though_the_others_have_it(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    installation.run("declare", "Cards fail")
    assert f"{SUPPORT}: 550 5.1.1 gone" in installation.ok("outbox", "list").out
    installation.clock.tick(days=8)
    assert installation.ok("outbox", "list").out == ""


def test_one_mail_is_retried_by_number_and_the_others_stay(installation: Installation, relay: FaultyRelay) -> None:
    relay.always.update({LIST: "554 no", SUPPORT: "554 no"})
    installation.run("declare", "One")
    installation.run("declare", "Two")
    relay.always.clear()
    installation.ok("outbox", "retry", "2")
    assert [line["state"] for line in installation.ok("outbox", "list", "--all", "--json").lines] == ["failed", "sent"]


def test_a_retry_by_number_reaches_whoever_was_refused_and_nobody_twice(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    installation.run("declare", "Cards fail")
    relay.always.clear()
    installation.ok("outbox", "retry", "1")
    assert [recipients for recipients, _ in relay.taken] == [(LIST,), (SUPPORT,)]
    assert installation.ok("outbox", "retry", "1").err.startswith(f"mail 1 was sent to {LIST}, {SUPPORT} at ")


def test_a_retry_of_a_sent_mail_says_when_it_was_sent_and_what_would_mail_the_list_again(
    installation: Installation, relay: FaultyRelay
) -> None:
    installation.ok("declare", "Cards fail")
    sent = installation.clock.now
    installation.clock.tick(days=1)
    retried = installation.ok("outbox", "retry", "1")
    assert f"at {sent:%Y-%m-%d %H:%M} UTC; nothing waits\n" in retried.err
    assert "'incidentmail update --no-change' mails the list" in " ".join(retried.err.split())
    assert "outbox show 1 --raw" in retried.err
    assert len(relay.taken) == 1


def test_a_retry_of_several_mails_sends_those_that_failed_and_says_which_were_sent_before(
    installation: Installation, relay: FaultyRelay
) -> None:
    installation.ok("declare", "One")
    relay.always.update({LIST: "554 no", SUPPORT: "554 no"})
    installation.run("declare", "Two")
    relay.always.clear()
    retried = installation.ok("outbox", "retry", "1", "2")
    assert "sent to" in retried.out and "Two" in retried.out
    assert "mail 1 was sent to" in retried.err and "mail 2 was sent" not in retried.err


def test_a_retry_says_that_the_list_has_returned_the_mail(installation: Installation, relay: FaultyRelay) -> None:
    installation.ok("declare", "One")
    installation.clock.tick(minutes=2)
    installation.ingest(relay.taken[0][1])
    assert "came back from the list at" in " ".join(installation.ok("outbox", "retry", "1").err.split())


def test_what_was_dropped_is_sent_when_it_is_named(installation: Installation, relay: FaultyRelay) -> None:
    relay.next("GREETING", "421 not now")
    installation.run("declare", "Cards fail")
    installation.ok("outbox", "drop", "1")
    installation.ok("outbox", "retry")
    assert relay.taken == []
    installation.ok("outbox", "retry", "1")
    assert len(relay.taken) == 1


@pytest.fixture
def waiting(installation: Installation) -> Installation:
    """Five mails that wait, because no relay can be reached. Each Message-ID has the digits of 77 in its address."""
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.config.write_text(
        installation.config.read_text().replace("incident-bot@example.com", "bot@77.example.com")
    )
    for number in range(1, 6):
        installation.run("declare", f"Disk {number} is full")
    return installation


def states(installation: Installation) -> dict[int, str]:
    """Return the state of each mail by its number."""
    return {line["number"]: line["state"] for line in installation.ok("outbox", "list", "--all", "--json").lines}


@pytest.mark.parametrize("which", ["77", "0", "00", "9" * 30, "9" * 5000, "٧٧"])
@pytest.mark.parametrize("command", ["show", "retry", "drop"])
def test_digits_are_a_number_and_never_a_part_of_a_message_id(waiting: Installation, command: str, which: str) -> None:
    assert all("77" in line["message_id"] for line in waiting.ok("outbox", "list", "--json").lines)
    before = states(waiting)
    result = waiting.run("outbox", command, which)
    assert (result.code, result.out) == (2, "")
    assert f"no mail has the number {which}\n" in result.err
    assert "hint: 'incidentmail outbox list' shows them" in result.err
    assert states(waiting) == before


def test_digits_do_not_find_the_one_mail_whose_message_id_has_them(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.config.write_text(
        installation.config.read_text().replace("incident-bot@example.com", "bot@77.example.com")
    )
    installation.run("declare", "Cards fail")
    assert installation.run("outbox", "drop", "77").code == 2
    assert states(installation) == {1: "queued"}


def test_a_mail_keeps_its_number_while_others_are_dropped_sent_and_made(waiting: Installation) -> None:
    subjects = {line["number"]: line["subject"] for line in waiting.ok("outbox", "list", "--json").lines}
    assert subjects == {number: f"Disk {number} is full" for number in range(1, 6)}
    waiting.ok("outbox", "drop", "1")
    waiting.config.write_text(waiting.config.read_text().replace("smtp://127.0.0.1:9", f"maildir://{waiting.path}/out"))
    waiting.ok("outbox", "retry", "3")
    assert waiting.ok("outbox", "drop", "2").out == "dropped mail 2 to incidents@example.com: Disk 2 is full\n"
    waiting.ok("declare", "Disk 6 is full")
    assert {number: state for number, state in states(waiting).items() if number in (1, 2, 3)} == {
        1: "failed", 2: "failed", 3: "sent",
    }  # fmt: skip
    for line in waiting.ok("outbox", "list", "--all", "--json").lines:
        assert line["subject"] == f"Disk {line['number']} is full"
        assert f"{line['number']:4}  " in waiting.ok("outbox", "show", str(line["number"])).out.splitlines()[0]


def test_of_mails_with_one_subject_the_one_with_the_number_in_the_list_is_dropped(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[LIST] = "451 4.3.0 later"
    installation.run("declare", "Cards fail")
    for severity in ("2", "1"):
        installation.run("update", "--severity", severity)
    listed = installation.ok("outbox", "list").out
    assert [line.split()[:2] for line in listed.splitlines() if "Cards fail" in line] == [
        ["1", "queued,"], ["2", "queued,"], ["3", "queued,"],
    ]  # fmt: skip
    installation.ok("outbox", "drop", "2")
    assert states(installation) == {1: "queued", 2: "failed", 3: "queued"}
    relay.always.clear()
    installation.ok("outbox", "retry")
    assert [b"Incident-Update: 1\n" in raw for _, raw in relay.taken if b"To: incidents@" in raw].count(True) == 0
    assert states(installation) == {1: "sent", 2: "failed", 3: "sent"}


def test_what_cannot_be_dropped_says_why(installation: Installation, relay: FaultyRelay) -> None:
    def refusal(number: str) -> str:
        result = installation.run("outbox", "drop", number)
        assert (result.code, result.out) == (2, "") and "hint: " in result.err
        return result.err.splitlines()[0].removeprefix("incidentmail: error: ")

    installation.run("declare", "Cards fail")
    relay.always.update({LIST: "554 no", SUPPORT: "554 no"})
    installation.run("declare", "Logins fail")
    relay.always.update({LIST: "451 later", SUPPORT: "451 later"})
    installation.run("declare", "Search fails")
    installation.ok("outbox", "drop", "3")
    assert refusal("1") == "mail 1 was sent"
    assert refusal("2") == "mail 2 has failed for good, so nothing sends it by itself"
    assert refusal("3") == "mail 3 was dropped before"


def test_a_part_of_several_message_ids_acts_on_none_and_names_their_numbers(waiting: Installation) -> None:
    result = waiting.run("outbox", "drop", "example.com")
    assert result.code == 2
    assert "'example.com' may be several mails" in result.err and "one of: 1, 2, 3, 4, 5" in result.err
    assert set(states(waiting).values()) == {"queued"}


@pytest.mark.parametrize("which", ["", " ", "<>"])
def test_an_empty_word_names_no_mail_even_if_there_is_only_one(installation: Installation, which: str) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    assert installation.run("outbox", "drop", which).code == 2
    assert states(installation) == {1: "queued"}


def test_a_message_id_still_names_its_mail(waiting: Installation) -> None:
    line = waiting.ok("outbox", "list", "--json").lines[2]
    assert (
        waiting.ok("outbox", "drop", line["message_id"]).out
        == "dropped mail 3 to incidents@example.com: Disk 3 is full\n"
    )


@pytest.mark.parametrize("which", ["7", "9" * 30, "9" * 5000])
def test_other_commands_that_take_a_number_find_nothing_behind_it(
    installation: Installation, mails: Mails, which: str
) -> None:
    """Neither as a number that is too great for anybody nor as a part of the incident's name."""
    installation.ok("declare", "7 of 8 disks are full")
    installation.ingest(mails.new("Hm.", sender="jayla@example.com", subject="Hm"))
    before = installation.log("--all")
    for words in (["inbox", "assign", which, "disks"], ["undo", which], ["proposal", "accept", which]):
        result = installation.run(*words)
        assert result.code in (1, 2) and result.err.startswith("incidentmail: error: ")
    assert installation.log("--all") == before


def test_the_digits_of_a_date_find_an_incident_only_if_no_other_has_them(installation: Installation) -> None:
    installation.ok("declare", "Cards fail")
    assert installation.show("2026")["id"] == "2026-11-20-cards-fail"
    installation.ok("declare", "Logins fail")
    for words in (["show", "2026"], ["close", "2026"], ["undo", "2026", "1"], ["inbox", "assign", "1", "2026"]):
        result = installation.run(*words)
        assert result.code == 2, words
    assert "2026-11-20-cards-fail" in installation.run("close", "2026").err


def test_flush_names_the_mail_that_waits_for_its_next_attempt(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    result = installation.run("declare", "Cards fail")
    assert "smtp://127.0.0.1:9 cannot be used: Connection refused\n" in result.err
    shown = installation.ok("flush").out
    assert shown.startswith("nothing is due; 1 mail will be tried again, first at 14:20:")
