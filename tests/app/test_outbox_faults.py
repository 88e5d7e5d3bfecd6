"""Relays at their worst: whatever they do, each mail goes out, and none twice unless the relay lied."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay
from patience import PATIENCE_S

from incidentmail.app import relays
from incidentmail.app.deliver import deliver
from incidentmail.app.receive import accept, apply_all
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import House, Mails

LIST, SUPPORT, BACKUP = "incidents@example.com", "support@example.com", "incidents@elsewhere.example"
RESTRICTED = "security-incidents@example.com"


@pytest.fixture
def relay(house: House) -> Iterator[FaultyRelay]:
    with FaultyRelay() as relay:
        house.configure(relay=relay.url())
        yield relay


def set_list(house: House, line: str) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", f"[list]\n{line}\n"))


def outbox(house: House) -> list[dict[str, object]]:
    return house.ok("outbox", "list", "--all", "--json").lines


def later(house: House, **delta: float) -> None:
    """What a running service does when the time has come."""
    house.clock.tick(**delta)
    with house.office() as office:
        deliver(office)


def ids(relay: FaultyRelay) -> list[bytes]:
    return [line for _, raw in relay.taken for line in raw.split(b"\r\n") if line.startswith(b"Message-ID")]


def test_mails_that_wait_leave_in_order_over_one_connection(house: House, relay: FaultyRelay) -> None:
    relay.next("GREETING", *["421 not now"] * 3)
    house.run("declare", "Cards fail")
    house.run("update", "--severity", "2")
    house.run("update", "--severity", "1")
    relay.heard.clear()
    later(house, hours=1)
    assert [raw.count(b"Incident-Update: %d" % number) for number, (_, raw) in enumerate(relay.taken)] == [1, 1, 1]
    assert relay.heard == [["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]]


def test_a_refused_mail_does_not_spoil_the_next_one_on_its_connection(house: House, relay: FaultyRelay) -> None:
    relay.next("GREETING", *["421 not now"] * 3)
    for name in ("One", "Two", "Three"):
        house.run("declare", name)
    relay.heard.clear()
    relay.next("DATA", "354 go on").next(".", "250 ok", "554 5.7.1 spam", "250 ok")
    relay.keeps = True
    later(house, hours=1)
    assert [line["state"] for line in outbox(house)] == ["sent", "failed", "sent"]
    assert relay.heard == [["EHLO", *["MAIL", "RCPT", "DATA"] * 2, "RSET", "MAIL", "RCPT", "DATA", "QUIT"]]


def test_greylisting_ends_with_each_mail_sent_once(house: House, relay: FaultyRelay) -> None:
    relay.always[LIST] = "450 4.2.0 greylisted"
    assert house.run("declare", "Cards fail").code == 75
    later(house, seconds=60)
    later(house, seconds=10)
    assert (outbox(house)[0]["state"], outbox(house)[0]["attempts"]) == ("queued", 2)
    relay.always.clear()
    later(house, minutes=10)
    later(house, minutes=10)
    assert len(relay.taken) == 1 and outbox(house)[0]["state"] == "sent"


def test_a_recipient_refused_for_good_is_not_tried_again_while_another_waits(house: House, relay: FaultyRelay) -> None:
    set_list(house, f'always_to = ["{SUPPORT}"]')
    relay.always.update({SUPPORT: "550 5.1.1 gone", LIST: "450 later"})
    house.run("declare", "Cards fail")
    relay.always[LIST] = "250 ok"
    relay.heard.clear()
    later(house, hours=1)
    assert [recipients for recipients, _ in relay.taken] == [(LIST,)]
    assert relay.heard[0].count("RCPT") == 1


def test_a_relay_that_cuts_off_after_the_mail_gets_it_again_under_the_same_id(house: House, relay: FaultyRelay) -> None:
    relay.next(".", None)
    relay.keeps = True  # it lied: it has the mail, and did not say so
    assert house.run("declare", "Cards fail").code == 75
    later(house, hours=1)
    assert len(ids(relay)) == 2 and len(set(ids(relay))) == 1
    later(house, hours=1)
    assert len(relay.taken) == 2


def test_a_relay_that_cuts_off_honestly_gets_it_once(house: House, relay: FaultyRelay) -> None:
    relay.next(".", None)
    house.run("declare", "Cards fail")
    later(house, hours=1)
    assert len(relay.taken) == 1 and outbox(house)[0]["state"] == "sent"


def test_a_relay_that_closes_between_two_mails_is_connected_to_again(house: House, relay: FaultyRelay) -> None:
    relay.next("GREETING", *["421 not now"] * 2)
    house.run("declare", "One")
    house.run("declare", "Two")
    relay.next("MAIL", "250 ok", "421 too many mails on one connection")
    later(house, hours=1)
    assert [line["state"] for line in outbox(house)] == ["sent", "sent"]


def test_a_relay_that_hangs_costs_one_time_limit_and_the_next_relay_takes_all(
    house: House, relay: FaultyRelay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "TIMEOUT_S", 0.3)
    with FaultyRelay() as second:
        house.configure(relay=[relay.url(), second.url()])
        for answers in (["421 later"] * 3,):
            relay.next("GREETING", *answers)
            second.next("GREETING", *answers)
        for name in ("One", "Two", "Three"):
            house.run("declare", name)
        relay.next("GREETING", *[""] * 3)
        before = len(relay.heard)
        later(house, hours=1)
        assert len(second.taken) == 3 and len(relay.heard) == before + 1


def test_what_was_being_sent_when_the_process_died_is_sent_once_its_lease_is_over(
    house: House, relay: FaultyRelay
) -> None:
    relay.next("GREETING", "421 not now")
    house.run("declare", "Cards fail")
    house.clock.tick(hours=1)
    with house.office() as office, office.ledger.transaction() as tx:
        assert tx.lease(now=office.now(), until=house.clock.now.replace(hour=16), by="dead") is not None
    later(house, minutes=1)
    assert relay.taken == []
    later(house, hours=1)
    later(house, hours=1)
    assert len(relay.taken) == 1


def test_a_relay_that_hangs_keeps_no_mail_from_being_accepted_and_read(
    house: House, relay: FaultyRelay, mails: Mails
) -> None:
    relay.next("GREETING", "421 not now").next("MAIL", "")
    house.run("declare", "Cards fail")
    house.clock.tick(hours=1)
    with house.office() as office:
        sending = threading.Thread(target=deliver, args=(office,))
        sending.start()
        deadline = time.monotonic() + PATIENCE_S
        while not any("MAIL" in verbs for verbs in relay.heard) and time.monotonic() < deadline:
            time.sleep(0.01)
        raw = mails.new("Severity: 1", sender="jayla@example.com", subject="Logins fail", at=house.clock.now)
        accept(office, [(raw, Envelope(way="pipe"))])
        (outcome,) = apply_all(office)
        assert sending.is_alive() and outcome.outcome == "applied"
        relay.released.set()
        sending.join(PATIENCE_S)
        assert not sending.is_alive()


@pytest.fixture
def with_backup(house: House, relay: FaultyRelay) -> FaultyRelay:
    set_list(house, f'backup = "{BACKUP}"')
    return relay


def test_the_backup_list_gets_the_mail_once_when_every_relay_refused_the_list_for_good(
    house: House, with_backup: FaultyRelay
) -> None:
    with_backup.always[LIST] = "550 5.1.1 no such list"
    result = house.run("declare", "Cards fail")
    assert result.code == 0
    assert f"not delivered to {LIST}: 550 5.1.1 no such list" in result.err
    assert f"the back-up list {BACKUP} did" in result.err
    (line,) = outbox(house)
    assert line["to"] == [BACKUP, LIST] or line["to"] == [LIST, BACKUP]
    later(house, hours=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(BACKUP,)]


def test_the_backup_list_gets_the_same_mail_when_the_list_has_waited_too_long(
    house: House, with_backup: FaultyRelay
) -> None:
    with_backup.always[LIST] = "450 later"
    assert house.run("declare", "Cards fail").code == 75
    later(house, minutes=4)
    assert with_backup.taken == []
    later(house, minutes=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(BACKUP,)]
    with_backup.always.clear()
    later(house, hours=1)
    later(house, hours=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(BACKUP,), (LIST,)]
    assert len(set(ids(with_backup))) == 1
    assert outbox(house)[0]["state"] == "sent"


def test_no_mail_to_the_backup_list_where_the_list_takes_it_when_the_relay_is_back(
    house: House, with_backup: FaultyRelay
) -> None:
    with_backup.next("GREETING", *["421 down"] * 2)
    house.run("declare", "Cards fail")
    later(house, minutes=6)
    later(house, hours=1)
    assert [recipients for recipients, _ in with_backup.taken] == [(LIST,)]


def test_the_backup_list_never_gets_the_mail_of_a_restricted_incident(house: House, with_backup: FaultyRelay) -> None:
    set_list(house, f'restricted = "{RESTRICTED}"')
    with_backup.always[RESTRICTED] = "550 5.1.1 no such list"
    assert house.run("declare", "Keys have leaked", "--restricted", "--silent").code == 69
    later(house, hours=1)
    assert with_backup.taken == []


def test_a_refused_password_leaves_the_mail_waiting_and_says_what_to_mend(house: House, relay: FaultyRelay) -> None:
    relay.offers = ("AUTH PLAIN",)
    house.configure(relay=relay.url(user="bot"))
    text = house.config.read_text().replace("[mail]\n", '[mail]\npassword_command = "echo wr0ng"\n')
    house.config.write_text(text)
    assert house.run("declare", "Cards fail").code == 75
    (line,) = outbox(house)
    assert line["state"] == "queued"
    assert "535 5.7.8 not you (check the user in the relay's URL, and the password)" in str(line["last_error"])
    relay.secrets = frozenset({"wr0ng"})
    later(house, hours=1)
    assert len(relay.taken) == 1


def test_a_mail_that_no_relay_takes_for_two_days_has_failed_for_good(house: House, relay: FaultyRelay) -> None:
    relay.always[LIST] = "450 later"
    house.run("declare", "Cards fail")
    later(house, hours=47)
    assert outbox(house)[0]["state"] == "queued"
    later(house, hours=1)
    (line,) = outbox(house)
    assert line["state"] == "failed" and f"{LIST}: given up after 2 days: 450 later" in str(line["last_error"])
    relay.always.clear()
    house.ok("outbox", "retry")
    assert outbox(house)[0]["state"] == "sent"
