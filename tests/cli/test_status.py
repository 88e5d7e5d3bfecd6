"""`incidentmail status` shows on one screen whether all is well, at once, however large the ledger is."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from faulty_relay import FaultyRelay

from incidentmail.app.serve_lock import is_running, marked_as_running
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.ledger.sqlite.checksums import register
from incidentmail.ledger.sqlite.store import SqliteView

if TYPE_CHECKING:
    from conftest import Installation, Mails

    from incidentmail.ledger.view import LedgerView

LIST = "incidents@example.com"
LISTENING = '[listen]\nlmtp = "127.0.0.1:0"\n'


def test_all_is_well_in_a_new_house(installation: Installation) -> None:
    result = installation.ok("status")
    assert result.out.startswith("incidentmail works\n")
    assert installation.ok("status", "--json").json["attention"] == []


def test_a_service_that_should_run_and_does_not_needs_attention(installation: Installation) -> None:
    installation.configure(LISTENING)
    result = installation.run("status")
    assert result.code == 1 and "'incidentmail serve' is not running" in result.out
    with marked_as_running(installation.ledger):
        assert installation.ok("status", "--json").json["running"] is True


def test_a_service_that_was_killed_is_not_running(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    script = (
        "import pathlib, sys, time; from incidentmail.app.serve_lock import marked_as_running\n"
        "with marked_as_running(pathlib.Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(ledger)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"up\n"
        assert is_running(ledger)
        process.kill()
    assert not is_running(ledger)


def test_looking_makes_no_lock_that_the_service_could_not_open(installation: Installation) -> None:
    installation.ok("status")
    assert not list(installation.path.glob("*.serve"))


def test_several_who_ask_at_once_do_not_take_one_another_for_the_service(installation: Installation) -> None:
    with marked_as_running(installation.ledger):
        assert is_running(installation.ledger)
    with ThreadPoolExecutor(4) as threads:
        assert not any(threads.map(lambda _: is_running(installation.ledger), range(40)))


def test_a_mailbox_that_nobody_looks_at_needs_attention(installation: Installation) -> None:
    installation.configure('[imap]\nurl = "imaps://bot@imap.example.com/INBOX"\n')
    assert "the mailbox was never looked at" in installation.run("status").out
    with installation.context() as context, context.ledger.transaction() as tx:
        tx.open_folder("x", uidvalidity=1, at=context.now())
        tx.note_looked("x", at=context.now())
    assert installation.ok("status", "--json").json["mailbox_looked_at"] == "2026-11-20T14:20:00Z"
    installation.clock.tick(hours=1)
    assert "the mailbox was last looked at 60 minutes ago" in installation.run("status").out


def test_mail_that_was_tried_and_not_sent_needs_attention_at_once(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    result = installation.run("status", "--json")
    assert (result.code, result.json["outbox"]["queued"], result.json["outbox"]["tried"]) == (1, 1, 1)
    assert len(result.json["attention"]) == 1, "the list has never got any, so that it cannot have returned one"
    installation.clock.tick(minutes=3)
    shown = installation.run("status").out
    assert shown.startswith("NOT WELL: 1 thing needs attention\n")
    assert "  ! 1 mail was tried and not sent, made 3 minutes ago; 'incidentmail outbox list' says why\n" in shown
    installation.run("declare", "Logins fail")
    assert "  ! 2 mails were tried and not sent, the oldest made 3 minutes ago;" in installation.run("status").out


def test_a_mail_that_one_of_its_recipients_still_waits_for_was_not_sent(installation: Installation) -> None:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        text = installation.config.read_text().replace("[list]\n", '[list]\nalways_to = ["support@example.com"]\n')
        installation.config.write_text(text)
        relay.always["support@example.com"] = "450 later"
        installation.run("declare", "Cards fail")
        assert "1 mail was tried and not sent" in installation.run("status").out
        relay.always.clear()
        installation.ok("outbox", "retry")
        assert installation.run("status", "--json").json["outbox"]["tried"] == 0


def test_what_was_dropped_needs_nobodys_attention(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    installation.ok("outbox", "drop", "1")
    assert installation.ok("status").out.startswith("incidentmail works\n")


def test_a_mail_that_is_being_sent_for_the_first_time_has_not_failed_yet(installation: Installation) -> None:
    """A status that is asked each minute must not raise an alarm at every mail that takes a second."""
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    with sqlite3.connect(installation.ledger) as ledger:
        register(ledger)
        ledger.execute("UPDATE outbox SET last_error = NULL, leased_until = '2026-11-20T14:25:00Z'")
    ledger.close()
    assert installation.ok("status", "--json").json["outbox"]["tried"] == 0
    installation.clock.tick(minutes=6)
    assert installation.run("status", "--json").json["outbox"]["tried"] == 1, "whoever was sending it was killed"


def test_mail_that_nobody_has_tried_needs_attention_after_a_minute(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    with sqlite3.connect(installation.ledger) as ledger:
        register(ledger)
        ledger.execute("UPDATE outbox SET attempts = 0, last_error = NULL")
    ledger.close()
    installation.ok("status")
    installation.clock.tick(minutes=3)
    assert "  ! 1 mail was not tried yet, made 3 minutes ago\n" in installation.run("status").out


def test_an_update_that_is_overdue_needs_attention(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("update", "--next-update", "14:40 UTC")
    installation.clock.tick(hours=1)
    result = installation.run("status", "--json")
    assert result.code == 1 and result.json["overdue"] == ["2026-11-20-cards-fail"]


def test_mail_that_nobody_reads_needs_attention(installation: Installation, mails: Mails) -> None:
    with installation.context() as context:
        context.ledger.store_mails(
            [(mails.new("x", sender="jayla@example.com", subject="x"), {"way": "pipe"})], at=context.now()
        )
    installation.clock.tick(minutes=3)
    result = installation.run("status")
    assert result.code == 1 and "1 accepted mail was not read yet, came 3 minutes ago" in result.out


def test_a_muted_house_is_not_well(installation: Installation) -> None:
    installation.config.write_text(installation.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    result = installation.run("status")
    assert result.code == 1 and result.out.startswith("NOT WELL: 1 thing needs attention\n")
    assert "muted, [mail] mute = true: nothing is sent by itself; to send again, set it to false" in result.out
    assert installation.run("status", "--json").json["muted"] is True


def test_a_service_that_was_started_muted_is_not_well_either(installation: Installation) -> None:
    with marked_as_running(installation.ledger, muted=True):
        result = installation.run("status")
        assert result.code == 1 and "restart it without --mute" in result.out
        assert (result.out.count("muted"), installation.run("status", "--json").json["muted"]) == (3, True)
    with marked_as_running(installation.ledger):
        assert installation.ok("status", "--json").json["muted"] is False


SILENT = "the list has never returned a mail of ours: is incident-bot@example.com subscribed to incidents@example.com"


def test_a_list_that_has_never_returned_a_mail_of_ours_needs_attention(installation: Installation) -> None:
    assert "never returned" not in installation.ok("status").out, "it has got none"
    installation.declare("Cards fail")
    installation.clock.tick(minutes=10)
    result = installation.run("status")
    assert result.code == 1 and f"  ! {SILENT}, and may it post there?\n" in result.out
    assert installation.run("status", "--json").json["outbox"]["never_returned"] == [LIST]
    installation.clock.tick(days=30)
    assert SILENT in installation.run("status").out, "it does not pass by itself"
    installation.ingest(list_copy(installation.wire[0], ListStyle(address=LIST)))
    assert installation.ok("status").out.startswith("incidentmail works\n")
    assert installation.ok("status", "--json").json["outbox"]["never_returned"] == []
    installation.declare("Logins fail")
    installation.ok("status")


def test_a_list_that_got_its_first_mail_just_now_is_only_noted(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.clock.tick(seconds=12)
    said = " ".join(installation.ok("status").out.split())
    assert "note the list has not returned our first mail yet (12 seconds); 10 minutes are normal" in said
    assert SILENT not in said


def test_a_mail_of_a_person_through_the_list_is_no_mail_of_ours(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    installation.ingest(list_copy(mails.reply_to(mail, "sev 1", "jayla@example.com"), ListStyle(address=LIST)))
    installation.clock.tick(minutes=10)
    assert SILENT in installation.run("status").out


def test_a_copy_that_did_not_come_a_trusted_way_proves_nothing_of_the_list(installation: Installation) -> None:
    installation.configure('[trust]\nrelays = ["127.0.0.1"]\n')
    installation.declare("Cards fail")
    installation.ingest(
        list_copy(installation.wire[0], ListStyle(address=LIST))
    )  # through the pipe, which is not trusted here
    installation.clock.tick(minutes=10)
    assert SILENT in installation.run("status").out


def test_where_no_copies_are_wanted_a_list_without_any_is_a_note(installation: Installation) -> None:
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nreturns_within = "never"\n')
    )
    installation.declare("Cards fail")
    assert f"note       {SILENT}" in installation.ok("status").out


def test_a_standby_that_has_sent_nothing_waits_for_no_copy(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    installation.declare("Cards fail")
    standby = installations()
    shutil.copy(installation.path / "key", standby.path / "key")
    standby.ingest(list_copy(installation.wire[0], ListStyle(address=LIST)))
    assert standby.show()["id"] == installation.show()["id"]
    standby.ok("status")
    standby.ok("promote", "--yes")
    standby.declare("Logins fail")
    standby.clock.tick(minutes=10)
    assert SILENT in standby.run("status").out, "of its own mails none has come back"
    standby.ingest(list_copy(standby.wire[-1], ListStyle(address=LIST)))
    standby.ok("status")


def test_each_list_is_asked_about_on_its_own_and_what_everybody_hears_comes_back_too(
    installation: Installation,
) -> None:
    secret = "security@example.com"
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", f'[list]\nrestricted = "{secret}"\n')
    )
    installation.ok("declare", "Somebody reads our mail", "--restricted")
    assert installation.run("status", "--json").json["outbox"]["never_returned"] == [LIST, secret]
    (public,) = installation.private
    outcome = installation.ingest(list_copy(bytes(public), ListStyle(address=LIST)))
    assert (outcome["outcome"], outcome["rule"]) == ("duplicate", "own-mail-returned")
    installation.clock.tick(minutes=10)
    result = installation.run("status")
    assert "the restricted list has never returned a mail of ours" in result.out and SILENT not in result.out
    installation.ingest(list_copy(installation.wire[0], ListStyle(address=secret)))
    installation.ok("status")


def test_a_clock_that_was_set_back_is_no_error(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    installation.ingest(mails.new("x", sender="jayla@example.com", subject="x"))
    installation.ingest(list_copy(installation.wire[0], ListStyle(address=LIST)))
    installation.clock.tick(hours=-5)
    installation.ok("status")


def crowd(installation: Installation, count: int) -> None:
    """Add `count` mails that were read, and as many that were sent."""
    installation.broken = True  # the mails are no mails
    with sqlite3.connect(installation.ledger) as ledger:
        register(ledger)
        at = "2026-11-20T14:20:00Z"
        ledger.execute(
            "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO accepted SELECT i, ?, '{}', randomblob(32), randomblob(32) FROM n",
            (count, at),
        )
        ledger.execute("DROP TRIGGER bodies_with_their_mail")
        ledger.execute("INSERT INTO bodies SELECT seq, zeroblob(500) FROM accepted WHERE seq > 1")
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


def rows_looked_at(view: LedgerView, work: Callable[[], object]) -> int:
    """Return how many steps SQLite takes for `work`. The number grows with the rows that it reads."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    assert isinstance(view, SqliteView)
    view.connection.set_progress_handler(tick, 1)
    work()
    view.connection.set_progress_handler(None, 1)
    return count


