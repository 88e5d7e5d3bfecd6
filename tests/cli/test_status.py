"""`incidentmail status`: one screen says whether all is well, at once, however large the ledger."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from faulty_relay import FaultyRelay

from incidentmail.app.running import is_running, marked_as_running
from incidentmail.transport.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import House, Mails

    from incidentmail.ledger.sqlite import SqliteView

LIST = "incidents@example.com"
LISTENING = '[listen]\nlmtp = "127.0.0.1:0"\n'


def test_all_is_well_in_a_new_house(house: House) -> None:
    result = house.ok("status")
    assert result.out.startswith("all is well\n")
    assert house.ok("status", "--json").json["attention"] == []


def test_a_service_that_should_run_and_does_not_needs_attention(house: House) -> None:
    house.configure(LISTENING)
    result = house.run("status")
    assert result.code == 1 and "'incidentmail serve' is not running" in result.out
    with marked_as_running(house.ledger):
        assert house.ok("status", "--json").json["running"] is True


def test_a_service_that_was_killed_is_not_running(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    script = (
        "import pathlib, sys, time; from incidentmail.app.running import marked_as_running\n"
        "with marked_as_running(pathlib.Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(ledger)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"up\n"
        assert is_running(ledger)
        process.kill()
    assert not is_running(ledger)


def test_looking_makes_no_lock_that_the_service_could_not_open(house: House) -> None:
    house.ok("status")
    assert not list(house.path.glob("*.serve"))


def test_several_who_ask_at_once_do_not_take_one_another_for_the_service(house: House) -> None:
    with marked_as_running(house.ledger):
        assert is_running(house.ledger)
    with ThreadPoolExecutor(4) as threads:
        assert not any(threads.map(lambda _: is_running(house.ledger), range(40)))


def test_a_mailbox_that_nobody_looks_at_needs_attention(house: House) -> None:
    house.configure('[imap]\nurl = "imaps://bot@imap.example.com/INBOX"\n')
    assert "the mailbox was never looked at" in house.run("status").out
    with house.office() as office, office.ledger.transaction() as tx:
        tx.open_folder("x", uidvalidity=1, at=office.now())
        tx.note_looked("x", at=office.now())
    assert house.ok("status", "--json").json["mailbox_looked_at"] == "2026-11-20T14:20:00Z"
    house.clock.tick(hours=1)
    assert "the mailbox was last looked at 60 minutes ago" in house.run("status").out


def test_mail_that_was_tried_and_not_sent_needs_attention_at_once(house: House) -> None:
    house.configure(relay="smtp://127.0.0.1:9")
    house.run("declare", "Cards fail")
    result = house.run("status", "--json")
    assert (result.code, result.json["outbox"]["queued"], result.json["outbox"]["tried"]) == (1, 1, 1)
    assert len(result.json["attention"]) == 1, "the list has never got any, so that it cannot have returned one"
    house.clock.tick(minutes=3)
    shown = house.run("status").out
    assert shown.startswith("NOT WELL: 1 thing needs attention\n")
    assert "  ! 1 mail was tried and not sent, made 3 minutes ago; 'incidentmail outbox list' says why\n" in shown
    house.run("declare", "Logins fail")
    assert "  ! 2 mails were tried and not sent, the oldest made 3 minutes ago;" in house.run("status").out


def test_a_mail_that_one_of_its_recipients_still_waits_for_was_not_sent(house: House) -> None:
    with FaultyRelay() as relay:
        house.configure(relay=relay.url())
        text = house.config.read_text().replace("[list]\n", '[list]\nalways_to = ["support@example.com"]\n')
        house.config.write_text(text)
        relay.always["support@example.com"] = "450 later"
        house.run("declare", "Cards fail")
        assert "1 mail was tried and not sent" in house.run("status").out
        relay.always.clear()
        house.ok("outbox", "retry")
        assert house.run("status", "--json").json["outbox"]["tried"] == 0


def test_what_was_dropped_needs_nobodys_attention(house: House) -> None:
    house.configure(relay="smtp://127.0.0.1:9")
    house.run("declare", "Cards fail")
    house.ok("outbox", "drop", "1")
    assert house.ok("status").out.startswith("all is well\n")


def test_a_mail_that_is_being_sent_for_the_first_time_has_not_failed_yet(house: House) -> None:
    """A status that is asked each minute must not raise an alarm at every mail that takes a second."""
    house.configure(relay="smtp://127.0.0.1:9")
    house.run("declare", "Cards fail")
    with sqlite3.connect(house.ledger) as ledger:
        ledger.execute("UPDATE outbox SET last_error = NULL, leased_until = '2026-11-20T14:25:00Z'")
    ledger.close()
    assert house.ok("status", "--json").json["outbox"]["tried"] == 0
    house.clock.tick(minutes=6)
    assert house.run("status", "--json").json["outbox"]["tried"] == 1, "whoever was sending it was killed"


def test_mail_that_nobody_has_tried_needs_attention_after_a_minute(house: House) -> None:
    house.configure(relay="smtp://127.0.0.1:9")
    house.run("declare", "Cards fail")
    with sqlite3.connect(house.ledger) as ledger:
        ledger.execute("UPDATE outbox SET attempts = 0, last_error = NULL")
    ledger.close()
    house.ok("status")
    house.clock.tick(minutes=3)
    assert "  ! 1 mail was not tried yet, made 3 minutes ago\n" in house.run("status").out


def test_an_update_that_is_overdue_needs_attention(house: House) -> None:
    house.declare("Cards fail")
    house.ok("update", "--next-update", "14:40 UTC")
    house.clock.tick(hours=1)
    result = house.run("status", "--json")
    assert result.code == 1 and result.json["overdue"] == ["2026-11-20-cards-fail"]


def test_mail_that_nobody_reads_needs_attention(house: House, mails: Mails) -> None:
    with house.office() as office:
        office.ledger.accept(
            [(mails.new("x", sender="jayla@example.com", subject="x"), {"way": "pipe"})], at=office.now()
        )
    house.clock.tick(minutes=3)
    result = house.run("status")
    assert result.code == 1 and "1 accepted mail was not read yet, came 3 minutes ago" in result.out


def test_a_muted_house_is_not_well(house: House) -> None:
    house.config.write_text(house.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    result = house.run("status")
    assert result.code == 1 and result.out.startswith("NOT WELL: 1 thing needs attention\n")
    assert "muted, [mail] mute = true: nothing is sent by itself; to send again, set it to false" in result.out
    assert house.run("status", "--json").json["muted"] is True


def test_a_service_that_was_started_muted_is_not_well_either(house: House) -> None:
    with marked_as_running(house.ledger, muted=True):
        result = house.run("status")
        assert result.code == 1 and "restart it without --mute" in result.out
        assert (result.out.count("muted"), house.run("status", "--json").json["muted"]) == (3, True)
    with marked_as_running(house.ledger):
        assert house.ok("status", "--json").json["muted"] is False


SILENT = "the list has never returned a mail of ours: is incident-bot@example.com subscribed to incidents@example.com"


def test_a_list_that_has_never_returned_a_mail_of_ours_needs_attention(house: House) -> None:
    assert "never returned" not in house.ok("status").out, "it has got none"
    house.declare("Cards fail")
    result = house.run("status")
    assert result.code == 1 and f"  ! {SILENT}, and may it post there?\n" in result.out
    assert house.run("status", "--json").json["outbox"]["never_returned"] == [LIST]
    house.clock.tick(days=30)
    assert SILENT in house.run("status").out, "it does not pass by itself"
    house.ingest(list_copy(house.wire[0], ListStyle(address=LIST)))
    assert house.ok("status").out.startswith("all is well\n")
    assert house.ok("status", "--json").json["outbox"]["never_returned"] == []
    house.declare("Logins fail")
    house.ok("status")


def test_a_mail_of_a_person_through_the_list_is_no_mail_of_ours(house: House, mails: Mails) -> None:
    mail = house.declare("Cards fail")
    house.ingest(list_copy(mails.reply_to(mail, "sev 1", "jayla@example.com"), ListStyle(address=LIST)))
    assert SILENT in house.run("status").out


def test_a_copy_that_did_not_come_a_trusted_way_proves_nothing_of_the_list(house: House) -> None:
    house.configure('[trust]\nrelays = ["127.0.0.1"]\n')
    house.declare("Cards fail")
    house.ingest(list_copy(house.wire[0], ListStyle(address=LIST)))  # through the pipe, which is not trusted here
    assert SILENT in house.run("status").out


def test_where_no_copies_are_wanted_a_list_without_any_is_a_note(house: House) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nreturns_within = "never"\n'))
    house.declare("Cards fail")
    assert f"note       {SILENT}" in house.ok("status").out


def test_a_standby_that_has_sent_nothing_waits_for_no_copy(house: House, houses: Callable[[], House]) -> None:
    house.declare("Cards fail")
    standby = houses()
    (standby.path / "key").write_bytes((house.path / "key").read_bytes())
    standby.ingest(list_copy(house.wire[0], ListStyle(address=LIST)))
    assert standby.show()["id"] == house.show()["id"]
    standby.ok("status")
    standby.declare("Logins fail")
    assert SILENT in standby.run("status").out, "of its own mails none has come back"
    standby.ingest(list_copy(standby.wire[-1], ListStyle(address=LIST)))
    standby.ok("status")


def test_each_list_is_asked_about_on_its_own_and_what_everybody_hears_comes_back_too(house: House) -> None:
    secret = "security@example.com"
    house.config.write_text(house.config.read_text().replace("[list]\n", f'[list]\nrestricted = "{secret}"\n'))
    house.ok("declare", "Somebody reads our mail", "--restricted")
    assert house.run("status", "--json").json["outbox"]["never_returned"] == [LIST, secret]
    (public,) = house.private
    outcome = house.ingest(list_copy(bytes(public), ListStyle(address=LIST)))
    assert (outcome["outcome"], outcome["rule"]) == ("duplicate", "own-mail-returned")
    result = house.run("status")
    assert "the restricted list has never returned a mail of ours" in result.out and SILENT not in result.out
    house.ingest(list_copy(house.wire[0], ListStyle(address=secret)))
    house.ok("status")


def test_a_clock_that_was_set_back_is_no_error(house: House, mails: Mails) -> None:
    house.declare("Cards fail")
    house.ingest(mails.new("x", sender="jayla@example.com", subject="x"))
    house.ingest(list_copy(house.wire[0], ListStyle(address=LIST)))
    house.clock.tick(hours=-5)
    house.ok("status")


def crowd(house: House, count: int) -> None:
    """Add so many mails that were read, and as many that were sent."""
    house.broken = True  # the mails are no mails
    with sqlite3.connect(house.ledger) as ledger:
        at = "2026-11-20T14:20:00Z"
        ledger.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO accepted SELECT i, ?, '{}', zeroblob(500), randomblob(32), randomblob(32) FROM n",
            (count, at),
        )
        ledger.execute(
            "INSERT INTO outcomes (seq, decided_at, subject, disposition, outcome)"
            " SELECT seq, ?, 'x', 'reply', 'applied' FROM accepted WHERE seq > 1",
            (at,),
        )
        ledger.execute(
            "INSERT INTO outbox (message_id, subject, reverse_path, raw, state, queued_at, next_attempt_at)"
            " SELECT '<' || seq || '@x>', 'x', '', zeroblob(500), 'sent', ?, ? FROM accepted",
            (at, at),
        )
    ledger.close()


def rows_looked_at(view: SqliteView, work: Callable[[], object]) -> int:
    """Return how many steps SQLite takes; some for each row that it looks at."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    view.connection.set_progress_handler(tick, 1)
    work()
    view.connection.set_progress_handler(None, 1)
    return count


def test_a_large_ledger_is_counted_in_as_many_steps_as_a_small_one(houses: Callable[[], House]) -> None:
    taken = []
    for count in (20, 20_000):
        house = houses()
        house.declare("Cards fail")
        house.ingest(list_copy(house.wire[0], ListStyle(address=LIST)))
        crowd(house, count)
        with house.office() as office, office.ledger.reading() as view:
            at = office.now()
            figures = view.figures(now=at, failed_since=at, quarantined_since=at)
            assert (figures.accepted, figures.waiting, figures.queued) == (count, 0, 0)
            look = partial(view.figures, now=at, failed_since=at, quarantined_since=at)
            taken.append(rows_looked_at(view, look))
        assert house.ok("status").out.startswith("all is well")
    small, large = taken
    assert 0 < large <= 1.2 * small
