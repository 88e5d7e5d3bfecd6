"""The answers to typing mistakes: each names the mistake and the cure, and nothing else.

Each command line is tried with one open incident, `Database is down`, which has no updates yet.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from incidentmail.cli.main import run

if TYPE_CHECKING:
    from conftest import Installation

ERROR = "incidentmail: error: "
UNTOLD = f"{ERROR}NOBODY HAS BEEN TOLD YET: "
DATABASE = "2026-11-20-database-is-down"
SITE = "2026-11-20-site-down"
PAGED = "Mail was sent. No pager is set up: if somebody must act now, phone them.\n"
ALSO = f"also open: {DATABASE}, severity 2: Database is down\n"
TWO = (
    f"hint: the same outage? make them one: incidentmail merge {SITE} {DATABASE}\n"
    f"hint: another outage? name it from now on: incidentmail update {SITE} -m 'WHAT IS NEW'\n"
)
"""What is said after a declaration while another incident is open."""


@dataclass(frozen=True)
class Mistake:
    """A command line, and its answer on stdout, on stderr, and as the exit code."""

    args: tuple[str, ...]
    out: str = ""
    err: str = ""
    code: int = 2


MISTAKES: tuple[Mistake, ...] = (
    Mistake(
        ("declare", "Site down", "--sev", "1"),
        out=(
            f"declared {SITE}: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=(f"{ALSO}{TWO}{PAGED}"),
        code=0,
    ),
    Mistake(
        ("declare", "Site down", "-s", "1"),
        out=(
            f"declared {SITE}: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=(f"{ALSO}{TWO}{PAGED}"),
        code=0,
    ),
    Mistake(
        ("-v",),
        err=(f"{ERROR}incidentmail has no option -v\nhint: to see the version: incidentmail --version\n"),
    ),
    Mistake(
        ("declare", "Site down", "-v"),
        err=(f"{UNTOLD}incidentmail declare has no option -v\nhint: leave it out: incidentmail declare 'Site down'\n"),
    ),
    Mistake(
        ("--quiet",),
        err=(f"{ERROR}incidentmail has no option --quiet\nhint: leave it out; nothing is printed but what was done\n"),
    ),
    Mistake(
        ("declare", "Site down", "--quiet"),
        err=(
            f"{UNTOLD}incidentmail declare has no option --quiet\n"
            "hint: leave it out: incidentmail declare 'Site down'\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--severity", "P1"),
        err=(
            f"{UNTOLD}--severity 'P1' is no severity\n"
            "hint: if you mean severity 1 (critical): incidentmail declare 'Site down' --severity 1\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--severity", "high"),
        err=(
            f"{UNTOLD}--severity 'high' is no severity\n"
            "hint: incidentmail declare 'Site down' --severity N; N is 1 (critical), 2 (serious), 3 "
            "(moderate) or 4 (mild)\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--phase", "high"),
        err=(
            f"{UNTOLD}--phase 'high' is no phase\n"
            "hint: for how bad it is: incidentmail declare 'Site down' --severity N; N is 1 (critical), 2 "
            "(serious), 3 (moderate) or 4 (mild)\n"
            "hint: for how far you are: incidentmail declare 'Site down' --phase N; N is 0 (discovery), 1 "
            "(stopping the damage), 2 (resolving) or 3 (rebuilding and learning)\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--commander", "bob"),
        out=(
            f"declared {SITE}: severity 3 (moderate; not confirmed), bob leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=(
            f"{ALSO}"
            "incidentmail: warning: no address is known for bob, so nobody has told them\n"
            f"hint: tell them yourself, or give the address: incidentmail update {SITE} "
            "--commander 'bob <ADDRESS>'\n"
            "hint: no severity was given; to give one (1 is the worst): incidentmail update "
            f"{SITE} --severity N\n"
            f"{TWO}"
            f"{PAGED}"
        ),
        code=0,
    ),
    Mistake(
        ("declare", "The database fails", "--sme", "Bo <bo@exmaple.com>"),
        out=(
            "declared 2026-11-20-the-database-fails: severity 3 (moderate; not confirmed), Mara Lindqvist "
            "leads it\n"
            "sent to incidents@example.com: The database fails\n"
            "sent to bo@exmaple.com: Re: The database fails\n"
        ),
        err=(
            f"incidentmail: warning: this may be {DATABASE}, which is open (severity 2: "
            "Database is down)\n"
            "incidentmail: warning: the address bo@exmaple.com looks mistyped (bo@example.com?), and "
            "replies from there change nothing\n"
            "hint: to correct the address: incidentmail update 2026-11-20-the-database-fails --sme 'Bo "
            "<bo@example.com>'\n"
            "hint: then take the wrong one off: incidentmail role 2026-11-20-the-database-fails sme "
            "bo@exmaple.com --remove\n"
            "hint: no severity was given; to give one (1 is the worst): incidentmail update "
            "2026-11-20-the-database-fails --severity N\n"
            "hint: the same outage? make them one: incidentmail merge 2026-11-20-the-database-fails "
            f"{DATABASE}\n"
            "hint: another outage? name it from now on: incidentmail update 2026-11-20-the-database-fails "
            "-m 'WHAT IS NEW'\n"
            f"{PAGED}"
        ),
        code=0,
    ),
    Mistake(
        ("declare", "Site down", "--commander", "bob@"),
        err=(
            f"{UNTOLD}--commander 'bob@' is neither a name nor a "
            "whole address\n"
            "hint: write a name, an address, or both: incidentmail declare 'Site down' --commander 'NAME "
            "<ADDRESS>'\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--business-liaison", "none"),
        err=(
            f"{UNTOLD}--business-liaison 'none' is not a person's name\n"
            "hint: if nobody has the role yet: incidentmail declare 'Site down'\n"
            "hint: if nobody is needed: incidentmail declare 'Site down' --business-liaison 'not needed'\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--role", "scrib=Bo"),
        err=(
            f"{UNTOLD}no role is called 'scrib'\n"
            "hint: did you mean scribe? incidentmail declare 'Site down' --role scribe=Bo\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--role", "butler=Bo"),
        err=(
            f"{UNTOLD}no role is called 'butler'\n"
            "hint: leave it out: incidentmail declare 'Site down'\n"
            "hint: or give a role that exists: communications, scribe, deputy, incident_owner\n"
        ),
    ),
    Mistake(
        ("update", "--next-update", "30m"),
        out=(
            f"{DATABASE}: set the time of the next update to 14:50 UTC\n"
            "the list has not been mailed: the next update to it will say this\n"
            f"to mail it now: incidentmail update {DATABASE} --no-change; what you changed stays\n"
        ),
        code=0,
    ),
    Mistake(
        ("declare", "Site down", "--started", "yesterday"),
        err=(
            f"{UNTOLD}--started 'yesterday' has no time of day\n"
            "hint: add the time of day: incidentmail declare 'Site down' --started 'yesterday HH:MM UTC'\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--started", "tomorrow 10:00"),
        err=(
            f"{UNTOLD}--started 'tomorrow 10:00' is in the future\n"
            "hint: if it was today: incidentmail declare 'Site down' --started 'HH:MM UTC'\n"
            "hint: if it was yesterday: incidentmail declare 'Site down' --started 'yesterday HH:MM UTC'\n"
        ),
    ),
    Mistake(
        ("update", "-m"),
        err=(f"{ERROR}-m needs a value\nhint: incidentmail update -m 'WHAT TO SAY'\n"),
    ),
    Mistake(
        ("declare", "Site down", "-m"),
        err=(f"{UNTOLD}-m needs a value\nhint: incidentmail declare 'Site down' -m 'WHAT TO SAY'\n"),
    ),
    Mistake(
        ("declare", "Site down", "-F", "/nope"),
        err=(
            f"{UNTOLD}-F /nope: there is no such file\n"
            "hint: name a text file in UTF-8: incidentmail declare 'Site down' -F FILE\n"
            "hint: or say it here: incidentmail declare 'Site down' -m 'WHAT TO SAY'\n"
        ),
        code=65,
    ),
    Mistake(
        ("update", "databse"),
        err=(
            f"{ERROR}no incident is called 'databse'\n"
            f"hint: did you mean this? incidentmail update {DATABASE} -m 'WHAT IS NEW'\n"
        ),
    ),
    Mistake(
        ("update", "databse", "--severity", "1"),
        err=(
            f"{ERROR}no incident is called 'databse'\n"
            f"hint: did you mean this? incidentmail update {DATABASE} --severity 1\n"
        ),
    ),
    Mistake(
        ("update", "--status", "closed"),
        err=(
            f"{ERROR}incidentmail update has no option --status\n"
            "hint: is it over? incidentmail close\n"
            "hint: was it a false alarm? incidentmail retract\n"
            "hint: does it fail again? incidentmail reopen\n"
        ),
    ),
    Mistake(
        ("update", "text"),
        err=(f"{ERROR}no incident is called 'text'\nhint: to tell it to the list: incidentmail update -m text\n"),
    ),
    Mistake(
        ("update", "we found the cause"),
        err=(
            f"{ERROR}'we found the cause' is no incident\n"
            "hint: to tell it to the list: incidentmail update -m 'we found the cause'\n"
        ),
    ),
    Mistake(
        ("update", "--started"),
        err=(f"{ERROR}--started needs a value\nhint: incidentmail update --started 'HH:MM UTC'\n"),
    ),
    Mistake(
        ("close", "database", "fixed it"),
        out=(
            f"closed {DATABASE}; the incident lasted less than a minute\n"
            "the mail says: fixed it\n"
            "sent to incidents@example.com: Re: Database is down\n"
            f"wrong? incidentmail undo {DATABASE} 1\n"
        ),
        code=0,
    ),
    Mistake(
        ("close", "fixed it"),
        out=(
            f"closed {DATABASE}; the incident lasted less than a minute\n"
            "the mail says: fixed it\n"
            "sent to incidents@example.com: Re: Database is down\n"
            f"wrong? incidentmail undo {DATABASE} 1\n"
        ),
        code=0,
    ),
    Mistake(
        ("close", "databse"),
        err=(f"{ERROR}no incident is called 'databse'\nhint: did you mean this? incidentmail close {DATABASE}\n"),
    ),
    Mistake(
        ("close", "fixed"),
        err=(f"{ERROR}no incident is called 'fixed'\nhint: if it is the reason: incidentmail close -m fixed\n"),
    ),
    Mistake(
        ("note", "a", "b", "c"),
        err=(f"{ERROR}no incident is called 'a'\nhint: if 'a b c' is one text: incidentmail note 'a b c'\n"),
    ),
    Mistake(
        ("note", "database", "b", "c"),
        err=(f"{ERROR}'b c' needs quotes around it\nhint: incidentmail note database 'b c'\n"),
    ),
    Mistake(
        ("undo", "99"),
        err=(
            f"{ERROR}{DATABASE} has no updates yet, so there is nothing to undo\n"
            f"hint: to correct the severity: incidentmail update {DATABASE} --severity N\n"
            f"hint: to correct the title: incidentmail update {DATABASE} --description "
            "'WHAT IS BROKEN'\n"
            f"hint: if the whole incident is a false alarm: incidentmail retract {DATABASE}\n"
        ),
    ),
    Mistake(
        ("undo", "abc"),
        err=(
            f"{ERROR}'abc' is not the number of an update\n"
            "hint: to see the numbers: incidentmail timeline\n"
            "hint: then: incidentmail undo N\n"
        ),
    ),
    Mistake(
        ("handoff", "bob"),
        err=(
            f"{ERROR}no address is known for bob, so nobody can be asked\n"
            "hint: to ask by mail: incidentmail handoff 'bob <ADDRESS>'\n"
            "hint: if it was agreed by voice: incidentmail handoff bob --spoken\n"
        ),
    ),
    Mistake(
        ("outbox", "drop", "x"),
        err=(
            f"{ERROR}'x' is not the number of a mail\n"
            "hint: 'incidentmail outbox list' shows them; with --all also those that were sent\n"
        ),
    ),
    Mistake(
        ("outbox", "show", "77"),
        err=(
            f"{ERROR}no mail has the number 77\n"
            "hint: 'incidentmail outbox list' shows them; with --all also those that were sent\n"
        ),
    ),
    Mistake(
        ("outbox", "retry", "77"),
        err=(
            f"{ERROR}no mail has the number 77\n"
            "hint: 'incidentmail outbox list' shows them; with --all also those that were sent\n"
        ),
    ),
    Mistake(
        ("inbox", "--kind", "foo"),
        err=(f"{ERROR}incidentmail inbox has no option --kind\nhint: it has --all and --json\n"),
    ),
    Mistake(
        ("resolve",),
        err=(
            f"{ERROR}'resolve' may mean three things\n"
            "hint: is the cause being repaired? incidentmail update --phase 2\n"
            "hint: does only rebuilding remain? incidentmail update --phase 3\n"
            "hint: is it over? incidentmail close\n"
        ),
    ),
    Mistake(
        ("Site down",),
        err=(
            f"{UNTOLD}there is no command 'Site down', so nothing was "
            "declared\n"
            "hint: incidentmail declare 'Site down'\n"
        ),
    ),
    Mistake(
        ("site", "is", "down"),
        err=(
            f"{UNTOLD}there is no command 'site', so nothing was declared\nhint: incidentmail declare 'site is down'\n"
        ),
    ),
    Mistake(
        ("declare", "sev1", "Site down"),
        out=(
            f"declared {SITE}: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=(f"{ALSO}{TWO}{PAGED}"),
        code=0,
    ),
    Mistake(
        ("declare", "SEV 1: Site down"),
        out=(
            f"declared {SITE}: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=(f"{ALSO}{TWO}{PAGED}"),
        code=0,
    ),
    Mistake(
        ("declare", "P1", "site", "down"),
        err=(
            f"{UNTOLD}'P1' may mean severity 1, or something else\n"
            "hint: if it is severity 1: incidentmail declare 'site down' --severity 1\n"
            "hint: if it belongs to the title: incidentmail declare 'P1 site down' --severity N\n"
        ),
    ),
    Mistake(
        ("declare", "sev1", "Site down", "--severity", "2"),
        err=(
            f"{UNTOLD}the words say severity 1, --severity says 2\n"
            "hint: for severity 1: incidentmail declare 'Site down' --severity 1\n"
            "hint: for severity 2: incidentmail declare 'Site down' --severity 2\n"
        ),
    ),
    Mistake(
        ("decalre", "Site down"),
        err=(f"{UNTOLD}there is no command 'decalre'\nhint: did you mean this? incidentmail declare 'Site down'\n"),
    ),
    Mistake(
        ("frobnicate",),
        err=(f"{ERROR}there is no command 'frobnicate'\nhint: 'incidentmail help' shows what there is\n"),
    ),
    Mistake(
        ("update", "--priority", "1"),
        err=(
            f"{ERROR}incidentmail update has no option --priority\n"
            "hint: did you mean --severity? incidentmail update --severity 1\n"
        ),
    ),
    Mistake(
        ("declare", "--json=1", "Site down"),
        err=(f"{UNTOLD}--json takes no value\nhint: write --json alone: incidentmail declare --json 'Site down'\n"),
    ),
    Mistake(
        ("handoff",),
        err=(
            f"{ERROR}WHO is missing\n"
            "hint: to ask them by mail, such as: incidentmail handoff 'Ann B. <ann@example.com>'\n"
            "hint: if they agreed by voice: incidentmail handoff 'Ann B. <ann@example.com>' --spoken\n"
        ),
    ),
    Mistake(
        ("retract", "It was planned work"),
        out=(
            f"retracted {DATABASE}\n"
            "the mail says: It was planned work\n"
            "sent to incidents@example.com: Re: Database is down\n"
            f"wrong? incidentmail undo {DATABASE} 1\n"
        ),
        code=0,
    ),
    Mistake(
        ("show", "2"),
        err=(
            f"{ERROR}no incident is called '2'\n"
            f"hint: only {DATABASE} is open: incidentmail show {DATABASE}\n"
            f"hint: to see its updates with their numbers: incidentmail timeline {DATABASE}\n"
        ),
    ),
    Mistake(
        ("update", "--sme", "none"),
        err=(
            f"{ERROR}--sme 'none' is not a person's name\n"
            "hint: to take somebody off: incidentmail role sme NAME --remove\n"
            "hint: if nobody is needed: incidentmail update --sme 'not needed'\n"
        ),
    ),
    Mistake(
        ("update", "--commander", "Database team"),
        err=(
            f"{ERROR}--commander 'Database team' is not a person's name\n"
            "hint: one person's name: incidentmail update --commander NAME\n"
            "hint: if it has an address: incidentmail update --commander 'Database team <ADDRESS>'\n"
        ),
    ),
    Mistake(
        ("handoff", "bob", "smith"),
        err=(
            f"{ERROR}no incident is called 'bob'\n"
            "hint: if 'bob smith' is one person: incidentmail handoff 'bob smith <ADDRESS>'\n"
        ),
    ),
    Mistake(
        ("undo",),
        err=(
            f"{ERROR}{DATABASE} has no updates yet, so there is nothing to undo\n"
            f"hint: to correct the severity: incidentmail update {DATABASE} --severity N\n"
            f"hint: to correct the title: incidentmail update {DATABASE} --description "
            "'WHAT IS BROKEN'\n"
            f"hint: if the whole incident is a false alarm: incidentmail retract {DATABASE}\n"
        ),
    ),
    Mistake(
        ("list", "x"),
        err=(f"{ERROR}incidentmail list does not take 'x'\nhint: leave it out: incidentmail list\n"),
    ),
)


def name(mistake: Mistake) -> str:
    return " ".join(mistake.args)


@pytest.fixture
def database(installation: Installation) -> Installation:
    installation.declare("Database is down", "--severity", "2")
    return installation


@pytest.mark.parametrize("mistake", MISTAKES, ids=name)
def test_a_mistake_is_answered_with_its_cure(database: Installation, mistake: Mistake) -> None:
    result = database.run(*mistake.args)
    assert (result.out, result.err, result.code) == (mistake.out, mistake.err, mistake.code)


FILLED_IN = {
    "'NAME <ADDRESS>'": "'Ann B. <ann@example.com>'", "<ADDRESS>": "<ann@example.com>", "NAME": "'Ann B.'", "N": "2",
    "HH:MM": "13:00", "FILE": __file__, "WHAT IS NEW": "The disk was full", "WHAT TO SAY": "The disk was full",
    "WHAT IS BROKEN": "The disk is full",
}  # fmt: skip
"""What a person may write in place of the capitals of a hint."""
_CAPITALS = re.compile(r"'NAME <ADDRESS>'|<ADDRESS>|HH:MM|WHAT [A-Z ]+|\b(?:NAME|FILE|N)\b")
_COMMAND = re.compile(r"(?:[:?] |^)incidentmail (.+?)(?:; .*)?$")
CURES = sorted(
    {
        (mistake.args, found[1])
        for mistake in {mistake.err + mistake.out: mistake for mistake in MISTAKES}.values()
        for line in (mistake.out + mistake.err).splitlines()
        if "error: " not in line and (found := _COMMAND.search(line))
    }
)
"""Each command line that an answer shows, and the mistake before it."""


def test_most_answers_show_a_whole_command() -> None:
    assert len({args for args, _ in CURES}) >= 45


@pytest.mark.parametrize(("args", "cure"), CURES)
def test_the_command_in_a_hint_works_when_it_is_pasted(
    database: Installation, args: tuple[str, ...], cure: str
) -> None:
    database.run(*args)
    if cure == "reopen":
        database.ok("close")
    elif cure == "undo N":
        database.ok("update", "--severity", "1")
        database.ok("update", "--phase", "2")
    elif cure.endswith("NAME --remove"):
        database.ok("update", "--sme", "Ann B. <ann@example.com>")
    pasted = _CAPITALS.sub(lambda found: FILLED_IN[found[0]], cure)
    database.ok(*shlex.split(pasted))


def test_a_hint_keeps_the_configuration_that_was_named(
    database: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (("close", "databse"), ("decalre", "Site down"), ("declare", "Site down", "--severity", "high")):
        assert run(["--config", str(database.config), *words], clock=database.clock) == 2
        assert f" incidentmail --config {database.config} " in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("update", "-m", "WHAT IS NEW"), ("close", "-m", "WHAT TO SAY"), ("close", "WHAT TO SAY"),
        ("declare", "Site down", "-m", "WHAT TO SAY"), ("update", "--description", "WHAT IS BROKEN"),
        ("update", "--commander", "NAME"), ("update", "--sme", "NAME <ADDRESS>"),
        ("declare", "Site down", "--severity", "N"), ("declare", "Site down", "--started", "yesterday HH:MM UTC"),
    ],
)  # fmt: skip
def test_the_capitals_of_a_hint_are_never_mailed(database: Installation, words: tuple[str, ...]) -> None:
    before = len(database.mails)
    refused = database.run(*words)
    assert (refused.code, len(database.mails)) == (2, before)
    assert "hint: " in refused.err


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Europe/Berlin", "yesterday HH:MM CET"),
        ("America/Sao_Paulo", "yesterday HH:MM"),
        ("UTC", "yesterday HH:MM UTC"),
    ],
)
def test_a_time_to_fill_in_names_the_zone_of_the_terminal_if_it_is_unmistakable(
    database: Installation, monkeypatch: pytest.MonkeyPatch, zone: str, shown: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        said = database.run("update", "--started", "yesterday").err
        assert f"incidentmail update --started '{shown}'\n" in said
        database.ok("update", "--started", shown.replace("HH:MM", "14:07"))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_phase_that_is_the_name_of_a_severity_is_shown_as_one(database: Installation) -> None:
    said = database.run("update", "--phase", "Serious").err
    assert "hint: for how bad it is: incidentmail update --severity 2\n" in said
    assert "severity 2" not in database.run("update", "--phase", "serious", "--severity", "1").err


def test_each_of_several_incidents_has_its_whole_command(database: Installation) -> None:
    database.ok("declare", "Site down", "--yes")
    for words in (("update", "-m", "It's back"), ("close", "2026-11", "It's back")):
        refused = database.run(*words)
        hints = [line for line in refused.err.splitlines() if line.startswith("hint: ")]
        assert (refused.code, len(hints)) == (2, 2)
        for name in (DATABASE, SITE):
            option = "-m " if words[0] == "update" else ""
            assert sum(hint.endswith(f': incidentmail {words[0]} {name} {option}"It\'s back"') for hint in hints) == 1


def test_help_and_version_are_words_too(database: Installation) -> None:
    for args, began in ((("help", "declare"), "Usage: incidentmail declare "), (("version",), "incidentmail ")):
        done = subprocess.run([sys.executable, "-m", "incidentmail", *args], capture_output=True, text=True, check=True)
        assert (done.stdout.startswith(began), done.stderr) == (True, "")
    assert database.ok("ls") == database.ok("list")


def test_an_update_takes_all_that_a_declaration_takes(database: Installation) -> None:
    database.configure('[roles.scribe]\ntitle = "Scribe"\n')
    (database.path / "news").write_text("The disk was full.\n")
    database.ok(
        "update", "--started", "14:07", "--role", "scribe=Bo K. <bo@example.com>", "-F", str(database.path / "news")
    )
    shown = database.show()
    assert shown["started_at"] == "2026-11-20T14:07:00Z"
    assert shown["roles"]["scribe"] == [{"name": "Bo K.", "address": "bo@example.com"}]
    assert "The disk was full." in database.mails[-1].get_content()


@pytest.mark.parametrize("words", [("database", "fixed it"), ("fixed it",), ("database", "fixed", "it")])
def test_a_reason_needs_no_option(database: Installation, words: tuple[str, ...]) -> None:
    for command in ("close", "retract"):
        database.ok(command, *words)
        assert "fixed it" in database.mails[-1].get_content()
        assert database.ok("reopen", "database", "It is back").out.startswith(
            f"reopened {DATABASE}\nthe mail says: It is back\n"
        )


@pytest.mark.parametrize(("login", "is_known"), [("root", False), ("nobody", False), ("mara", True)])
def test_an_account_that_is_no_person_announces_nothing(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, login: str, is_known: bool
) -> None:
    text = installation.config.read_text()
    installation.config.write_text(text[text.index("[list]") :])
    monkeypatch.setenv("LOGNAME", login)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.chdir(installation.path)
    result = installation.run("declare", "Site down")
    assert (result.code == 0, len(installation.mails)) == (is_known, int(is_known))
    if not is_known:
        assert result.code == 78
        assert result.err == (
            f"{UNTOLD}you would be announced as '{login}', and nobody knows who that is\n"
            'hint: run it with EMAIL="Your Name <you@example.com>" before it, or set [me] address to that\n'
        )


def test_what_was_tried_and_not_sent_counts_at_once(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    assert "NOBODY HAS BEEN TOLD YET" in installation.run("declare", "Site down").err
    assert "NOT WELL" in installation.run("status").out
    assert "NOT SENT: 1 mail" in installation.ok("list").out
    assert "NOT SENT mail 1" in installation.ok("show").out


def test_a_reason_that_begins_like_an_incident_that_has_ended_is_asked_about(database: Installation) -> None:
    database.ok("close", "database")
    database.declare("Cards fail")
    result = database.run("close", "database", "works", "again")
    assert (result.code, result.err) == (
        2,
        f"{ERROR}'database' names {DATABASE}, which has ended\n"
        "hint: incidentmail close 2026-11-20-cards-fail 'database works again'\n",
    )
    assert database.ok("close", "2026-11-20-cards-fail", "database works again").code == 0


@pytest.mark.parametrize("name", ["Thomas More", "Will May", "Pat Free", "bo", "Ludwig van Beethoven"])
def test_a_name_with_an_everyday_word_in_it_is_a_name(database: Installation, name: str) -> None:
    database.ok("update", "--commander", name)
    assert database.show()["commander"]["name"] == name


def test_a_drill_is_never_to_be_merged_with_what_is_real(installation: Installation) -> None:
    real = installation.ok("declare", "Database is down")
    assert "hint: another outage?" not in real.err
    drill = installation.ok("declare", "Site down", "--drill")
    assert "merge" not in drill.err
    assert f"hint: several are open? name it from now on: incidentmail update {SITE} -m 'WHAT IS NEW'\n" in drill.err
    another = installation.ok("declare", "Cellar is wet", "--drill")
    assert f"make them one: incidentmail merge 2026-11-20-cellar-is-wet {SITE}\n" in another.err
