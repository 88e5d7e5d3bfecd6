"""The answers to typing mistakes: each names the mistake and the cure, and nothing else.

Each command line is tried with one open incident, `Database is down`, which has no updates yet.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation

ERROR = "incidentmail: error: "
UNTOLD = f"{ERROR}NOBODY HAS BEEN TOLD YET: "
DATABASE = "2026-11-20-database-is-down"
PAGED = "Nobody was paged.\n"


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
            "declared 2026-11-20-site-down: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=f"also open: {DATABASE}, severity 2: Database is down\n{PAGED}",
        code=0,
    ),
    Mistake(
        ("declare", "Site down", "-s", "1"),
        out=(
            "declared 2026-11-20-site-down: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=f"also open: {DATABASE}, severity 2: Database is down\n{PAGED}",
        code=0,
    ),
    Mistake(
        ("-v",),
        err=(
            f"{ERROR}incidentmail has no option -v\n"
            "hint: 'incidentmail version' says the version; leave -v out for anything else\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "-v"),
        err=(
            f"{UNTOLD}incidentmail declare has no option -v\n"
            "hint: 'incidentmail version' says the version; leave -v out for anything else\n"
        ),
    ),
    Mistake(
        ("--quiet",),
        err=(
            f"{ERROR}incidentmail has no option --quiet\n"
            "hint: leave it out; '> /dev/null' hides what a command prints\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--quiet"),
        err=(
            f"{UNTOLD}incidentmail declare has no option --quiet\n"
            "hint: leave it out; '> /dev/null' hides what a command prints\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--severity", "P1"),
        err=(
            f"{UNTOLD}--severity 'P1' may be a priority or a phase\n"
            "hint: write a number: --severity 1 (critical), 2 (serious), 3 (moderate) or 4 (mild)\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--severity", "high"),
        err=(
            f"{UNTOLD}--severity 'high' is no severity\n"
            "hint: write a number: --severity 1 (critical), 2 (serious), 3 (moderate) or 4 (mild)\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--phase", "high"),
        err=(
            f"{UNTOLD}--phase 'high' is no phase\n"
            "hint: write a number: --phase 0 (discovery), 1 (stopping the damage), 2 (resolving) or 3 "
            "(rebuilding and learning)\n"
        ),
    ),
    Mistake(
        ("declare", "Site down", "--commander", "bob"),
        out=(
            "declared 2026-11-20-site-down: severity 3 (moderate; not confirmed), bob leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=(
            f"also open: {DATABASE}, severity 2: Database is down\n"
            "incidentmail: warning: no address is known for bob, so nobody has told them\n"
            'hint: tell them yourself, or give the address: incidentmail update --commander "bob '
            f'<ADDRESS>"\n{PAGED}'
        ),
        code=0,
    ),
    Mistake(
        ("declare", "The database fails", "--sme", "Bo <bo@exmaple.com>"),
        out=(
            "declared 2026-11-20-the-database-fails: severity 3 (moderate; not confirmed), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: The database fails\n"
            "sent to bo@exmaple.com: Re: The database fails\n"
        ),
        err=(
            f"incidentmail: warning: this may be {DATABASE}, which is open (severity 2: Database is down); "
            f"'incidentmail update {DATABASE} -m TEXT' adds to it\n"
            "incidentmail: warning: the address bo@exmaple.com is not among [trust] members: replies from there do "
            f"not count\n{PAGED}"
        ),
        code=0,
    ),
    Mistake(
        ("declare", "Site down", "--commander", "bob@"),
        err=(
            f"{UNTOLD}--commander 'bob@' is neither a name nor a whole address\n"
            'hint: a name, an address, or both, such as --commander "Ann B. <ann@example.com>"\n'
        ),
    ),
    Mistake(
        ("declare", "Site down", "--business-liaison", "none"),
        err=(
            f"{UNTOLD}--business-liaison 'none' is not a person's name\n"
            'hint: leave it out until somebody has the role, or write --business-liaison "not needed"\n'
        ),
    ),
    Mistake(
        ("declare", "Site down", "--role", "scrib=Bo"),
        err=(f"{UNTOLD}no role 'scrib' is configured\nhint: did you mean scribe?\n"),
    ),
    Mistake(
        ("declare", "Site down", "--role", "butler=Bo"),
        err=(
            f"{UNTOLD}no role 'butler' is configured\n"
            "hint: leave it out, or take customer_liaison, business_liaison, subject_matter_experts, communications, "
            "scribe, deputy, incident_owner; [roles.butler] in the configuration adds it\n"
        ),
    ),
    Mistake(
        ("update", "--next-update", "30m"),
        out=(
            f"{DATABASE}: set the time of the next update to 14:50 UTC\n"
            "the list has not been mailed: the next follow-up says it; 'incidentmail update "
            "--no-change' sends one\n"
        ),
        code=0,
    ),
    Mistake(
        ("declare", "Site down", "--started", "yesterday"),
        err=(f"{UNTOLD}--started 'yesterday' has no time of day\nhint: --started \"yesterday 14:07\"\n"),
    ),
    Mistake(
        ("declare", "Site down", "--started", "tomorrow 10:00"),
        err=(
            f"{UNTOLD}--started 'tomorrow 10:00' is in the future\n"
            'hint: write when it began, such as --started "14:07" or --started "yesterday 14:07"\n'
        ),
    ),
    Mistake(
        ("update", "-m"),
        err=(f'{ERROR}-m needs a value\nhint: -m "what to say"\n'),
    ),
    Mistake(
        ("declare", "Site down", "-m"),
        err=(f'{UNTOLD}-m needs a value\nhint: -m "what to say"\n'),
    ),
    Mistake(
        ("declare", "Site down", "-F", "/nope"),
        err=(f'{UNTOLD}-F /nope: there is no such file\nhint: name a text file, or use -m "TEXT"\n'),
        code=65,
    ),
    Mistake(
        ("update", "databse"),
        err=(f"{ERROR}no incident is called 'databse'\nhint: did you mean {DATABASE}?\n"),
    ),
    Mistake(
        ("update", "databse", "--severity", "1"),
        err=(f"{ERROR}no incident is called 'databse'\nhint: did you mean {DATABASE}?\n"),
    ),
    Mistake(
        ("update", "--status", "closed"),
        err=(
            f"{ERROR}incidentmail update has no option --status\n"
            "hint: 'incidentmail close' ends an incident, 'retract' says it was a false alarm, "
            "'reopen' opens it again\n"
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
        err=(f"{ERROR}--started needs a value\nhint: --started 14:07\n"),
    ),
    Mistake(
        ("close", "database", "fixed it"),
        out=(
            f"closed {DATABASE} (it took less than a minute), update 1\n"
            "sent to incidents@example.com: Re: Database is down\n"
        ),
        code=0,
    ),
    Mistake(
        ("close", "fixed it"),
        out=(
            f"closed {DATABASE} (it took less than a minute), update 1\n"
            "sent to incidents@example.com: Re: Database is down\n"
        ),
        code=0,
    ),
    Mistake(
        ("close", "databse"),
        err=(f"{ERROR}no incident is called 'databse'\nhint: did you mean {DATABASE}?\n"),
    ),
    Mistake(
        ("close", "fixed"),
        err=(f"{ERROR}no incident is called 'fixed'\nhint: if it is the reason: incidentmail close -m fixed\n"),
    ),
    Mistake(
        ("note", "a", "b", "c"),
        err=(f"{ERROR}no incident is called 'a'\nhint: if all of it belongs together: incidentmail note 'a b c'\n"),
    ),
    Mistake(
        ("note", "database", "b", "c"),
        err=(f"{ERROR}'b c' needs quotes around it\nhint: incidentmail note database 'b c'\n"),
    ),
    Mistake(
        ("undo", "99"),
        err=(
            f"{ERROR}there is no update 99, only the declaration\n"
            "hint: 'incidentmail retract' if that was a false alarm\n"
        ),
        code=1,
    ),
    Mistake(
        ("undo", "abc"),
        err=(
            f"{ERROR}'abc' is not the number of an update\n"
            "hint: such as: incidentmail undo 3; the last line of each follow-up says its number\n"
        ),
    ),
    Mistake(
        ("handoff", "bob"),
        err=(
            f"{ERROR}no address is known for bob, so nobody can be asked\n"
            'hint: incidentmail handoff "bob <ADDRESS>"; or add --spoken, if it was agreed by voice\n'
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
            "hint: 'incidentmail update --phase 2' if it is being resolved, '--phase 3' if only "
            "rebuilding is left, or 'incidentmail close' if it is over\n"
        ),
    ),
    Mistake(
        ("Site down",),
        err=(
            f"{UNTOLD}there is no command 'Site down', so nothing was declared\n"
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
            "declared 2026-11-20-site-down: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=f"also open: {DATABASE}, severity 2: Database is down\n{PAGED}",
        code=0,
    ),
    Mistake(
        ("declare", "SEV 1: Site down"),
        out=(
            "declared 2026-11-20-site-down: severity 1 (critical), Mara Lindqvist leads it\n"
            "sent to incidents@example.com: Site down\n"
        ),
        err=f"also open: {DATABASE}, severity 2: Database is down\n{PAGED}",
        code=0,
    ),
    Mistake(
        ("declare", "P1", "site", "down"),
        err=(f"{UNTOLD}'P1' may mean a severity or a priority\nhint: incidentmail declare 'site down' --severity 1\n"),
    ),
    Mistake(
        ("declare", "sev1", "Site down", "--severity", "2"),
        err=(f"{UNTOLD}the words say severity 1, --severity says 2\nhint: give one of them\n"),
    ),
    Mistake(
        ("decalre", "Site down"),
        err=(f"{UNTOLD}there is no command 'decalre'\nhint: did you mean 'incidentmail declare'?\n"),
    ),
    Mistake(
        ("frobnicate",),
        err=(f"{ERROR}there is no command 'frobnicate'\nhint: 'incidentmail help' shows what there is\n"),
    ),
    Mistake(
        ("update", "--priority", "1"),
        err=(f"{ERROR}incidentmail update has no option --priority\nhint: did you mean --severity?\n"),
    ),
    Mistake(
        ("declare", "--json=1", "Site down"),
        err=(f"{UNTOLD}--json takes no value\nhint: write --json alone\n"),
    ),
    Mistake(
        ("handoff",),
        err=(f'{ERROR}WHO is missing\nhint: incidentmail handoff "Ann B. <ann@example.com>"\n'),
    ),
    Mistake(
        ("retract", "It was planned work"),
        out=(f"retracted {DATABASE}, update 1\nsent to incidents@example.com: Re: Database is down\n"),
        code=0,
    ),
    Mistake(
        ("show", "2"),
        err=(f"{ERROR}no incident is called '2'\nhint: 'incidentmail list --all' shows all of them\n"),
    ),
    Mistake(
        ("update", "--sme", "none"),
        err=(
            f"{ERROR}--sme 'none' is not a person's name\n"
            'hint: leave it out until somebody has the role, or write --sme "not needed"\n'
        ),
    ),
    Mistake(
        ("update", "--commander", "Database team"),
        err=(
            f"{ERROR}--commander 'Database team' is not a person's name\n"
            'hint: write a name, or --commander "Database team <ADDRESS>" if it has an address\n'
        ),
    ),
    Mistake(
        ("handoff", "bob", "smith"),
        err=(
            f"{ERROR}no incident is called 'bob'\n"
            "hint: if all of it belongs together: incidentmail handoff 'bob smith'\n"
        ),
    ),
    Mistake(
        ("undo",),
        err=(
            f"{ERROR}there is no update of {DATABASE}, only the declaration\n"
            "hint: if that was a false alarm: incidentmail retract\n"
        ),
    ),
    Mistake(
        ("list", "x"),
        err=(
            f"{ERROR}got unexpected extra argument (x)\n"
            "hint: such as: incidentmail list; 'incidentmail list --help' says more\n"
        ),
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
        assert database.ok("reopen", "database", "It is back").out.startswith(f"reopened {DATABASE}, update ")


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
