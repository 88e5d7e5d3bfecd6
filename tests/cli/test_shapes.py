"""`--json` prints exactly the documented keys and types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
PERSON = {"name": str, "address": (str, type(None))}
ITEM = {
    "number": int, "kind": str, "text": str, "owner": (dict, type(None)), "done": bool, "at": "time",
    "by": (dict, type(None)), "due_at": "time?", "about": (int, type(None)), "verdict": (str, type(None)),
    "judged_by": (dict, type(None)), "asked_at": "time?",
}  # fmt: skip
BRIEF = {
    "id": str, "ref": str, "description": str, "status": str, "severity": int, "phase": int, "commander": PERSON,
    "venue": (str, type(None)), "missing_roles": [str], "drill": bool, "restricted": bool, "declared_at": "time",
    "updated_at": "time", "next_update_at": "time?",
}  # fmt: skip
SHOW = {
    **BRIEF, "details": str, "assumed": [str], "backchannel": (str, type(None)), "impact": (str, type(None)),
    "not_affected": (str, type(None)), "customers_may_be_told": (str, type(None)),
    "customer_words": (dict, type(None)), "merged_into": (str, type(None)), "merged_from": [str], "roles": dict,
    "started_at": "time?", "detected_at": "time?",
    "version": int, "updates": int, "proposals": [dict], "actions": [ITEM], "needs": [ITEM], "assumptions": [ITEM],
    "decisions": [ITEM], "about_to": [ITEM], "documents": [ITEM], "engaged": [dict],
    "next_commander": (dict, type(None)),
    "breaks": [dict], "aware_at": "time?", "deadlines": [{"name": str, "at": "time", "met": bool}],
    "roll_call": (dict, type(None)),
    "offers": [{"role": str, "to": PERSON, "at": "time", "state": str}],
    "retro": {"owner": PERSON, "held_at": "time?", "not_needed": bool, "planned": (dict, type(None))},
    "promises": {"due_at": "time?", "stated_at": "time?", "kept": int, "missed": int},
}  # fmt: skip
DONE = {"id": str, "version": int, "events": [str], "mails": [{"message_id": str, "state": str}]}
LOG = {
    "seq": int, "incident": str, "version": int, "kind": str, "at": "time", "actor": PERSON, "trust": str, "data": dict,
    "caused_by": (dict, type(None)), "hash": str,
}  # fmt: skip
INBOX = {
    "seq": int, "received_at": "time", "message_id": (str, type(None)), "from": (str, type(None)), "subject": str,
    "disposition": str, "rule": (str, type(None)), "incident": (str, type(None)), "trust": (str, type(None)),
    "outcome": str, "reason": (str, type(None)),
}  # fmt: skip
OUTBOX = {
    "number": int, "message_id": str, "to": [str], "subject": str, "state": str, "attempts": int,
    "last_error": (str, type(None)), "next_attempt_at": "time?", "returned_at": "time?", "missed_at": "time?",
}  # fmt: skip
VERDICT = {"ok": bool, "size": int, "head": str, "first_bad": (int, type(None)), "reason": (str, type(None))}
ALERT = {
    "number": int, "state": str, "title": str, "severity": int, "because": (str, type(None)), "system": str,
    "from": str, "is_proven": bool, "opened_at": "time", "last_at": "time", "mails": int, "alerts": int,
    "asked": [{"person": dict, "at": "time", "times": int}], "on_call_fault": (str, type(None)),
    "incident": (str, type(None)), "settled_at": "time?", "settled_by": (dict, type(None)),
    "reason": (str, type(None)),
}  # fmt: skip
ALERT_SHOWN = {
    **ALERT, "details": str, "accepted_mails": [int],
    "parts": [{"title": str, "severity": int, "mails": int, "last_at": "time", "is_over": bool}],
}  # fmt: skip
EXPLAIN = {
    "file": str, "disposition": str, "rule": (str, type(None)), "incident": (str, type(None)),
    "matched_by": (str, type(None)), "trust": (str, type(None)), "new_text": str,
    "commands": [{"name": str, "value": object, "form": str, "line": int}],
    "problems": [{"line": int, "reason": str, "remedy": str}],
    "asks": [{"line": int, "about": str, "offers": [str], "withheld": (str, type(None))}],
    "wants": (str, type(None)), "since": "time?", "alert": (dict, type(None)),
    "would": {
        "outcome": str, "reason": (str, type(None)), "events": [{"kind": str, "data": dict}],
        "shortfalls": [{"line": (int, type(None)), "kind": str, "reason": str, "remedy": str}], "tells_list": bool,
        "private": [{"to": str, "kind": str, "text": str}],
    },
}  # fmt: skip


def agrees(value: Any, shape: Any, where: str = "") -> None:
    if isinstance(shape, dict):
        assert isinstance(value, dict), where
        assert set(value) == set(shape), where
        for name, inner in shape.items():
            agrees(value[name], inner, f"{where}.{name}")
    elif isinstance(shape, list):
        assert isinstance(value, list), where
        for part in value:
            agrees(part, shape[0], f"{where}[]")
    elif shape in ("time", "time?"):
        assert (shape == "time?" and value is None) or TIME.fullmatch(value), where
    else:
        assert isinstance(value, shape), where
        assert not (shape is int and isinstance(value, bool)), where


def busy(installation: Installation, mails: Mails) -> None:
    mail = installation.declare(
        "Cards fail", "--sme", "Bo K.", "--next-update", "2026-11-20 15:00 UTC", "-m", "Details."
    )
    text = (
        "sev 1\nAction: Call the bank (Bo K.)\nNeed: A second pair of eyes\nAssumption: The gateway is at fault\n"
        "Decision: Invoice only"
    )
    installation.ingest(mails.reply_to(mail, text, JAYLA))


def test_show_and_list(installation: Installation, mails: Mails) -> None:
    busy(installation, mails)
    shown = installation.show()
    agrees(shown, SHOW)
    for people in shown["roles"].values():
        agrees(people, [PERSON])
    assert shown["actions"][0]["owner"] == {"name": "Bo K.", "address": None}
    assert [len(shown[kind]) for kind in ("actions", "needs", "assumptions", "decisions")] == [1, 1, 1, 1]
    listed = installation.ok("list", "--json").json
    agrees(listed, [BRIEF])
    assert listed[0] == {name: shown[name] for name in BRIEF}


def test_what_was_done(installation: Installation) -> None:
    for args in (["declare", "Cards fail"], ["update", "--severity", "1"], ["note", "Hm."], ["undo", "1"], ["close"]):
        done = installation.ok(*args, "--json").json
        agrees(done, DONE)
        assert all(mail["state"] == "sent" and mail["message_id"].startswith("<") for mail in done["mails"])
    assert done["events"] == ["status_changed.v1"]


def test_log(installation: Installation, mails: Mails) -> None:
    busy(installation, mails)
    lines = installation.log()
    agrees(lines, [LOG])
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    cause = next(line["caused_by"] for line in lines if line["kind"] == "severity_changed.v1")
    agrees(cause, {"seq": int, "sha256": str, "message_id": str})
    assert cause["message_id"].endswith("@mua.example>")


def test_inbox_and_ingest(installation: Installation, mails: Mails) -> None:
    busy(installation, mails)
    agrees(installation.ingest(mails.new("Hm.", sender="Eve <eve@evil.test>", subject="Hm")), INBOX)
    agrees(installation.ingest(b"\0"), INBOX)
    lines = installation.ok("inbox", "--all", "--json").lines
    agrees(lines, [INBOX])
    assert len(lines) == 3


def test_outbox(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("update", "--severity", "1")
    lines = installation.ok("outbox", "list", "--all", "--json").lines
    agrees(lines, [OUTBOX])
    assert [line["state"] for line in lines] == ["sent", "queued"]
    assert lines[1]["next_attempt_at"] is not None
    assert lines[1]["to"] == ["incidents@example.com"]


def test_ledger_verify(installation: Installation) -> None:
    installation.declare("Cards fail")
    verdict = installation.ok("ledger", "verify", "--json").json
    agrees(verdict, VERDICT)
    assert (verdict["ok"], verdict["size"]) == (True, 2)


def test_explain(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail")
    raw = mails.reply_to(mail, "sev 1\nSeverity: no idea", JAYLA)
    (shown,) = installation.ok("explain", "--json", stdin=raw).lines
    agrees(shown, EXPLAIN)
    assert (shown["disposition"], shown["matched_by"], shown["trust"]) == ("reply", "plus-address", "member")
    assert shown["commands"][0] == {"name": "severity", "value": 1, "form": "shorthand", "line": 1}
    assert len(shown["problems"]) == 1


def test_alert(installation: Installation, mails: Mails) -> None:
    installation.configure(
        '[alerts]\nfrom = ["alerts@monitoring.example.com"]\n[duty]\ncommanders = ["jayla@example.com"]\n'
    )
    raw = mails.new("x", sender="alerts@monitoring.example.com", subject="[FIRING:1] \x1b[2J Checkout")
    (explained,) = installation.ok("explain", "--json", stdin=raw).lines
    agrees(explained, EXPLAIN)
    assert explained["alert"]["title"] == "[2J Checkout"
    installation.ingest(raw)
    installation.clock.tick(seconds=30)
    installation.ok("flush")
    (waiting,) = installation.ok("alert", "list", "--json").lines
    agrees(waiting, ALERT)
    assert [one["person"]["address"] for one in waiting["asked"]] == ["jayla@example.com"]
    agrees(installation.ok("alert", "show", "1", "--json").json, ALERT_SHOWN)
    agrees(installation.ok("alert", "reject", "1", "--json").json, ALERT)
    assert set(installation.ok("alert", "address", "--json").json) == {"address", "from"}


def test_nothing_in_json_can_steer_a_terminal_and_letters_stay_readable(
    installation: Installation, mails: Mails
) -> None:
    text = "Ünïcode \x1b[2J \x9b31m \u202eabc \x7f done"
    shown = installation.ok("explain", "--json", "--text", stdin=text.encode())
    assert "Ünïcode" in shown.out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown.out)
    assert shown.json["new_text"].startswith("Ünïcode")
