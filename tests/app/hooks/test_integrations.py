"""The examples in docs/integrations.md work as printed, written to files, configured, and called by real events."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fake_api import Call, FakeApi, serving

if TYPE_CHECKING:
    from conftest import Installation, Mails

PAGE = (Path(__file__).parents[3] / "docs" / "integrations.md").read_text(encoding="utf-8")
NAMES = ("status-page", "chat-topic", "on-call", "wake", "ticket", "dashboard")
MARA, TOMAS = "Mara Lindqvist <mara@example.com>", "Tomás R. <tomas@example.com>"
ID, WORDS = "2026-11-20-checkout-is-down", "Some card payments fail. Please pay by invoice."


def block(language: str, name: str) -> str:
    found = re.search(rf"^```{language} {name}\n(.*?)^```$", PAGE, re.S | re.M)
    assert found is not None, f"docs/integrations.md has no {language} {name}"
    return found[1]


class Place:
    """An installation on a machine with the programs from the document, and an API for them to call."""

    def __init__(self, installation: Installation, api: FakeApi) -> None:
        self.installation, self.api = installation, api
        self.bin = installation.path / "bin"
        self.bin.mkdir()
        (installation.path / "token").write_text("s3cr3t-token\n")
        (installation.path / "rota.json").write_text(block("json", "rota"))
        self.program("incidentmail", f'#!/bin/sh\nexec {sys.executable} -m incidentmail --config {self.config} "$@"\n')
        for name in NAMES:
            head, _, rest = block("python", name).partition("\n")
            assert head == "#!/usr/bin/env python3"
            self.program(name, f"#!{sys.executable}\n{rest}")

    @property
    def config(self) -> Path:
        return self.installation.config

    def program(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def configure(self, name: str, before: str = "") -> None:
        """Write the configuration from the document, with the paths and URLs of this test."""
        text = block("toml", name).replace("/usr/local/bin/", f"{self.bin}/")
        text = re.sub(r"https://[a-z]+\.example\.com", self.api.url, text)
        text = re.sub(r"/etc/incidentmail/\S+\.token", f"{self.installation.path}/token", text)
        self.installation.configure(before + text.replace("/etc/incidentmail/", f"{self.installation.path}/"))

    def declare(self, *args: str) -> Any:
        return self.installation.declare("Checkout is down", "--severity", "2", "--yes", *args)

    def all_done(self) -> None:
        """Assert that nothing waits for a hook, and that nothing has failed."""
        assert [line for line in self.installation.ok("outbox", "list", "--json").lines if "hook" in line] == []


@pytest.fixture
def place(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with serving(FakeApi()) as api:
        found = Place(installation, api)
        monkeypatch.setenv("PATH", f"{found.bin}:{os.environ['PATH']}")
        yield found


def test_the_status_page_shows_only_what_two_people_approved(place: Place, mails: Mails) -> None:
    place.configure("status-page")
    installation = place.installation
    mail = place.declare("--customer-liaison", TOMAS)
    installation.ingest(mails.reply_to(mail, "Customers may be told: We know.", TOMAS))  # one person
    assert [call.method for call in place.api.calls] == ["PATCH"]  # nothing appears that was not there
    assert "We know" not in json.dumps([call.json for call in place.api.calls])
    installation.ingest(mails.reply_to(mail, f"Customers may be told: {WORDS}", MARA))
    asked = [one for one in installation.private if "may be told. Is it right?" in one.get_content()]
    installation.ingest(mails.reply_to(asked[-1], "accept", TOMAS))
    (shown,) = place.api.of("PUT")
    assert (shown.path, shown.token) == (f"/api/incidents/{ID}", "Bearer s3cr3t-token")
    assert (shown.json["state"], shown.json["message"]) == ("investigating", WORDS)
    installation.ok("close", ID)
    assert place.api.calls[-1].json["state"] == "resolved"
    place.all_done()


def test_a_status_page_that_is_down_gets_the_words_later(place: Place) -> None:
    place.configure("status-page")
    place.declare()
    place.api.answer = lambda call: (503, {})
    place.installation.ok("close", ID)
    assert "the status page answered 503" in place.installation.ok("outbox", "list").out
    place.api.answer = lambda call: (404, {})  # customers never saw it
    place.installation.clock.tick(minutes=1)
    place.installation.ok("flush")
    place.all_done()


def test_the_topic_names_the_open_incidents_and_no_restricted_one(place: Place) -> None:
    place.configure("chat-topic", "")
    text = place.config.read_text()
    place.config.write_text(text.replace("[mail]", 'restricted = "security-incidents@example.com"\n[mail]'))
    place.declare()
    place.installation.ok("declare", "Keys leaked", "--restricted", "--yes")
    place.installation.ok("declare", "Exercise", "--drill", "--yes")
    topic = "sev 2: Checkout is down (Mara Lindqvist leads)"
    assert place.api.calls[-1].json == {"topic": topic}
    assert {call.path for call in place.api.of("PUT")} == {"/api/rooms/incidents"}
    place.installation.ok("declare", "Search " + "is slow " * 40, "--severity", "1", "--yes")
    assert place.api.calls[-1].json["topic"].startswith("2 open incidents, the worst: sev 1: Search is slow")
    assert len(place.api.calls[-1].json["topic"]) <= 250
    place.installation.ok("restrict", ID)
    assert "Checkout" not in place.api.calls[-1].json["topic"]
    place.all_done()


def test_who_is_on_call_is_offered_the_role_and_woken(place: Place) -> None:
    place.configure("on-call")
    said = place.installation.ok("declare", "Checkout is down", "--severity", "1", "--commander", MARA, "--yes")
    assert said.err.endswith("Paged: the hook wake has it.\n")
    sent = place.api.of("POST")
    assert [call.json["to"] for call in sent] == ["+44 20 7946 0002", "+44 20 7946 0003"]
    assert "nobody is Customer liaison yet. Please look at your mail." in sent[0].json["text"]
    for _ in range(2):
        place.installation.clock.tick(minutes=6)
        place.installation.ok("flush")
    offered = [call.json for call in place.api.of("POST")[2:] if "offered" in call.json["text"]]
    assert {one["to"] for one in offered} == {"+44 20 7946 0002", "+44 20 7946 0003"}
    place.installation.clock.tick(minutes=45)
    place.installation.ok("flush")
    assert place.api.calls[-1].json["to"] == "+44 20 7946 0001"  # the commander owes an update
    keys = [call.json["key"] for call in place.api.of("POST")]
    assert len(keys) == len(set(keys))
    place.all_done()
    place.installation.ok("hook", "test", "wake", "--event", "role_needed")
    assert place.api.calls[-1].json["text"].startswith("TEST: ")


class Tracker:
    """As much of an issue tracker as the example needs."""

    def __init__(self) -> None:
        self.issues: list[dict[str, Any]] = []
        self.notes: list[str] = []

    def answer(self, call: Call) -> tuple[int, Any]:
        path = call.path.partition("?")[0].removeprefix("/api/v4/projects/7")
        if call.token != "s3cr3t-token":
            return 401, {}
        if path == "/issues" and call.method == "GET":
            wanted = re.search(r"labels=([^&]+)", call.path)
            return 200, [one for one in self.issues if wanted is None or wanted[1] in one["labels"]]
        if path == "/issues":
            self.issues.append({"iid": len(self.issues) + 1, **call.json})
            return 201, self.issues[-1]
        if path.endswith("/notes"):
            if call.method == "POST":
                self.notes.append(call.json["body"])
            return 200, [{"body": body} for body in self.notes]
        self.issues[0] |= call.json
        return 200, self.issues[0]


def test_one_ticket_follows_the_incident_to_its_end(place: Place) -> None:
    tracker = Tracker()
    place.api.answer = tracker.answer
    place.configure("ticket")
    place.declare()
    place.installation.clock.tick(minutes=1)
    place.installation.ok("update", ID, "--severity", "1", "-m", "/close @all refunds fail")
    (issue,) = tracker.issues
    assert (issue["title"], issue["labels"]) == ("Checkout is down", f"incident,{ID}")
    assert [line for note in tracker.notes for line in note.splitlines() if line.startswith(("/", "@"))] == []
    place.installation.ok("close", ID)
    assert issue["state_event"] == "close"
    assert "raised the severity from 2 to 1 (critical)" in issue["description"]
    before = len(tracker.notes)
    place.installation.ok("reopen", ID)
    assert (issue["state_event"], len(tracker.issues), len(tracker.notes)) == ("reopen", 1, before + 1)
    place.all_done()


def test_a_call_that_comes_twice_adds_nothing_to_the_ticket(place: Place) -> None:
    tracker = Tracker()
    place.configure("ticket")
    lost = [True]

    def answer(call: Call) -> tuple[int, Any]:
        status, found = tracker.answer(call)
        if lost and call.method == "POST" and call.path.endswith("/notes"):
            lost.pop()  # it was added, but we do not hear of it
            return 502, {}
        return status, found

    place.api.answer = answer
    place.declare()
    place.installation.clock.tick(minutes=1)
    place.installation.ok("flush")
    assert (len(tracker.issues), len(tracker.notes)) == (1, 1)
    place.all_done()


def test_the_dashboard_gets_figures_of_open_incidents(place: Place, tmp_path: Path) -> None:
    place.installation.configure()
    place.declare()
    place.installation.ok("declare", "Exercise", "--drill", "--severity", "1", "--yes")
    file = tmp_path / "incidents.prom"
    done = place.installation.process(f"{place.bin}/dashboard {file}")
    assert done.returncode == 0, done.stderr
    lines = file.read_text().splitlines()
    assert 'incident_open{severity="2"} 1' in lines
    assert 'incident_open{severity="1"} 0' in lines
    declared = int(datetime(2026, 11, 20, 14, 20, tzinfo=UTC).timestamp())
    assert f'incident_declared_seconds{{id="{ID}"}} {declared}' in lines
    assert f'incident_update_due_seconds{{id="{ID}"}} {declared + 3600}' in lines


@pytest.mark.parametrize("name", ["status-page", "chat-topic", "wake", "ticket"])
def test_each_hook_of_the_page_can_be_tested_and_examined(place: Place, name: str) -> None:
    place.api.answer = lambda call: (200, [])
    place.configure("on-call" if name == "wake" else name)
    place.installation.ok("flush")
    place.installation.ok("hook", "test", name)
    found = place.installation.run("doctor", "--json").json["findings"]
    assert [one["level"] for one in found if one["check"] == "hook"] == ["ok"]
    assert "s3cr3t" not in json.dumps([call.json for call in place.api.calls])