def test_a_large_ledger_is_counted_in_as_many_steps_as_a_small_one(installations: Callable[[], Installation]) -> None:
    taken = []
    for count in (20, 20_000):
        installation = installations()
        installation.declare("Cards fail")
        installation.ingest(list_copy(installation.wire[0], ListStyle(address=LIST)))
        crowd(installation, count)
        with installation.context() as context, context.ledger.snapshot() as view:
            at = context.now()
            figures = view.figures(now=at, failed_since=at, quarantined_since=at)
            assert (figures.accepted, figures.waiting, figures.queued) == (count, 0, 0)
            look = partial(view.figures, now=at, failed_since=at, quarantined_since=at)
            taken.append(rows_looked_at(view, look))
        assert installation.ok("status").out.startswith("incidentmail works")
    small, large = taken
    assert 0 < large <= 1.2 * small


def test_a_drill_is_named_with_whom_it_reaches(installation: Installation) -> None:
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", '[list]\ndrill = "incident-drills@example.com"\n'))
    installation.declare("Search is slow")
    none: dict[str, object] = {"run": None, "ends_at": None, "open": []}
    assert installation.run("status", "--json").json["drills"] == none
    assert "drill" not in installation.run("status").out
    installation.ok("declare", "We practise", "--drill")
    said = " ".join(installation.run("status").out.split())
    assert "2 open, 1 of them a drill" in said
    assert (
        "2026-11-20-we-practise is a drill: its mail goes to incident-drills@example.com; people who are named in it"
        " get private mail, on that list or not" in said
    )
    assert installation.run("status", "--json").json["drills"] == {**none, "open": ["2026-11-20-we-practise"]}
    installation.ok("role", "we-practise", "scribe", "Bo K. <bo@example.com>")
    assert installation.private[-1]["To"] == '"Bo K." <bo@example.com>', "as it says"
    installation.ok("close", "we-practise")
    assert installation.run("status", "--json").json["drills"] == none


