"""If nothing can be recorded, the terminal prints the text for the list, with the severity."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from incidentmail.errors import LedgerBusyError
from incidentmail.ledger.sqlite.store import SqliteLedger

if TYPE_CHECKING:
    from conftest import Installation


@pytest.fixture
def busy(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation with an incident, whose ledger another process keeps locked."""
    installation.declare("Cards fail")

    def locked(self: SqliteLedger, *_: object) -> None:
        raise LedgerBusyError("the ledger is busy: database is locked", hint="nothing was written; try again")

    monkeypatch.setattr(SqliteLedger, "_begin", locked)
    installation.broken = True  # it cannot be verified while it is locked
    return installation


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (
            ("declare", "Logins fail", "--severity", "2", "--venue", "#logins", "--sme", "Bo K.", "-m", "Since 14:07."),
            "    Logins fail\n    Severity: 2\n    Venue: #logins\n    Subject-matter expert: Bo K.\n\n"
            "    Since 14:07.\n",
        ),
        (("declare", "Logins fail", "--drill"), "    [drill] Logins fail\n"),
        (("declare", "Logins fail", "--restricted", "--drill"), "    [drill] [restricted] Logins fail\n"),
        (
            ("update", "cards", "--severity", "1", "--sme", "Bo K.", "--sme", "Ann B.", "-m", "It is worse."),
            "    Incident: cards\n    Severity: 1\n    Subject-matter expert: Bo K.\n"
            "    Subject-matter expert: Ann B.\n"
            "\n    It is worse.\n",
        ),
        (("update", "--no-change"), "    No change.\n"),
        (("update", "--description", "Cards and invoices fail"), "    Cards and invoices fail\n"),
        (("close", "-m", "It was the cable."), "    Incident closed.\n\n    It was the cable.\n"),
        (("retract", "cards"), "    Incident retracted: a false alarm.\n    Incident: cards\n"),
        (("reopen",), "    Incident reopened.\n"),
        (("handoff", "Bo K.", "--spoken"), "    Bo K. is commander now.\n"),
        (("undo", "3"), "    Undo 3: what update 3 changed is put back.\n"),
    ],
)
def test_a_busy_ledger_prints_what_the_list_should_have_got(
    busy: Installation, args: tuple[str, ...], text: str
) -> None:
    result = busy.run(*args)
    assert result.code == 75
    assert result.err == (
        "incidentmail: error: NOBODY HAS BEEN TOLD YET: the ledger is busy: database is locked\n"
        f"hint: nothing was written; try again\ntext to paste elsewhere:\n{text}"
    )


@pytest.mark.parametrize(
    ("args", "typed", "text"),
    [
        (
            ("update", "cards", "--severity", "1", "-m", "Refunds fial"),
            ["m Refunds fail", "i everybody", "d Cards and refunds", ""],
            "    Incident: cards\n    Severity: 1\n    Impact: everybody\n    Description: Cards and refunds\n\n"
            "    Refunds fail\n",
        ),
        (("close", "It was the cabel"), ["m It was the cable", ""], "    Incident closed.\n\n    It was the cable\n"),
    ],
)
def test_what_was_changed_in_the_preview_is_in_the_text(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], typed: list[str], text: str
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise LedgerBusyError("the ledger is busy: database is locked", hint="nothing was written; try again")

    installation.declare("Cards fail", "--severity", "2")
    monkeypatch.setattr("incidentmail.cli.incident.carry_out.is_watched", lambda: True)
    monkeypatch.setattr("incidentmail.app.actions.change", busy)
    result = installation.run(*args, stdin="".join(f"{line}\n" for line in typed).encode())
    assert (result.code, result.err.partition("text to paste elsewhere:\n")[2]) == (75, text)


@pytest.mark.parametrize("args", [("declare", "Odd"), ("update", "--severity", "1")])
def test_a_command_that_tells_nobody_prints_no_such_text(busy: Installation, args: tuple[str, ...]) -> None:
    assert "paste" not in busy.run(*args, "--dry-run").err
    assert "paste" not in busy.run("note", "Hm.").err


def test_details_from_a_file_are_in_the_text_too(busy: Installation) -> None:
    (busy.path / "details").write_text("Since 14:07 UTC.\n")
    told = busy.run("declare", "Logins fail", "--severity", "2", "-F", f"{busy.path}/details").err
    assert told.endswith("    Logins fail\n    Severity: 2\n\n    Since 14:07 UTC.\n")


@pytest.mark.parametrize("file", ["nowhere", ".", "latin"])
def test_a_file_that_cannot_be_read_is_named_without_what_only_programmers_read(
    installation: Installation, file: str
) -> None:
    (installation.path / "latin").write_bytes("Größe".encode("latin-1"))
    path = f"{installation.path}/{file}"
    for args in (["declare", "Logins fail", "-F", path], ["ingest", path], ["explain", path]):
        result = installation.run(*args)
        if args[0] == "declare" or file != "latin":
            assert result.code == (75 if args[0] == "ingest" else 65)
            assert path in result.err and "\nhint: " in result.err
            assert not re.search(r"Errno|Error:|codec", result.err), result.err
