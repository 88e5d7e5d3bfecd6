"""The screens at 40, 60, 80 and 200 columns, with and without colour, as golden files.

To write the golden files again, run `.venv/bin/python tests/cli/test_screens.py`.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.app.status import status
from incidentmail.cli.main import run
from incidentmail.cli.operate.status import screen as status_screen
from incidentmail.cli.screen.layout import Span, cells, plain, wrapped
from incidentmail.cli.screen.output import show
from incidentmail.config.ledger_place import LedgerPlace
from incidentmail.core.frozen import replace
from incidentmail.ledger.values import Head

if TYPE_CHECKING:
    from conftest import Installation, Mails

FOLDER = Path(__file__).parents[1] / "data" / "screens"
WIDTHS = (40, 60, 80, 200)
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
LONG = "https://meet.example.com/incidents/2026-11-20-checkout-is-rejecting-card-payments"
JAYLA = "Jayla M. <jayla@example.com>"


class Terminal(io.TextIOWrapper):
    """A stream that claims to be a terminal, and keeps what was written to it."""

    def __init__(self) -> None:
        self.written = io.BytesIO()
        super().__init__(self.written, encoding="utf-8", write_through=True)

    def isatty(self) -> bool:
        return True


def seen(installation: Installation, *args: str) -> str:
    """Return the output of a command at a terminal: standard output, then standard error.

    The configuration is not named by --config, because hints repeat that, and its path differs from run to run.
    """
    out, err = Terminal(), Terminal()
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as environment:
        environment.setenv("INCIDENTMAIL_CONFIG", str(installation.config))
        run([*args], clock=installation.clock)
    return "".join(stream.written.getvalue().decode() for stream in (out, err))


def told(installation: Installation, mails: Mails) -> Installation:
    """Make three incidents. The worst is overdue and lacks required roles; nobody was told about the last one."""
    installation.configure('[people]\n"jayla@example.com" = "Jayla M."\n')
    text = installation.config.read_text()
    installation.config.write_text(f'timezones = ["Europe/Berlin"]\n{text}')
    installation.declare(
        "Search is slow in the shops of three countries", "--severity", "3", "--phase", "2", "--commander", JAYLA
    )
    installation.clock.tick(minutes=20)
    mail = installation.declare(
        "Checkout is rejecting card payments", "--severity", "2", "--phase", "1", "--venue", LONG,
        "--impact", "Card payments in all shops; invoices work", "--sme", "Bo K. <bo@example.com>",
        "--commander", "Mara Lindqvist <mara@example.com>", "--next-update", "+30m", "--started", "14:07 UTC",
        "-m", "One in five card payments is declined by our gateway.\n\nIf the second gateway fails too, checkout is "
        "down.",
    )  # fmt: skip
    installation.clock.tick(minutes=12)
    installation.ingest(mails.reply_to(mail, "sev 1\n\nThe second gateway fails too.", JAYLA))
    installation.ingest(mails.reply_to(mail, "Need: a person who knows the gateway of 東京 @bo", JAYLA))
    installation.clock.tick(minutes=30)
    installation.ok("note", "checkout", "The bank was called; they know nothing yet.")
    installation.configure('[people]\n"jayla@example.com" = "Jayla M."\n', relay="smtp://127.0.0.1:9")
    text = installation.config.read_text()
    installation.config.write_text(f'timezones = ["Europe/Berlin"]\n{text}')
    installation.run("declare", "Printers are out of paper", "--severity", "4", "--phase", "0")
    installation.clock.tick(minutes=2)
    return installation


def status_seen(installation: Installation, width: int) -> str:
    """Return the output of `status`, with a fixed path and head instead of those of this test."""
    with installation.context() as context:
        found = status(context)
        found = replace(found, head=Head(origin="", size=found.head.size, hash="9f2c51e080218e00"))
        config = replace(context.config, ledger=LedgerPlace(path=Path("/var/lib/incidentmail/ledger.db")))
        lines = status_screen(replace(context, config=config), found, width)
    out = Terminal()
    with redirect_stdout(out):
        show(lines)
    return out.written.getvalue().decode()


SCREENS: dict[str, Callable[[Installation, int], str]] = {
    "list": lambda installation, _: seen(installation, "list"),
    "show": lambda installation, _: seen(installation, "show", "checkout"),
    "brief": lambda installation, _: seen(installation, "brief", "checkout"),
    "timeline": lambda installation, _: seen(installation, "timeline", "checkout"),
    "status": status_seen,
    "declare": lambda installation, width: seen(
        installation, "declare", f"Lift {width} is stuck", "-s", "4", "--sme", "Bo K."
    ),
}


def sections(installation: Installation, name: str, environment: pytest.MonkeyPatch, *, colour: bool) -> str:
    """Return a screen at each width, each below a line that states the width."""
    parts = []
    environment.setenv("TERM", "xterm-256color")
    (environment.delenv("NO_COLOR", raising=False) if colour else environment.setenv("NO_COLOR", "1"))
    for width in WIDTHS:
        environment.setenv("COLUMNS", str(width))
        parts.append(f"== {width} columns\n{SCREENS[name](installation, width)}")
    return "\n".join(parts)


def scene_of(name: str, installation: Installation, mails: Mails) -> Installation:
    """Return the installation for a screen. The one for a declaration is quiet, with one other incident."""
    if name != "declare":
        return told(installation, mails)
    installation.declare("Printers are out of paper", "--severity", "4")
    return installation


@pytest.fixture
def scene(installation: Installation, mails: Mails) -> Installation:
    return told(installation, mails)


@pytest.mark.parametrize("kind", ["txt", "ansi"])
@pytest.mark.parametrize("name", SCREENS)
def test_screens_are_as_they_were_looked_at(
    installation: Installation, mails: Mails, name: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = sections(scene_of(name, installation, mails), name, monkeypatch, colour=kind == "ansi")
    assert shown == (FOLDER / f"{name}.{kind}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SCREENS)
def test_without_colour_the_same_words_stand_at_the_same_place(name: str) -> None:
    coloured, without = ((FOLDER / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("ansi", "txt"))
    assert ESCAPES.sub("", coloured) == without
    assert ESCAPES.search(coloured) and not ESCAPES.search(without)


@pytest.mark.parametrize("name", SCREENS)
def test_no_line_is_too_long_unless_it_is_one_word(name: str) -> None:
    for section in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("== ")[1:]:
        width = int(section.partition(" ")[0])
        for line in section.splitlines()[1:]:
            assert cells(line) <= width or " " not in line.strip(" !"), line


@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_is_broken(scene: Installation, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    shown = scene.show("checkout")
    words = set(seen(scene, "show", "checkout").split())
    for text in (shown["description"], shown["details"], shown["impact"], shown["id"], LONG[:-1]):
        assert {word.rstrip(".") for word in text.split()} <= {word.rstrip(".") for word in words | {LONG[:-1]}}


def test_a_pipe_gets_whole_lines_without_colour(scene: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert "\x1b" not in "".join(scene.run(*words).out for words in (("list",), ("show", "checkout"), ("status",)))
    assert "One in five card payments is declined by our gateway.\n" in scene.ok("show", "checkout").out


def test_rich_is_loaded_only_for_colour(scene: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "rich"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setenv("NO_COLOR", "1")
    seen(scene, "list")
    assert "rich" not in sys.modules


def test_the_list_says_what_is_wanted_of_it(scene: Installation) -> None:
    shown = scene.ok("list").out
    assert [shown.index(word) for word in ("1 critical", "3 moderate", "4 mild")] == sorted(
        shown.index(word) for word in ("1 critical", "3 moderate", "4 mild")
    )
    for words in ("NOT SENT: 1 mail", "overdue", "Customer liaison", "Mara Lindqvist: The bank was called"):
        assert words in shown


def test_a_brief_begins_where_its_reader_wrote_last(scene: Installation) -> None:
    since = scene.ok("brief", "checkout", "--since", "10m", "--json").json
    assert [one["what"] for one in since["changes"]] == ["The bank was called; they know nothing yet."]
    assert since["needs"] and "Needs" in scene.ok("brief", "checkout").out


def test_what_is_indented_stays_so(scene: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    first, second, *_ = seen(scene, "outbox", "list", "--all").splitlines()
    assert first.startswith("   1  sent 14:20 UTC, tried once, to incidents@example.com")
    assert second.startswith("    <") or second.startswith("     ")


@given(st.text(alphabet="ab \n", max_size=60), st.integers(min_value=4, max_value=30))
def test_wrapping_loses_no_word_and_breaks_none(text: str, width: int) -> None:
    lines = [plain(line) for line in wrapped([Span(text[:7]), Span(text[7:], "strong")], width, indent=2)]
    assert " ".join(lines).split() == text.split()
    assert all(len(line) <= width or " " not in line.strip() for line in lines)


def _write() -> None:
    """Write the golden files again."""
    from conftest import Installation, Mails

    FOLDER.mkdir(exist_ok=True)
    for name in SCREENS:
        for kind in ("txt", "ansi"):
            with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
                scene = scene_of(name, Installation(Path(folder)).configure(), Mails())
                shown = sections(scene, name, environment, colour=kind == "ansi")
            (FOLDER / f"{name}.{kind}").write_text(shown, encoding="utf-8")


if __name__ == "__main__":
    sys.path[:0] = [str(FOLDER.parents[1] / part) for part in (".", "helpers", "servers")]
    _write()
