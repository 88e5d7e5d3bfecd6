"""The command line with a ledger in PostgreSQL."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from real_postgresql import OWNER, PASSWORD, RealPostgresql

from incidentmail.cli.main import run

CONFIG = """
[list]
address = "incidents@example.com"

[mail]
from = "Incidents <incident-bot@example.com>"
relay = ["smtp://127.0.0.1:9"]
key_file = "{folder}/key"

[me]
address = "Mara Lindqvist <mara@example.com>"

[ledger]
url = "{url}"
"""


class Installation:
    """An installation whose ledger is in the database `name`."""

    def __init__(self, server: RealPostgresql, name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.server, self.folder, self._capsys = server, folder, capsys
        self.use(name)

    def use(self, name: str) -> None:
        self.name = name
        self.write(self.server.url(name))

    def write(self, url: str, *lines: str) -> None:
        text = CONFIG.format(folder=self.folder, url=url) + "\n".join(lines)
        (self.folder / "config.toml").write_text(text)

    def run(self, *words: str) -> tuple[int, str, str]:
        """Run a command. Return its exit code and its output."""
        code = run(["--config", str(self.folder / "config.toml"), *words])
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def installed(
    postgresql: RealPostgresql, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Installation:
    """An installation whose database is empty."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("INCIDENTMAIL_LEDGER_PASSWORD", PASSWORD)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return Installation(postgresql, postgresql.new_database(), tmp_path, capsys)


def migrated(installed: Installation) -> Installation:
    code, _, said = installed.run("ledger", "migrate", "--as", installed.server.url(installed.name, OWNER))
    assert code == 0, said
    return installed


def test_from_an_empty_database_to_a_verified_incident(installed: Installation) -> None:
    code, _, said = installed.run("status")
    assert code != 0
    assert "has no ledger yet" in said
    assert "incidentmail ledger migrate" in said
    owner = installed.server.url(installed.name, OWNER)
    code, out, _ = installed.run("ledger", "migrate", "--as", owner)
    assert (code, "incidentmail can append to the record, and cannot change it" in out) == (0, True)
    assert "nothing to do" in installed.run("ledger", "migrate", "--as", owner)[1]
    installed.run("declare", "Cards fail", "--severity", "2")
    code, out, _ = installed.run("list", "--json")
    assert (code, [one["description"] for one in json.loads(out)]) == (0, ["Cards fail"])
    code, out, _ = installed.run("ledger", "verify")
    assert (code, "the ledger holds" in out) == (0, True)
    code, out, _ = installed.run("status", "--json")
    assert json.loads(out)["ledger"]["path"] == f"postgresql://incidentmail@/{installed.name}"
    code, out, _ = installed.run("ledger", "export")
    assert (code, json.loads(out.splitlines()[0])["type"]) == (0, "ledger")
    assert installed.run("ledger", "head")[0] == 0
    assert "declared the incident" in installed.run("log", "--all")[1]


def test_a_service_that_owns_its_tables_is_warned(installed: Installation) -> None:
    installed.write(installed.server.url(installed.name, OWNER))
    code, _, said = installed.run("ledger", "migrate")
    assert (code, "only triggers keep the record" in said) == (0, True)


def test_a_back_up_names_the_program_that_makes_it(installed: Installation) -> None:
    code, _, said = migrated(installed).run("ledger", "backup", "/backup/ledger.db")
    assert code != 0
    assert "pg_dump --format=custom --file=/backup/ledger.db" in said


@pytest.mark.parametrize("command", ["status", "list", "declare x", "ledger verify", "doctor", "ledger export"])
@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("postgresql://incidentmail@127.0.0.1:1/incidents", "check that the database server runs"),
        ("no database", "create it, or correct [ledger] url"),
        ("wrong password", "password_command"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_with_what_to_do(
    installed: Installation, url: str, hint: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if url == "wrong password":
        monkeypatch.setenv("INCIDENTMAIL_LEDGER_PASSWORD", "wrong")
    places = {"no database": installed.server.url("none"), "wrong password": installed.server.url(installed.name)}
    installed.write(places.get(url, url))
    code, out, said = installed.run(*command.split())
    assert code != 0
    assert hint in out + said
    assert "Traceback" not in said


def test_a_second_machine_needs_the_key_of_the_first(installed: Installation) -> None:
    migrated(installed).run("declare", "Cards fail")
    (installed.folder / "key").unlink()
    code, _, said = installed.run("declare", "Another one")
    assert code != 0
    assert "copy the key from the machine that began it" in said
    assert not (installed.folder / "key").exists()


def about_the_ledger(installed: Installation) -> list[tuple[str, str]]:
    out = installed.run("doctor", "--json")[1]
    return [
        (one["level"], f"{one['what']} {one['what_to_do']}")
        for one in json.loads(out)["findings"]
        if one["check"] == "ledger"
    ]


def test_doctor_examines_the_database(installed: Installation) -> None:
    ((level, said),) = about_the_ledger(migrated(installed))
    assert (level, "fsync = off" in said) == ("failure", True)  # tests never wait for the disk
    with installed.server.superuser(installed.name) as admin:
        admin.execute(b"REVOKE INSERT ON incidentmail.accepted FROM incidentmail")
    ((level, said),) = about_the_ledger(installed)
    assert (level, "may not write accepted" in said, "ledger migrate --as" in said) == ("failure", True, True)
    migrated(installed)
    with installed.server.superuser(installed.name) as admin:
        admin.execute(b"GRANT DELETE ON incidentmail.entries TO incidentmail")
    assert ("warning", "incidentmail may change entries") in [
        (level, said.partition(":")[0]) for level, said in about_the_ledger(installed)
    ]


def test_a_password_command_is_asked(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    migrated(installed)
    monkeypatch.delenv("INCIDENTMAIL_LEDGER_PASSWORD")
    monkeypatch.delenv("PGPASSWORD")
    installed.write(installed.server.url(installed.name), f'password_command = "echo {PASSWORD}"')
    assert installed.run("list")[0] == 0


def test_without_the_package_it_is_named(installed: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "incidentmail.ledger.postgres.connection", None)
    code, _, said = installed.run("list")
    assert code != 0
    assert "pip install 'incidentmail[postgres]'" in said