def test_many_drills_take_one_line_with_their_number(installation: Installation) -> None:
    for number in range(3):
        installation.declare(f"We practise {number}", "--drill")
    said = " ".join(installation.run("status").out.split())
    assert "3 open incidents are drills: their mail goes to the list like any other" in said
    assert said.count("private mail") == 1 and len(installation.run("status", "--json").json["drills"]["open"]) == 3


def test_the_run_of_a_scenario_is_named_with_its_end(installation: Installation) -> None:
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", '[list]\ndrill = "incident-drills@example.com"\n'))
    installation.ok("drill", "run", "supplier", "--yes")
    said = " ".join(installation.run("status").out.split())
    assert "a drill is on until 14:50 UTC: 2026-11-20-supplier; 'incidentmail drill stop' ends it" in said
    found = installation.run("status", "--json").json["drills"]
    assert found == {"run": "2026-11-20-supplier", "ends_at": "2026-11-20T14:50:00Z", "open": []}
    installation.ok("drill", "stop")
    assert "a drill is on" not in installation.run("status").out


def test_a_drill_on_the_main_list_says_so(installation: Installation) -> None:
    installation.declare("We practise", "--drill")
    said = " ".join(installation.run("status").out.split())
    assert "its mail goes to the list like any other, marked [drill]" in said


def test_status_says_if_nothing_is_set_up_that_could_read_replies(installation: Installation) -> None:
    assert "no listener and no mailbox is set up" in " ".join(installation.ok("status").out.split())
    installation.configure('[listen]\nlmtp = "127.0.0.1:8024"\n')
    assert "no listener" not in installation.run("status").out
