"""Readers never see half a page or a broken link, whenever they look and wherever writing was interrupted."""

from __future__ import annotations

import errno
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.app.publishing.folder import LIST, PART, open_folder
from incidentmail.app.publishing.publish import publish_if_due
from incidentmail.errors import PagesError

if TYPE_CHECKING:
    from conftest import Installation


class Killed(BaseException):
    """The end of the process. No code catches it."""


@pytest.fixture
def house(installation: Installation) -> Installation:
    root = installation.path
    installation.configure(f'[publish]\nfolder = "{root}/site"\npublic = "{root}/status"\n')
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n')
    )
    return installation


def wrong(folder: Path) -> list[str]:
    """Return the faults that a reader would see from the first page on: incomplete pages and broken links."""
    found, seen, waiting = [], set[str](), ["index.html"] if (folder / "index.html").exists() else []
    while waiting:
        name = waiting.pop()
        seen.add(name)
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            found.append(f"{name} is not there")
            continue
        if not text.endswith(("</html>\n", "</feed>\n")):
            found.append(f"{name} is cut")
        waiting += set(re.findall(r' href="(?!https?:)([^"#]+)', text)) - seen - set(waiting)
    return found


def killed_at(step: int, monkeypatch: pytest.MonkeyPatch, run: Callable[[], Any]) -> bool:
    """Run until the change of a file with this number, and stop there. Return whether that number was reached."""
    left = step

    def counted(change: Callable[..., Any]) -> Callable[..., Any]:
        def one(*args: Any, **kw: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return change(*args, **kw)

        return one

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", counted(os.fsync))
        patched.setattr(Path, "replace", counted(Path.replace))
        patched.setattr(Path, "unlink", counted(Path.unlink))
        try:
            run()
        except Killed:
            return True
    return False


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_wherever_writing_is_cut_short_the_site_is_whole_and_the_next_time_finishes_it(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.declare("Checkout is down", "--severity", "1")
    house.declare("Marmalade is on the keyboard", "--severity", "3")
    house.ok("publish")
    house.ok("update", "checkout", "--severity", "2")
    house.ok("restrict", "marmalade")
    house.declare("Search is slow", "--severity", "3")
    before = {path: path.read_bytes() for path in house.path.rglob("*") if path.is_file() and is_pages(path, house)}
    step = 0
    with house.context() as context:
        while killed_at(step, monkeypatch, lambda: publish_if_due(context)):
            assert wrong(house.path / "site") == [], step
            assert wrong(house.path / "status") == [], step
            publish_if_due(context)
            finished = files(house.path / "site")
            assert PART not in finished
            assert "armalade" not in "".join(finished.values())
            assert sorted(open_folder(house.path / "site").names) == sorted(set(finished) - {LIST})
            step += 1
            put_back(before, house)
    assert step > 20


def is_pages(path: Path, house: Installation) -> bool:
    return path.parent.name in ("site", "status") or path.name.startswith(f"{house.ledger.name}.pages")


def put_back(before: dict[Path, bytes], house: Installation) -> None:
    for path in house.path.rglob("*"):
        if path.is_file() and is_pages(path, house):
            path.unlink()
    for path, content in before.items():
        path.write_bytes(content)


def test_a_reader_in_a_loop_never_sees_half_a_page_or_a_dead_link(house: Installation) -> None:
    house.declare("Checkout is down", "--severity", "1")
    house.ok("publish")
    objections: list[str] = []
    looks, ended = 0, threading.Event()

    def look() -> None:
        nonlocal looks
        while not ended.is_set():
            objections.extend(wrong(house.path / "site"))
            looks += 1

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for number in range(12):
            house.ok("declare", f"Search {number} is slow", "--severity", "3")
            house.ok("update", "checkout", "--severity", str(1 + number % 2 + 1 if number % 2 else 1))
            house.ok("flush")
    finally:
        ended.set()
        reader.join()
    assert objections == []
    assert looks > 1


def test_a_page_that_is_to_go_goes_after_the_last_link_to_it(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.declare("Marmalade is on the keyboard", "--severity", "3")
    house.ok("publish")
    house.ok("restrict", "marmalade")
    order: list[str] = []
    replace, unlink = Path.replace, Path.unlink

    def replaced(path: Path, target: Path) -> Path:
        order.append(f"write {Path(target).name}")
        return replace(path, target)

    def unlinked(path: Path, missing_ok: bool = False) -> None:
        order.append(f"remove {path.name}")
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "replace", replaced)
    monkeypatch.setattr(Path, "unlink", unlinked)
    with house.context() as context:
        publish_if_due(context)
    removed = order.index("remove 2026-11-20-marmalade-is-on-the-keyboard.html")
    assert max(order.index(f"write {name}") for name in ("index.html", "feed.xml")) < removed


def test_a_page_is_on_the_list_of_our_files_before_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = open_folder(tmp_path / "site")
    killed_at(3, monkeypatch, lambda: folder.write({"a.html": "a"}))
    assert "a.html" in open_folder(tmp_path / "site").names


@pytest.mark.parametrize("text", ["{", '{"files": {"../x": ""}}', '{"files": {".incidentmail": ""}}', "[]"])
def test_a_list_that_was_tampered_with_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / LIST).write_text(text)
    with pytest.raises(PagesError):
        open_folder(tmp_path)


def test_a_sandbox_that_closes_the_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*args: Any) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    folder = open_folder(tmp_path / "site")
    monkeypatch.setattr(os, "fsync", read_only)
    with pytest.raises(PagesError) as told:
        folder.write({"a.html": "a"})
    assert "ReadWritePaths=" in str(told.value.hint)


@pytest.mark.parametrize("name", ["../a.html", "a/b.html", ".htaccess", "", LIST])
def test_nothing_is_written_outside_of_the_folder_or_under_a_hidden_name(tmp_path: Path, name: str) -> None:
    folder = open_folder(tmp_path / "site")
    with pytest.raises(PagesError):
        folder.write({"b.html": "b", name: "a"})
    assert list((tmp_path / "site").iterdir()) == []
