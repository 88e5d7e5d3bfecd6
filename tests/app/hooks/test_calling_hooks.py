"""Each event reaches each hook that wants it, in order, whatever the receiver does, and nothing is lost silently."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hook_receiver import Answer, Receiver, receiving

if TYPE_CHECKING:
    from conftest import Installation

ID = "2026-11-20-checkout-is-down"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as found:
        yield found


def hook(url: str, more: str = "", *, on: str = '["all"]', name: str = "pager") -> str:
    return f'[[hook]]\nname = "{name}"\non = {on}\nurl = "{url}"\nallow_private = true\n{more}\n'


def calls(installation: Installation, *args: str) -> list[dict[str, Any]]:
    """Return the calls to hooks that `outbox` lists: those that wait or failed, or all with `--all`."""
    return [line for line in installation.ok("outbox", "list", *args, "--json").lines if "hook" in line]


def declare(installation: Installation, *args: str) -> str:
    return installation.ok("declare", "Checkout is down", "--severity", "3", "--yes", *args).err


def change(installation: Installation, *args: str) -> None:
    installation.clock.tick(minutes=1)
    installation.ok("update", ID, *args)


def down() -> str:
    """Return a URL at which nothing listens any more."""
    with receiving(Receiver()) as gone:
        return gone.url


def test_each_event_is_told_in_order_with_who_when_and_the_incident_as_show_prints_it(
    installation: Installation, receiver: Receiver
) -> None:
    installation.configure(hook(receiver.url))
    declare(installation)
    change(installation, "--severity", "4")
    change(installation, "--phase", "2")
    change(installation, "-m", "The gateway answers again.")
    installation.ok("note", ID, "The bank was called")
    installation.ok("flush")
    installation.ok("close", ID)
    assert receiver.events == ["declared", "severity", "phase", "update", "note", "closed"]
    told = receiver.requests[1].json
    assert told["what"] == "lowered the severity from 3 to 4 (mild)"
    assert (told["by"]["address"], told["at"]) == ("mara@example.com", "2026-11-20T14:21:00Z")
    assert told["data"] == {"severity": 4, "was": 3}
    assert receiver.requests[-1].json["incident"] == {**installation.show(ID), **_behind(receiver)}
    assert len({request.json["id"] for request in receiver.requests}) == 6
    assert calls(installation) == []
    assert [call["state"] for call in calls(installation, "--all")] == ["sent"] * 6


def _behind(receiver: Receiver) -> dict[str, Any]:
    """Return the values in `show` that change when the event has been announced."""
    incident = receiver.requests[-1].json["incident"]
    return {name: incident[name] for name in ("version", "updates", "updated_at")}


def test_a_hook_is_called_for_what_it_asks_for_and_two_hooks_are_independent(
    installation: Installation, receiver: Receiver
) -> None:
    with receiving(Receiver()) as chat:
        installation.configure(
            hook(receiver.url, on='["closed"]') + hook(chat.url, on='["declared", "severity"]', name="chat")
        )
        declare(installation)
        change(installation, "--severity", "4")
        installation.ok("close", ID)
        assert receiver.events == ["closed"]
        assert chat.events == ["declared", "severity"]


def test_what_a_hook_missed_while_it_was_down_comes_later_in_order(installation: Installation) -> None:
    with receiving(Receiver()) as first:
        url = first.url
    installation.configure(hook(url))
    declare(installation)
    change(installation, "--severity", "4")
    change(installation, "--phase", "2")
    waiting = calls(installation)
    assert [call["event"] for call in waiting] == ["declared", "severity", "phase"]
    assert "cannot be reached" in waiting[0]["last_error"]
    assert [call["attempts"] for call in waiting][1:] == [0, 0]  # they wait for the one before them
    with receiving(Receiver(), port=int(url.split(":")[2].split("/")[0])) as back:
        installation.clock.tick(minutes=10)
        installation.ok("flush")
        assert back.events == ["declared", "severity", "phase"]
    assert calls(installation) == []


def test_an_error_is_tried_again_with_the_same_id_and_the_same_bytes(
    installation: Installation, receiver: Receiver
) -> None:
    receiver.script = [Answer(500, body=b"out of memory"), Answer(200)]
    installation.configure(hook(receiver.url, on='["declared"]'))
    declare(installation)
    (waiting,) = calls(installation)
    assert waiting["last_error"] == "it answered 500: out of memory"
    installation.ok("flush")
    assert len(receiver.requests) == 1  # not before its time
    installation.clock.tick(seconds=6)
    installation.ok("flush")
    first, second = receiver.requests
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert calls(installation) == []


def test_a_receiver_that_hangs_up_or_says_nothing_is_called_again(
    installation: Installation, receiver: Receiver
) -> None:
    receiver.script = [Answer(hangs_up=True), Answer(waits=True), Answer(200)]
    installation.configure(hook(receiver.url, 'timeout = "1s"', on='["declared"]'))
    declare(installation)
    assert "cannot be reached" in calls(installation)[0]["last_error"]
    installation.clock.tick(minutes=1)
    assert installation.run("flush").code == 75
    assert calls(installation)[0]["last_error"] == "no answer within 1 s"
    receiver.released.set()
    installation.clock.tick(minutes=1)
    installation.ok("flush")
    assert (len(receiver.requests), calls(installation)) == (3, [])


@pytest.mark.parametrize(("given", "wait_s"), [("120", 120), ("86400", 3600), ("nonsense", 5)])
def test_a_receiver_that_asks_to_wait_is_left_alone_for_so_long(
    installation: Installation, receiver: Receiver, given: str, wait_s: int
) -> None:
    receiver.script = [Answer(429, {"Retry-After": given}), Answer(200)]
    installation.configure(hook(receiver.url, on='["declared"]'))
    declare(installation)
    (waiting,) = calls(installation)
    due = installation.clock.now + timedelta(seconds=wait_s)
    assert waiting["next_attempt_at"] == due.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_refusal_for_good_does_not_stop_what_follows_and_can_be_retried(
    installation: Installation, receiver: Receiver
) -> None:
    receiver.script = [Answer(410, body=b"archived"), Answer(200)]
    installation.configure(hook(receiver.url, on='["declared", "severity"]'))
    declare(installation)
    change(installation, "--severity", "4")
    assert receiver.events == ["declared", "severity"]
    (failed,) = calls(installation)
    assert (failed["state"], failed["last_error"]) == ("failed", "it answered 410: archived")
    status = installation.run("status", "--json")
    assert "1 call to the hook pager failed for good within a day" in status.json["attention"][0]
    assert installation.ok("outbox", "retry", failed["number"]).out == f"the hook pager was told: declared of {ID}\n"
    assert receiver.events == ["declared", "severity", "declared"]
    assert installation.run("outbox", "retry", failed["number"]).code == 2  # nothing is told twice


def test_a_huge_answer_is_read_only_at_its_beginning(installation: Installation, receiver: Receiver) -> None:
    receiver.script = [Answer(500, body=b"x" * 50_000_000), Answer(200, body=b"y" * 50_000_000)]
    installation.configure(hook(receiver.url, on='["declared"]'))
    declare(installation)
    assert len(calls(installation)[0]["last_error"]) < 300
    installation.clock.tick(minutes=1)
    installation.ok("flush")
    assert calls(installation) == []


def test_given_up_after_the_time_that_the_hook_says_and_the_operator_is_told_before_and_then(
    installation: Installation,
) -> None:
    installation.configure(
        hook(down(), 'give_up_after = "1h"', on='["declared"]') + '[operator]\naddress = "postmaster@example.com"\n'
    )
    declare(installation)
    installation.clock.tick(minutes=10)
    assert installation.run("flush").code == 75
    installation.clock.tick(hours=1)
    assert installation.run("flush").code == 69
    (failed,) = calls(installation)
    assert (failed["state"], failed["last_error"][-10:]) == ("failed", "(given up)")
    told = [str(mail["Subject"]) for mail in installation.private if mail["To"] == "postmaster@example.com"]
    assert told == [
        "A hook cannot be reached: hook pager",
        "A hook was not told something, for good: hook pager",
    ]


def test_a_dropped_call_is_not_made_and_those_behind_it_are(installation: Installation, receiver: Receiver) -> None:
    receiver.script = [Answer(500), Answer(200)]
    installation.configure(hook(receiver.url, on='["declared", "severity"]'))
    declare(installation)
    (waiting,) = calls(installation)
    assert (
        installation.ok("outbox", "drop", waiting["number"]).out == f"dropped h1 to the hook pager: declared of {ID}\n"
    )
    change(installation, "--severity", "4")
    assert receiver.events == ["declared", "severity"]
    assert installation.run("outbox", "drop", "h1").code == 2


def test_what_waits_for_a_hook_that_is_gone_stays_and_status_says_so(
    installation: Installation, receiver: Receiver
) -> None:
    installation.configure(hook(down(), on='["declared"]'))
    declare(installation)
    installation.configure(hook(receiver.url, name="other"))
    installation.clock.tick(hours=48)
    installation.ok("flush")
    assert "for the hook pager, which is not in the configuration" in " ".join(
        installation.run("status", "--json").json["attention"]
    )
    assert "no hook is called pager" in installation.run("outbox", "retry", "h1").err


def test_muted_nothing_is_called_and_all_of_it_when_it_is_over(installation: Installation, receiver: Receiver) -> None:
    configured = hook(receiver.url)
    installation.configure(configured)
    declare(installation)
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[mail]", "[mail]\nmute = true"))
    installation.ok("note", ID, "The bank was called")
    installation.clock.tick(minutes=1)
    installation.ok("flush")
    assert receiver.events == ["declared"]
    installation.config.write_text(text)
    installation.ok("flush")
    assert receiver.events == ["declared", "note"]


def test_restricted_incidents_and_drills_are_told_only_to_hooks_that_ask_for_them(
    installation: Installation, receiver: Receiver
) -> None:
    with receiving(Receiver()) as cleared:
        installation.configure(
            hook(receiver.url) + hook(cleared.url, "restricted = true\ndrills = true", name="security")
        )
        text = installation.config.read_text()
        installation.config.write_text(text.replace("[mail]", 'restricted = "security-incidents@example.com"\n[mail]'))
        installation.ok("declare", "Keys leaked", "--restricted", "--yes")
        installation.ok("declare", "Keys leaked too", "--restricted", "--silent", "--yes")
        installation.ok("declare", "Exercise", "--drill", "--yes")
        assert receiver.requests == []
        assert [request.json["incident"]["description"] for request in cleared.requests if
                request.json["event"] == "declared"] == ["Keys leaked", "Keys leaked too", "Exercise"]  # fmt: skip


def test_what_waits_is_withheld_once_the_incident_is_restricted(installation: Installation, receiver: Receiver) -> None:
    receiver.script = [Answer(500), Answer(200)]
    installation.configure(hook(receiver.url))
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[mail]", 'restricted = "security-incidents@example.com"\n[mail]'))
    declare(installation)
    installation.ok("restrict", ID)
    installation.clock.tick(minutes=10)
    installation.ok("flush")
    assert len(receiver.requests) == 1
    (withheld,) = calls(installation, "--all")
    assert (withheld["state"], withheld["last_error"][:8]) == ("dropped", "withheld")


def test_a_reply_by_mail_and_the_clock_call_hooks_too(
    installation: Installation, receiver: Receiver, mails: Any
) -> None:
    installation.configure(hook(receiver.url, on='["severity", "role_needed", "update_missed"]'))
    mail = installation.declare("Checkout is down", "--severity", "3", "--yes")
    installation.ingest(mails.reply_to(mail, "sev 1", "Jayla <jayla@example.com>"))
    installation.clock.tick(minutes=1)
    installation.ok("flush")
    told = [(one["event"], one["data"].get("role"), one["by"]["name"]) for one in (r.json for r in receiver.requests)]
    assert told[0] == ("severity", None, "Jayla")
    assert [role for event, role, _ in told if event == "role_needed"][-2:] == ["customer_liaison", "business_liaison"]
    installation.clock.tick(minutes=45)
    installation.ok("flush")
    assert receiver.events[-1] == "update_missed"
    assert receiver.requests[-1].json["what"].startswith("no update was sent by ")


def test_declare_says_who_was_paged(installation: Installation, receiver: Receiver) -> None:
    installation.configure(hook(receiver.url, on='["declared"]', name="chat"))
    assert declare(installation).endswith("Mail was sent. No pager is set up: if somebody must act now, phone them.\n")
    installation.configure(hook(receiver.url, on='["declared", "update_missed"]'))
    assert installation.ok("declare", "Search is slow", "--yes").err.endswith("Paged: the hook pager has it.\n")
    installation.configure(hook(receiver.url, on='["update_missed"]'))
    said = installation.ok("declare", "Login fails", "--yes").err
    assert said.endswith("Mail was sent. The hook pager was not called: if somebody must act now, phone them.\n")
    installation.configure(hook(down(), on='["all"]'))
    said = installation.ok("declare", "Mail is late", "--yes").err
    assert "NOBODY HAS BEEN PAGED YET by the hook pager" in said


def test_a_call_is_recorded_with_its_event_or_not_at_all(installation: Installation, receiver: Receiver) -> None:
    installation.configure(hook(receiver.url))
    declare(installation)
    refused = installation.run("update", ID, "--severity", "77")
    assert refused.code != 0
    assert len(receiver.requests) == 1
    assert receiver.requests[0].json["incident"]["version"] == 1


def test_no_environment_of_ours_reaches_a_command(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENTMAIL_PASSWORD", "hunter2hunter2")
    kept = installation.path / "kept"
    program = installation.path / "page"
    program.write_text(f'#!/bin/sh\ncat >> {kept}; echo >> {kept}; env > {kept}.env; echo "$@" > {kept}.args\n')
    program.chmod(0o755)
    installation.configure(
        f'[[hook]]\non = ["all"]\ncommand = "{program} --team \'two words\' $(touch {kept}.shell)"\n'
    )
    declare(installation)
    assert '"event":"declared"' in kept.read_text()
    env = (installation.path / "kept.env").read_text()
    assert "INCIDENTMAIL_EVENT=declared" in env
    assert f"INCIDENTMAIL_INCIDENT={ID}" in env
    assert "hunter2" not in env
    assert "two words" in (installation.path / "kept.args").read_text()
    assert not (installation.path / "kept.shell").exists()


@pytest.mark.parametrize(
    ("script", "state", "error"),
    [
        ("cat > /dev/null; exit 0", "sent", None),
        ("exit 0", "sent", None),
        ("echo no such team >&2; exit 65", "failed", "it ended with 65: no such team"),
        ("echo 'no route\x1b[2J to it' >&2; exit 1", "queued", "it ended with 1: no route"),
        ("sleep 60 & sleep 60", "queued", "it did not end within 1 s"),
        ("kill -9 $$", "queued", "it was ended by signal 9"),
        ("head -c 5000000 /dev/zero >&2; exit 3", "queued", "it ended with 3"),
    ],
)
def test_the_exit_code_of_a_command_decides(
    installation: Installation, script: str, state: str, error: str | None
) -> None:
    program = installation.path / "page"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    installation.configure(f'[[hook]]\non = ["declared"]\ncommand = "{program}"\ntimeout = "1s"\n')
    declare(installation)
    (call,) = calls(installation, "--all")
    assert call["state"] == state
    assert (call["last_error"] or "").startswith(error or "")
    assert "\x1b" not in installation.ok("outbox", "list", "--all").out


def test_a_command_that_is_not_there_is_tried_again(installation: Installation) -> None:
    installation.configure('[[hook]]\non = ["declared"]\ncommand = "/nonexistent/page"\n')
    declare(installation)
    assert calls(installation)[0]["last_error"] == f"it cannot be started: {os.strerror(2)}"
