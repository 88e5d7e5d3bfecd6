"""A ledger that does not exist is never shown or verified as if it did, because its path may be misspelt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Installation


def test_verify_and_migrate_say_alike_that_there_is_no_ledger(installation: Installation) -> None:
    for command in ("verify", "migrate"):
        for args in ([], ["--json"]):
            result = installation.run("ledger", command, *args)
            assert (result.code, result.out) == (70, "")
            assert f"error: there is no ledger {installation.ledger}\nhint: check [ledger] url" in result.err
    assert not installation.ledger.exists()


def test_status_says_that_there_is_no_ledger_and_shows_no_head(installation: Installation) -> None:
    shown = installation.ok("status").out
    assert "note       there is no ledger yet" in shown and str(installation.ledger) in shown
    assert not re.search(r"^head|[0-9a-f]{16}|0\.1 MB", shown, re.M)
    found = installation.ok("status", "--json").json
    assert found["ledger"] == {"path": str(installation.ledger), "size": 0, "head": None, "bytes": 0}
    assert any("no ledger" in note for note in found["notes"])


def test_an_empty_ledger_is_a_ledger(installation: Installation) -> None:
    installation.ok("flush")
    found = installation.ok("status", "--json").json
    assert found["ledger"]["head"] and found["ledger"]["bytes"] > 0
    assert not any("no ledger" in note for note in found["notes"])
    assert installation.ok("ledger", "verify", "--json").json["head"] == found["ledger"]["head"]
    migrated = installation.ok("ledger", "migrate", "--json").json
    assert (migrated["head"], migrated["accepted_head"]) == (None, None)
