"""Calls in the form of a chat or pager are valid JSON with every text escaped, and the form can be changed."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hook_receiver import Receiver, receiving

if TYPE_CHECKING:
    from conftest import Installation

HOSTILE = 'Pay "now" <!channel> <script>alert(1)</script> & {{ 7 * 7 }} \\u0022, */ <https://evil.test|here>'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as found:
        yield found


def configure(installation: Installation, receiver: Receiver, template: str, more: str = "") -> None:
    installation.configure(
        f'[[hook]]\nname = "chat"\non = ["all"]\nallow_private = true\nurl = "{receiver.url}"\n'
        f'template = "{template}"\nsecret_command = "echo routing-key"\n{more}'
    )


def told(installation: Installation, receiver: Receiver, template: str) -> Any:
    """Return what the receiver got about the declaration of an incident with a hostile description."""
    configure(installation, receiver, template)
    installation.ok("declare", HOSTILE, "--severity", "2", "--venue", "#cards <b>", "--yes")
    return receiver.requests[0].json


def test_slack_gets_text_in_which_nothing_is_a_mention_or_a_link(
    installation: Installation, receiver: Receiver
) -> None:
    found = told(installation, receiver, "slack")
    for text in (found["text"], found["blocks"][0]["text"]["text"]):
        assert "<" not in text and ">" not in text
        assert HOSTILE in html.unescape(text)
    assert "Join: #cards &lt;b&gt;" in found["blocks"][0]["text"]["text"]


def test_teams_gets_text_runs_which_show_everything_as_it_is(installation: Installation, receiver: Receiver) -> None:
    body = told(installation, receiver, "teams")["attachments"][0]["content"]["body"]
    assert body[0]["inlines"][0]["text"] == f"[sev 2] {HOSTILE}"
    assert [block["type"] for block in body] == ["RichTextBlock"] * 3


def test_matrix_gets_html_without_foreign_tags(installation: Installation, receiver: Receiver) -> None:
    found = told(installation, receiver, "matrix")
    assert HOSTILE in found["text"]
    assert "<script" not in found["html"]
    assert HOSTILE in html.unescape(found["html"])


def test_the_pager_gets_one_alert_that_is_triggered_acknowledged_and_resolved(
    installation: Installation, receiver: Receiver
) -> None:
    configure(installation, receiver, "pagerduty")
    installation.ok("declare", "Checkout is down", "--severity", "3", "--yes")
    installation.clock.tick(minutes=1)
    for words in (
        ("update", "--severity", "1"), ("note", "The bank was called"), ("flush",),
        ("update", "--commander", "Ann B. <ann@example.com>"), ("close",),
    ):  # fmt: skip
        installation.ok(*words)
    actions = [request.json["event_action"] for request in receiver.requests]
    assert (actions[0], actions[-2:]) == ("trigger", ["acknowledge", "resolve"])
    assert set(actions[:-2]) == {"trigger"}  # the note and lesser changes are left out
    assert {request.json["dedup_key"] for request in receiver.requests} == {"2026-11-20-checkout-is-down"}
    assert {request.json["routing_key"] for request in receiver.requests} == {"routing-key"}
    assert receiver.requests[0].json["payload"]["severity"] == "warning"
    done = installation.ok("outbox", "list", "--all", "--json").lines
    assert {one["state"] for one in done if "hook" in one} == {"sent"}  # also what the template leaves out


def test_a_template_of_ones_own_is_used_and_its_fault_holds_the_call_until_it_is_corrected(
    installation: Installation, receiver: Receiver
) -> None:
    own = installation.path / "own" / "hook"
    own.mkdir(parents=True)
    (own / "ours.json.j2").write_text('{"say": "{{ headline }}"}')
    configure(installation, receiver, "ours")
    text = installation.config.read_text()
    installation.config.write_text(f'templates = "{own.parent}"\n{text}')
    installation.ok("declare", 'Checkout is "down"', "--yes")
    (waiting, *_) = [one for one in installation.ok("outbox", "list", "--json").lines if "hook" in one]
    assert "template hook/ours.json.j2 does not write JSON" in waiting["last_error"]
    assert receiver.requests == []
    assert installation.run("template", "check").code == 70
    (own / "ours.json.j2").write_text('{"say": {{ headline | tojson }}}')
    assert "matrix, ours, pagerduty" in installation.ok("template", "check").out
    installation.clock.tick(minutes=1)
    installation.ok("flush")
    assert receiver.requests[0].json == {"say": '[sev 3] Checkout is "down"'}


@pytest.mark.parametrize("name", ["slack", "teams", "matrix", "pagerduty"])
def test_preview_shows_what_a_hook_is_sent(installation: Installation, name: str) -> None:
    installation.configure()
    assert json.loads(installation.ok("template", "preview", "--kind", f"hook-{name}").out)
