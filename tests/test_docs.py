"""Documentation is checked against the code: the map, the commands' help, the forms of --json, the example file.

Run this file as a program to write docs/cli.md and the manual pages (`make docs`).
"""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner

from incidentmail.app.telling.mail_kinds import KINDS
from incidentmail.cli.main import cli, run
from incidentmail.cli.man_page import man_pages
from incidentmail.config import file as file_module
from incidentmail.config.description import Section, types_of
from incidentmail.config.load import load
from incidentmail.config.sections import Settings
from incidentmail.core.frozen import replace
from incidentmail.core.policy import DEFAULT_PERMISSIONS, Policy
from incidentmail.ledger.values import OutcomeName

ROOT = Path(__file__).resolve().parent.parent
MAN = ROOT / "docs" / "man"
CLI_PAGE = ROOT / "docs" / "cli.md"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CLI_HEAD = """# Commands

This page shows the help of each command. `make docs` writes it, and a test compares it with the code. The exit codes
are in the [README](../README.md), and the output of `--json` is described in [json.md](json.md).
"""


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# docs/cli.md


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every command and sub-command, in the order of the help."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def cli_page() -> str:
    """Return docs/cli.md as generated from the code."""
    parts = [CLI_HEAD]
    for path in [(), *commands(cli)]:
        shown = CliRunner().invoke(cli, [*path, "--help"], prog_name="incidentmail", terminal_width=80)
        title = " ".join(("incidentmail", *path))
        parts.append(f"## {title}\n\n```\n{shown.output.rstrip()}\n```\n")
    return "\n".join(parts)


def test_the_commands_page_is_what_the_commands_say() -> None:
    assert CLI_PAGE.read_text(encoding="utf-8") == cli_page(), "run 'make docs'"


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_every_command_has_help_without_a_configuration(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*path, "--help"]) == 0
    assert "Usage: incidentmail " + " ".join(path) in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(man_pages()))
def test_the_manual_pages_are_what_the_commands_say(name: str) -> None:
    assert (MAN / name).read_text(encoding="utf-8") == man_pages()[name], "run 'make docs'"


def test_no_manual_page_is_left_over() -> None:
    assert {path.name for path in MAN.iterdir()} == set(man_pages())


# ARCHITECTURE.md


def on_map() -> set[str]:
    """Return the folders and files that the map in ARCHITECTURE.md names below incidentmail/."""
    block = read("ARCHITECTURE.md").split("```")[1].partition("incidentmail/\n")[2]
    return set(re.findall(r"^  ([\w/.]+)  ", block, re.M))


def test_the_map_is_the_tree() -> None:
    package = ROOT / "incidentmail"
    rooms = {f"{path.parent.relative_to(package).as_posix()}/" for path in package.glob("*/**/__init__.py")}
    beside = {path.name for path in package.glob("*.py") if not path.name.startswith("__")}
    assert on_map() == rooms | beside


def test_no_room_holds_more_than_eighteen_files() -> None:
    counts = {
        room.parent: len([path for path in room.parent.glob("*.py") if path.name != "__init__.py"])
        for room in (ROOT / "incidentmail").glob("**/__init__.py")
    }
    assert {room.name: count for room, count in counts.items() if count > 18} == {}


def rows_of(page: str, heading: str) -> list[tuple[str, ...]]:
    """Return the rows of the first table below a heading."""
    table = read(page).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines() if line[:1] == "|"
    ]
    return rows[2:]


def test_the_private_mails_that_are_shown_are_all_there_are() -> None:
    assert rows_of("ARCHITECTURE.md", "Private mail") == [(name, kind.why) for name, kind in KINDS.items()]


