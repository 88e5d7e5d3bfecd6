"""`config check` names every fault with its line and cure. `config show` names values in effect and their sources."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.config.file import example_text
from incidentmail.config.lines import lines_of
from incidentmail.config.load import load
from incidentmail.core.frozen import replace

if TYPE_CHECKING:
    from conftest import Installation

ROOT = Path(__file__).parents[2]
FAULTY = """\
[list]
address = "incidents@example.com"
adress = "x"

[mail]
relay = [
  "smtp://127.0.0.1:25",
  "mx.example.com",
]
mute = "no"
"""


def test_every_fault_is_named_with_its_line_and_its_cure(installation: Installation) -> None:
    installation.config.write_text(FAULTY)
    result = installation.run("config", "check")
    assert result.code == 78
    path = installation.config
    assert f"{path}, line 3: [list] adress is not known\nhint: did you mean address?" in result.err
    assert f"{path}, line 6: [mail] relay, no. 2 = 'mx.example.com'" in result.err
    assert f"{path}, line 10: [mail] mute = 'no': write true or false" in result.err
    assert result.err.count("error:") == result.err.count("hint:") == 3


def test_faults_are_named_for_programs_too(installation: Installation) -> None:
    installation.config.write_text(FAULTY)
    result = installation.run("config", "check", "--json")
    assert result.code == 78
    assert not result.json["ok"]
    assert [fault["line"] for fault in result.json["faults"]] == [3, 6, 10]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("backup = 'incidents@example.com'", 3),
        ("restricted = 'incidents@example.com'", 3),
        ("[incident]\ndefault_severity = 9", 4),
        ("[mail]\nfrom = 'incidents@example.com'", 4),
        ("[permissions]\nclose = 'verified'\nclosing = 'member'", 5),
        ("[roles.scribe]\ntitle = 'Phase'", 4),
        ("[[severity]]\nlevel = 1\nname = 'a'\n[[severity]]\nlevel = 1\nname = 'b'", 3),
    ],
)
def test_values_that_contradict_each_other_are_named_with_a_line(
    more: str, line: int, installation: Installation
) -> None:
    installation.config.write_text(f"[list]\naddress = 'incidents@example.com'\n{more}\n")
    (fault,) = installation.run("config", "check", "--json").json["faults"]
    assert fault["line"] == line


def test_a_file_that_is_no_toml_is_named_with_the_line(installation: Installation) -> None:
    installation.config.write_text("[list]\naddress = incidents@example.com\n")
    (fault,) = installation.run("config", "check", "--json").json["faults"]
    assert "line 2" in fault["what"]
    assert "incidentmail config example" in fault["what_to_do"]


def test_a_good_file_has_no_fault(installation: Installation) -> None:
    result = installation.ok("config", "check")
    assert result.out == f"{installation.config} has no fault; incidents go to incidents@example.com\n"
    assert result.err == ""


def levels(*numbers: int) -> str:
    return "".join(f"[[severity]]\nlevel = {number}\nname = 'step {number}'\n" for number in numbers)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ((1, 3), "the scale is only 1 step 1, 3 step 3: there is no severity 2 and no severity 4, because"),
        ((2, 3, 4), "the scale is only 2 step 2, 3 step 3, 4 step 4: there is no severity 1, because"),
        ((3,), "the scale is only 3 step 3: there is no severity 1 and no severity 2 and no severity 4, because"),
    ],
)
def test_a_table_that_replaces_the_whole_scale_is_pointed_out_with_the_cure(
    installation: Installation, given: tuple[int, ...], said: str
) -> None:
    installation.configure(levels(*given))
    result = installation.ok("config", "check")
    warned = f"incidentmail: warning: {said} [[severity]] tables replace all built-in levels\n"
    cure = "hint: add a [[severity]] table for each level to keep, as 'incidentmail config example' prints them\n"
    assert result.err == warned + cure
    (told,) = installation.ok("config", "check", "--json").json["warnings"]
    assert said in told
    assert said in installation.run("doctor").out
    assert "the scale" not in installation.run("list").err, "not at each command"


@pytest.mark.parametrize("given", [(), (1, 2, 3), (1, 2, 3, 4), (0, 1, 2, 3), (1, 2, 3, 4, 5)])
def test_a_scale_of_ones_own_is_no_mistake(installation: Installation, given: tuple[int, ...]) -> None:
    installation.configure(levels(*given))
    assert installation.ok("config", "check").err == ""


def test_one_table_alone_is_refused_with_what_it_replaced(installation: Installation) -> None:
    installation.configure(levels(1))
    said = installation.run("config", "check").err
    assert "[incident] default_severity = 3 is not on the scale" in said
    assert "[[severity]] tables replace the whole built-in scale, so add one for each level that you want" in said


def test_what_is_shown_is_a_configuration_with_the_same_values(installation: Installation, tmp_path: Path) -> None:
    installation.configure(
        '[incident]\nvenue = "#{id}"\n[people]\n"jayla@example.com" = "Jayla M."\n[roles.scribe]\ntitle = "Scribe"\n'
    )
    shown = installation.ok("config", "show").out
    copy = tmp_path / "copy.toml"
    copy.write_text(shown)
    first, second = load(str(installation.config)), load(str(copy))
    assert first.policy == second.policy
    assert (first.bot, first.members, first.key_path, first.ledger_path) == (
        second.bot,
        second.members,
        second.key_path,
        second.ledger_path,
    )
    assert first.settings.list.address == second.settings.list.address
    assert first.settings.people == second.settings.people
    assert tomllib.loads(shown)["mail"]["follow_up_after"] == "20s"


def test_every_key_of_the_example_is_shown_and_read_back_as_the_same(
    installation: Installation, tmp_path: Path
) -> None:
    text = re.sub(r"^# (?=\w+ = |\[|\"\w+@)", "", example_text(), flags=re.M)
    text = re.sub(r"(?<=^\[home\]\n)(?:#.*\n)+address = .*\n", "", text, flags=re.M)  # or else there is no ledger
    installation.config.write_text(text)
    shown = installation.ok("config", "show").out
    copy = tmp_path / "copy.toml"
    copy.write_text(re.sub(r"(?m)^password_command = .*|^oauth2_command = .*|^oncall_command = .*", "", shown))
    first, second = load(str(installation.config)), load(str(copy))
    same = {
        name: getattr(first.settings, name)
        for name in (
            "permissions",
            "severity",
            "phase",
            "roles",
            "mail",
            "imap",
            "duty",
            "ledger",
            "trust",
            "list",
            "hook",
        )
    }
    assert first.policy == second.policy
    assert replace(second.settings, **same) == first.settings


def test_on_a_laptop_no_place_of_a_ledger_is_shown(installation: Installation, tmp_path: Path) -> None:
    installation.config.write_text(
        "[list]\naddress = 'incidents@example.com'\n[home]\naddress = 'incident-bot@example.com'\n"
    )
    shown = installation.ok("config", "show").out
    assert "# url = not set" in shown.partition("[ledger]")[2]
    copy = tmp_path / "copy.toml"
    copy.write_text(shown)
    assert load(str(copy)).settings.home.address == "incident-bot@example.com"


def test_it_says_where_each_value_comes_from(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    installation.config.write_text("[list]\naddress = 'incidents@example.com'\n")
    monkeypatch.setenv("EMAIL", "Bo K. <bo@example.com>")
    values = {one["key"]: one for one in installation.ok("config", "show", "--json").lines}
    assert (values["list.address"]["source"], values["list.address"]["line"]) == ("file", 2)
    assert (values["mail.from"]["source"], values["mail.from"]["value"]) == (
        "derived",
        "Incidents <incident-bot@example.com>",
    )
    assert (values["mail.mute"]["source"], values["mail.mute"]["value"]) == ("default", False)
    assert (values["me.address"]["source"], values["me.address"]["variable"]) == ("environment", "EMAIL")
    assert [one["key"] for one in installation.ok("config", "show", "--set", "--json").lines] == [
        "me.address",
        "list.address",
    ]


def test_passwords_are_never_shown(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENTMAIL_PASSWORD", "hunter2")
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", "hunter3")
    installation.config.write_text(
        "[list]\naddress = 'incidents@example.com'\n"
        "[mail]\npassword_command = 'echo hunter4'\n"
        "[imap]\nurl = 'imaps://bot@imap.example.com/INBOX'\noauth2_command = 'printf hunter5'\n"
    )
    for options in ((), ("--json",), ("--set",)):
        shown = installation.ok("config", "show", *options).out
        assert "hunter" not in shown
        assert "***" in shown


def test_the_example_is_the_file_that_the_project_has() -> None:
    assert example_text() == (ROOT / "config.example.toml").read_text(encoding="utf-8")


def test_the_example_can_be_printed_without_a_configuration(installation: Installation) -> None:
    installation.config.unlink()
    assert installation.run("config", "example").code == 0


def test_the_line_of_every_key_in_the_example_is_found() -> None:
    text = example_text()
    rows = text.splitlines()
    for keys, line in lines_of(text).items():
        shown = str(keys[-1] if isinstance(keys[-1], str) else keys[-2])
        assert shown in rows[line - 1]
