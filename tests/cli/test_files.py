"""A key or configuration that others can read or change is refused, with the command that fixes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.key_file import KEY_BYTES, read_key

if TYPE_CHECKING:
    from conftest import Installation, Mails

COMMANDS = (("show",), ("status",), ("declare", "Search is slow"))


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o666])
def test_a_key_that_others_can_read_or_change_is_refused_with_a_hint(installation: Installation, mode: int) -> None:
    installation.declare("Cards fail")
    key = installation.path / "key"
    key.chmod(mode)
    for words in COMMANDS:
        result = installation.run(*words)
        assert result.code == 78, words
        assert f"the key {key} can be read or changed by everybody" in result.err
        assert f"hint: chmod 0600 {key}" in result.err
    key.chmod(0o640)  # a group of its own is the operator's choice
    assert installation.ok("show")


@pytest.mark.parametrize("mode", [0o602, 0o646, 0o666])
def test_a_configuration_that_others_can_change_is_refused_with_a_hint(installation: Installation, mode: int) -> None:
    installation.declare("Cards fail")
    installation.config.chmod(mode)
    for words in COMMANDS:
        result = installation.run(*words)
        assert result.code == 78, words
        assert f"{installation.config} can be changed by everybody\nhint: chmod o-w" in result.err
    installation.config.chmod(0o644)
    assert installation.ok("show")


def test_a_mail_stays_with_the_mail_server_meanwhile(installation: Installation, mails: Mails) -> None:
    reply = mails.reply_to(installation.declare("Cards fail"), "sev 1", "Jayla M. <jayla@example.com>")
    (installation.path / "key").chmod(0o644)
    assert installation.run("ingest", stdin=reply).code == 75


def test_a_new_ledger_beside_an_older_key_is_begun_with_a_warning(installation: Installation) -> None:
    assert "warning" not in installation.run("declare", "Cards fail").err
    installation.ledger.unlink()
    assert installation.run("list").err == f"no open incident; there is no ledger yet, {installation.ledger}\n"
    assert f"a new ledger was begun, {installation.ledger}" in installation.run("declare", "Cards fail").err
    assert "warning" not in installation.run("note", "It is back.").err


def test_the_key_is_made_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen = tmp_path / "home" / "key", []

    def look(handle: int) -> None:
        seen.append(path.exists())

    monkeypatch.setattr("os.fsync", look)
    key = read_key(path)
    assert (len(key), seen[0]) == (KEY_BYTES, False)
    assert [file.name for file in path.parent.iterdir()] == ["key"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == key


def test_of_two_that_make_the_key_at_once_the_first_one_s_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, other = tmp_path / "key", b"k" * KEY_BYTES

    def meanwhile(handle: int) -> None:
        if not path.exists():
            path.write_bytes(other)
            path.chmod(0o600)

    monkeypatch.setattr("os.fsync", meanwhile)
    assert read_key(path) == other