def test_the_outcomes_that_are_shown_are_all_there_are() -> None:
    assert {row[0] for row in rows_of("ARCHITECTURE.md", "What becomes of a mail")} == set(get_args(OutcomeName))


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_functions_that_are_named_exist(page: str) -> None:
    found = re.findall(r"`([\w/]+\.py): (\w+)`", read(page))
    assert found or page != "ARCHITECTURE.md"
    for file, name in found:
        tree = ast.parse((ROOT / "incidentmail" / file).read_text(encoding="utf-8"))
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        defined |= {
            target.id
            for node in tree.body
            if isinstance(node, ast.AnnAssign | ast.Assign)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        assert name in defined, f"{page}: {file} has no {name}"


def test_the_layers_that_are_shown_are_the_ones_that_are_checked() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    checked = [re.sub(r"\(\w+\) \| | \| \(\w+\)", "", layer) for layer in layers]
    shown = next(block for block in read("ARCHITECTURE.md").split("```") if block.startswith("\ncli\n"))
    assert shown.split("\n")[1:-1] == checked


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", *(p.relative_to(ROOT).as_posix() for p in PAGES)])
def test_links_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", read(page)):
        assert ((ROOT / page).parent / target).exists(), f"{page}: {target}"


def test_the_readme_s_targets_exist_and_make_lists_them() -> None:
    makefile = read("Makefile")
    for target in re.findall(
        r"\bmake ([a-z0-9]+)\b", "".join(re.findall(r"`[^`]*`|^make .*$", read("README.md"), re.M))
    ):
        assert re.search(rf"^{target}:.*## \S", makefile, re.M), target
    targets = set(re.findall(r"^([a-z0-9]+):", makefile, re.M))
    assert targets == set(re.findall(r"^([a-z0-9]+):.*## \S", makefile, re.M))


SHOWN = ("installing", "mail-servers", "trust", "running", "laptop", *(f"setups/{name}" for name in (
    "hosted-mailbox", "postfix-mailman", "exim", "google-workspace", "microsoft-365",
)))  # fmt: skip


def test_the_readme_s_configuration_loads(tmp_path: Path) -> None:
    blocks = re.findall(
        r"^ *```toml\n(.*?)^ *```",
        read("README.md") + "".join(read(f"docs/{name}.md") for name in SHOWN),
        re.M | re.S,
    )
    assert len(blocks) == 2 + 11
    for block in blocks:
        path = tmp_path / "config.toml"
        path.write_text(block, encoding="utf-8")
        assert load(str(path)).list_address == "incidents@example.com"


def test_the_readme_names_every_exit_code() -> None:
    codes = {int(code) for code in re.findall(r"exit_code = (\d+)", read("incidentmail/errors.py"))}
    assert codes <= {int(code) for code in re.findall(r"^\| (\d+) \|", read("README.md"), re.M)}


# docs/replying.md


def explained(text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "reply.txt"
    file.write_text(text + "\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["explain", "--text", "--json", str(file)]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def examples(*, commanding: bool) -> list[str]:
    page = read("docs/replying.md")
    prose = page.partition("none of them says that it is so:")[2].partition("\n\n")[0].partition(".\nWhat")[0]
    if not commanding:
        return re.findall(r"`([^`]+)`", prose)
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    other = page.partition("## Other ways to say it")[2].partition("\n\n`P1`")[0]
    asks_for_all = {"catch up", "catch up since 14:00"}
    return [text for text in re.findall(r"`([^`]+)`", " ".join([*rows, other])) if text not in asks_for_all]


def practised() -> list[str]:
    """Return the complete replies in docs/practice.md, up to the table of defaults."""
    page = read("docs/practice.md").partition("## What each default")[0]
    found = [*re.findall(r"(?<!`)`([^`]+)`(?!`)", page), *re.findall(r"```\n(.*?)\n```", page, re.S)]
    not_a_change = ("incidentmail", "declare", "catch up", "stop", "close")
    return [" ".join(text.split()) if "News" not in text else text for text in found
            if not text.startswith(not_a_change) and not text.endswith(":")]  # fmt: skip


@pytest.fixture
def nobody_s_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "INCIDENTMAIL_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(file_module, "usual_places", lambda: iter(()))


@pytest.mark.usefixtures("nobody_s_machine")
@pytest.mark.parametrize("text", [*examples(commanding=True), *practised()])
def test_each_form_that_subscribers_are_told_is_understood(
    text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reading = explained(text, capsys, tmp_path)
    assert reading["commands"]
    assert reading["problems"] == []


@pytest.mark.usefixtures("nobody_s_machine")
@pytest.mark.parametrize("text", examples(commanding=False))
def test_each_example_of_a_note_is_a_note(text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert explained(text, capsys, tmp_path)["commands"] == []


def test_there_are_examples_of_both_kinds() -> None:
    assert len(examples(commanding=True)) > 20
    assert len(examples(commanding=False)) == 4


# docs/json.md


def shape(value: Any, *, of: str = "") -> Any:
    """Return the keys of a value, with those of its parts below. Parts that depend on the incident are left out."""
    if isinstance(value, Mapping):
        return {key: shape(part, of=key) for key, part in value.items() if of not in ("data", "roles")}
    if isinstance(value, list):
        return [shape(value[0])] if value and isinstance(value[0], Mapping) else []
    return None


def documented(name: str) -> Any:
    block = re.search(rf"```json {name}\n(.*?)```", read("docs/json.md"), re.S)
    assert block is not None, f"docs/json.md lacks {name}"
    return json.loads(block[1])


class CommandRunner:
    """A configured machine that runs commands and returns their JSON."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.capsys, self.monkeypatch = folder, capsys, monkeypatch
        self.config = folder / "config.toml"
        self.relay(f"maildir://{folder}/out")

    def relay(self, url: str) -> None:
        self.config.write_text(
            "[me]\naddress = 'Mara Lindqvist <mara@example.com>'\n[list]\naddress = 'incidents@example.com'\n"
            f"[mail]\nrelay = ['{url}']\nkey_file = '{self.folder}/key'\n"
            f"[ledger]\nurl = 'sqlite:///{self.folder}/ledger.db'\n"
        )

    def __call__(self, *words: str, mail: str = "", code: int = 0) -> list[Any]:
        self.monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(mail.encode())))
        self.capsys.readouterr()
        assert run(["--config", str(self.config), *words, "--json"]) == code
        return [json.loads(line) for line in self.capsys.readouterr().out.splitlines()]


@pytest.fixture
def runner(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandRunner:
    return CommandRunner(tmp_path, capsys, monkeypatch)


def reply_to(message_id: str, text: str, *, n: int = 1) -> str:
    return (
        "From: Alicia S. <alicia@example.com>\nTo: incidents@example.com\nSubject: Re: Checkout\n"
        f"Message-ID: <a{n}@mail.example.com>\nIn-Reply-To: {message_id}\n\n{text}\n"
    )


def test_the_shapes_of_json_are_the_documented_ones(runner: CommandRunner) -> None:
    (declared,) = runner("declare", "Checkout is rejecting cards", "--severity", "2", "--customer-liaison", "Tomás R.")
    assert shape(declared) == shape(documented("declare"))
    reply = reply_to(
        declared["mails"][0]["message_id"], "sev 1\nphase 2 maybe\nSeverity: not 1 yet\n\nAction: roll back\n"
    )
    (explanation,) = runner("explain", mail=reply)
    assert explanation["commands"]
    assert explanation["problems"]
    assert shape(explanation) == shape(documented("explain"))
    (outcome,) = runner("ingest", mail=reply)
    assert outcome["outcome"] == "applied"
    assert shape(outcome) == shape(documented("inbox"))
    assert all(shape(line) == shape(documented("inbox")) for line in runner("inbox", "--all"))
    (held,) = runner("ingest", mail=reply_to(declared["mails"][0]["message_id"], "Bo K. is incident commander.", n=2))
    assert held["outcome"] == "held"
    (proposal,) = runner("proposal", "list")
    (shown,) = runner("show")
    assert shown["proposals"] == [{name: value for name, value in proposal.items() if name != "incident"}]
    (shown,) = runner("show")
    assert shown["actions"]
    assert shape(shown) == shape(documented("show"))
    (listed,) = runner("list")
    assert shape(listed) == shape(documented("list"))
    happened = runner("timeline")
    assert {frozenset(line) for line in happened} == {frozenset(documented("timeline"))}
    (brief,) = runner("brief")
    assert {**shown, "changes": brief["changes"]} == brief
    assert {frozenset(line) for line in brief["changes"]} == {frozenset(documented("timeline"))}
    caused = [line for line in runner("log") if line["caused_by"]]
    assert shape(caused[0]) == shape(documented("log"))
    assert all(shape(mail) == shape(documented("outbox")) for mail in runner("outbox", "list", "--all"))
    (shown,) = runner("outbox", "show", "1")
    assert shape(shown) == shape(documented("outbox_show"))
    (state,) = runner("status")  # the list has time to return its first mail
    assert state.keys() == documented("status").keys()
    assert all(state[part].keys() == documented("status")[part].keys() for part in ("ledger", "inbox", "outbox"))
    (verdict,) = runner("ledger", "verify")
    assert shape(verdict) == shape(documented("verify"))
    (migrated,) = runner("ledger", "migrate")
    assert migrated.keys() == documented("migrate").keys()
    (copied,) = runner("ledger", "copy", str(runner.folder / "ledger.db"), str(runner.folder / "copy.db"))
    assert copied.keys() == documented("copy").keys()


def test_what_is_printed_about_hooks_has_the_documented_shapes(runner: CommandRunner) -> None:
    more = "[[hook]]\nname = 'pager'\non = ['declared']\ncommand = '/nonexistent/page'\n"
    runner.config.write_text(runner.config.read_text() + more)
    runner("declare", "Checkout is rejecting cards", "--severity", "2")
    (waiting,) = runner("outbox", "list")
    assert shape(waiting) == shape(documented("outbox_hook"))
    (shown,) = runner("outbox", "show", "h1")
    assert shown["payload"].keys() == documented("hook").keys()
    (listed,) = runner("hook", "list")
    assert listed.keys() == documented("hook_list").keys()
    (state,) = runner("status", code=1)
    assert {frozenset(one) for one in state["hooks"]} == {frozenset(documented("status")["hooks"][0])}


def test_what_config_prints_has_the_documented_shapes(runner: CommandRunner) -> None:
    (checked,) = runner("config", "check")
    assert checked.keys() == documented("config_check").keys()
    assert {frozenset(value) for value in runner("config", "show")} == {frozenset(documented("config_show"))}


def test_what_doctor_prints_has_the_documented_shape(runner: CommandRunner) -> None:
    runner.config.write_text(runner.config.read_text() + "[list2]\n")
    (found,) = runner("doctor", code=78)
    assert shape(found) == shape(documented("doctor"))


def test_what_init_prints_has_the_documented_shape(runner: CommandRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(runner.folder))
    options = ("--list", "incidents@example.com", "--relay", "smtp://127.0.0.1:25", "--me", "bo@example.com", "--yes")
    (made,) = runner("init", "--replace", *options)
    assert made.keys() == documented("init").keys()
    assert len(made["next"]) == 2


def test_every_command_that_prints_json_stands_on_the_page() -> None:
    page, lacking = read("docs/json.md"), []
    for path in commands(cli):
        command: click.Command = cli
        for name in path:
            assert isinstance(command, click.Group)
            found = command.get_command(click.Context(command), name)
            assert found is not None
            command = found
        if any("--json" in param.opts for param in command.params) and f"`{' '.join(path)}`" not in page:
            lacking.append(" ".join(path))
    assert lacking == []


def test_templates_an_answered_proposal_and_flush_have_the_documented_shapes(runner: CommandRunner) -> None:
    (template, *_) = runner("template", "list")
    assert shape(template) == shape(documented("template"))
    (declared,) = runner("declare", "Checkout is rejecting cards")
    replied_to = declared["mails"][0]["message_id"]
    runner("ingest", mail=reply_to(replied_to, "Bo K. is incident commander."))
    (proposal,) = runner("proposal", "list")
    assert list(proposal) == ["incident", *documented("show")["proposals"][0]]
    (accepted,) = runner("proposal", "accept", "1")
    assert shape(accepted) == shape(documented("declare"))
    loud = runner.config.read_text()
    runner.config.write_text(loud.replace("[mail]", "[mail]\nmute = true"))
    runner("ingest", mail=reply_to(replied_to, "sev 1", n=2))
    runner.config.write_text(loud)
    (tried,) = runner("flush")
    assert shape(tried) == shape(documented("outbox"))


def test_a_mail_that_waits_has_the_documented_shape(runner: CommandRunner) -> None:
    runner.relay("smtp://127.0.0.1:1")
    (declared,) = runner("declare", "Checkout is rejecting cards", code=75)
    assert shape(declared) == shape(documented("declare"))
    assert declared["mails"][0]["state"] == "queued"
    (waiting,) = runner("outbox", "list")
    assert waiting["next_attempt_at"] is not None
    assert shape(waiting) == shape(documented("outbox"))


# config.example.toml


def settings_keys(section: type[Section] = Settings, at: str = "") -> Iterator[str]:
    """Return every key of the configuration, as `section.key`. Tables with free names are only named as a section."""
    for key, kind in types_of(section).items():
        inner = [part for part in (kind, *getattr(kind, "__args__", ())) if isinstance(part, type)]
        below = next((part for part in inner if issubclass(part, Section) and part.__name__.endswith("Section")), None)
        yield f"{at}{key}"
        if below is not None and not at:
            yield from settings_keys(below, f"{key}.")


def example_keys() -> set[str]:
    """Return every key of the example, set or behind a #."""
    found: set[str] = set()
    section = ""
    for line in read("config.example.toml").splitlines():
        bare = line.removeprefix("# ")
        if entered := re.fullmatch(r"\[\[?(\w+)(?:\.\w+)?\]\]?", bare):
            section = f"{entered[1]}."
            found.add(entered[1])
        elif key := re.match(r"(\w+) = ", bare):
            found.add(section + key[1])
    return found


def test_the_example_shows_every_key() -> None:
    permissions = {f"permissions.{name}" for name in DEFAULT_PERMISSIONS}
    assert set(settings_keys()) | permissions == example_keys()


def test_the_example_loads_and_warns_of_nothing() -> None:
    assert load(str(ROOT / "config.example.toml")).warnings == ()


def test_the_example_s_values_are_the_defaults(tmp_path: Path) -> None:
    least = tmp_path / "least.toml"
    least.write_text("[list]\naddress = 'incidents@example.com'\n")
    example, default = load(str(ROOT / "config.example.toml")), load(str(least))
    assert example.policy == default.policy == Policy()
    assert (example.bot, example.members, example.ledger_path, example.key_path) == (
        default.bot,
        default.members,
        default.ledger_path,
        default.key_path,
    )
    shown, unset = example.settings, default.settings
    same = {name: getattr(unset, name) for name in ("permissions", "severity", "phase", "roles")}
    assert replace(shown, **same, mail=replace(shown.mail, from_=None)) == unset


def test_what_the_example_keeps_behind_a_mark_loads_too(tmp_path: Path) -> None:
    text = re.sub(r"^# (?=\w+ = |\[|\"\w+@)", "", read("config.example.toml"), flags=re.M)
    text = re.sub(r"(?<=^\[home\]\n)(?:#.*\n)+address = .*\n", "", text, flags=re.M)  # the ledger is on another machine
    path = tmp_path / "all.toml"
    path.write_text(text, encoding="utf-8")
    config = load(str(path))
    assert config.settings.imap.url is not None
    assert config.settings.people == {"jayla@example.com": "Jayla M.", "bo@example.com": "Bo K."}
    assert config.settings.zone_of("bo@example.com") == "Europe/Berlin"
    assert config.warnings == ()


if __name__ == "__main__":
    CLI_PAGE.write_text(cli_page(), encoding="utf-8")
    MAN.mkdir(exist_ok=True)
    for file, text in man_pages().items():
        (MAN / file).write_text(text, encoding="utf-8")
    sys.exit()
